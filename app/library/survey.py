"""Looking at a bundle of folders: what is in them, and what of it is not as it is stored."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import text

from app.core.app import App
from app.core.db import Row
from app.identify.files import classify
from app.library.decided import decided_roles
from app.library.diff import Changes, Decided, Stored, compare
from app.library.leases import Task
from app.library.problems import LEFT_ALONE
from app.library.read_folders import Folder, Root
from app.library.walk import IGNORED, Listing, Look, Sight, join, look_around

# How much is looked at before it is written down. What is as it was costs little to look at again after a crash.
FOLDERS_AT_ONCE = 1000
FILES_AT_ONCE = 5000
# The share of its time that a thread works at least where the disk does not keep it waiting.
WORKING = 0.1

# Of a settled folder, which nobody changes.
NO_CHANGES = Changes()
NO_FILES: frozenset[Sight] = frozenset()

# Files, and folders with something wrong in them, as if that were a file.
KNOWN = text(
    """
    SELECT f.folder, f.name, f.size_bytes, f.mtime_ns, f.inode,
        f.missing_since IS NULL AND (f.reading IS NOT NULL OR f.role <> 'video')
    FROM library.files f WHERE f.root_id = :root_id AND f.folder = ANY(CAST(:folders AS text[]))
    UNION ALL
    SELECT p.folder, '', 0, 0, 0, FALSE FROM library.problems p
    WHERE p.root_id = :root_id AND p.folder = ANY(CAST(:folders AS text[]))
    """
)
FILES_OF_FOLDERS = text(
    """
    SELECT f.id, f.folder, f.name, f.role, f.size_bytes, f.mtime_ns, f.inode, f.missing_since IS NOT NULL,
        f.reading IS NOT NULL OR f.role <> 'video',
        EXISTS (SELECT FROM library.problems p WHERE p.file_id = f.id AND p.reason = ANY(CAST(:left_alone AS text[])))
    FROM library.files f WHERE f.root_id = :root_id AND f.folder = ANY(CAST(:folders AS text[]))
    """
)


@dataclass(slots=True)
class Known:
    """What is stored of folders. unsettled: those that hold what is missing, wrong, or was never read to the end."""

    files: dict[str, set[Sight]] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Known":
        known = cls()
        here, files = None, set[Sight]()
        for row in rows:
            folder = row[0]
            if folder != here:
                here, files = folder, known.files.setdefault(folder, set())
            files.add(row[1:5])
            if not row[5]:
                known.unsettled.add(folder)
        return known

    def names(self, folder: str) -> bool:
        """Whether anything is stored of a folder."""
        return folder in self.files or folder in self.unsettled

    def settled(self, looks: Sequence[Look]) -> dict[str, int]:
        """The folders in which nothing changed and nothing is wrong, with how many files each holds.

        Names are read only of files that are not known, most of which are none of a library's.
        """
        return {
            look.folder: len(self.files.get(look.folder, ()))
            for look in looks
            if look.is_complete
            and not look.problems
            and look.folder not in self.unsettled
            and self._holds_all(look)
        }

    def _holds_all(self, look: Look) -> bool:
        files = self.files.get(look.folder, NO_FILES)
        return files == look.files or (
            files < look.files
            and all(classify(join(look.folder, file[0])) in IGNORED for file in look.files - files)
        )


class Eyes:
    """Lets one thread at a time look at a disk that answers at once, and any number at one that keeps them waiting.

    Threads that hardly wait only keep each other from going on.
    """

    def __init__(self) -> None:
        self._alone = asyncio.Lock()
        self._is_slow = False

    async def look(self, app: App, root: str, folders: Sequence[str]) -> list[Look]:
        """As `look_around`."""
        async with nullcontext() if self._is_slow else self._alone:
            looks, self._is_slow = await app.in_thread(_look, root, folders)
        return looks


def _look(root: str, folders: Sequence[str]) -> tuple[list[Look], bool]:
    """Also whether the thread did little but wait."""
    start, worked = time.perf_counter(), time.thread_time()
    looks = look_around(root, folders, FOLDERS_AT_ONCE, FILES_AT_ONCE)
    return looks, time.thread_time() - worked < WORKING * (time.perf_counter() - start)


_eyes: WeakKeyDictionary[App, Eyes] = WeakKeyDictionary()


async def survey(app: App, task: Task, root: Root) -> list[Folder]:
    """The folders of a bundle and those below them, as many as one step takes, parents before their children.

    One statement where nothing changed, another two where something did.
    """
    looks = await _eyes.setdefault(app, Eyes()).look(app, root.path, task.folders)
    folders = [look.folder for look in looks]
    rows: Sequence[Row] = ()
    if not root.is_reread:
        rows = await app.db.rows(KNOWN, root_id=root.id, folders=folders)
    known, settled = await app.in_thread(_settled, looks, rows, folders if root.is_reread else ())
    # Of a folder that is not known at all, nothing is stored to compare with.
    asked = [folder for folder in folders if folder not in settled and known.names(folder)]
    stored = await _stored(app, root.id, asked) if asked else {}
    changed = [look.folder for look in looks if look.folder not in settled]
    decided = await decided_roles(app.db, root.id, changed) if changed else {}
    return await app.in_thread(_folders, root, looks, settled, stored, decided)


def _settled(
    looks: Sequence[Look], rows: Sequence[Row], reread: Sequence[str]
) -> tuple[Known, dict[str, int]]:
    known = Known.of(rows)
    known.unsettled.update(reread)
    return known, known.settled(looks)


async def _stored(app: App, root_id: UUID, folders: Sequence[str]) -> dict[str, list[Stored]]:
    stored: dict[str, list[Stored]] = {}
    for row in await app.db.rows(
        FILES_OF_FOLDERS, root_id=root_id, folders=folders, left_alone=list(LEFT_ALONE)
    ):
        stored.setdefault(row[1], []).append(Stored(*row))
    return stored


def _folders(
    root: Root,
    looks: Sequence[Look],
    settled: Mapping[str, int],
    stored: Mapping[str, Sequence[Stored]],
    decided: Decided,
) -> list[Folder]:
    found: list[Folder] = []
    for look in looks:
        if (files := settled.get(look.folder)) is not None:
            listing = Listing(look.folder, [], look.folders, look.problems, look.unclear)
            found.append(Folder(root, listing, NO_CHANGES, files, is_settled=True))
        else:
            listing = look.listing()
            changes = compare(listing, stored.get(look.folder, ()), decided)
            found.append(Folder(root, listing, changes, len(listing.entries)))
    return found
