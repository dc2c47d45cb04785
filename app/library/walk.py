"""Listing folders: what is in them, without opening any file."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.identify.files import FileRole, classify, is_hidden_folder
from app.library.problems import Problem, Reason

# Roles that are no business of the catalog.
IGNORED = frozenset({FileRole.HIDDEN, FileRole.PARTIAL, FileRole.OTHER})
# PostgreSQL indexes paths, and takes no more than 2,704 bytes into an index.
LONGEST_PATH_BYTES = 2000
IGNORE_MARKS = frozenset({".ignore", ".nomedia"})
_TOP = 1 << 63


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as the folder lists it."""

    name: str
    role: FileRole
    size_bytes: int
    mtime_ns: int
    inode: int


# Name, size in bytes, time of change in nanoseconds, inode: what tells whether a file is as it was.
Sight = tuple[str, int, int, int]


@dataclass(slots=True)
class Look:
    """What a folder holds, of whatever kind. folder and folders: relative to the root, '/' between names.

    unclear: names of which nobody can tell whether they are still there. is_complete: False where it could not be
    read.
    """

    folder: str
    files: set[Sight] = field(default_factory=set)
    folders: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)
    is_complete: bool = True

    def listing(self) -> "Listing":
        """The same, with only those files that concern a library, and what each is for."""
        roles = [(classify(join(self.folder, file[0])), file) for file in self.files]
        entries = [Entry(file[0], role, *file[1:]) for role, file in roles if role not in IGNORED]
        entries.sort(key=lambda entry: entry.name)
        return Listing(self.folder, entries, self.folders, self.problems, self.unclear, self.is_complete)


@dataclass(slots=True)
class Listing:
    """What concerns a library in one folder; the rest is as in Look."""

    folder: str
    entries: list[Entry] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)
    is_complete: bool = True


def join(folder: str, name: str) -> str:
    """A path below the root."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """The folder of a path below the root."""
    return path.rpartition("/")[0]


def list_folder(root: Path, folder: str) -> Listing:
    """Everything in one folder that concerns a library, each file with its role. Never raises OSError."""
    return look(str(root), folder).listing()


def look_around(root: str, folders: Sequence[str], most_folders: int, most_files: int) -> list[Look]:
    """Look into folders and what lies below them, parents before their children, until it is about so much."""
    waiting, looks, files = list(reversed(folders)), list[Look](), 0
    while waiting and len(looks) < most_folders and files < most_files:
        found = look(root, waiting.pop())
        looks.append(found)
        files += len(found.files)
        waiting += reversed(found.folders)
    return looks


def look(root: str, folder: str) -> Look:
    """Everything in one folder. Never raises OSError: what fails becomes a problem.

    Nothing is seen of hidden folders and of folders that hold a `.ignore` or `.nomedia`. Links are followed, except to
    a folder above themselves.
    """
    found = Look(folder)
    try:
        entries = _items(f"{root}/{folder}" if folder else root)
    except (FileNotFoundError, NotADirectoryError):
        return _gone(root, found)
    except OSError as error:
        return _unreadable(found, error)
    if not entries and not folder:
        # What a vanished mount leaves behind.
        found.is_complete = False
    names = [item.name for item in entries]
    if not IGNORE_MARKS.isdisjoint(names):
        return found
    room = LONGEST_PATH_BYTES - len(folder.encode(errors="surrogateescape")) - 1
    every = "".join(names)
    if not every.isascii() or (len(every) > room and max(map(len, names)) > room):
        entries = _well_named(found, entries)
    _add(root, found, entries)
    found.folders.sort()
    return found


def _items(path: str) -> list[os.DirEntry[str]]:
    """Network file systems refuse a folder once where a handle went stale, and have it the next time."""
    try:
        return list(os.scandir(path))
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError:
        return list(os.scandir(path))


def _gone(root: str, found: Look) -> Look:
    """A folder that vanished since it was found is empty; a root that vanished says nothing about what it held."""
    if not is_online(Path(root)):
        found.is_complete = False
        found.problems.append(Problem("", Reason.ROOT_OFFLINE, f"{root} can't be reached."))
    return found


def _unreadable(found: Look, error: OSError) -> Look:
    found.is_complete = False
    message = f"The folder can't be read: {error.strerror or error}."
    found.problems.append(Problem(found.folder, Reason.UNREADABLE_FOLDER, message))
    return found


def _well_named(found: Look, entries: Sequence[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    """The entries whose names a database can hold; the others become problems."""
    wrong = [_wrong_with(join(found.folder, item.name)) for item in entries]
    found.problems += [problem for problem in wrong if problem is not None]
    return [item for item, problem in zip(entries, wrong, strict=True) if problem is None]


def _add(root: str, found: Look, entries: Sequence[os.DirEntry[str]]) -> None:
    # A rescan does little else than this loop, so that calls of functions count.
    add, is_file = found.files.add, stat.S_ISREG
    for item in entries:
        try:
            if item.is_dir():
                _add_folder(root, found, item)
            elif is_file((status := item.stat()).st_mode):
                inode = status.st_ino
                add((item.name, status.st_size, status.st_mtime_ns, inode if inode < _TOP else signed(inode)))
        except FileNotFoundError:
            if item.is_symlink():
                _add_broken_link(found, item)
        except OSError as error:
            _add_unclear(found, item, error)


def _add_unclear(found: Look, item: os.DirEntry[str], error: OSError) -> None:
    path = join(found.folder, item.name)
    if not item.is_symlink() and classify(path) in IGNORED:
        return
    message = f"It can't be looked at: {error.strerror or error}."
    reason = Reason.LINK_LOOP if error.errno == errno.ELOOP else Reason.UNREADABLE
    found.problems.append(Problem(path, reason, message))
    found.unclear.add(item.name)


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


def _add_broken_link(found: Look, item: os.DirEntry[str]) -> None:
    """It may lead to a disk that is just not plugged in, so what it led to is not gone."""
    path = join(found.folder, item.name)
    if classify(path) is not FileRole.HIDDEN:
        message = "The link points to something that isn't there."
        found.problems.append(Problem(path, Reason.BROKEN_LINK, message))
        found.unclear.add(item.name)


def signed(number: int) -> int:
    """Inodes and devices are unsigned 64-bit numbers, PostgreSQL's are signed."""
    return number if number < _TOP else number - (1 << 64)


def _add_folder(root: str, found: Look, item: os.DirEntry[str]) -> None:
    if is_hidden_folder(item.name):
        return
    path = join(found.folder, item.name)
    if item.is_symlink() and _leads_back(Path(root), found.folder, item):
        found.problems.append(Problem(path, Reason.LINK_LOOP, "The link leads back to a folder above it."))
        return
    found.folders.append(path)


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
