"""The scan job: several workers look at bundles of folders, read what changed and store it, chunk by chunk."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.dispatch import TROUBLE
from app.core.ids import new_id
from app.core.jobs import job
from app.core.refusal import REFUSED
from app.identify.kinds import LibraryKind
from app.library.ahead import Ahead
from app.library.attach import loosen
from app.library.diff import Changes
from app.library.estimate import counting_ahead, expect, known_files
from app.library.events import ScanProgressed
from app.library.finish import finish
from app.library.leases import LEASE_S, Task, advance, claim, extend, put_up, release
from app.library.moves import leaving, recognise_copied, recognise_renamed
from app.library.names import name_reader
from app.library.online import look_at_roots, set_online
from app.library.prober import prober
from app.library.problems import Problem, Reason
from app.library.read_folders import PLAYABLE, Folder, Root, read_folders
from app.library.rules import rules
from app.library.scan_failure import fail_scan
from app.library.scans import LIBRARY_ROOTS, SCAN_JOB, Count, LeaseLost, count, scope_of, share
from app.library.store_episodes import store_episodes
from app.library.store_files import store_files, store_media, store_problems, store_readings
from app.library.store_movies import store_movies
from app.library.subtitles import store_subtitles
from app.library.survey import survey
from app.library.tree import Scope
from app.library.walk import Listing

log = logging.getLogger(__name__)

# How many media files one transaction writes; a folder of more is opened in as many steps.
FILES_TO_READ = 150
IDLE_S = 0.2

SCAN = text("SELECT library_id, path, status FROM library.scans WHERE id = :scan_id")
BEGIN = text(
    "UPDATE library.scans SET status = 'running', started_at = now() WHERE id = :scan_id AND status = 'queued'"
)
# Of a scan that was called off nothing is left to be done.
STATE = text(
    """
    SELECT CASE WHEN EXISTS (SELECT FROM library.scan_tasks t WHERE t.scan_id = s.id) THEN 'unfinished' ELSE 'done' END
    FROM library.scans s WHERE s.id = :scan_id AND s.status = 'running'
    """
)


@dataclass(frozen=True, slots=True)
class Scan:
    """What every step of one job's share of a scan needs.

    owner: whose leases it holds. uncounted: folders of which nothing is known, for the job that began the scan.
    """

    id: UUID
    library_id: UUID
    kind: LibraryKind
    path: str | None
    roots: dict[UUID, Root]
    owner: UUID
    uncounted: list[tuple[Root, str]]


@job(SCAN_JOB.name, queue=SCAN_JOB.queue, timeout=timedelta(days=7), tries=10, gave_up=fail_scan)
async def scan(app: App, scan_id: str, slot: int) -> None:
    """Work on a scan together with its other jobs until nothing is left of it; the last one finishes it.

    Everything is done chunk by chunk, each in one transaction, so a job that dies loses at most the chunk it was at.
    """
    work = await _open(app, UUID(scan_id))
    if work is None:
        return
    async with (
        _leases(app, work.owner),
        counting_ahead(app, work.library_id, work.id, work.uncounted),
    ):
        while True:
            try:
                if await _step(app, work):
                    continue
            except LeaseLost as lost:
                log.info("A chunk of scan %s is dropped: %s", scan_id, lost)
                await release(app, work.owner)
                continue
            state = await app.db.value(STATE, scan_id=work.id)
            if state != "unfinished":
                if state == "done":
                    await finish(app, work.id, work.library_id, work.path)
                return
            await asyncio.sleep(IDLE_S)


async def _open(app: App, scan_id: UUID) -> Scan | None:
    row = await app.db.row(SCAN, scan_id=scan_id)
    if row is None or row["status"] not in {"queued", "running"}:
        return None
    rows = await app.db.rows(LIBRARY_ROOTS, library_id=row["library_id"])
    kind = LibraryKind.MOVIE if rows[0]["kind"] == "movie" else LibraryKind.EPISODE
    rules_now = await app.in_thread(rules)
    roots = {
        each["root_id"]: Root(each["root_id"], each["path"], each["rules"] != rules_now)
        for each in rows
        if each["root_id"]
    }
    path = await app.in_thread(_folder_of, row["path"]) if row["path"] else None
    work = Scan(scan_id, row["library_id"], kind, path, roots, new_id(), [])
    if row["status"] == "queued":
        await _begin(app, work)
    return work


def _folder_of(path: str) -> str:
    """A scan of one file is a scan of its folder."""
    return str(Path(path).parent) if Path(path).is_file() else path


async def _begin(app: App, work: Scan) -> None:
    """Check the roots and put up the first folder of each that is online; done by whichever job comes first."""
    wanted = {
        root.id: folder
        for root in work.roots.values()
        if (folder := scope_of(work.path, root.path)) is not None
    }
    online = await look_at_roots(app, work.library_id, [work.roots[root_id] for root_id in wanted])
    scopes = [Scope(root_id, folder) for root_id, folder in wanted.items() if online[root_id].is_online]
    async with app.transaction() as tx:
        await share(tx, work.library_id)
        if await tx.db.run(BEGIN, scan_id=work.id) != 1:
            return
        await set_online(tx, work.library_id, work.roots, online)
        for scope in scopes:
            await put_up(tx, work.id, scope.root_id, [scope.folder])
        known = await known_files(tx, scopes)
        await expect(tx, work.id, sum(known.values()))
        tx.emit(ScanProgressed(work.library_id, work.id))
    work.uncounted.extend(
        (work.roots[scope.root_id], scope.folder) for scope in scopes if not known[scope.root_id]
    )


@asynccontextmanager
async def _leases(app: App, owner: UUID) -> AsyncGenerator[None]:
    """Keep the owner's leases alive; at the end whatever is not done is anybody's at once."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(LEASE_S / 3)
            with contextlib.suppress(*TROUBLE):
                await extend(app, owner)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        with contextlib.suppress(*TROUBLE):
            await asyncio.shield(release(app, owner))


async def _step(app: App, work: Scan) -> bool:
    """Look at one bundle and store what changed in it; False when there was none to take."""
    task = await claim(app.db, work.id, work.owner)
    if task is None:
        return False
    folders = await survey(app, task, work.roots[task.root_id])
    await recognise_renamed(app, work.library_id, folders)
    ahead = Ahead(app, prober(app), work.library_id, task)
    for folder in folders:
        if folder.files > FILES_TO_READ:
            await ahead.store(folder, FILES_TO_READ)
    kept = {folder.path for folder in folders}
    async with contextlib.aclosing(_read_ahead(app, work.kind, chunks(folders))) as reading:
        async for chunk in reading:
            await recognise_copied(app, work.library_id, chunk)
            await _store_or_set_aside(app, work, task, kept, chunk)
    return True


async def _read_ahead(
    app: App, kind: LibraryKind, chunks: Iterable[list[Folder]]
) -> AsyncGenerator[list[Folder]]:
    """Each chunk once it is read; while it is being stored, the next is being read."""
    reading: asyncio.Task[list[Folder]] | None = None

    async def read(chunk: list[Folder]) -> list[Folder]:
        await read_folders(prober(app), name_reader(app), kind, chunk)
        return chunk

    try:
        for chunk in chunks:
            before, reading = reading, asyncio.create_task(read(chunk))
            if before is not None:
                yield await before
        if reading is not None:
            yield await reading
    finally:
        if reading is not None and not reading.done():
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _store_or_set_aside(
    app: App, work: Scan, task: Task, kept: set[str], chunk: Sequence[Folder]
) -> None:
    """Store a chunk, and where PostgreSQL refuses what is in it, all of it but the folder that holds that."""
    try:
        await _store(app, work, task, kept, chunk)
    except REFUSED as error:
        if len(chunk) > 1:
            for folder in chunk:
                await _store_or_set_aside(app, work, task, kept, [folder])
            return
        log.exception("The folder %s of scan %s can't be stored.", chunk[0].path, work.id)
        await _store(app, work, task, kept, [_set_aside(chunk[0], str(error))])


def _set_aside(folder: Folder, message: str) -> Folder:
    problem = Problem(folder.path, Reason.UNREADABLE_FOLDER, f"What is in it can't be stored: {message}.")
    listing = Listing(folder.path, folders=folder.listing.folders, problems=[problem], is_complete=False)
    return Folder(folder.root, listing, Changes())


def chunks(folders: Iterable[Folder]) -> Iterator[list[Folder]]:
    """Folders in runs of about as many files as one transaction should write; a folder is never split."""
    chunk: list[Folder] = []
    to_read = 0
    for folder in folders:
        videos = sum(entry.role in PLAYABLE for _, entry in folder.entries()) if folder.is_dirty else 0
        if chunk and to_read + videos > FILES_TO_READ:
            yield chunk
            chunk, to_read = [], 0
        chunk.append(folder)
        to_read += videos
    if chunk:
        yield chunk


async def _store(app: App, work: Scan, task: Task, kept: set[str], chunk: Sequence[Folder]) -> None:
    dirty = [folder for folder in chunk if folder.is_dirty]
    async with app.transaction() as tx:
        await share(tx, work.library_id)
        done = {folder.path: folder.listing.folders for folder in chunk}
        left = await advance(tx, task, done, kept)
        async with leaving(tx, work.library_id, dirty):
            ids = await store_files(tx, work.library_id, dirty)
            if dirty:
                await store_media(tx, dirty, ids)
                await store_readings(tx, dirty, ids)
                await store_subtitles(tx, dirty, ids)
                store = store_movies if work.kind is LibraryKind.MOVIE else store_episodes
                await store(tx, work.library_id, dirty, ids)
                # After the locks of works, as people's changes do, so that nobody waits in a circle.
                await loosen(tx, [(folder.root.id, folder.path) for folder in dirty])
        problems = await store_problems(tx, work.library_id, chunk, ids)
        await count(tx, work.id, _count(chunk, problems))
        tx.emit(ScanProgressed(work.library_id, work.id))
    task.folders = left


def _count(chunk: Sequence[Folder], problems: int) -> Count:
    return Count(
        done=sum(folder.files - len(folder.changes.unread) for folder in chunk),
        added=sum(len(folder.changes.new) for folder in chunk),
        changed=sum(len(folder.changes.changed) + len(folder.changes.moved) for folder in chunk),
        missing=sum(len(folder.changes.gone) for folder in chunk),
        problems=problems,
    )
