"""Reading many names in a process of its own, since a thread would keep the worker from its other work."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from weakref import WeakKeyDictionary

from app.core.app import App
from app.core.orphans import end_with_parent
from app.identify.kinds import LibraryKind
from app.identify.reading import Reading
from app.library.name_process import Names, read_names

log = logging.getLogger(__name__)

# A few names are read sooner than sent.
FEW = 40


class NameReader:
    """One process, started when there is first much to read."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def read(self, folders: Sequence[Names], kind: LibraryKind) -> list[list[Reading]]:
        """What the names of each folder say, judged together, in the order given."""
        if sum(len(names) for _, names in folders) <= FEW:
            return await asyncio.to_thread(read_names, folders, kind)
        pool = self._running()
        try:
            return await asyncio.wrap_future(pool.submit(read_names, folders, kind))
        except BrokenProcessPool:
            log.warning("The process that reads names ended; they are read here.")
            self._forget(pool)
            return await asyncio.to_thread(read_names, folders, kind)

    async def warm(self) -> None:
        """Have the process there before there is anything to read."""
        with contextlib.suppress(BrokenProcessPool):
            await asyncio.wrap_future(self._running().submit(read_names, [], LibraryKind.MOVIE))

    def close(self) -> None:
        """End the process at once: it holds nothing, and Python waits for it at exit, however long it still loads."""
        if (pool := self._pool) is not None:
            # Public from Python 3.14 on, as kill_workers().
            processes = list(pool._processes.values())  # pyright: ignore[reportPrivateUsage]
            self._forget(pool)
            for process in processes:
                process.kill()

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=end_with_parent)
        return self._pool

    def _forget(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)


_readers: WeakKeyDictionary[App, NameReader] = WeakKeyDictionary()


def name_reader(app: App) -> NameReader:
    """The application's one reader, made when first needed and closed with it."""
    if app not in _readers:
        _readers[app] = NameReader()
        app.on_close(_readers[app].close)
    return _readers[app]
