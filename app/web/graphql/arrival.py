"""A request as it arrived, with header fields that are looked up rather than searched for."""

from functools import lru_cache
from typing import TypeVar, overload

from starlette.datastructures import URL, Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

from app.core.short import remembered_if_short

T = TypeVar("T")


class Fields(Headers):
    """Starlette goes through all fields for each that is asked for, and a dozen are asked for with every request."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=raw)
        # Of several the first counts.
        self._first = dict(reversed(raw))

    def __getitem__(self, key: str) -> str:
        return self._first[_wire(key)].decode("latin-1")

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and _wire(key) in self._first

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str | T, /) -> str | T: ...
    def get(self, key: str, default: object = None, /) -> object:
        found = self._first.get(_wire(key))
        return default if found is None else found.decode("latin-1")

    def getlist(self, key: str) -> list[str]:
        return super().getlist(key) if key in self else []


@lru_cache(maxsize=256)
def _wire(name: str) -> bytes:
    return name.lower().encode("latin-1")


class Arrival(HTTPConnection):
    """An HTTP request or the handshake of a socket."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._fields = Fields(list(scope["headers"]))

    @property
    def headers(self) -> Headers:
        return self._fields


def origin_of(connection: HTTPConnection) -> str:
    """Under which address the client knows us, like `https://films.example`."""
    scope = connection.scope
    return _origin(scope["scheme"], scope.get("server"), connection.headers.get("host"))


@remembered_if_short(256)
def _origin(scheme: str, server: tuple[str, int | None] | None, host: str | None) -> str:
    named = [] if host is None else [(b"host", host.encode("latin-1"))]
    return str(URL(scope={"scheme": scheme, "server": server, "path": "", "headers": named}))
