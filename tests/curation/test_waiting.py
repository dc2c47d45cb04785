"""Changes by people that happen at the same time wait for each other, and never in a circle."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.catalog import locks
from app.catalog.edits import Edit
from app.core.app import App
from app.core.outbox import Tx
from app.curation.edit import edit_work
from app.curation.matching import Target, choose, mark_as_extra
from app.curation.merge_series import merge_series
from app.curation.split_series import split_series
from app.library import scan as scan_module
from tests import given
from tests.library import scanning
from tests.library.scanning import put

WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""
HELD_UP = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
FILM = "Alpha (2001)/Alpha (2001).mkv"
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


@pytest.mark.parametrize(
    "decide",
    [
        lambda tx, files: choose(tx, files, Target(title="Another", year=2002)),
        lambda tx, files: mark_as_extra(tx, files, "trailer"),
    ],
    ids=["choose", "mark as extra"],
)
async def test_whoever_decides_about_files_that_a_scan_just_writes_waits_for_them_first(
    app: App,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    decide: Callable[[Tx, list[UUID]], Awaitable[object]],
) -> None:
    put(clip, tmp_path, FILM)
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    files = await scanning.values(app, "SELECT id FROM library.files")
    (tmp_path / FILM).touch()
    is_written, may_go_on = asyncio.Event(), asyncio.Event()
    store_media = scan_module.store_media

    async def hold_on(*arguments: Any) -> None:
        is_written.set()
        await may_go_on.wait()
        await store_media(*arguments)

    async def change() -> None:
        async with app.transaction() as tx:
            await decide(tx, files)

    monkeypatch.setattr(scan_module, "store_media", hold_on)
    scanned = asyncio.create_task(scanning.scan(app, library_id))
    await is_written.wait()
    changing = asyncio.create_task(change())
    while not await scanning.value(app, HELD_UP):
        assert not changing.done(), changing.exception()
        await asyncio.sleep(0.01)
    may_go_on.set()

    await asyncio.gather(scanned, changing)
    assert await scanning.value(app, "SELECT count(*) FROM curation.changes") == 1
