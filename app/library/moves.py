"""Recognising files that were renamed or moved, by what a move leaves as it was."""

import os
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.db import Db
from app.core.outbox import Tx
from app.identify.files import FileRole
from app.library.diff import Stored
from app.library.problems import LEFT_ALONE
from app.library.read_folders import Folder, series_folder
from app.library.removal import leave, works_of_files
from app.library.scans import share
from app.library.walk import Entry, is_online, join

# Of a file with more links or copies than this, a moved one may count as new.
MOST_ALIKE = 16

_COLUMNS = """
    r.path, f.id, f.folder, f.name, f.role, f.size_bytes, f.mtime_ns, f.inode, f.missing_since IS NOT NULL,
    f.reading IS NOT NULL OR f.role <> 'video',
    EXISTS (SELECT FROM library.problems p WHERE p.file_id = f.id AND p.reason = ANY(CAST(:left_alone AS text[]))),
    f.library_id, f.root_id, f.content_hash, (SELECT d.role FROM library.decisions d WHERE d.file_id = f.id)
"""
_SAME_KIND = """
    JOIN library.roots r ON r.id = f.root_id
    JOIN library.libraries l ON l.id = f.library_id
    WHERE l.kind = (SELECT kind FROM library.libraries WHERE id = :library_id)
"""
# Another file in the same place of a disk, of the same size and changed at the same nanosecond, is the same file.
SAME_INODE = text(
    f"""
    SELECT {_COLUMNS}
    FROM unnest(CAST(:inodes AS bigint[]), CAST(:sizes AS bigint[]), CAST(:mtimes AS bigint[]))
      AS k(inode, size_bytes, mtime_ns)
    CROSS JOIN LATERAL (
        SELECT * FROM library.files i
        WHERE i.inode = k.inode AND i.size_bytes = k.size_bytes AND i.mtime_ns = k.mtime_ns
        ORDER BY i.id LIMIT {MOST_ALIKE}) AS f
    {_SAME_KIND}
    ORDER BY f.id
    """  # noqa: S608
)
# So is one of the same size and content, wherever it is. The index has those first that are known to be missing.
SAME_CONTENT = text(
    f"""
    SELECT {_COLUMNS}
    FROM unnest(CAST(:sizes AS bigint[]), CAST(:hashes AS bigint[])) AS k(size_bytes, content_hash)
    CROSS JOIN LATERAL (
        SELECT * FROM library.files i
        WHERE i.size_bytes = k.size_bytes AND i.content_hash = k.content_hash
        ORDER BY i.missing_since LIMIT {MOST_ALIKE}) AS f
    {_SAME_KIND}
    ORDER BY f.id
    """  # noqa: S608
)

Likeness = tuple[int, ...]
Candidates = Mapping[Likeness, Sequence[tuple[str, Stored]]]


async def recognise_renamed(app: App, library_id: UUID, folders: Sequence[Folder]) -> None:
    """Make moved files of new ones that are an inode which is gone from its place. One statement, if any are new."""
    alike = await candidates(app.db, library_id, folders)
    if alike:
        await app.in_thread(recognise, folders, alike)


async def recognise_copied(app: App, library_id: UUID, folders: Sequence[Folder]) -> None:
    """Make moved files of new ones, now read, that hold what a file held which is gone from its place.

    For moves from disk to disk, which change everything but the content. One statement, if any are new.
    """
    hashes = {
        (id(folder), video.name): video.content_hash
        for folder in folders
        for video in folder.videos
        if video.content_hash is not None
    }
    wanted: dict[tuple[int, str], Likeness] = {
        (id(folder), entry.name): (entry.size_bytes, found)
        for folder in folders
        for entry in folder.changes.new
        if entry.size_bytes and (found := hashes.get((id(folder), entry.name))) is not None
    }
    if not wanted:
        return
    sizes, of_content = (list(values) for values in zip(*sorted(set(wanted.values())), strict=True))
    rows = await app.db.rows(
        SAME_CONTENT, library_id=library_id, sizes=sizes, hashes=of_content, left_alone=list(LEFT_ALONE)
    )
    alike: dict[Likeness, list[tuple[str, Stored]]] = {}
    for root, *file in rows:
        stored = Stored(*file)
        if stored.content_hash is not None:
            alike.setdefault((stored.size_bytes, stored.content_hash), []).append((root, stored))
    if alike:
        await app.in_thread(_recognise, folders, alike, wanted)


async def candidates(db: Db, library_id: UUID, folders: Sequence[Folder]) -> Candidates:
    """For what is new in these folders: known files that it may have been, with their roots. One statement."""
    wanted = sorted({_likeness(entry) for folder in folders for entry in folder.changes.new})
    if not wanted:
        return {}
    inodes, sizes, mtimes = (list(values) for values in zip(*wanted, strict=True))
    rows = await db.rows(
        SAME_INODE,
        library_id=library_id,
        inodes=inodes,
        sizes=sizes,
        mtimes=mtimes,
        left_alone=list(LEFT_ALONE),
    )
    found: dict[Likeness, list[tuple[str, Stored]]] = {}
    for root, *file in rows:
        stored = Stored(*file)
        found.setdefault((stored.inode, stored.size_bytes, stored.mtime_ns), []).append((root, stored))
    return found


def recognise(folders: Sequence[Folder], alike: Candidates) -> None:
    """Make moved files of new ones whose former place is empty. Looks at the disk: call it in a thread."""
    wanted = {
        (id(folder), entry.name): _likeness(entry) for folder in folders for entry in folder.changes.new
    }
    _recognise(folders, alike, wanted)


def _recognise(
    folders: Sequence[Folder], alike: Candidates, wanted: Mapping[tuple[int, str], Likeness]
) -> None:
    taken: set[UUID] = {file.id for folder in folders for file, _ in folder.changes.moved}
    for folder in folders:
        for entry in list(folder.changes.new):
            likeness = wanted.get((id(folder), entry.name))
            known = alike.get(likeness, ()) if likeness else ()
            for root, stored in _nearest(folder, entry, known):
                if stored.id not in taken and _is_gone(root, join(stored.folder, stored.name)):
                    taken.add(stored.id)
                    _move(folder, entry, root, stored)
                    break


def _nearest(folder: Folder, entry: Entry, known: Iterable[tuple[str, Stored]]) -> list[tuple[str, Stored]]:
    """The same name first, then a folder of the same name, then whatever has been known for longer."""
    name = folder.path.rpartition("/")[2]
    return sorted(
        known,
        key=lambda each: (each[1].name != entry.name, each[1].folder.rpartition("/")[2] != name),
    )


def _move(folder: Folder, entry: Entry, root: str, stored: Stored) -> None:
    folder.changes.new.remove(entry)
    if stored.decided_role is not None:
        entry = replace(entry, role=FileRole(stored.decided_role))
    folder.changes.moved.append((stored, entry))
    home = series_folder(stored.folder)
    if home and _is_gone(root, home):
        folder.uprooted.add(stored.id)


def _is_gone(root: str, path: str) -> bool:
    """A root that can't be read tells nothing of what was in it."""
    return not os.path.lexists(f"{root}/{path}") and is_online(Path(root))


def _likeness(entry: Entry) -> Likeness:
    return (entry.inode, entry.size_bytes, entry.mtime_ns)


@asynccontextmanager
async def leaving(tx: Tx, library_id: UUID, folders: Sequence[Folder]) -> AsyncGenerator[None]:
    """Share the libraries that files are moved here from; once they are stored, let the works that they hold follow.

    Emits WorksChanged for each of these libraries.
    """
    left: dict[UUID, list[UUID]] = {}
    for folder in folders:
        for file, _ in folder.changes.moved:
            if file.library_id is not None and file.library_id != library_id:
                left.setdefault(file.library_id, []).append(file.id)
    for other in sorted(left):
        await share(tx, other)
    works = {other: await works_of_files(tx, file_ids) for other, file_ids in sorted(left.items())}
    yield
    for other, held in works.items():
        await leave(tx, other, held)
