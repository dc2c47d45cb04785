"""Removing files: what goes with them, what stays, and what is announced."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from app.catalog.events import WorksChanged
from app.core.app import App
from app.core.events import load
from app.library import removal
from app.library.removal import remove_all_files, remove_files
from tests import given


async def remove(app: App, library_id: UUID, files: Sequence[UUID]) -> dict[str, WorksChanged]:
    async with app.transaction() as tx:
        await remove_files(tx, library_id, files)
    return {event.kind: event for event in await announced(app)}


async def announced(app: App) -> list[WorksChanged]:
    async with app.database.pool.acquire() as connection:
        rows = await connection.fetch("SELECT name, payload FROM outbox.events ORDER BY seq")
    events = [load(row["name"], row["payload"]) for row in rows]
    return [event for event in events if isinstance(event, WorksChanged)]


def writing(statements: list[str]) -> list[str]:
    """Without what the dispatcher does meanwhile."""
    return [each for each in statements if "outbox." not in each and "_lock(7105002)" not in each]


async def count(app: App, table: str) -> int:
    async with app.database.pool.acquire() as connection:
        return await connection.fetchval(f"SELECT count(*) FROM {table}")


async def episodes_of(app: App, series_id: UUID) -> list[tuple[UUID, UUID, UUID]]:
    """Episode, season and file of each episode, in order."""
    async with app.database.pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT e.id, e.season_id, p.file_id FROM tv.episodes e "
            "JOIN library.episode_parts p ON p.episode_id = e.id "
            "WHERE e.series_id = $1 ORDER BY e.season_number, e.position",
            series_id,
        )
    return [tuple(row) for row in rows]


async def test_a_film_goes_with_its_last_file_and_takes_its_collection_along(app: App) -> None:
    library_id = await given.library(app)
    movie_id = await given.movie(app, library_id=library_id)
    second = await given.movie_in(app, movie_id, library_id)
    await given.collection(app, movies=(movie_id,))
    async with app.database.pool.acquire() as connection:
        files = [row["id"] for row in await connection.fetch("SELECT id FROM library.files")]

    events = await remove(app, library_id, files)

    assert second in files
    assert events["movie"].removed == (movie_id,)
    assert events["movie"].updated == ()
    for table in ("movies.movies", "movies.editions", "movies.versions", "collections.collections"):
        assert await count(app, table) == 0, table
    assert await count(app, "library.files") == 0
    assert await count(app, "library.library_movies") == 0


async def test_a_film_that_keeps_a_file_only_loses_the_empty_edition(app: App) -> None:
    library_id = await given.library(app)
    movie_id = await given.movie(app, library_id=library_id)
    second = await given.movie_in(app, movie_id, library_id, edition="Director's Cut")
    await given.collection(app, movies=(movie_id,))

    events = await remove(app, library_id, [second])

    assert events["movie"].updated == (movie_id,)
    assert events["movie"].removed == ()
    assert await count(app, "movies.editions") == 1
    assert await count(app, "movies.versions") == 1
    assert await count(app, "collections.collections") == 1
    assert await count(app, "library.library_movies") == 1


async def test_a_collection_with_another_film_stays(app: App) -> None:
    library_id = await given.library(app)
    movie_id = await given.movie(app)
    file_id = await given.movie_in(app, movie_id, library_id)
    other = await given.movie(app, library_id=library_id)
    await given.collection(app, movies=(movie_id, other))

    await remove(app, library_id, [file_id])

    assert await count(app, "movies.movies") == 1
    assert await count(app, "collections.collections") == 1
    assert await count(app, "collections.movies") == 1


async def test_a_film_of_two_libraries_only_leaves_the_one(app: App) -> None:
    here, there = await given.library(app), await given.library(app)
    movie_id = await given.movie(app, library_id=there)
    file_id = await given.movie_in(app, movie_id, here)

    events = await remove(app, here, [file_id])

    assert events["movie"].removed == (movie_id,)
    assert events["movie"].library_id == here
    assert await count(app, "movies.movies") == 1
    assert await count(app, "movies.versions") == 1
    async with app.database.pool.acquire() as connection:
        assert await connection.fetch("SELECT library_id FROM library.library_movies") == [(there,)]


async def test_files_of_another_library_are_left_alone(app: App) -> None:
    here, there = await given.library(app), await given.library(app)
    movie_id = await given.movie(app)
    file_id = await given.movie_in(app, movie_id, there)

    await remove(app, here, [file_id])

    assert await count(app, "library.files") == 1
    assert await count(app, "movies.movies") == 1
    assert await count(app, "library.library_movies") == 1


async def test_an_episode_goes_alone_while_its_season_has_others(app: App) -> None:
    library_id = await given.library(app, kind="tv")
    series_id = await given.series(app, seasons=(2,), library_id=library_id)
    (first, season_id, file_id), _ = await episodes_of(app, series_id)

    events = await remove(app, library_id, [file_id])

    assert events["episode"].removed == (first,)
    assert events["season"].updated == (season_id,)
    assert events["series"].updated == (series_id,)
    assert await count(app, "tv.episodes") == 1
    assert await count(app, "tv.seasons") == 1
    assert await count(app, "library.library_series") == 1


async def test_a_season_goes_with_its_last_episode_and_a_series_with_its_last_season(app: App) -> None:
    library_id = await given.library(app, kind="tv")
    series_id = await given.series(app, seasons=(1, 1), library_id=library_id)
    first, second = await episodes_of(app, series_id)

    events = await remove(app, library_id, [first[2]])

    assert events["season"].removed == (first[1],)
    assert events["series"].updated == (series_id,)
    assert await count(app, "tv.seasons") == 1

    await remove(app, library_id, [second[2]])

    assert await count(app, "tv.series") == 0
    assert await count(app, "library.library_series") == 0
    assert [event.removed for event in await announced(app) if event.kind == "series"] == [(), (series_id,)]


async def test_a_series_of_two_libraries_only_leaves_the_one(app: App) -> None:
    here, there = await given.library(app, kind="tv"), await given.library(app, kind="tv")
    series_id = await given.series(app, seasons=(1,), library_id=there)
    (episode_id, season_id, _), *_ = await episodes_of(app, series_id)
    file_id = await given.episode_in(app, episode_id, here)
    async with app.database.pool.acquire() as connection:
        await connection.execute("INSERT INTO library.library_series VALUES ($1, $2)", here, series_id)

    events = await remove(app, here, [file_id])

    assert events["episode"].removed == (episode_id,)
    assert events["season"].removed == (season_id,)
    assert events["series"].removed == (series_id,)
    assert await count(app, "tv.episodes") == 1
    assert await count(app, "tv.series") == 1
    async with app.database.pool.acquire() as connection:
        assert await connection.fetch("SELECT library_id FROM library.library_series") == [(there,)]


async def test_a_file_with_two_episodes_takes_both(app: App) -> None:
    library_id = await given.library(app, kind="tv")
    series_id = await given.series(app)
    season_id = await given.season(app, series_id)
    file_id = await given.file(app, library_id)
    for number in (1, 2):
        episode_id = await given.episode(app, series_id, season_id, 1, number)
        await given.episode_in(app, episode_id, library_id, file_id=file_id)

    events = await remove(app, library_id, [file_id])

    assert len(events["episode"].removed) == 2
    assert await count(app, "tv.series") == 0


async def test_what_holds_no_work_goes_silently(app: App) -> None:
    library_id = await given.library(app)
    file_id = await given.file(app, library_id, role="subtitle")

    events = await remove(app, library_id, [file_id])

    assert events == {}
    assert await count(app, "library.files") == 0


async def test_many_files_cost_as_many_statements_as_few(app: App, statements: list[str]) -> None:
    library_id = await given.library(app)
    for _ in range(6):
        await given.movie(app, library_id=library_id)
    async with app.database.pool.acquire() as connection:
        files = [row["id"] for row in await connection.fetch("SELECT id FROM library.files")]

    statements.clear()
    async with app.transaction() as tx:
        await remove_files(tx, library_id, files[:1])
        few = writing(statements)
        statements.clear()
        await remove_files(tx, library_id, files[1:])
        many = writing(statements)

    assert len(few) == len(many) > 5, many


async def test_all_files_of_one_root_go_in_batches(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "BATCH", 2)
    library_id = await given.library(app)
    root_id = await given.root_of(app, library_id)
    for _ in range(5):
        await given.movie(app, library_id=library_id)
    elsewhere = await given.root(app, library_id, "/media/elsewhere")
    kept = await given.file(app, library_id, root_id=elsewhere)

    async with app.transaction() as tx:
        await remove_all_files(tx, library_id, root_id)

    assert await count(app, "movies.movies") == 0
    assert sum(len(event.removed) for event in await announced(app)) == 5
    async with app.database.pool.acquire() as connection:
        assert await connection.fetch("SELECT id FROM library.files") == [(kept,)]
