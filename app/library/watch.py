"""Watching one library: what happens in its folders becomes the fewest scans, once it has come to rest."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text
from watchfiles import Change

from app.core.app import App
from app.core.dispatch import TROUBLE
from app.core.errors import Conflict
from app.core.outbox import Tx
from app.library.events import LibraryChanged
from app.library.mounts import needs_polling
from app.library.notices import CanNotWatch, How, Notice, check_room, identity, notices
from app.library.online import Look, look_at_roots, set_online
from app.library.read_folders import Root
from app.library.scans import share
from app.library.settling import Settling, are_being_written, glance
from app.library.stirred import (
    Stirred,
    are_known,
    forget,
    holds_files,
    may_be_scanned,
    note,
    scan_stirred,
    stirred_folders,
)
from app.library.stirring import plan, stirred_by
from app.library.watch_modes import Mode, State

log = logging.getLogger(__name__)
T = TypeVar("T")

# How often a root that is offline is looked for, and PostgreSQL while it is away.
CHECK_S = 5.0
RETRY_S = 1.0
# How long nothing has to be heard before the rows are looked at anyway.
IDLE_S = 30.0
SCANNING_S = 2.0

REPORT = text(
    """
    UPDATE library.watches SET state = :state, mode = :mode, message = :message
    WHERE library_id = :library_id AND owner = :owner
      AND (state, mode, message) IS DISTINCT FROM (CAST(:state AS text), CAST(:mode AS text), CAST(:message AS text))
    """
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watch depends on; another one begins when any of it changes."""

    library_id: UUID
    mode: Mode
    roots: tuple[Root, ...]


@dataclass(slots=True)
class Attention:
    """How one root is watched just now. look: what was last seen of it. refused: why the system tells nothing of it."""

    state: State = State.STARTING
    mode: Mode | None = None
    message: str | None = None
    refused: str | None = None
    look: Look | None = None


class Watch:
    """A library that this worker alone watches. owner: of the lease under which it does."""

    def __init__(self, app: App, watched: Watched, owner: UUID) -> None:
        self.watched = watched
        self._app = app
        self._owner = owner
        self._roots = {root.id: root for root in watched.roots}
        self._attention = {root.id: Attention() for root in watched.roots}
        self._settling = Settling(app.config.watch_settle_s)
        self._kicked = asyncio.Event()

    def kick(self) -> None:
        """Something was noted, or a scan got further."""
        self._kicked.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for root in self.watched.roots:
                tasks.create_task(self._follow(root))
            tasks.create_task(self._scan_what_rests())

    async def _follow(self, root: Root) -> None:
        """Listen whenever the root is online."""
        while True:
            look = (await self._insist(lambda: look_at_roots(self._app, self.watched.library_id, [root])))[
                root.id
            ]
            attention = self._attention[root.id]
            if look != attention.look:
                await self._insist(lambda look=look: self._set_online(root, look))
                attention.look = look
            if look.is_online:
                await self._listen_as_can_be(root)
            else:
                await self._report(root, State.OFFLINE, None)
                await asyncio.sleep(CHECK_S)

    async def _listen_as_can_be(self, root: Root) -> None:
        """By polling where the system refuses to tell."""
        attention = self._attention[root.id]
        mode = Mode.POLLING if attention.refused else await self._mode(root)
        try:
            await self._listen(root, mode)
        except CanNotWatch as error:
            if await self._app.in_thread(identity, root.path) is None:
                return
            log.warning("%s can't be watched by %s: %s.", root.path, mode, error)
            if mode is Mode.POLLING:
                await asyncio.sleep(CHECK_S)
            attention.refused = str(error)

    async def _mode(self, root: Root) -> Mode:
        if self.watched.mode is not Mode.AUTO:
            return self.watched.mode
        return Mode.POLLING if await self._app.in_thread(needs_polling, root.path) else Mode.EVENTS

    async def _listen(self, root: Root, mode: Mode) -> None:
        """Heed what happens until another folder, or none, is in the root's place. Raises CanNotWatch."""
        config = self._app.config
        how = How(config.watch_debounce_s, config.watch_poll_s if mode is Mode.POLLING else None)
        async with notices(root.path, how) as batches:
            is_new = True
            async for batch in batches:
                if is_new:
                    # What happened while nobody watched.
                    await self._note(root, {"": ()})
                    await self._report(root, State.WATCHING, mode)
                    is_new = False
                await self._heed(root, batch)
                if mode is Mode.EVENTS and (new := await self._app.in_thread(_new_folder, batch)):
                    await self._app.in_thread(check_room, new)

    async def _heed(self, root: Root, batch: Collection[Notice]) -> None:
        if batch and (stirred := await self._app.in_thread(stirred_by, root.path, batch)):
            await self._note(root, stirred)

    async def _note(self, root: Root, stirred: Mapping[str, Collection[str]]) -> None:
        async def write() -> None:
            async with self._app.transaction() as tx:
                await note(tx, root.id, stirred.keys())

        now = _now()
        for folder, paths in stirred.items():
            if paths:
                self._settling.stir((root.id, folder), paths, now)
        await self._insist(write)
        self.kick()

    async def _scan_what_rests(self) -> None:
        while True:
            wait_s = await self._insist(self._scan_some)
            try:
                async with asyncio.timeout(wait_s):
                    await self._kicked.wait()
            except TimeoutError:
                continue
            self._kicked.clear()

    async def _scan_some(self) -> float:
        """Ask for one scan of what has come to rest; answers when to look again, in seconds."""
        library_id = self.watched.library_id
        stirred = await stirred_folders(self._app, library_id)
        if not stirred:
            return IDLE_S
        if not await may_be_scanned(self._app, library_id):
            return SCANNING_S
        due = [folder for folder in stirred if await self._is_due(folder)]
        due = self._without_awaited(due, [folder for folder in stirred if folder not in due])
        if due := await self._without_known(due):
            await self._scan(due)
            return SCANNING_S
        return min(0.5, self._app.config.watch_settle_s / 4)

    async def _is_due(self, folder: Stirred) -> bool:
        root = self._roots.get(folder.root_id)
        if root is None or self._attention[root.id].state is State.OFFLINE:
            return False
        files = await self._app.in_thread(glance, root.path, self._settling.paths(folder.key))
        self._settling.see(folder.key, files, _now())
        is_open = self._settling.is_at_rest(folder.key, _now()) and await self._app.in_thread(
            are_being_written, root.path, files
        )
        return self._settling.is_due(folder.key, _now(), is_open=is_open)

    def _without_awaited(self, due: Sequence[Stirred], restless: Sequence[Stirred]) -> list[Stirred]:
        """What is gone may be what is just coming to rest elsewhere, and waits for that: though not for ever."""
        is_awaited = any(self._settling.files(folder.key) for folder in restless)
        return [folder for folder in due if not (is_awaited and self._settling.is_gone(folder.key, _now()))]

    async def _without_known(self, due: Sequence[Stirred]) -> list[Stirred]:
        """Those of which a scan could find anything new; the others are forgotten."""
        known = [folder for folder in due if await self._is_known(folder)]
        if known:
            async with self._app.transaction() as tx:
                await forget(tx, known)
            for folder in known:
                self._settling.dropped(folder.key)
        return [folder for folder in due if folder not in known]

    async def _is_known(self, folder: Stirred) -> bool:
        """Whether all that stirred is stored as it is: files that a scan has seen, or a folder of nothing."""
        paths, files = self._settling.paths(folder.key), self._settling.files(folder.key)
        if paths and set(paths) == set(files):
            return await are_known(self._app, folder.root_id, files)
        return bool(folder.folder and not files) and not await holds_files(self._app, folder)

    async def _scan(self, due: Sequence[Stirred]) -> None:
        is_there = {folder.key: bool(self._settling.files(folder.key)) for folder in due}
        planned = plan(due, self._roots, is_there)
        try:
            await scan_stirred(self._app, self.watched.library_id, planned.path, planned.folders)
        except Conflict:
            return
        for folder in planned.folders:
            self._settling.scanned(folder.key, _now())

    async def _set_online(self, root: Root, look: Look) -> None:
        async with self._app.transaction() as tx:
            await share(tx, self.watched.library_id)
            await set_online(tx, self.watched.library_id, self._roots, {root.id: look})

    async def _report(self, root: Root, state: State, mode: Mode | None) -> None:
        attention = self._attention[root.id]
        attention.state, attention.mode = state, mode
        attention.message = f"{root.path} is polled. {attention.refused}." if attention.refused else None

        async def write() -> None:
            async with self._app.transaction() as tx:
                await self._write_report(tx)

        await self._insist(write)
        self.kick()

    async def _write_report(self, tx: Tx) -> None:
        """Of all roots together, the least fortunate counts."""
        all_of_it = list(self._attention.values())
        states = {each.state for each in all_of_it}
        state = next(each for each in (State.OFFLINE, State.STARTING, State.WATCHING) if each in states)
        modes = {each.mode for each in all_of_it}
        mode = next((each for each in (Mode.POLLING, Mode.EVENTS) if each in modes), None)
        message = "\n".join(each.message for each in all_of_it if each.message) or None
        ids = {"library_id": self.watched.library_id, "owner": self._owner}
        if await tx.db.run(REPORT, state=state, mode=mode, message=message, **ids):
            tx.emit(LibraryChanged(self.watched.library_id, "updated"))

    async def _insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Again and again while PostgreSQL is away: what was noticed is not to be lost."""
        while True:
            try:
                return await work()
            except TROUBLE as error:
                log.warning("A watched library waits: %s", str(error) or type(error).__name__)
                await asyncio.sleep(RETRY_S)


def _new_folder(batch: Collection[Notice]) -> str | None:
    """One of the folders that came, if any."""
    return next((path for change, path in batch if change is Change.added and Path(path).is_dir()), None)


def _now() -> float:
    return asyncio.get_running_loop().time()
