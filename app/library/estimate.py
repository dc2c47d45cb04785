"""How many files a scan will come to: those known, or where none is, those that a quick look ahead counts."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.outbox import Tx
from app.identify.extensions import KNOWN
from app.library.events import ScanProgressed
from app.library.read_folders import Root
from app.library.tree import SCOPE, Scope

FOLDERS_AT_ONCE = 500

COUNT_KNOWN = text(
    f"SELECT count(*) FROM library.files f WHERE {SCOPE.format(table='f')} AND f.missing_since IS NULL"  # noqa: S608
)
EXPECT = text(
    """
    UPDATE library.scans SET files_total = greatest(files_total, CAST(:files AS bigint))
    WHERE id = :scan_id AND status = 'running'
    """
)


async def known_files(tx: Tx, scopes: Sequence[Scope]) -> dict[UUID, int]:
    """How many files each root is known to hold. One statement for each."""
    return {scope.root_id: await tx.db.value(COUNT_KNOWN, **scope.params) for scope in scopes}


async def expect(tx: Tx, scan_id: UUID, files: int) -> None:
    """Raise a running scan's total to at least so many."""
    await tx.db.run(EXPECT, scan_id=scan_id, files=files)


@asynccontextmanager
async def counting_ahead(
    app: App, library_id: UUID, scan_id: UUID, places: Sequence[tuple[Root, str]]
) -> AsyncGenerator[None]:
    """Meanwhile count the files of places of which nothing is known yet."""
    task = asyncio.create_task(_count(app, library_id, scan_id, places)) if places else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _count(app: App, library_id: UUID, scan_id: UUID, places: Sequence[tuple[Root, str]]) -> None:
    files = 0
    for root, folder in places:
        counts = files_in_folders(f"{root.path}/{folder}" if folder else root.path)
        while some := await app.in_thread(_next, counts):
            files += sum(some)
            async with app.transaction() as tx:
                await expect(tx, scan_id, files)
                tx.emit(ScanProgressed(library_id, scan_id))


def _next(counts: Iterator[int]) -> list[int]:
    return list(islice(counts, FOLDERS_AT_ONCE))


def files_in_folders(path: str) -> Iterator[int]:
    """How many files that look like a library's each folder of a tree holds, by the ends of their names alone.

    Links to folders are not followed, and what can't be read counts nothing: this is an estimate.
    """
    waiting = [path]
    while waiting:
        here, files = waiting.pop(), 0
        try:
            with os.scandir(here) as items:
                for item in items:
                    if item.name[0] == ".":
                        continue
                    if item.is_dir(follow_symlinks=False):
                        waiting.append(item.path)
                    elif item.name.rpartition(".")[2].lower() in KNOWN:
                        files += 1
        except OSError:
            continue
        yield files
