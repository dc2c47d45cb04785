"""When a folder in which something happened may be scanned: once its files have stopped growing.

Nothing is scanned twice as often for being restless: a folder that never rests is scanned after a long wait, and one
that stirs again soon after its scan waits longer every time.
"""

import errno
import fcntl
import os
import signal
import stat
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.identify.files import classify
from app.library.walk import IGNORED, join, look_around, signed

# A folder that is never at rest is scanned nevertheless after so long.
PATIENCE_S = 600.0
# What is gone may turn up elsewhere, so its folder waits for what is restless there; no longer than this.
GONE_WAITS_S = 60.0
# A folder that stirs again and again is scanned no more often than this.
LONGEST_PAUSE_S = 900.0
SOON_S = 60.0
# Of new folders, so much is looked at; they are scanned as a whole anyway.
MOST_FOLDERS, MOST_FILES = 500, 5000
MOST_OPENED = 50

# Size, time of change in nanoseconds, inode.
Glance = dict[str, tuple[int, int, int]]


@dataclass(slots=True)
class Stir:
    """What happened in one folder since it was last scanned, by the clock of the event loop.

    paths: files and folders that were named, relative to the root. rested_since: since when nothing changed.
    """

    paths: set[str]
    first_at: float
    rested_since: float
    files: Glance = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pause:
    """A folder was scanned at a time, and is to be left alone for so long."""

    scanned_at: float
    wait_s: float

    def is_recent(self, now: float) -> bool:
        """Whether stirring again counts as restless."""
        return now - self.scanned_at < max(SOON_S, 4 * self.wait_s)


def glance(root: str, paths: Collection[str]) -> Glance:
    """The files of a library that these paths name, or that lie below them where they are folders, as they are now.

    What is not there, or can't be looked at, is left out.
    """
    found: Glance = {}
    for path in paths:
        try:
            status = (Path(root) / path).stat()
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode):
            found |= _below(root, path)
        elif stat.S_ISREG(status.st_mode) and classify(path) not in IGNORED:
            found[path] = (status.st_size, status.st_mtime_ns, signed(status.st_ino))
    return found


def _below(root: str, folder: str) -> Glance:
    return {
        join(look.folder, name): (size, mtime_ns, inode)
        for look in look_around(root, [folder], MOST_FOLDERS, MOST_FILES)
        for name, size, mtime_ns, inode in look.files
        if classify(join(look.folder, name)) not in IGNORED
    }


def are_being_written(root: str, paths: Collection[str]) -> bool:
    """Whether any process of this machine has one of the files open to write. False where the system can't tell."""
    return any(_is_being_written(Path(root) / path) for path in list(paths)[:MOST_OPENED])


def _is_being_written(path: Path) -> bool:
    """By asking for a lease on it, which Linux refuses while anybody may write (fcntl(2), F_SETLEASE)."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        # Who wants to write within this instant would have us signalled; this signal does nothing.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


class Settling:
    """The restless folders of one library. Folders are (root, path below it)."""

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._stirs: dict[object, Stir] = {}
        self._pauses: dict[object, Pause] = {}

    def stir(self, folder: object, paths: Collection[str], now: float) -> None:
        """Something happened to files or folders in it."""
        stir = self._stirs.setdefault(folder, Stir(set(), now, now))
        stir.paths.update(paths)
        stir.rested_since = now

    def paths(self, folder: object) -> frozenset[str]:
        """What to look at; nothing of a folder of which no more is known than that it is to be scanned."""
        return frozenset(self._stirs[folder].paths) if folder in self._stirs else frozenset()

    def see(self, folder: object, files: Glance, now: float) -> None:
        """How its files are now."""
        if (stir := self._stirs.get(folder)) is not None and stir.files != files:
            stir.files, stir.rested_since = files, now

    def is_at_rest(self, folder: object, now: float) -> bool:
        """Whether nothing changed in it for as long as files take to settle."""
        stir = self._stirs.get(folder)
        return stir is None or now - stir.rested_since >= self._settle_s

    def is_due(self, folder: object, now: float, *, is_open: bool) -> bool:
        """is_open: whether one of its files is still being written."""
        pause = self._pauses.get(folder)
        if pause is not None and now - pause.scanned_at < pause.wait_s:
            return False
        stir = self._stirs.get(folder)
        if stir is not None and now - stir.first_at >= PATIENCE_S:
            return True
        return self.is_at_rest(folder, now) and not is_open

    def is_gone(self, folder: object, now: float) -> bool:
        """Whether nothing is there of what stirred, which happened not long ago."""
        stir = self._stirs.get(folder)
        return stir is not None and not stir.files and now - stir.first_at < GONE_WAITS_S

    def files(self, folder: object) -> Mapping[str, tuple[int, int, int]]:
        """As they were last seen."""
        return self._stirs[folder].files if folder in self._stirs else {}

    def scanned(self, folder: object, now: float) -> None:
        """Begin anew with a folder; one that was scanned just before is left alone for longer than then."""
        self._stirs.pop(folder, None)
        self._pauses = {key: pause for key, pause in self._pauses.items() if pause.is_recent(now)}
        before = self._pauses.get(folder)
        wait_s = 0.0 if before is None else min(2 * max(before.wait_s, self._settle_s), LONGEST_PAUSE_S)
        self._pauses[folder] = Pause(now, wait_s)

    def dropped(self, folder: object) -> None:
        """It needs no scan after all."""
        self._stirs.pop(folder, None)
