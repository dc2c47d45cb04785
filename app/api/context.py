"""What every resolver of one operation shares."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol

import strawberry
from aiodataloader import DataLoader

from app.access.sight import seen_by
from app.access.viewer import Viewer
from app.core.app import App
from app.core.db import Db
from app.identity.client import Client
from app.identity.presences import presences

Arguments = tuple[tuple[str, Hashable], ...]
Read = Callable[..., Awaitable[Any]]


class Jar(Protocol):
    """Where a browser's tokens are kept. device_token: what it kept when it was trusted."""

    @property
    def device_token(self) -> str | None: ...

    def keep_device(self, token: str, for_s: float) -> None: ...
    def keep(self, token: str, for_s: float) -> None: ...
    def drop(self) -> None: ...

    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...


class Context:
    """The application, who is asking, and what was already loaded for them in this operation.

    client: the program that they ask by. jar: None where no cookie can be set. headers: what the response says more.
    """

    def __init__(
        self,
        app: App,
        viewer: Viewer,
        request_id: str,
        *,
        client: Client | None = None,
        jar: Jar | None = None,
        origin: str = "",
    ) -> None:
        self.app = app
        self.viewer = viewer
        self.request_id = request_id
        self.client = client or Client()
        self.jar = jar
        self.origin = origin
        self.headers: list[tuple[str, str]] = []
        self._loaders: dict[tuple[Read, Arguments], DataLoader[Any, Any]] = {}
        self._db = seen_by(app.db, viewer.access)

    @property
    def db(self) -> Db:
        """The database as it is for the viewer: what doesn't exist for them is not in it."""
        return self._db

    def load(self, read: Read, key: Hashable, **arguments: Hashable) -> Awaitable[Any]:
        """What the batched read answers for a key; keys asked for in one go are read by one call."""
        return self._loader(read, tuple(arguments.items())).load(key)

    def forget(self) -> None:
        """Drop what was loaded: the database has changed."""
        self._loaders.clear()

    def renewed(self) -> "Context":
        """The same with nothing loaded, for a subscription's next event, and with what the viewer may do by now."""
        viewer = presences(self.app).current(self.viewer)
        return Context(self.app, viewer, self.request_id, client=self.client, origin=self.origin)

    def _loader(self, read: Read, arguments: Arguments) -> DataLoader[Any, Any]:
        loader = self._loaders.get((read, arguments))
        if loader is None:

            async def batch(keys: list[Any]) -> list[Any]:
                values: Mapping[Any, Any] = await read(self.db, self.viewer, keys, **dict(arguments))
                return [values[key] for key in keys]

            loader = self._loaders[read, arguments] = DataLoader(batch)
        return loader


Info = strawberry.Info[Context, None]


def with_general(languages: Sequence[str]) -> tuple[str, ...]:
    """Each language tag in lower case, followed by the more general ones that it implies: pt-br, pt.

    A more general tag doesn't come before a special one that was wanted too: de-at, de-ch, de.
    """
    chains = [_general(tag.lower()) for tag in languages]
    flat = [tag for chain in chains for tag in chain]
    return tuple(tag for place, tag in enumerate(flat) if tag not in flat[place + 1 :])


def _general(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def accepted_languages(header: str) -> tuple[str, ...]:
    """The language tags of an Accept-Language header (RFC 9110 §12.5.4), most wanted first.

    `*`, languages with q=0 and whatever can't be read are left out.
    """
    ranked: list[tuple[float, str]] = []
    for item in header[:1000].split(","):
        tag, _, parameter = item.partition(";")
        tag, quality = tag.strip().lower(), _quality(parameter)
        if quality > 0 and tag.isascii() and tag.replace("-", "").isalnum():
            ranked.append((-quality, tag))
    return tuple(dict.fromkeys(tag for _, tag in sorted(ranked, key=lambda each: each[0])))


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
