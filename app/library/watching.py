"""Which libraries this worker watches: each is watched by one worker alone, under a lease."""

import asyncio
import contextlib
import logging
from contextlib import aclosing
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.dispatch import TROUBLE
from app.core.ending import end
from app.core.ids import new_id
from app.library.events import LibraryChanged, ScanProgressed
from app.library.read_folders import Root
from app.library.watch import Watch, Watched
from app.library.watch_modes import Mode

log = logging.getLogger(__name__)

LEASE_S = 15

CLAIM = text(
    """
    INSERT INTO library.watches (library_id, owner, lease_until, state)
    SELECT id, :owner, now() + make_interval(secs => CAST(:lease_s AS int)), 'starting'
    FROM library.libraries WHERE watch <> 'off' ORDER BY id
    ON CONFLICT (library_id) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until,
        state = CASE WHEN watches.owner = excluded.owner THEN watches.state ELSE excluded.state END,
        mode = CASE WHEN watches.owner = excluded.owner THEN watches.mode END,
        message = CASE WHEN watches.owner = excluded.owner THEN watches.message END
    WHERE watches.owner = excluded.owner OR watches.lease_until < now()
    RETURNING library_id
    """
)
RELEASE = text("DELETE FROM library.watches WHERE owner = :owner")
RELEASE_OFF = text(
    """
    DELETE FROM library.watches w USING library.libraries l
    WHERE w.owner = :owner AND l.id = w.library_id AND l.watch = 'off'
    """
)
WATCHED = text(
    """
    SELECT l.id, l.watch, r.id AS root_id, r.path FROM library.libraries l
    JOIN library.roots r ON r.library_id = l.id
    WHERE l.id = ANY(CAST(:ids AS uuid[])) ORDER BY l.id, r.id
    """
)


async def watch_libraries(app: App) -> None:
    """Watch what nobody else watches until cancelled; then let others do so at once."""
    warden = Warden(app)
    listening = asyncio.create_task(warden.listen())
    try:
        await warden.run()
    finally:
        await end(listening)
        await warden.end()


class Warden:
    """Holds the leases of a worker process, and runs a watch for each."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._owner = new_id()
        self._running: dict[UUID, tuple[Watch, asyncio.Task[None]]] = {}
        self._kicked = asyncio.Event()

    async def run(self) -> None:
        """Extend the leases, and take over libraries that are new, or whose watcher was not heard of."""
        while True:
            self._kicked.clear()
            try:
                await self._take_over(await self._claimed())
            except TROUBLE as error:
                log.warning("Watching waits: %s", str(error) or type(error).__name__)
            except Exception:
                log.exception("Watching stumbled and goes on")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEASE_S / 3):
                    await self._kicked.wait()

    async def listen(self) -> None:
        """Look again at once when a library changes, and tell its watch when a scan of it gets further."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001
                log.warning("Watching hears no events for a while: %s", str(error) or type(error).__name__)
            await asyncio.sleep(LEASE_S / 3)

    async def _listen(self) -> None:
        async with aclosing(self._app.stream.listen()) as events:
            async for delivered in events:
                match delivered.event:
                    case LibraryChanged():
                        self._kicked.set()
                    case ScanProgressed(library_id=library_id) if library_id in self._running:
                        self._running[library_id][0].kick()
                    case _:
                        pass

    async def end(self) -> None:
        """Stop all watches, and give up their leases."""
        await end(*(task for _, task in self._running.values()))
        with contextlib.suppress(*TROUBLE):
            await asyncio.shield(self._app.db.run(RELEASE, owner=self._owner))

    async def _claimed(self) -> dict[UUID, Watched]:
        await self._app.db.run(RELEASE_OFF, owner=self._owner)
        rows = await self._app.db.rows(CLAIM, owner=self._owner, lease_s=LEASE_S)
        roots: dict[tuple[UUID, str], list[Root]] = {}
        for library_id, mode, root_id, path in await self._app.db.rows(WATCHED, ids=[row[0] for row in rows]):
            roots.setdefault((library_id, mode), []).append(Root(root_id, path))
        return {key: Watched(key, Mode(mode), tuple(found)) for (key, mode), found in roots.items()}

    async def _take_over(self, claimed: dict[UUID, Watched]) -> None:
        for library_id, (watch, task) in list(self._running.items()):
            if task.done() or claimed.get(library_id) != watch.watched:
                await end(task)
                _tell_why(task)
                del self._running[library_id]
        for library_id, watched in claimed.items():
            if library_id not in self._running:
                watch = Watch(self._app, watched, self._owner)
                self._running[library_id] = (watch, asyncio.create_task(watch.run()))


def _tell_why(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("A watch ended by an error and begins anew", exc_info=error)
