"""Making, changing and deleting libraries, and each way in which that is refused."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.catalog.events import WorksChanged
from app.core.app import App
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import Event, load
from app.core.ids import new_id
from app.library.events import LibraryChanged, ScanProgressed
from app.library.folders import folders
from app.library.writes import create_library, delete_library, update_library
from tests import given


async def create(app: App, name: str, *roots: Path, kind: str = "movie") -> UUID:
    async with app.transaction() as tx:
        return await create_library(tx, name, kind, folders([str(root) for root in roots], "roots"))


async def update(app: App, library_id: UUID, **changes: Any) -> None:
    async with app.transaction() as tx:
        await update_library(tx, library_id, **changes)


async def delete(app: App, library_id: UUID) -> None:
    async with app.transaction() as tx:
        await delete_library(tx, library_id)


async def announced(app: App) -> list[Event]:
    async with app.database.pool.acquire() as connection:
        rows = await connection.fetch("SELECT name, payload FROM outbox.events ORDER BY seq")
    return [load(row["name"], row["payload"]) for row in rows]


async def column(app: App, sql: str) -> list[Any]:
    async with app.database.pool.acquire() as connection:
        return [row[0] for row in await connection.fetch(sql)]


def make(tmp_path: Path, *names: str) -> Sequence[Path]:
    made = [tmp_path / name for name in names]
    for folder in made:
        folder.mkdir(parents=True)
    return made


async def test_a_library_has_its_trimmed_name_and_its_roots(app: App, tmp_path: Path) -> None:
    films, more = make(tmp_path, "films", "more films")

    library_id = await create(app, "  Films ", films, more)

    assert await column(app, "SELECT name FROM library.libraries") == ["Films"]
    roots = await column(app, "SELECT path FROM library.roots ORDER BY id")
    assert roots == [str(films), str(more)]
    assert await announced(app) == [LibraryChanged(library_id, "added")]


@pytest.mark.parametrize("name", ["", " \t ", "a" * 201, "bell\a", "nul\0", "\ud800"])
async def test_a_name_that_is_none_is_refused(app: App, tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        await create(app, name, tmp_path)

    assert refused.value.field == "name"
    assert await column(app, "SELECT id FROM library.libraries") == []


async def test_a_taken_name_is_a_conflict_whatever_its_case(app: App, tmp_path: Path) -> None:
    films, series = make(tmp_path, "films", "series")
    await create(app, "Films", films)

    with pytest.raises(Conflict):
        await create(app, "FILMS", series)


async def test_a_library_without_roots_is_refused(app: App) -> None:
    with pytest.raises(Invalid) as refused:
        await create(app, "Films")

    assert refused.value.field == "roots"


@pytest.mark.parametrize("taken_first", [True, False])
async def test_roots_of_two_libraries_may_not_overlap(app: App, tmp_path: Path, taken_first: bool) -> None:
    outer, inner = make(tmp_path, "outer", "outer/inner")
    await create(app, "One", outer if taken_first else inner)

    with pytest.raises(Invalid) as refused:
        await create(app, "Two", inner if taken_first else outer)

    assert refused.value.field == "roots.0"
    assert "One" in str(refused.value)


async def test_a_root_whose_name_begins_like_another_does_not_overlap(app: App, tmp_path: Path) -> None:
    films, more = make(tmp_path, "films", "films2")
    await create(app, "One", films)

    await create(app, "Two", more)

    assert len(await column(app, "SELECT id FROM library.libraries")) == 2


async def test_two_at_once_do_not_get_the_same_name(app: App, tmp_path: Path) -> None:
    paths = make(tmp_path, "a", "b", "c")

    made = await asyncio.gather(*(create(app, "Films", path) for path in paths), return_exceptions=True)

    assert sum(isinstance(each, UUID) for each in made) == 1
    assert sum(isinstance(each, Conflict) for each in made) == 2


async def test_renaming_keeps_everything_else(app: App, tmp_path: Path) -> None:
    library_id = await create(app, "Films", tmp_path)

    await update(app, library_id, name="Movies")

    assert await column(app, "SELECT name FROM library.libraries") == ["Movies"]
    assert await column(app, "SELECT path FROM library.roots") == [str(tmp_path)]
    assert (await announced(app))[-1] == LibraryChanged(library_id, "updated")


async def test_a_library_may_change_the_case_of_its_own_name(app: App, tmp_path: Path) -> None:
    library_id = await create(app, "films", tmp_path)

    await update(app, library_id, name="Films")

    assert await column(app, "SELECT name FROM library.libraries") == ["Films"]


async def test_renaming_to_a_taken_name_is_a_conflict(app: App, tmp_path: Path) -> None:
    films, series = make(tmp_path, "films", "series")
    await create(app, "Films", films)
    library_id = await create(app, "Series", series)

    with pytest.raises(Conflict):
        await update(app, library_id, name="films")


async def test_a_removed_root_takes_its_files_and_works_along(app: App, tmp_path: Path) -> None:
    old, new = make(tmp_path, "old", "new")
    library_id = await create(app, "Films", old)
    movie_id = await given.movie(app, library_id=library_id)

    await update(
        app, library_id, add_roots=folders([str(new)], "addRoots"), remove_roots=[str(old), str(old)]
    )

    assert await column(app, "SELECT path FROM library.roots") == [str(new)]
    assert await column(app, "SELECT id FROM library.files") == []
    assert await column(app, "SELECT id FROM movies.movies") == []
    assert WorksChanged("movie", library_id, removed=(movie_id,)) in await announced(app)


async def test_a_root_may_be_replaced_by_the_folder_above_it(app: App, tmp_path: Path) -> None:
    outer, inner = make(tmp_path, "outer", "outer/inner")
    library_id = await create(app, "Films", inner)

    await update(app, library_id, add_roots=folders([str(outer)], "addRoots"), remove_roots=[str(inner)])

    assert await column(app, "SELECT path FROM library.roots") == [str(outer)]


async def test_an_added_root_may_not_overlap_with_the_librarys_own(app: App, tmp_path: Path) -> None:
    outer, inner = make(tmp_path, "outer", "outer/inner")
    library_id = await create(app, "Films", outer)

    with pytest.raises(Invalid) as refused:
        await update(app, library_id, add_roots=folders([str(inner)], "addRoots"))

    assert refused.value.field == "addRoots.0"


async def test_the_last_root_stays(app: App, tmp_path: Path) -> None:
    library_id = await create(app, "Films", tmp_path)

    with pytest.raises(Invalid) as refused:
        await update(app, library_id, remove_roots=[str(tmp_path)])

    assert refused.value.field == "removeRoots"
    assert await column(app, "SELECT path FROM library.roots") == [str(tmp_path)]


async def test_a_root_of_no_or_another_library_is_not_removed(app: App, tmp_path: Path) -> None:
    films, series = make(tmp_path, "films", "series")
    library_id = await create(app, "Films", films)
    await create(app, "Series", series)

    for place, path in enumerate(["/nowhere", str(series)]):
        with pytest.raises(Invalid) as refused:
            await update(app, library_id, remove_roots=[str(films)] * place + [path])
        assert refused.value.field == f"removeRoots.{place}"


async def test_no_root_is_removed_during_a_scan(app: App, tmp_path: Path) -> None:
    films, more = make(tmp_path, "films", "more")
    library_id = await create(app, "Films", films, more)
    await given.scan(app, library_id, status="running")

    with pytest.raises(Conflict):
        await update(app, library_id, remove_roots=[str(films)])


async def test_an_unknown_library_is_neither_changed_nor_deleted(app: App) -> None:
    with pytest.raises(NotFound):
        await update(app, new_id(), name="Films")
    with pytest.raises(NotFound):
        await delete(app, new_id())


async def test_deleting_leaves_what_another_library_holds(app: App) -> None:
    here, there = await given.library(app), await given.library(app)
    only_here = await given.movie(app, library_id=here)
    shared = await given.movie(app, library_id=here)
    await given.movie_in(app, shared, there)

    await delete(app, here)

    assert await column(app, "SELECT id FROM library.libraries") == [there]
    assert await column(app, "SELECT id FROM movies.movies") == [shared]
    assert await column(app, "SELECT library_id FROM library.library_movies") == [there]
    events = await announced(app)
    removed = [event.removed for event in events if isinstance(event, WorksChanged)]
    assert [set(works) for works in removed] == [{only_here, shared}]
    assert events[-1] == LibraryChanged(here, "removed")


async def test_deleting_cancels_the_scan_under_way(app: App) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, status="running")

    await delete(app, library_id)

    assert ScanProgressed(library_id, scan_id) in await announced(app)
    assert await column(app, "SELECT id FROM library.scans") == []
