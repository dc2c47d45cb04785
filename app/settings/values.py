"""What settings are set to."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.db import Db
from app.core.events import Event
from app.settings.events import OF_SERVER, SettingsChanged
from app.settings.reads import values_of_user
from app.settings.registry import Setting, fixed

log = logging.getLogger(__name__)

T = TypeVar("T")

SERVER_VALUES = text("SELECT name, value FROM settings.values WHERE role_id IS NULL AND user_id IS NULL")


@dataclass(slots=True)
class Stored:
    """What the server's settings are, as far as the stream has told up to `head`; what is not in it has its default.

    loaded: those that somebody has asked for, as they are used; each alone in a tuple.
    """

    head: int
    values: dict[str, Any]
    loaded: dict[str, tuple[Any]] = field(default_factory=dict[str, tuple[Any]])


class Settings:
    """The server's values in one process: read once, and again when told of a change, if need be by the stream."""

    def __init__(self, app: App) -> None:
        self.fixed = fixed()
        self._app = app
        self._stored: Stored | None = None
        self._times_forgotten = 0
        app.voids.on_void("settings", self._hear)

    def at_hand(self, setting: Setting[T]) -> tuple[T] | None:
        """The value, where it has been asked for and holds."""
        if setting.name in self.fixed:
            return (self.fixed[setting.name],)
        found = self._current()
        return None if found is None else found.loaded.get(setting.name)

    async def value(self, setting: Setting[T], db: Db | None = None) -> T:
        if (known := self.at_hand(setting)) is not None:
            return known[0]
        found = self._current() or await self._read(db)
        (value,) = found.loaded[setting.name] = (loaded(setting, found.values.get(setting.name)),)
        return value

    async def stored(self) -> Mapping[str, Any]:
        """What is set in the database, by name, as JSON has it."""
        return (self._current() or await self._read()).values

    async def _read(self, db: Db | None = None) -> Stored:
        # Asked before the statement: a change that it just misses is told of later.
        head, forgotten = self._app.stream.head, self._times_forgotten
        rows = await (db or self._app.db).rows(SERVER_VALUES)
        found = Stored(head, {row["name"]: row["value"] for row in rows})
        if forgotten == self._times_forgotten:
            self._stored = found
        return found

    def forget(self) -> None:
        """Read them anew when next asked, without waiting for the stream."""
        self._stored = None
        self._times_forgotten += 1

    def _hear(self, tags: Collection[str]) -> None:
        """At once; what went by unheard, the stream makes up for."""
        if OF_SERVER in tags:
            self.forget()

    def _current(self) -> Stored | None:
        found, head = self._stored, self._app.stream.head
        if found is None or found.head >= head:
            return found
        news = self._app.stream.recent(found.head)
        if news is None or any(_is_of_server(delivered.event) for delivered in news):
            return None
        found.head = head
        return found


def settings_of(app: App) -> Settings:
    """The application's. Raises ConfigError where the environment fixes one at what can't be used."""
    return app.own(Settings)


async def value(app: App, setting: Setting[T], db: Db | None = None) -> T:
    """What the whole server is set to: by the environment, else in the database, else by default.

    No statement but for the first time, and the first after a change. db: of the transaction in which this is asked,
    which must not wait for a second connection while many others do the same.
    """
    settings = settings_of(app)
    known = settings.at_hand(setting)
    return await settings.value(setting, db) if known is None else known[0]


async def value_of_user(app: App, setting: Setting[T], user_id: UUID, db: Db | None = None) -> T:
    """What holds for a person: what they chose, else what their roles have, else the server's.

    One statement each time, so that it is right at once in all processes. db: as for `value`.
    """
    given = (await values_of_user(db or app.db, user_id)).get(setting.name)
    return await value(app, setting, db) if given is None else loaded(setting, given.value)


def loaded(setting: Setting[T], plain: Any) -> T:
    """The stored value; the default where there is none, or one that this version doesn't take."""
    if plain is None:
        return setting.default
    try:
        return setting.value(plain)
    except ValueError as error:
        log.warning(
            "The setting %s has its default, since what is stored can't be used: %s", setting.name, error
        )
        return setting.default


def _is_of_server(event: Event) -> bool:
    return isinstance(event, SettingsChanged) and event.is_of_server
