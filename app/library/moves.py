"""Recognising files that were renamed or moved, by what a move leaves as it was."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.core.db import Db
from app.library.diff import Stored
from app.library.read_folders import Folder, Root, series_folder
from app.library.walk import Entry, is_online, join

# Another file in the same place of a disk, of the same size and changed at the same nanosecond, is the same file.
ALIKE = text(
    """
    SELECT f.root_id, f.id, f.folder, f.name, f.role, f.size_bytes, f.mtime_ns, f.inode, f.missing_since IS NOT NULL,
        f.reading IS NOT NULL OR f.role <> 'video'
    FROM library.files f
    JOIN unnest(CAST(:inodes AS bigint[]), CAST(:sizes AS bigint[]), CAST(:mtimes AS bigint[]))
      AS k(inode, size_bytes, mtime_ns)
      ON f.inode = k.inode AND f.size_bytes = k.size_bytes AND f.mtime_ns = k.mtime_ns
    WHERE f.library_id = :library_id
    ORDER BY f.id
    """
)

Likeness = tuple[int, int, int]
# Of a file with more hard links than this within a library, a moved one may count as new.
MOST_LINKS = 16


async def candidates(
    db: Db, library_id: UUID, folders: Sequence[Folder]
) -> dict[Likeness, list[tuple[UUID, Stored]]]:
    """For what is new in these folders: known files that it may have been, with their roots. One statement."""
    wanted = sorted({_likeness(entry) for folder in folders for entry in folder.changes.new})
    if not wanted:
        return {}
    inodes, sizes, mtimes = (list(values) for values in zip(*wanted, strict=True))
    rows = await db.rows(ALIKE, library_id=library_id, inodes=inodes, sizes=sizes, mtimes=mtimes)
    found: dict[Likeness, list[tuple[UUID, Stored]]] = {}
    for root_id, *file in rows:
        stored = Stored(*file)
        found.setdefault((stored.inode, stored.size_bytes, stored.mtime_ns), []).append((root_id, stored))
    return found


def recognise(
    folders: Sequence[Folder],
    alike: Mapping[Likeness, Sequence[tuple[UUID, Stored]]],
    roots: Mapping[UUID, Root],
) -> None:
    """Make moved files of new ones whose former place is empty. Looks at the disk: call it in a thread."""
    taken: set[UUID] = set()
    for folder in folders if alike else ():
        for entry in list(folder.changes.new):
            for root_id, stored in alike.get(_likeness(entry), ())[:MOST_LINKS]:
                if stored.id not in taken and _is_gone(roots[root_id], join(stored.folder, stored.name)):
                    taken.add(stored.id)
                    _move(folder, entry, roots[root_id], stored)
                    break


def _move(folder: Folder, entry: Entry, root: Root, stored: Stored) -> None:
    folder.changes.new.remove(entry)
    folder.changes.moved.append((stored, entry))
    home = series_folder(stored.folder)
    if home and _is_gone(root, home):
        folder.uprooted.add(stored.id)


def _is_gone(root: Root, path: str) -> bool:
    """A root that can't be read tells nothing of what was in it."""
    return is_online(Path(root.path)) and not os.path.lexists(Path(root.path) / path)


def _likeness(entry: Entry) -> Likeness:
    return (entry.inode, entry.size_bytes, entry.mtime_ns)
