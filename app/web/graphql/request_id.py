"""One identifier per request: in its response header, its errors and its log lines."""

import re
import secrets
from contextvars import ContextVar, Token

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADER = b"x-request-id"
_SANE = re.compile(rb"[\w.:+/=@-]{1,128}", re.ASCII)
_RESPONSE_STARTS = {"http.response.start", "websocket.accept", "websocket.http.response.start"}

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The identifier of the request that is being answered, or an empty string outside of one."""
    return _request_id.get()


def enter_request(request_id: str) -> None:
    """Name the work that the current task does from here on."""
    _request_id.set(request_id)


def begin_request(scope: Scope) -> Token[str]:
    """Name a request, as `RequestIds` does it; the token is for `end_request`."""
    request_id = _inbound(scope) or secrets.token_hex(8)
    scope.setdefault("state", {})["request_id"] = request_id
    return _request_id.set(request_id)


def end_request(token: Token[str]) -> None:
    _request_id.reset(token)


def is_named(scope: Scope) -> bool:
    return "request_id" in scope.get("state", ())


def name_of(scope: Scope) -> tuple[bytes, bytes]:
    """The header field that tells a request's name in its response."""
    return _HEADER, scope["state"]["request_id"].encode()


class RequestIds:
    """ASGI middleware that names requests; below itself it does nothing, so it may be applied twice.

    A sane X-Request-Id of the client is kept. The identifier is also in scope["state"]["request_id"].
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or is_named(scope):
            await self._app(scope, receive, send)
            return
        token = begin_request(scope)

        async def send_named(message: Message) -> None:
            if message["type"] in _RESPONSE_STARTS:
                message = {**message, "headers": [*message.get("headers", ()), name_of(scope)]}
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        finally:
            end_request(token)


def _inbound(scope: Scope) -> str | None:
    values: list[bytes] = [value for name, value in scope["headers"] if name == _HEADER]
    return values[0].decode() if len(values) == 1 and _SANE.fullmatch(values[0]) else None
