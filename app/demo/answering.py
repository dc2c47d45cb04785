"""A small HTTP/1.1 server on a loopback port: what stands in for outside services, offline and in tests."""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

log = logging.getLogger(__name__)

MOST_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; names of headers in lower case. query: the last value of each; repeated: all of them."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    repeated: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


# Head and body as they go over the wire; the connection ends after an answer that says `connection: close`.
Answering = Callable[[Asked], Awaitable[bytes]]


def said(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """A whole answer."""
    all_headers = {"content-length": str(len(body)), **(headers or {})}
    lines = [
        f"HTTP/1.1 {status} {_reason(status)}",
        *(f"{name}: {value}" for name, value in all_headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def answering(
    answer: Answering, port: int = 0, *, sock: socket.socket | None = None
) -> AsyncGenerator[str]:
    """Serve until the block ends; its address comes back. port: 0 for any that is free. sock: one that is bound."""
    open_now: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await _converse(answer, reader, writer)
        except asyncio.CancelledError:
            # Nobody but the end below cancels it. Streams of Python 3.11 would log that as an error.
            log.debug("A connection was open at the end.")
        finally:
            open_now.discard(task)
            writer.close()

    if sock is None:
        server = await asyncio.start_server(connected, "127.0.0.1", port, limit=MOST_HEAD_BYTES)
    else:
        server = await asyncio.start_server(connected, sock=sock, limit=MOST_HEAD_BYTES)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        waiting = list(open_now)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _converse(answer: Answering, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request after the other, until either side is done."""
    while True:
        asked = await _read(reader)
        if asked is None:
            return
        answered = await answer(asked)
        writer.write(answered)
        await writer.drain()
        head = answered.partition(b"\r\n\r\n")[0].lower()
        if b"connection: close" in head or not answered:
            return


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """None at the end, or for what is no request."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    target = urlsplit(rest.rpartition(" ")[0])
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line)
    }
    length = headers.get("content-length", "0")
    body = await reader.readexactly(int(length)) if length.isdigit() else b""
    repeated = {
        name: tuple(values) for name, values in parse_qs(target.query, keep_blank_values=True).items()
    }
    query = {name: values[-1] for name, values in repeated.items()}
    return Asked(method, target.path, query, headers, body, repeated)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
