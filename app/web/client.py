"""Where a request comes from: the one place that knows proxies, for all that asks for an address or a scheme."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.config import ForwardedHeader
from app.identity.networks import network_of

Address = IPv4Address | IPv6Address

# RFC 7239 §4: elements between commas, pairs between semicolons, values that may be quoted.
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PAIR = re.compile(r'\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))\s*(?:;|$)', re.ASCII)
_BRACKETED = re.compile(r"\[([^\]]+)\](?::\d{1,5})?", re.ASCII)
_WITH_PORT = re.compile(r"([\d.]+):\d{1,5}", re.ASCII)
_SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}
MOST_HOPS = 50


@dataclass(frozen=True, slots=True)
class Hop:
    """Whom a proxy says that it speaks for; None for what it keeps to itself, or what can't be read."""

    address: Address | None
    scheme: str | None = None


class BehindProxies:
    """ASGI middleware that puts a client's own address and scheme in the place of trusted proxies' ones.

    Below it `scope["client"]` and `scope["scheme"]` are the client's. What proxies say is read from the nearest on, as
    far as they are trusted: the first that isn't is the client, whatever is said beyond it. header: the one in which
    they say it; the other may be anybody's word, and is not read.
    """

    def __init__(self, app: ASGIApp, trusted: Iterable[str], header: ForwardedHeader) -> None:
        self._app = app
        self._trusted = tuple(network_of(each) for each in trusted)
        self._hops = forwarded if header is ForwardedHeader.FORWARDED else x_forwarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in _SCHEMES and self._trusted and scope.get("client"):
            scope = self._seen_through(scope)
        await self._app(scope, receive, send)

    def _seen_through(self, scope: Scope) -> Scope:
        address, scheme = read_address(scope["client"][0]), None
        is_told = False
        for hop in self._hops(Headers(scope=scope)):
            if address is None or not self._is_trusted(address):
                break
            scheme = hop.scheme or scheme
            if hop.address is None:
                break
            address, is_told = hop.address, True
        schemes = _SCHEMES[scope["type"]]
        return {
            **scope,
            "client": (str(address), 0) if is_told else scope["client"],
            "scheme": schemes.get(scheme or "", scope["scheme"]),
        }

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def x_forwarded(headers: Headers) -> list[Hop]:
    """What X-Forwarded-For and X-Forwarded-Proto say, the nearest first.

    Schemes belong to addresses from the end on; of too few, the first is that of all before it as well.
    """
    addresses, schemes = (_listed(headers, f"x-forwarded-{name}")[::-1] for name in ("for", "proto"))
    told = [each.lower() for each in schemes] or [None]
    if not addresses:
        return [Hop(None, told[0])]
    return [Hop(read_address(each), told[min(place, len(told) - 1)]) for place, each in enumerate(addresses)]


def forwarded(headers: Headers) -> list[Hop]:
    """What Forwarded says (RFC 7239), the nearest first."""
    elements = _ELEMENT.findall(",".join(headers.getlist("forwarded")))
    return [_hop(element) for element in elements[: -MOST_HOPS - 1 : -1]]


def read_address(text: str) -> Address | None:
    """An address with or without brackets, port and zone; an IPv4 one that is written as IPv6 is IPv4."""
    text = text.strip()
    for shape in (_BRACKETED, _WITH_PORT):
        if found := shape.fullmatch(text):
            text = found[1]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _listed(headers: Headers, name: str) -> list[str]:
    return [part.strip() for part in ",".join(headers.getlist(name)).split(",") if part.strip()][-MOST_HOPS:]


def _hop(element: str) -> Hop:
    pairs = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
        for name, quoted, plain in _PAIR.findall(element)
    }
    return Hop(read_address(pairs.get("for", "")), pairs.get("proto", "").lower() or None)
