"""Every order of series and episodes has an index behind it, and pages of many parents are read from one."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from app.access.viewer import marquee
from app.catalog.filters import Where
from app.catalog.tv import credits as tv_credits
from app.catalog.tv import reads
from app.catalog.tv.filters import EPISODE_SORTS, SERIES_SORTS
from app.core.app import App
from app.core.paging import Order, Page, Slice
from app.library import file_reads
from app.library import reads as libraries
from tests import given
from tests.catalog.plans import Explaining

VIEWER = marquee(("de", "en"))
SORTING = {"Sort", "Incremental Sort"}
SCANNING = {"Seq Scan", "Bitmap Heap Scan"}

Read = Callable[..., Awaitable[Slice[Any]]]
LISTS: list[tuple[Read, Sequence[Order]]] = [
    (reads.list_series, list(SERIES_SORTS)),
    (reads.list_episodes, list(EPISODE_SORTS)),
]


async def test_every_order_and_a_search_are_read_from_their_indexes(crowded: App) -> None:
    for read, orders in LISTS:
        for order in orders:
            explaining = Explaining(crowded)
            first = await read(explaining.db, VIEWER, page=Page(first=10), order=order)
            await read(explaining.db, VIEWER, page=Page(first=10, after=first.cursor(-1)), order=order)
            last = await read(explaining.db, VIEWER, page=Page(last=10), order=order)
            await read(explaining.db, VIEWER, page=Page(last=10, before=last.cursor(0)), order=order)

            assert len(explaining.plans) == 4
            assert not explaining.kinds & (SORTING | SCANNING), (read, order, explaining.plans)
            assert len(explaining.indexes) == 1, (read, order, explaining.indexes)

    searching = Explaining(crowded)
    where = Where([("search", "c4ca4238")])
    await reads.list_series(searching.db, VIEWER, page=Page(first=10), where=where)

    assert "ix_series_search" in searching.indexes
    assert "Seq Scan" not in searching.kinds


OF_PARENTS = [
    ("tv.seasons", reads.episodes_of_seasons, "ix_episodes_season_order"),
    ("tv.series", reads.episodes_of_series, "ix_episodes_order"),
    ("tv.series", tv_credits.cast_of_series, "ix_series_credits_series_id_billing"),
]
OF_LIBRARIES = [
    (file_reads.files_of_libraries, "ix_files_library_id"),
    (libraries.problems_of_libraries, "ix_problems_library_id"),
    (libraries.scans_of_libraries, "ix_scans_library_id"),
]


async def test_pages_of_many_parents_are_read_from_an_index(crowded: App) -> None:
    for table, read, index in OF_PARENTS:
        async with crowded.database.pool.acquire() as connection:
            ids = [row[0] for row in await connection.fetch(f"SELECT id FROM {table} LIMIT 20")]
        explaining = Explaining(crowded)
        pages = await read(explaining.db, VIEWER, ids, page=Page(first=5))

        assert len(explaining.plans) == 1
        assert not explaining.kinds & SORTING, explaining.plans
        assert index in explaining.indexes
        assert all(len(pages[key].items) <= 5 for key in ids)


async def test_pages_of_libraries_are_read_from_an_index(app: App) -> None:
    ids = [await given.library(app) for _ in range(3)]
    await fill(app, FILL)

    for read, index in OF_LIBRARIES:
        explaining = Explaining(app)
        pages = await read(explaining.db, VIEWER, ids, page=Page(first=5))

        assert not explaining.kinds & SORTING, explaining.plans
        assert index in explaining.indexes
        assert [len(pages[key].items) for key in ids] == [5, 5, 5]


async def fill(app: App, statements: str) -> None:
    async with app.database.pool.acquire() as connection:
        for statement in statements.split(";"):
            await connection.execute(statement)
        await connection.execute("VACUUM (ANALYZE)")


FILL = """
INSERT INTO library.files (id, library_id, root_id, folder, name, role, size_bytes, mtime_ns, inode)
SELECT gen_random_uuid(), r.library_id, r.id, 'folder', n::text, 'video', 1, 1, 1
FROM library.roots AS r, generate_series(1, 2000) AS n;
INSERT INTO library.problems (id, library_id, root_id, path, reason, message)
SELECT gen_random_uuid(), r.library_id, r.id, n::text, 'empty', 'Empty.'
FROM library.roots AS r, generate_series(1, 2000) AS n;
INSERT INTO library.scans (id, library_id, status)
SELECT gen_random_uuid(), id, 'completed' FROM library.libraries, generate_series(1, 2000)
"""
