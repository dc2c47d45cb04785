"""GraphQL over WebSocket by the graphql-transport-ws protocol, the only one offered.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing, suppress
from typing import Any, cast

from starlette.types import Message, Receive, Scope, Send

from app.web.graphql.arrival import Arrival
from app.web.graphql.documents import Operation, OperationKind
from app.web.graphql.endpoint import Endpoint, internal_error, plain_error, too_many
from app.web.graphql.errors import (
    ClientGone,
    Forbidden,
    Malformed,
    Refused,
    RequestError,
    TooMany,
    Unauthenticated,
)
from app.web.graphql.executor import Executor, Result
from app.web.graphql.lifeline import until_first
from app.web.graphql.origins import is_foreign
from app.web.graphql.request import Request, decode, encode
from app.web.graphql.request_id import current_request_id, enter_request

logger = logging.getLogger(__name__)

PROTOCOL = "graphql-transport-ws"
_REASON_BYTES = 123


class _Close(Exception):
    """End the session with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Session:
    """One socket: its handshake, its operations and its end.

    The reader takes one message after the other and starts a task for each operation. Whoever finds a reason to
    end the session calls `_end`; only `run` closes the socket.
    """

    def __init__(self, endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
        self._endpoint = endpoint
        self._limits = endpoint.limits
        self._scope = scope
        self._connection = Arrival(scope)
        self._receive = receive
        self._raw_send = send
        self._params: Mapping[str, Any] | None = None
        self._initialised = False
        self._admitted = asyncio.Event()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._mutations: set[asyncio.Task[None]] = set()
        self._started = 0
        self._verdict: _Close | None = None
        self._ended = asyncio.Event()

    async def run(self) -> None:
        await self._receive()  # websocket.connect
        if is_foreign(self._connection.headers, self._endpoint.allowed_origins):
            await _deny(self._scope, self._raw_send)
        elif PROTOCOL not in self._scope["subprotocols"]:
            await self._raw_send({"type": "websocket.accept"})
            await self._close(_Close(4406, f"Subprotocol not acceptable, use {PROTOCOL}"))
        else:
            await self._raw_send({"type": "websocket.accept", "subprotocol": PROTOCOL})
            await self._serve()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._limits.init_timeout_s, self._init_is_late)
        try:
            await until_first(
                self._read(), self._until_ended(), self._until_closing(), self._until_shown_out()
            )
        except _Close as close:
            self._end(close)
        except ClientGone:
            self._end()
        except Exception as error:  # noqa: BLE001  # a bug must not look like a broken connection
            internal_error(error)
            self._end(_Close(4500, "Internal server error"))
        finally:
            timer.cancel()
            await self._close(self._verdict)
            await self._stop_operations()

    def _init_is_late(self) -> None:
        if not self._initialised:
            self._end(_Close(4408, "Connection initialisation timeout"))

    def _end(self, close: _Close | None = None) -> None:
        if not self._ended.is_set():
            self._verdict = close
            self._ended.set()

    async def _until_ended(self) -> None:
        await self._ended.wait()

    async def _until_closing(self) -> None:
        await self._endpoint.closing.wait()
        self._end(_Close(1012, "Service restart"))

    async def _until_shown_out(self) -> None:
        await self._admitted.wait()
        async with self._endpoint.stay(await self._context()) as until_away:
            departure = await until_away()
        self._end(_Close(departure.code, departure.reason))

    async def _close(self, close: _Close | None) -> None:
        self._ended.set()
        if close is None:
            return
        reason = close.reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        with suppress(ClientGone):
            await self._transmit({"type": "websocket.close", "code": close.code, "reason": reason})

    async def _stop_operations(self) -> None:
        """Mutations finish, as they do over HTTP when the client hangs up; everything else is cancelled."""
        for task in self._tasks - self._mutations:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # Messages in

    async def _read(self) -> None:
        while (message := await self._receive())["type"] != "websocket.disconnect":
            try:
                await self._handle(self._decoded(message))
            except Malformed as error:
                raise _Close(4400, str(error)) from error

    def _decoded(self, message: Message) -> dict[str, Any]:
        text = message.get("text")
        if text is None:
            raise Malformed("Messages must be text.")
        if len(text) > self._limits.message_bytes or len(text.encode()) > self._limits.message_bytes:
            raise _Close(1009, f"Messages are limited to {self._limits.message_bytes} bytes")
        decoded = decode(text, "The message")
        if not isinstance(decoded, dict):
            raise Malformed("A message must be a JSON object.")
        return cast("dict[str, Any]", decoded)

    async def _handle(self, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._initialise(_payload_of(message))
            case "subscribe":
                await self._subscribe(_id_of(message), message.get("payload"))
            case "complete":
                self._complete(_id_of(message))
            case "ping":
                _payload_of(message)
                await self._send({"type": "pong"})
            case "pong":
                _payload_of(message)
            case _:
                raise Malformed("The message has no type that a client sends.")

    async def _initialise(self, params: Mapping[str, Any] | None) -> None:
        if self._initialised:
            raise _Close(4429, "Too many initialisation requests")
        self._initialised = True
        self._params = params or {}
        await self._context()
        self._admitted.set()
        await self._send({"type": "connection_ack"})

    async def _context(self) -> Any:
        """Raises _Close when the viewer is not, or no longer, let in."""
        try:
            return await self._endpoint.make_context(self._connection, self._params)
        except Unauthenticated as error:
            raise _Close(4401, str(error) or "Unauthorized") from error
        except Forbidden as error:
            raise _Close(4403, str(error) or "Forbidden") from error

    async def _subscribe(self, id_: str, payload: object) -> None:
        if not self._admitted.is_set():
            raise _Close(4401, "Unauthorized")
        request = Request.of(payload)
        if id_ in self._operations:
            raise _Close(4409, f"Subscriber for {id_} already exists")
        if len(self._tasks) >= self._limits.operations_per_socket:
            error = too_many(
                TooMany(f"No more than {self._limits.operations_per_socket} operations at a time.")
            )
            await self._send({"id": id_, "type": "error", "payload": [error]})
            return
        self._started += 1
        task = asyncio.create_task(self._operate(id_, request, f"{current_request_id()}.{self._started}"))
        self._operations[id_] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _complete(self, id_: str) -> None:
        task = self._operations.pop(id_, None)
        if task is not None and task not in self._mutations:
            task.cancel()

    # Operations

    async def _operate(self, id_: str, request: Request, request_id: str) -> None:
        enter_request(request_id)
        try:
            await self._execute_or_tell(id_, request)
        except _Close as close:
            self._end(close)
        except ClientGone:
            self._end()

    async def _execute_or_tell(self, id_: str, request: Request) -> None:
        try:
            await self._execute(id_, request)
        except (_Close, ClientGone):
            raise
        except Unauthenticated as error:
            raise _Close(4401, str(error)) from error
        except TooMany as error:
            await self._finish(id_, {"type": "error", "payload": [too_many(error)]})
        except Refused as error:
            await self._finish(id_, {"type": "error", "payload": [plain_error(error.code, str(error))]})
        except RequestError as error:
            await self._finish_unexecuted(id_, Result.refused(*error.errors))
        except Exception as error:  # noqa: BLE001  # the socket and its other operations live on
            await self._finish(id_, {"type": "error", "payload": [internal_error(error)]})

    async def _execute(self, id_: str, request: Request) -> None:
        context = await self._context()
        kind, operation, executor = await self._endpoint.begin(request, context)
        if kind is OperationKind.SUBSCRIPTION:
            with self._endpoint.subscriptions.hold(self._endpoint.viewer_key(context)):
                await self._stream(id_, operation, executor, context)
            return
        if kind is OperationKind.MUTATION:
            self._keep(cast("asyncio.Task[None]", asyncio.current_task()))
        result = await executor.execute(operation, context)
        if not result.executed:
            await self._finish_unexecuted(id_, result)
            return
        await self._next(id_, result)
        await self._finish(id_, {"type": "complete"})

    def _keep(self, mutation: asyncio.Task[None]) -> None:
        self._mutations.add(mutation)
        mutation.add_done_callback(self._mutations.discard)

    async def _stream(self, id_: str, operation: Operation, executor: Executor, context: Any) -> None:
        results = await executor.subscribe(operation, context)
        if isinstance(results, Result):
            await self._finish_unexecuted(id_, results)
            return
        async with aclosing(results):
            async for result in results:
                await self._next(id_, result)
                await asyncio.sleep(0)  # a source that never waits must not keep others from their turn
        await self._finish(id_, {"type": "complete"})

    # Messages out

    async def _next(self, id_: str, result: Result) -> None:
        if self._holds(id_):
            await self._send({"id": id_, "type": "next", "payload": self._endpoint.payload(result)})

    async def _finish_unexecuted(self, id_: str, result: Result) -> None:
        errors = self._endpoint.payload(result).get("errors", [])
        await self._finish(id_, {"type": "error", "payload": errors})

    async def _finish(self, id_: str, message: dict[str, Any]) -> None:
        """Send an operation's last message; its id is free before that, for the client may use it at once."""
        if self._holds(id_):
            del self._operations[id_]
            await self._send({"id": id_, **message})

    def _holds(self, id_: str) -> bool:
        return self._operations.get(id_) is asyncio.current_task()

    async def _send(self, message: dict[str, Any]) -> None:
        """Raises ClientGone when the session has ended."""
        if self._ended.is_set():
            raise ClientGone
        await self._transmit({"type": "websocket.send", "text": encode(message).decode()})

    async def _transmit(self, message: Message) -> None:
        try:
            async with asyncio.timeout(self._limits.send_timeout_s):
                await self._raw_send(message)
        except TimeoutError as error:
            logger.info("Socket %s is dropped: its client stopped reading", current_request_id())
            raise ClientGone from error
        except (OSError, RuntimeError) as error:
            # The client hung up, or Uvicorn closed the socket by itself, which it tells a sender by RuntimeError.
            raise ClientGone from error


def _payload_of(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise Malformed("The payload must be an object.")
    return cast("dict[str, Any] | None", payload)


def _id_of(message: dict[str, Any]) -> str:
    id_ = message.get("id")
    if not isinstance(id_, str) or not id_:
        raise Malformed("The id must be a string that is not empty.")
    return id_


async def _deny(scope: Scope, send: Send) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    body = encode({"errors": [plain_error("FORBIDDEN", "Pages of other sites may not connect.")]})
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": 403, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
