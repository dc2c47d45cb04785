"""GraphQL over server-sent events, in graphql-sse's distinct connections mode.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. Lines end in a bare line feed: urql looks for
nothing else. The data of `complete` is empty without a blank before it, or urql takes the blank for JSON.
"""

import asyncio
from contextlib import aclosing
from typing import Any

from starlette.types import Message, Receive, Send

from app.web.graphql.endpoint import Endpoint, UntilAway, internal_error
from app.web.graphql.errors import ClientGone
from app.web.graphql.executor import Results
from app.web.graphql.lifeline import client_gone, until_first
from app.web.graphql.negotiate import Media
from app.web.graphql.request import encode

_COMPLETE = b"event: complete\ndata:\n\n"
_COMMENT = b":\n\n"
_START: Message = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", f"{Media.EVENTS}; charset=utf-8".encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"accept"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ],
}


def single_event(payload: dict[str, Any]) -> bytes:
    """A whole stream of one result."""
    return _next(payload) + _COMPLETE


async def event_stream(
    endpoint: Endpoint, results: Results, until_away: UntilAway, receive: Receive, send: Send
) -> None:
    """Send results until they end, the client leaves, stops reading or has to go, or the server closes.

    A stream that the server closes lacks its `complete`, so that clients connect again, as far as they are let in.
    """

    async def write(body: bytes) -> None:
        try:
            async with asyncio.timeout(endpoint.limits.send_timeout_s):
                await send({"type": "http.response.body", "body": body, "more_body": True})
        except TimeoutError as error:
            raise ClientGone from error

    async def pump() -> None:
        async for result in results:
            await write(_next(endpoint.payload(result)))
            await asyncio.sleep(0)  # a source that never waits must not keep others from their turn
        await write(_COMPLETE)

    async def keep_alive() -> None:
        while True:
            await write(_COMMENT)
            await asyncio.sleep(endpoint.limits.keep_alive_s)

    async def cut_off() -> None:
        await until_first(_shutdown(endpoint), _departure(until_away))

    async with aclosing(results):
        await send(_START)
        try:
            await until_first(pump(), keep_alive(), cut_off(), client_gone(receive))
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001  # the stream has begun, so it must say so itself
            await write(_next({"errors": [internal_error(error)]}) + _COMPLETE)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _shutdown(endpoint: Endpoint) -> None:
    await endpoint.closing.wait()


async def _departure(until_away: UntilAway) -> None:
    await until_away()


def _next(payload: dict[str, Any]) -> bytes:
    return b"event: next\ndata: " + encode(payload) + b"\n\n"
