"""The scan job: several workers list folders, read what changed and store it, chunk by chunk."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.bulk import insert
from app.core.dispatch import TROUBLE
from app.core.ids import new_id
from app.core.jobs import job
from app.identify.kinds import LibraryKind
from app.library.ahead import Ahead
from app.library.diff import Changes, Stored, compare
from app.library.events import ScanProgressed
from app.library.finish import finish
from app.library.moves import candidates, recognise
from app.library.online import look_at_roots, set_online
from app.library.prober import prober
from app.library.problems import Problem, Reason
from app.library.read_folders import PLAYABLE, Folder, Root, read_folders
from app.library.refusal import REFUSED
from app.library.scan_failure import fail_scan
from app.library.scans import (
    LEASE_S,
    LIBRARY_ROOTS,
    SCAN_JOB,
    Count,
    LeaseLost,
    Task,
    advance,
    claim,
    count,
    extend,
    release,
    scope_of,
    share,
)
from app.library.store_episodes import store_episodes
from app.library.store_files import store_files, store_media, store_problems, store_readings
from app.library.store_movies import store_movies
from app.library.subtitles import store_subtitles
from app.library.tables import ScanTaskRow
from app.library.walk import Listing, count_folder, list_folder

log = logging.getLogger(__name__)

FOLDERS_TO_LIST = 200
FOLDERS_TO_DO = 64
# How many files one transaction writes, and so how much is done again after a crash.
FILES_TO_READ = 50
FILES_TO_COMPARE = 5000
IDLE_S = 0.2

SCAN = text("SELECT library_id, path, status FROM library.scans WHERE id = :scan_id")
BEGIN = text(
    "UPDATE library.scans SET status = 'running', started_at = now() WHERE id = :scan_id AND status = 'queued'"
)
FILES_OF_FOLDERS = text(
    """
    SELECT f.root_id, f.id, f.folder, f.name, f.role, f.size_bytes, f.mtime_ns, f.inode, f.missing_since IS NOT NULL,
        f.reading IS NOT NULL OR f.role <> 'video'
    FROM library.files f
    JOIN unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
      ON f.root_id = k.root_id AND f.folder = k.folder
    """
)
UNFINISHED = text(
    "SELECT EXISTS (SELECT FROM library.scan_tasks WHERE scan_id = :scan_id AND state IN ('new', 'listed'))"
)


@dataclass(frozen=True, slots=True)
class Scan:
    """What every step of one job's share of a scan needs. owner: whose leases it holds."""

    id: UUID
    library_id: UUID
    kind: LibraryKind
    path: str | None
    roots: dict[UUID, Root]
    owner: UUID


@job(SCAN_JOB.name, queue=SCAN_JOB.queue, timeout=timedelta(days=7), tries=10, gave_up=fail_scan)
async def scan(app: App, scan_id: str, slot: int) -> None:
    """Work on a scan together with its other jobs until nothing is left of it; the last one finishes it.

    Everything is done chunk by chunk, each in one transaction, so a job that dies loses at most the chunk it was at.
    """
    work = await _open(app, UUID(scan_id))
    if work is None:
        return
    async with _leases(app, work.owner):
        while await _is_running(app, work):
            try:
                if await _step(app, work, slot):
                    continue
            except LeaseLost as lost:
                log.info("A chunk of scan %s is dropped: %s", scan_id, lost)
                await release(app, work.owner)
                continue
            if not await app.db.value(UNFINISHED, scan_id=work.id):
                await finish(app, work.id, work.library_id, work.path)
                return
            await asyncio.sleep(IDLE_S)


async def _open(app: App, scan_id: UUID) -> Scan | None:
    row = await app.db.row(SCAN, scan_id=scan_id)
    if row is None or row["status"] not in {"queued", "running"}:
        return None
    rows = await app.db.rows(LIBRARY_ROOTS, library_id=row["library_id"])
    kind = LibraryKind.MOVIE if rows[0]["kind"] == "movie" else LibraryKind.EPISODE
    roots = {each["root_id"]: Root(each["root_id"], each["path"]) for each in rows if each["root_id"]}
    path = await app.in_thread(_folder_of, row["path"]) if row["path"] else None
    work = Scan(scan_id, row["library_id"], kind, path, roots, new_id())
    if row["status"] == "queued":
        await _begin(app, work)
    return work


def _folder_of(path: str) -> str:
    """A scan of one file is a scan of its folder."""
    return str(Path(path).parent) if Path(path).is_file() else path


async def _begin(app: App, work: Scan) -> None:
    """Check the roots and put up the first folder of each that is online; done by whichever job comes first."""
    scopes = {root.id: scope_of(work.path, root.path) for root in work.roots.values()}
    wanted = [root for root in work.roots.values() if scopes[root.id] is not None]
    online = await look_at_roots(app, work.library_id, wanted)
    async with app.transaction() as tx:
        await share(tx, work.library_id)
        if await tx.db.run(BEGIN, scan_id=work.id) != 1:
            return
        await set_online(tx, work.library_id, work.roots, online)
        await insert(
            tx.db, ScanTaskRow, [_task(work, root.id, scopes[root.id]) for root in wanted if online[root.id]]
        )
        tx.emit(ScanProgressed(work.library_id, work.id))


def _task(work: Scan, root_id: UUID, folder: str | None) -> dict[str, Any]:
    return {"id": new_id(), "scan_id": work.id, "root_id": root_id, "folder": folder, "state": "new"}


async def _is_running(app: App, work: Scan) -> bool:
    row = await app.db.row(SCAN, scan_id=work.id)
    return row is not None and row["status"] == "running"


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


async def _step(app: App, work: Scan, slot: int) -> bool:
    """Do one batch; False when there was none to take. The first job lists ahead, so that the total is soon known."""
    if slot == 0:
        return await _list_some(app, work) or await _do_some(app, work)
    return await _do_some(app, work) or await _list_some(app, work)


async def _list_some(app: App, work: Scan) -> bool:
    tasks = await claim(app.db, work.id, "new", work.owner, FOLDERS_TO_LIST)
    if not tasks:
        return False
    listings = await app.in_thread(_count_all, work, tasks)
    counted = [
        replace(task, files=len(listing.entries)) for task, listing in zip(tasks, listings, strict=True)
    ]
    async with app.transaction() as tx:
        await share(tx, work.library_id)
        await advance(tx, counted, "listed", work.owner)
        rows = [
            _task(work, task.root_id, folder)
            for task, listing in zip(tasks, listings, strict=True)
            for folder in listing.folders
        ]
        await insert(tx.db, ScanTaskRow, rows, key=("scan_id", "root_id", "folder"))
        await count(tx, work.id, Count(total=sum(task.files for task in counted)))
        tx.emit(ScanProgressed(work.library_id, work.id))
    return True


def _count_all(work: Scan, tasks: Sequence[Task]) -> list[Listing]:
    return [count_folder(Path(work.roots[task.root_id].path), task.folder) for task in tasks]


def _list_all(work: Scan, tasks: Sequence[Task]) -> list[Listing]:
    return [list_folder(Path(work.roots[task.root_id].path), task.folder) for task in tasks]


async def _do_some(app: App, work: Scan) -> bool:
    tasks = await claim(app.db, work.id, "listed", work.owner, FOLDERS_TO_DO)
    if not tasks:
        return False
    listings = await app.in_thread(_list_all, work, tasks)
    rows = await app.db.rows(
        FILES_OF_FOLDERS,
        root_ids=[task.root_id for task in tasks],
        folders=[task.folder for task in tasks],
    )
    stored: dict[tuple[UUID, str], list[Stored]] = {}
    for root_id, *file in rows:
        stored.setdefault((root_id, file[1]), []).append(Stored(*file))
    folders = [
        Folder(
            task,
            work.roots[task.root_id],
            listing,
            compare(listing, stored.get((task.root_id, task.folder), ())),
        )
        for task, listing in zip(tasks, listings, strict=True)
    ]
    alike = await candidates(app.db, work.library_id, folders)
    await app.in_thread(recognise, folders, alike, work.roots)
    ahead = Ahead(app, prober(app), work.id, work.library_id, work.owner)
    for folder in folders:
        await ahead.store(folder, FILES_TO_READ)
    for chunk in chunks(folders):
        await read_folders(prober(app), work.kind, chunk)
        await _store_or_set_aside(app, work, chunk)
    return True


async def _store_or_set_aside(app: App, work: Scan, chunk: Sequence[Folder]) -> None:
    """Store a chunk, and where PostgreSQL refuses what is in it, all of it but the folder that holds that."""
    try:
        await _store(app, work, chunk)
    except REFUSED as error:
        if len(chunk) > 1:
            for folder in chunk:
                await _store_or_set_aside(app, work, [folder])
            return
        log.exception("The folder %s of scan %s can't be stored.", chunk[0].path, work.id)
        await _store(app, work, [_set_aside(chunk[0], str(error))])


def _set_aside(folder: Folder, message: str) -> Folder:
    problem = Problem(folder.path, Reason.UNREADABLE_FOLDER, f"What is in it can't be stored: {message}.")
    listing = Listing(folder.path, folders=folder.listing.folders, problems=[problem], is_complete=False)
    return Folder(folder.task, folder.root, listing, Changes())


def chunks(folders: Sequence[Folder]) -> Iterator[list[Folder]]:
    """Folders in runs of about as many files as one transaction should write; a folder is never split."""
    chunk: list[Folder] = []
    to_read = to_compare = 0
    for folder in folders:
        videos = sum(entry.role in PLAYABLE for _, entry in folder.entries()) if folder.is_dirty else 0
        if chunk and (to_read + videos > FILES_TO_READ or to_compare > FILES_TO_COMPARE):
            yield chunk
            chunk, to_read, to_compare = [], 0, 0
        chunk.append(folder)
        to_read += videos
        to_compare += len(folder.listing.entries)
    if chunk:
        yield chunk


async def _store(app: App, work: Scan, chunk: Sequence[Folder]) -> None:
    dirty = [folder for folder in chunk if folder.is_dirty]
    async with app.transaction() as tx:
        await share(tx, work.library_id)
        await advance(tx, [folder.task for folder in chunk], "done", work.owner)
        await insert(tx.db, ScanTaskRow, _came_since(work, chunk), key=("scan_id", "root_id", "folder"))
        ids = await store_files(tx, work.library_id, dirty)
        await store_media(tx, dirty, ids)
        await store_readings(tx, dirty, ids)
        await store_subtitles(tx, dirty, ids)
        if work.kind is LibraryKind.MOVIE:
            await store_movies(tx, work.library_id, dirty, ids)
        else:
            await store_episodes(tx, work.library_id, dirty, ids)
        problems = await store_problems(tx, work.library_id, chunk, ids)
        await count(tx, work.id, _count(chunk, problems))
        tx.emit(ScanProgressed(work.library_id, work.id))


def _came_since(work: Scan, chunk: Sequence[Folder]) -> list[dict[str, Any]]:
    """Folders that may not have been there, or not have been seen, when the folders above them were counted."""
    return [_task(work, folder.root.id, below) for folder in chunk for below in folder.listing.folders]


def _count(chunk: Sequence[Folder], problems: int) -> Count:
    """Files that came or went since the folder was counted correct the total as well."""
    done = sum(len(folder.listing.entries) - len(folder.changes.unread) for folder in chunk)
    return Count(
        total=done - sum(folder.task.files for folder in chunk),
        done=done,
        added=sum(len(folder.changes.new) for folder in chunk),
        changed=sum(len(folder.changes.changed) + len(folder.changes.moved) for folder in chunk),
        missing=sum(len(folder.changes.gone) for folder in chunk),
        problems=problems,
    )
