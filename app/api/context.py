"""What every resolver of one operation shares."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import strawberry
from aiodataloader import DataLoader

from app.access.sight import seen_by
from app.access.viewer import Viewer
from app.api.level import Level
from app.core.app import App
from app.core.db import Db
from app.core.projection import Columns, union
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
        origin: str | Callable[[], str] = "",
    ) -> None:
        self.app = app
        self.viewer = viewer
        self.request_id = request_id
        self.client = client or Client()
        self.jar = jar
        self._origin = origin
        self.headers: list[tuple[str, str]] = []
        self._loaders: dict[tuple[Read, Arguments], DataLoader[Any, Any]] = {}
        self._levels: dict[tuple[Read, Arguments], Level] = {}
        self._db = seen_by(app.db, viewer.access)

    @property
    def origin(self) -> str:
        """Under which address the client knows us."""
        return self._origin if isinstance(self._origin, str) else self._origin()

    @property
    def db(self) -> Db:
        """The database as it is for the viewer: what doesn't exist for them is not in it."""
        return self._db

    def load(self, read: Read, key: Hashable, **arguments: Hashable) -> Awaitable[Any]:
        """What the batched read answers for a key; keys asked for in one go are read by one call.

        Whoever else waits for the same gets it, also if the first who asked for it is cancelled.
        """
        return asyncio.shield(self._loader(read, tuple(arguments.items())).load(key))

    async def load_all(
        self,
        read: Read,
        keys: Sequence[Any],
        columns: Columns = None,
        is_alone: bool = False,
        /,
        **arguments: Hashable,
    ) -> Mapping[Any, Any]:
        """The same for all keys of a level; levels that ask in one go are read by one call.

        columns: of the records that the read answers, where it can leave out the others.
        is_alone: whether no other level can ask in this go.
        """
        asked = (read, tuple(arguments.items()))
        level = self._levels.get(asked)
        if level is None or not level.takes(columns):
            # Not by `self`: what refers to itself stays in memory until the collector comes by.
            batch = partial(_read, read, self.db, self.viewer, arguments)
            level = Level(batch, columns if level is None else union(columns, level.columns))
            self._levels[asked] = level
        return await level.load(keys, is_alone=is_alone)

    def forget(self) -> None:
        """Drop what was loaded: the database has changed."""
        self._loaders.clear()
        self._levels.clear()

    def renewed(self) -> "Context":
        """The same with nothing loaded, for a subscription's next event, and with what the viewer may do by now."""
        viewer = presences(self.app).current(self.viewer)
        return Context(self.app, viewer, self.request_id, client=self.client, origin=self._origin)

    def _loader(self, read: Read, arguments: Arguments) -> DataLoader[Any, Any]:
        loader = self._loaders.get((read, arguments))
        if loader is None:
            db, viewer = self.db, self.viewer

            async def batch(keys: list[Any]) -> list[Any]:
                values: Mapping[Any, Any] = await read(db, viewer, keys, **dict(arguments))
                return [values[key] for key in keys]

            loader = self._loaders[read, arguments] = DataLoader(batch)
        return loader


async def _read(
    read: Read,
    db: Db,
    viewer: Viewer,
    arguments: Mapping[str, Hashable],
    wanted: list[Any],
    columns: Columns,
) -> Mapping[Any, Any]:
    some = {} if columns is None else {"columns": columns}
    return await read(db, viewer, wanted, **some, **arguments)


Info = strawberry.Info[Context, None]
