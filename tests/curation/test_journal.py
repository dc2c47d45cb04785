"""Changes as the journal keeps them, and taking them back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from app.core.app import App
from app.core.db import Base
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.curation.journal import Action, Change, Scope, recorded
from app.curation.journalled import BY_NAME, JOURNALLED
from app.curation.undo import undo
from tests import given
from tests.library import scanning


async def run(app: App, sql: str, *args: Any) -> None:
    async with app.database.pool.acquire() as connection:
        await connection.execute(sql, *args)


@asynccontextmanager
async def changing(app: App, scope: Scope) -> AsyncIterator[tuple[Any, Change]]:
    """A recorded change, made by SQL."""
    async with app.transaction() as tx, recorded(tx, Action.EDIT, "Edit “Alien”", scope) as change:

        async def execute(sql: str, *args: Any) -> None:
            await connection_of(tx).execute(sql, *args)

        yield execute, change


def connection_of(tx: Tx) -> Any:
    return tx.db._source


async def take_back(app: App, change_id: UUID) -> UUID:
    async with app.transaction() as tx:
        return await undo(tx, change_id)


async def everything(app: App) -> dict[str, list[dict[str, Any]]]:
    """All rows of all journalled tables, but for when they were last written, and where ids lead that are gone."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in JOURNALLED:
        if each.name == "catalog.redirects":
            continue
        columns = ", ".join(f't."{name}"' for name in each.remembered if name != "updated_at")
        rows = await scanning.rows(
            app, f"SELECT to_jsonb(r) AS row FROM (SELECT {columns} FROM {each.name} t) r"
        )
        found[each.name] = sorted((row["row"] for row in rows), key=str)
    return found


@pytest.fixture
async def library_id(app: App) -> UUID:
    return await given.library(app)


@pytest.fixture
async def films(app: App, library_id: UUID) -> tuple[UUID, UUID]:
    """Two films, with all that may hang on one."""
    genre, studio = await given.term(app), await given.term(app, "studio")
    keep = await given.movie(
        app, "Alien", year=1979, genres=(genre,), library_id=library_id, cast=("Weaver",)
    )
    lose = await given.movie(
        app,
        "Alien!",
        year=1979,
        genres=(genre, studio),
        library_id=library_id,
        cast=("Weaver", "Holm"),
        provider_ids={"imdb": "tt0078748"},
        translations={"de": {"title": "Alien – Das unheimliche Wesen"}},
        countries=["GB", "US"],
        release_date=given.day("1979-05-25"),
    )
    await given.collection(app, "Alien Collection", (lose,))
    await given.artwork(app, library_id, movie_id=lose)
    await given.extra(app, library_id, movie_id=lose)
    return keep, lose


async def merge(execute: Any, keep: UUID, lose: UUID) -> None:
    await execute("UPDATE movies.editions SET movie_id = $1 WHERE movie_id = $2", keep, lose)
    await execute("UPDATE library.artwork SET movie_id = $1 WHERE movie_id = $2", keep, lose)
    await execute("UPDATE collections.movies SET movie_id = $1 WHERE movie_id = $2", keep, lose)
    await execute("DELETE FROM movies.movies WHERE id = $1", lose)
    await execute(
        "UPDATE movies.movies SET provider_ids = $2, updated_at = now() WHERE id = $1",
        keep,
        {"imdb": "tt0078748"},
    )


def test_parents_stand_before_what_hangs_on_them() -> None:
    places = {each.name: place for place, each in enumerate(JOURNALLED)}

    assert all(
        places[parent] < places[each.name]
        for each in JOURNALLED
        for parent in each.parents.values()
        if parent in places and parent != each.name
    )


def test_whatever_goes_with_a_journalled_row_is_journalled() -> None:
    going = {
        f"{table.schema}.{table.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        for parent in [BY_NAME.get(f"{key.column.table.schema}.{key.column.table.name}")]
        if key.ondelete == "CASCADE" and parent is not None and not parent.is_fixed
    }

    assert not going - BY_NAME.keys()


async def test_a_merged_film_comes_back_with_all_that_it_had(app: App, films: tuple[UUID, UUID]) -> None:
    before = await everything(app)
    async with changing(app, Scope(movie_ids=films)) as (execute, change):
        await merge(execute, *films)
    after = await everything(app)

    undone = await take_back(app, change.id)

    assert after != before
    assert await everything(app) == before
    redone = await take_back(app, undone)
    assert await everything(app) == after
    kept = await scanning.rows(
        app, "SELECT id, action, summary, undone_by, undoes FROM curation.changes ORDER BY id"
    )
    assert [(row["id"], row["summary"], row["undone_by"], row["undoes"]) for row in kept] == [
        (change.id, "Edit “Alien”", None, None),
        (undone, "Undo: Edit “Alien”", redone, change.id),
        (redone, "Redo: Edit “Alien”", None, undone),
    ]
    await take_back(app, change.id)
    assert await everything(app) == before


async def test_a_change_keeps_only_what_it_changed(app: App, films: tuple[UUID, UUID]) -> None:
    keep, _ = films

    async with changing(app, Scope(movie_ids=films)) as (execute, change):
        await execute("UPDATE movies.movies SET year = 1980, updated_at = now() WHERE id = $1", keep)

    assert await scanning.value(app, "SELECT rows FROM curation.changes WHERE id = $1", change.id) == [
        {
            "table": "movies.movies",
            "before": {"id": str(keep), "year": 1979},
            "after": {"id": str(keep), "year": 1980},
        }
    ]


async def test_a_change_is_undone_once(app: App, films: tuple[UUID, UUID]) -> None:
    async with changing(app, Scope(movie_ids=films)) as (execute, change):
        await execute("UPDATE movies.movies SET year = 1980")
    await take_back(app, change.id)

    with pytest.raises(Conflict, match="undone already"):
        await take_back(app, change.id)
    with pytest.raises(NotFound):
        await take_back(app, new_id())


async def test_what_was_changed_since_is_named_and_stays(app: App, films: tuple[UUID, UUID]) -> None:
    async with changing(app, Scope(movie_ids=films)) as (execute, change):
        await execute("UPDATE movies.movies SET year = 1980")
    await run(app, "UPDATE movies.movies SET year = 1981 WHERE id = $1", films[0])

    with pytest.raises(Conflict, match="The film “Alien” has been changed since"):
        await take_back(app, change.id)

    years = await scanning.values(app, "SELECT year FROM movies.movies ORDER BY year")
    assert years == [1980, 1981]


async def test_other_columns_and_figures_may_have_changed_since(app: App, films: tuple[UUID, UUID]) -> None:
    async with changing(app, Scope(movie_ids=films)) as (execute, change):
        await execute("UPDATE movies.movies SET year = 1980, popularity = 1")
    await run(app, "UPDATE movies.movies SET tagline = 'In space', popularity = 2, updated_at = now()")

    await take_back(app, change.id)

    rows = await scanning.rows(app, "SELECT DISTINCT year, tagline FROM movies.movies")
    assert rows == [{"year": 1979, "tagline": "In space"}]


async def split(execute: Any, change: Change, film: UUID) -> UUID:
    """Makes a film of its own of a film's editions."""
    key = new_id()
    await execute(
        "INSERT INTO movies.movies (id, title, sort_title, slug, match_key, provider_ids)"
        " VALUES ($1, 'Aliens', 'Aliens', 'aliens', 'aliens', $2)",
        key,
        {"imdb": "tt0078748"},
    )
    await execute(
        "UPDATE movies.editions SET movie_id = $1 WHERE movie_id = $2 AND name = 'Other'", key, film
    )
    change.made(Scope(movie_ids=(key,)))
    return key


async def split_off(app: App, film: UUID) -> tuple[UUID, UUID]:
    """Answers the new film and the change."""
    async with changing(app, Scope(movie_ids=(film,))) as (execute, change):
        await execute("UPDATE movies.movies SET provider_ids = '{}' WHERE id = $1", film)
        return await split(execute, change, film), change.id


async def test_a_film_that_a_change_made_goes_again(
    app: App, films: tuple[UUID, UUID], library_id: UUID
) -> None:
    await given.movie_in(app, films[1], library_id, edition="Other")
    before = await everything(app)
    _, change_id = await split_off(app, films[1])
    after = await everything(app)

    undone = await take_back(app, change_id)

    assert await everything(app) == before
    await take_back(app, undone)
    assert await everything(app) == after


async def test_a_film_that_holds_other_files_by_now_stays(
    app: App, films: tuple[UUID, UUID], library_id: UUID
) -> None:
    await given.movie_in(app, films[1], library_id, edition="Other")
    made, change_id = await split_off(app, films[1])
    await given.movie_in(app, made, library_id)

    with pytest.raises(Conflict, match="The film “Aliens” has come to hold something else"):
        await take_back(app, change_id)


async def choose(app: App, file_id: UUID, before: UUID, now: UUID) -> UUID:
    """Hangs a film's file on a new version of another."""
    async with changing(app, Scope((before, now), (), (file_id,))) as (execute, change):
        edition, version = new_id(), new_id()
        await execute("INSERT INTO movies.editions (id, movie_id, name) VALUES ($1, $2, '')", edition, now)
        await execute(
            "INSERT INTO movies.versions (id, edition_id, key) VALUES ($1, $2, 'v')", version, edition
        )
        await execute(
            "UPDATE library.movie_parts SET version_id = $1, id = $2 WHERE file_id = $3",
            version,
            new_id(),
            file_id,
        )
        await execute("DELETE FROM movies.movies WHERE id = $1", before)
    return change.id


async def test_a_file_that_a_scan_wrote_anew_is_no_hindrance(app: App, films: tuple[UUID, UUID]) -> None:
    before = await everything(app)
    file_id = await scanning.value(
        app,
        "SELECT p.file_id FROM library.movie_parts p JOIN movies.versions v ON v.id = p.version_id"
        " JOIN movies.editions e ON e.id = v.edition_id WHERE e.movie_id = $1",
        films[1],
    )
    change_id = await choose(app, file_id, films[1], films[0])
    # what a scan does to a renamed file: a version of another key, a part of another id
    version = new_id()
    await run(
        app,
        "INSERT INTO movies.versions (id, edition_id, key) SELECT $1, id, 'renamed' FROM movies.editions"
        " WHERE movie_id = $2 AND name = ''",
        version,
        films[0],
    )
    await run(
        app,
        "UPDATE library.movie_parts SET version_id = $1, id = $2 WHERE file_id = $3",
        version,
        new_id(),
        file_id,
    )
    await run(app, "DELETE FROM movies.versions WHERE key = 'v'")

    await take_back(app, change_id)

    assert await everything(app) == before


async def test_a_film_whose_file_is_gone_for_good_does_not_come_back_empty(
    app: App, films: tuple[UUID, UUID]
) -> None:
    async with changing(app, Scope(movie_ids=films)) as (execute, change):
        await merge(execute, *films)
    await run(app, "DELETE FROM library.files")

    await take_back(app, change.id)

    assert await scanning.values(app, "SELECT count(*) FROM movies.editions") == [0]


async def test_a_change_is_announced_to_the_library(
    app: App, films: tuple[UUID, UUID], library_id: UUID
) -> None:
    await scanning.announced(app)
    async with changing(app, Scope(movie_ids=films)) as (execute, change):
        await merge(execute, *films)
    done = await scanning.announced(app)

    await take_back(app, change.id)

    (merged,), (parted,) = done, await scanning.announced(app)
    assert (merged.library_id, merged.updated, merged.removed) == (library_id, (films[0],), (films[1],))
    assert (parted.library_id, parted.updated, parted.added) == (library_id, (films[0],), (films[1],))


@pytest.mark.parametrize("count", [2, 12])
async def test_a_change_costs_the_same_whatever_it_touches(
    app: App, library_id: UUID, statements: list[str], count: int
) -> None:
    films = tuple([await given.movie(app, cast=("A", "B"), library_id=library_id) for _ in range(count)])
    statements.clear()
    async with app.transaction() as tx, recorded(tx, Action.EDIT, "Edit", Scope(movie_ids=films)) as change:
        await connection_of(tx).execute("UPDATE movies.movies SET year = 1 ; DELETE FROM movies.credits")
    recording = len(statements)
    statements.clear()

    await take_back(app, change.id)

    # One of each asks which works other viewers see now than before.
    assert (recording, len(statements)) == (8 + 1, 20 + 1)


async def test_a_series_with_its_episodes_comes_back(app: App, library_id: UUID) -> None:
    keep = await given.series(app, "Lost", seasons=(2,), library_id=library_id)
    lose = await given.series(app, "Lost!", seasons=(2, 1), library_id=library_id)
    before = await everything(app)
    async with changing(app, Scope(series_ids=(keep, lose))) as (execute, change):
        await execute(
            "UPDATE library.episode_parts p SET episode_id = k.id FROM tv.episodes l, tv.episodes k"
            " WHERE p.episode_id = l.id AND l.series_id = $1 AND k.series_id = $2"
            " AND (k.season_number, k.number) = (l.season_number, l.number)",
            lose,
            keep,
        )
        await execute("UPDATE tv.seasons SET series_id = $2 WHERE series_id = $1 AND number = 2", lose, keep)
        await execute(
            "UPDATE tv.episodes SET series_id = $2 WHERE series_id = $1 AND season_number = 2", lose, keep
        )
        await execute("DELETE FROM tv.series WHERE id = $1", lose)
    after = await everything(app)

    undone = await take_back(app, change.id)

    assert await everything(app) == before
    await take_back(app, undone)
    assert await everything(app) == after
