"""Which names a request may call us by, so that a page can't reach us by a name of its own (DNS rebinding)."""

from collections.abc import Collection
from ipaddress import ip_address

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from app.core.short import MOST_CHARS
from app.web.graphql.request_id import RequestIds

MISDIRECTED = 421
# Clients call us by the same few.
MOST_KNOWN = 256


class KnownHosts:
    """ASGI middleware that answers 421 to a Host that is neither `localhost`, nor an address, nor one of `names`.

    Addresses are let through whichever they are: rebinding needs a name, and probes call us by address.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names) | {"localhost"}
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or self._knows(scope):
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        hosts: list[bytes] = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        host = hosts[0]
        if host in self._known:
            return True
        name = host_name(host.decode("latin-1"))
        if not (name in self._names or name.endswith(".localhost") or _is_address(name)):
            return False
        if len(self._known) < MOST_KNOWN and len(host) <= MOST_CHARS:
            self._known.add(host)
        return True


@RequestIds
async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose(1008, "Unknown host")(scope, receive, send)
    else:
        text = "Marquee is not known by this name. Add the page's origin to MARQUEE_ALLOWED_ORIGINS.\n"
        await PlainTextResponse(text, MISDIRECTED)(scope, receive, send)


def host_name(host: str) -> str:
    """A Host header's name or address, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
