"""Who is connected just now: shown out when their session ends, and up to date when what they may do changes."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import text

from app.access.events import PermissionsChanged
from app.access.viewer import Viewer
from app.core.app import App
from app.core.clock import now
from app.core.dispatch import TROUBLE
from app.core.errors import Invalid
from app.core.events import Event
from app.identity.api_tokens import good_tokens
from app.identity.authenticate import still
from app.identity.events import UserChanged
from app.identity.lifetimes import lifetimes
from app.identity.networks import ALL as NETWORKS
from app.identity.networks import may_reach, restricted
from app.identity.session_events import SessionsEnded
from app.identity.sessions import LIVE
from app.settings.events import SettingsChanged

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
AGAIN_S = 1.0
# An open connection is use. Answers whose sessions are good.
TOUCH = text(
    f"""
    UPDATE identity.sessions SET last_seen_at = now(), idle_expires_at = now() + make_interval(secs => :idle_s)
    WHERE id = ANY(CAST(:ids AS uuid[])) AND {LIVE}
      AND EXISTS (SELECT FROM identity.users u WHERE u.id = user_id AND u.disabled_at IS NULL)
    RETURNING id
    """  # noqa: S608
)


class Departure(StrEnum):
    """Why a connection has to end."""

    SESSION_ENDED = "session_ended"
    MAY_DO_LESS = "may_do_less"
    NOT_FROM_HERE = "not_from_here"


class Presence:
    """One open connection, and the viewer at its other end as they are now."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._sight = viewer.access.at(now())
        self._departure: asyncio.Future[Departure] = asyncio.get_running_loop().create_future()

    async def departure(self) -> Departure:
        """Waits until the connection has to end. The same for whoever asks."""
        return await asyncio.shield(self._departure)

    @property
    def is_leaving(self) -> bool:
        return self._departure.done()

    def update(self, viewer: Viewer | None) -> None:
        """None where the session is over. Who may do less than before, or sees other works, has to begin anew."""
        if viewer is None:
            self.leave(Departure.SESSION_ENDED)
        elif viewer.permissions >= self.viewer.permissions and viewer.access == self.viewer.access:
            self.viewer = viewer
        else:
            self.leave(Departure.MAY_DO_LESS)

    def heed_the_clock(self, moment: datetime) -> None:
        """Whose hours begin or end sees something else than so far, and has to begin anew."""
        if self.viewer.access.at(moment) != self._sight:
            self.leave(Departure.MAY_DO_LESS)

    def leave(self, departure: Departure) -> None:
        if not self._departure.done():
            self._departure.set_result(departure)


class Presences:
    """The open connections of this process, by session or token."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._held: defaultdict[UUID, set[Presence]] = defaultdict(set)

    @asynccontextmanager
    async def hold(self, viewer: Viewer) -> AsyncGenerator[Presence]:
        """Keep a connection known while it is open; what happened since the viewer was read is made up for."""
        presence, key = Presence(viewer), _key(viewer)
        if key is None:
            yield presence
            return
        self._held[key].add(presence)
        try:
            presence.update(await still(self._app, viewer))
            await self._keep_out(presence)
            yield presence
        finally:
            self._held[key].discard(presence)
            if not self._held[key]:
                del self._held[key]

    def current(self, viewer: Viewer) -> Viewer:
        """The viewer with what they may do now, as far as a connection of theirs is open from where they are."""
        key = _key(viewer)
        for presence in self._held.get(key, ()) if key else ():
            held = presence.viewer
            # From elsewhere they may be allowed to do other things.
            if held.actor.address == viewer.actor.address:
                return replace(
                    viewer, permissions=held.permissions, access=held.access, proved_at=held.proved_at
                )
        return viewer

    async def follow(self) -> None:
        """Hear of every end and change, for as long as the process lives."""
        last = self._app.stream.head
        while True:
            try:
                async with aclosing(self._app.stream.listen(last)) as events:
                    async for delivered in events:
                        await self._hear(delivered.event)
                        last = delivered.seq
            except Invalid:
                last = self._app.stream.head
                await self._look_at_everybody()
            except TROUBLE as error:
                log.warning("Ends of sessions are heard of late: %s", str(error) or type(error).__name__)
                await asyncio.sleep(AGAIN_S)

    async def look(self) -> None:
        """At every full minute, as hours end: connections count as use, and those whose time is over end."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S - now().timestamp() % LOOK_EVERY_S)
            self.heed_the_clock(now())
            with suppress(*TROUBLE):
                await self.look_once()

    def heed_the_clock(self, moment: datetime) -> None:
        for presence in self._all():
            presence.heed_the_clock(moment)

    async def look_once(self) -> None:
        """Two statements, however many are connected."""
        asked = list(self._held)
        if not asked:
            return
        idle_s = (await lifetimes(self._app)).idle.total_seconds()
        rows = await self._app.db.rows(TOUCH, ids=asked, idle_s=idle_s)
        good = {row["id"] for row in rows} | await good_tokens(self._app.db, asked)
        self._show_out(set(asked) - good)

    async def _hear(self, event: Event) -> None:
        match event:
            case SessionsEnded(ids=ids):
                self._show_out(ids)
            case PermissionsChanged(user_ids=user_ids):
                await self._refresh(set(user_ids))
            case UserChanged(user_id=user_id):
                await self._refresh({user_id})
            case SettingsChanged(names=names) if not {each.name for each in NETWORKS}.isdisjoint(names):
                await self._look_at_everybody()
            case _:
                pass

    def _show_out(self, ids: Iterable[UUID]) -> None:
        for key in ids:
            for presence in tuple(self._held.get(key, ())):
                presence.leave(Departure.SESSION_ENDED)

    async def _look_at_everybody(self) -> None:
        """Those who may not be where they are leave before anybody else is asked about, which takes statements."""
        for presence in list(self._all()):
            await self._keep_out(presence)
        for presence in list(self._all()):
            if not presence.is_leaving:
                presence.update(await still(self._app, presence.viewer))

    async def _keep_out(self, presence: Presence) -> None:
        """No statement, as settings have it."""
        viewer = presence.viewer
        if not await may_reach(self._app, viewer.actor.address):
            presence.leave(Departure.NOT_FROM_HERE)
        elif (await restricted(self._app, viewer)).permissions != viewer.permissions:
            presence.leave(Departure.MAY_DO_LESS)

    async def _refresh(self, user_ids: set[UUID]) -> None:
        for presence in list(self._all()):
            if presence.viewer.user_id in user_ids:
                presence.update(await still(self._app, presence.viewer))

    def _all(self) -> Iterator[Presence]:
        for held in self._held.values():
            yield from held


def _key(viewer: Viewer) -> UUID | None:
    """What ends when they have to leave."""
    return viewer.session_id or viewer.actor.token_id


_presences: WeakKeyDictionary[App, Presences] = WeakKeyDictionary()


def presences(app: App) -> Presences:
    """The application's one register, which follows the events from when it is first asked for. On the event loop."""
    if app not in _presences:
        made = _presences[app] = Presences(app)
        for work in (made.follow(), made.look()):
            app.on_close(asyncio.get_running_loop().create_task(work).cancel)
    return _presences[app]
