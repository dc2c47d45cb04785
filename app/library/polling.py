"""Finding out what happened in a folder by looking through it again and again, where the system doesn't tell."""

import os
import threading
import time
from collections.abc import Iterator, Mapping

from watchfiles import Change

from app.library.walk import IGNORE_MARKS, Look, join, look, parent

Notice = tuple[Change, str]
# By name, a hash of how each file of a folder is: a library has more of them than one likes to hold whole.
Files = dict[str, int]

# Looking takes at most one part in so many of the time.
SELDOM = 5


def poll(folder: str, every_s: float, idle_s: float, stop: threading.Event) -> Iterator[set[Notice]]:
    """Batches of what changed below a folder, also empty ones at least every idle_s; the first once it was seen.

    Whatever another size, time (an earlier one too) or inode shows is noticed. Blocks between batches; ends with stop.
    """
    tree = Tree(folder)
    due = 0.0
    while not stop.is_set():
        changes, began = set[Notice](), time.monotonic()
        if began >= due:
            changes = tree.look(stop)
            took_s = time.monotonic() - began
            due = began + took_s + max(every_s, (SELDOM - 1) * took_s)
        yield changes
        stop.wait(min(idle_s, max(0.0, due - time.monotonic())))


class Tree:
    """All that is below a folder, as it was last seen; nothing of what a scan doesn't look at."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._known: dict[str, Files] = {}

    def look(self, stop: threading.Event) -> set[Notice]:
        """What is not as it was the last time, by absolute path; of a folder that came or went, the folder alone.

        Nothing the first time, or when stopped. What can't be looked at just now counts as unchanged.
        """
        now: dict[str, Files] = {}
        blind: set[str] = set()
        waiting = [""]
        while waiting and not stop.is_set():
            seen = look(self._root, waiting.pop())
            now[seen.folder] = self._files(seen)
            blind |= {join(seen.folder, name) for name in seen.unclear}
            blind |= set() if seen.is_complete else {seen.folder}
            waiting += seen.folders
        if stop.is_set():
            return set()
        for folder in self._known.keys() - now.keys():
            if not blind.isdisjoint(_and_above(folder)):
                now[folder] = self._known[folder]
        changes = {(change, f"{self._root}/{path}") for change, path in _changes(self._known, now)}
        self._known = now
        return changes

    def _files(self, seen: Look) -> Files:
        before = self._known.get(seen.folder, {})
        unclear = before.keys() & seen.unclear if seen.is_complete else before.keys()
        marks = self._marks(seen.folder) if not (seen.files or seen.folders) else ()
        told = {name: before[name] for name in unclear} | dict.fromkeys(marks, 0)
        return told | {sight[0]: hash(sight) for sight in seen.files}

    def _marks(self, folder: str) -> list[str]:
        """By which a folder is not looked at."""
        return [name for name in IGNORE_MARKS if os.path.lexists(f"{self._root}/{join(folder, name)}")]


def _and_above(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = parent(folder)
    yield ""


def _changes(before: Mapping[str, Files], now: Mapping[str, Files]) -> Iterator[Notice]:
    """By path below the root."""
    for folder in now.keys() - before.keys():
        if parent(folder) in before:
            yield Change.added, folder
    for folder in before.keys() - now.keys():
        if parent(folder) in now:
            yield Change.deleted, folder
    for folder in before.keys() & now.keys():
        old, new = before[folder], now[folder]
        if old != new:
            yield from ((Change.added, join(folder, name)) for name in new.keys() - old.keys())
            yield from ((Change.deleted, join(folder, name)) for name in old.keys() - new.keys())
            same = old.keys() & new.keys()
            yield from ((Change.modified, join(folder, name)) for name in same if old[name] != new[name])
