"""Changes by people that happen at the same time wait for each other, and never in a circle."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from app.catalog import locks
from app.catalog.edits import Edit
from app.core.app import App
from app.core.outbox import Tx
from app.curation.edit import edit_work
from app.curation.merge_series import merge_series
from app.curation.split_series import split_series
from tests import given
from tests.library import scanning

WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""
Work = Callable[[Tx, UUID, UUID, UUID], Awaitable[object]]
SERIES: dict[str, Work] = {
    "edit": lambda tx, show, other, file: edit_work(tx, "series", show, Edit({"title": "Renamed"})),
    "merge": lambda tx, show, other, file: merge_series(tx, show, [other]),
    "split": lambda tx, show, other, file: split_series(tx, show, "Apart", None, file_ids=[file]),
}


@pytest.mark.parametrize("name", SERIES)
async def test_whoever_changes_series_waits_for_films_before_holding_series(app: App, name: str) -> None:
    library_id = await given.library(app, kind="tv")
    show = await given.series(app, "Show", seasons=(2,), library_id=library_id)
    other = await given.series(app, "Other")
    files = await scanning.values(app, "SELECT file_id FROM library.episode_parts ORDER BY id")

    async def change() -> None:
        async with app.transaction() as tx:
            await SERIES[name](tx, show, other, files[0])

    async with app.transaction() as tx:
        await tx.db.run(locks.MOVIES)
        changing = asyncio.create_task(change())
        while not await scanning.value(app, WAITING):
            assert not changing.done(), changing.exception()
            await asyncio.sleep(0.01)
        await tx.db.run(locks.SERIES)

    await changing
    assert await scanning.value(app, "SELECT count(*) FROM curation.changes") == 1
