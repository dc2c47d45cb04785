"""Listing folders: what is in them, without opening any file."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.identify.files import FileRole, classify
from app.library.problems import Problem, Reason

# Roles that are no business of the catalog.
IGNORED = frozenset({FileRole.HIDDEN, FileRole.PARTIAL, FileRole.OTHER})
# PostgreSQL indexes paths, and takes no more than 2,704 bytes into an index.
LONGEST_PATH_BYTES = 2000
IGNORE_MARKS = frozenset({".ignore", ".nomedia"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as the folder lists it."""

    name: str
    role: FileRole
    size_bytes: int
    mtime_ns: int
    inode: int


@dataclass(slots=True)
class Listing:
    """folder and folders: relative to the root, '/' between names. is_complete: False where it could not be read.

    unclear: names of which nobody can tell whether they are still there.
    """

    folder: str
    entries: list[Entry] = field(default_factory=list[Entry])
    folders: list[str] = field(default_factory=list[str])
    problems: list[Problem] = field(default_factory=list[Problem])
    unclear: set[str] = field(default_factory=set[str])
    is_complete: bool = True


def join(folder: str, name: str) -> str:
    """A path below the root."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """The folder of a path below the root."""
    return path.rpartition("/")[0]


def count_folder(root: Path, folder: str) -> Listing:
    """The folders below one folder, and its files by name only: sizes and times are left 0."""
    return _list(root, folder, with_stat=False)


def list_folder(root: Path, folder: str) -> Listing:
    """Everything in one folder that concerns a library. Never raises OSError: what fails becomes a problem.

    Hidden and unfinished files are left out, and folders that hold a `.ignore` or `.nomedia`. Links are followed,
    except to a folder above themselves.
    """
    return _list(root, folder, with_stat=True)


def _list(root: Path, folder: str, *, with_stat: bool) -> Listing:
    listing = Listing(folder)
    try:
        with os.scandir(root / folder) as found:
            items = list(found)
    except (FileNotFoundError, NotADirectoryError):
        return _gone(root, listing)
    except OSError as error:
        return _unreadable(listing, error)
    if not items and not folder:
        # What a vanished mount leaves behind.
        listing.is_complete = False
    if any(item.name in IGNORE_MARKS for item in items):
        return listing
    for item in items:
        _add(root, listing, item, with_stat=with_stat)
    listing.folders.sort()
    listing.entries.sort(key=lambda entry: entry.name)
    return listing


def _gone(root: Path, listing: Listing) -> Listing:
    """A folder that vanished since it was found is empty; a root that vanished says nothing about what it held."""
    if not is_online(root):
        listing.is_complete = False
        listing.problems.append(Problem("", Reason.ROOT_OFFLINE, f"{root} can't be reached."))
    return listing


def _unreadable(listing: Listing, error: OSError) -> Listing:
    listing.is_complete = False
    message = f"The folder can't be read: {error.strerror or error}."
    listing.problems.append(Problem(listing.folder, Reason.UNREADABLE_FOLDER, message))
    return listing


def _add(root: Path, listing: Listing, item: os.DirEntry[str], *, with_stat: bool) -> None:
    path = join(listing.folder, item.name)
    if (wrong := _wrong_with(path)) is not None:
        listing.problems.append(wrong)
        return
    try:
        if item.is_dir():
            _add_folder(root, listing, item, path)
        elif item.is_symlink() and not _leads_anywhere(item):
            _add_broken_link(listing, item, path)
        elif (role := classify(path)) not in IGNORED:
            _add_file(listing, item, role, with_stat=with_stat)
    except OSError as error:
        message = f"It can't be looked at: {error.strerror or error}."
        reason = Reason.LINK_LOOP if error.errno == errno.ELOOP else Reason.UNREADABLE
        listing.problems.append(Problem(path, reason, message))
        listing.unclear.add(item.name)


def _wrong_with(path: str) -> Problem | None:
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        shown = path.encode(errors="surrogateescape").decode(errors="replace")
        return Problem(_short(shown), Reason.BAD_NAME, "The name is not valid UTF-8; rename it.")
    if size > LONGEST_PATH_BYTES:
        message = f"The path is longer than {LONGEST_PATH_BYTES} bytes."
        return Problem(_short(path), Reason.BAD_NAME, message)
    return None


def _short(path: str) -> str:
    return path if len(path) <= 400 else f"{path[:300]}…{path[-99:]}"


def _leads_anywhere(item: os.DirEntry[str]) -> bool:
    try:
        item.stat()
    except FileNotFoundError:
        return False
    return True


def _add_broken_link(listing: Listing, item: os.DirEntry[str], path: str) -> None:
    """It may lead to a disk that is just not plugged in, so what it led to is not gone."""
    if classify(path) is not FileRole.HIDDEN:
        message = "The link points to something that isn't there."
        listing.problems.append(Problem(path, Reason.BROKEN_LINK, message))
        listing.unclear.add(item.name)


def _add_file(listing: Listing, item: os.DirEntry[str], role: FileRole, *, with_stat: bool) -> None:
    if not with_stat:
        listing.entries.append(Entry(item.name, role, 0, 0, 0))
        return
    try:
        status = item.stat()
    except FileNotFoundError:
        return
    if stat.S_ISREG(status.st_mode):
        entry = Entry(item.name, role, status.st_size, status.st_mtime_ns, _signed(status.st_ino))
        listing.entries.append(entry)


def _signed(inode: int) -> int:
    """Inodes are unsigned 64-bit numbers, PostgreSQL's are signed."""
    return inode - (1 << 64) if inode >= 1 << 63 else inode


def _add_folder(root: Path, listing: Listing, item: os.DirEntry[str], path: str) -> None:
    if classify(f"{path}/x") is FileRole.HIDDEN:
        return
    if item.is_symlink() and _leads_back(root, listing.folder, item):
        listing.problems.append(Problem(path, Reason.LINK_LOOP, "The link leads back to a folder above it."))
        return
    listing.folders.append(path)


def _leads_back(root: Path, folder: str, item: os.DirEntry[str]) -> bool:
    target = item.stat()
    return any(os.path.samestat(target, above) for above in _stats_above(root, folder))


def _stats_above(root: Path, folder: str) -> Iterator[os.stat_result]:
    yield root.stat()
    here = root
    for name in folder.split("/") if folder else ():
        here /= name
        yield here.stat()


def is_online(root: Path) -> bool:
    """Whether the root is a folder that can be listed and holds anything: a vanished mount leaves an empty one."""
    try:
        with os.scandir(root) as found:
            return next(found, None) is not None
    except OSError:
        return False
