"""Generates the demo library: all of it or nothing, once for each version of what it holds."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from app.core.orphans import end_with_parent
from app.demo.expected import DEMO
from app.demo.plan import Task, make, tasks

MARKER = ".marquee-demo"
_DRAWING = 2  # goes up when encoders or drawing change, which the declaration can't tell

Progress = Callable[[int, int, str], None]


class FolderInUse(Exception):
    """The folder holds files that are not the demo library; nothing was touched."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} holds other files; the demo library needs a folder of its own")
        self.root = root


def generate(root: Path, progress: Progress | None = None) -> None:
    """Have the current demo library at root. Does nothing if it is there; replaces an older one.

    progress: called with files done, files in all, and the path just made. Works in a sibling folder and moves it
    into place at the end, so that a crash leaves the old state and a leftover that the next run removes. A second
    caller waits for the first. Raises FolderInUse for a folder with anything else in it.
    """
    root = root.absolute()
    root.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(root):
        if is_current(root):
            return
        if not _is_ours(root):
            raise FolderInUse(root)
        for leftover in _leftovers(root):
            shutil.rmtree(leftover)
        partial = _sibling(root, "partial")
        try:
            _fill(partial, tasks(DEMO), progress or _silent)
            (partial / MARKER).write_text(version())
            _swap(partial, root)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def version() -> str:
    """Changes with everything that is declared about the library."""
    return hashlib.sha256(f"{_DRAWING} {DEMO!r}".encode()).hexdigest()[:16]


def is_current(root: Path) -> bool:
    marker = root / MARKER
    return marker.is_file() and marker.read_text() == version()


def _is_ours(root: Path) -> bool:
    return not root.exists() or (root / MARKER).is_file() or (root.is_dir() and not any(root.iterdir()))


def _sibling(root: Path, purpose: str) -> Path:
    return root.with_name(f".{root.name}.{purpose}")


def _leftovers(root: Path) -> list[Path]:
    return [path for path in (_sibling(root, "partial"), _sibling(root, "old")) if path.exists()]


def _swap(partial: Path, root: Path) -> None:
    old = _sibling(root, "old")
    if root.exists():
        root.rename(old)
    partial.rename(root)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _only_one(root: Path) -> Generator[None]:
    """The lock goes with the process that holds it, however that ends."""
    with _sibling(root, "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fill(folder: Path, to_make: list[Task], progress: Progress) -> None:
    folder.mkdir()
    # Forking would copy the threads of a server in whatever state they are.
    with ProcessPoolExecutor(
        os.cpu_count(), mp_context=get_context("spawn"), initializer=end_with_parent
    ) as pool:
        made = [pool.submit(make, str(folder), task) for task in to_make]
        try:
            for done, future in enumerate(as_completed(made), 1):
                progress(done, len(made), future.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _silent(done: int, total: int, name: str) -> None:
    """For those who don't want to know."""
