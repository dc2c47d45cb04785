"""A request as it arrived, with header fields that are looked up rather than searched for."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, cast, overload

from starlette.datastructures import URL, Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

from app.core.short import remembered_if_short
from app.web.codings import Coding, wanted
from app.web.graphql.negotiate import Media, parameters_of, preferred

T = TypeVar("T")
OFFERED = tuple(Media)


# What the same program says with each request. Of no other fields anything is remembered: they differ, or are secret.
_SAID = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "content-encoding",
        "content-type",
        "host",
        "origin",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
    }
)
_SAID_ON_WIRE = frozenset(each.encode() for each in _SAID)
MOST_KNOWN, MOST_FIELDS, MOST_BYTES = 256, 20, 2000
Raw = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Bearing:
    """What a program says with each of its requests, and what it means for answers.

    said: by name; of several fields the first counts. media: what it takes, best first. coding: as `wanted` has it.
    is_json: whether it sends JSON as it is.
    """

    said: dict[str, str]
    media: tuple[Media, ...]
    coding: Coding | None
    is_json: bool

    @classmethod
    def of(cls, raw: Raw) -> "Bearing":
        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(raw)}
        media = cast("tuple[Media, ...]", preferred(said.get("accept"), OFFERED))
        is_json = _is_json(said.get("content-type", ""))
        return cls(said, media, wanted(said.get("accept-encoding")), is_json)


_known: dict[Raw, Bearing] = {}


def _bearing(raw: Raw) -> Bearing:
    found = _known.get(raw)
    if found is None:
        found = Bearing.of(raw)
        if len(raw) <= MOST_FIELDS and sum(len(name) + len(value) for name, value in raw) <= MOST_BYTES:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            _known[raw] = found
    return found


def _is_json(content_type: str) -> bool:
    media, parameters = parameters_of(content_type)
    return media == "application/json" and parameters.get("charset", "utf-8") in {"utf-8", "utf8"}


class Fields(Headers):
    """Starlette goes through all fields for each that is asked for, and a dozen are asked for with every request."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:  # pyright: ignore[reportMissingSuperCall]
        self._list = raw
        self.bearing = _bearing(tuple([each for each in raw if each[0] in _SAID_ON_WIRE]))

    def __getitem__(self, key: str) -> str:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str | T, /) -> str | T: ...
    def get(self, key: str, default: object = None, /) -> object:
        found = self.bearing.said.get(key)
        if found is not None:
            return found
        if (name := _wire(key)) is not None:
            for each, value in self._list:
                if each == name:
                    return value.decode("latin-1")
        return default

    def getlist(self, key: str) -> list[str]:
        return super().getlist(key) if key in self else []


@lru_cache(maxsize=256)
def _wire(name: str) -> bytes | None:
    """The name as it is in requests; None where a bearing has it."""
    return None if name in _SAID else name.lower().encode("latin-1")


class Arrival(HTTPConnection):
    """An HTTP request or the handshake of a socket."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._fields = Fields(scope["headers"])

    @property
    def headers(self) -> Headers:
        return self._fields

    @property
    def bearing(self) -> Bearing:
        return self._fields.bearing


def origin_of(connection: HTTPConnection) -> str:
    """Under which address the client knows us, like `https://films.example`."""
    scope = connection.scope
    return _origin(scope["scheme"], scope.get("server"), connection.headers.get("host"))


@remembered_if_short(256)
def _origin(scheme: str, server: tuple[str, int | None] | None, host: str | None) -> str:
    named = [] if host is None else [(b"host", host.encode("latin-1"))]
    return str(URL(scope={"scheme": scheme, "server": server, "path": "", "headers": named}))
