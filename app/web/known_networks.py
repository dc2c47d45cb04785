"""Networks from which nobody gets anything."""

from collections.abc import Awaitable, Callable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

# Probes come from the machine that runs us, whose address owners need not know.
OPEN = frozenset({"/healthz", "/startupz", "/readyz"})


class KnownNetworks:
    """ASGI middleware that answers 403 to addresses that may not reach us, whatever they ask but for our health."""

    def __init__(self, app: ASGIApp, may_reach: Callable[[str | None], Awaitable[bool]]) -> None:
        self._app = app
        self._may_reach = may_reach

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        client: tuple[str, int] | None = scope.get("client")
        if await self._may_reach(client[0] if client else None):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008, "Not from this network")(scope, receive, send)
        else:
            await PlainTextResponse("Not from this network.\n", 403)(scope, receive, send)
