"""An invented catalog is as a scan would have written it, and the same every time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.rule import Access
from app.access.viewer import Viewer, marquee
from app.catalog.movies.tables import MovieRow
from app.core.app import App
from app.core.errors import Conflict
from app.metadata.wanted import TAKE_UP_JOB
from app.seeding.films import films
from app.seeding.maker import Maker, number_of
from app.seeding.media import Place
from app.seeding.people import STAR, STARS
from app.seeding.series import series
from app.seeding.sow import FILMS, SERIES, sow
from app.seeding.works import TERMS
from tests import given
from tests.api.conftest import Ask, ask

__all__ = ["ask"]

PLACE = Place("00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002")
TERM_IDS = {term: UUID(int=place) for place, term in enumerate(TERMS)}
COUNTS = text(
    """
    SELECT (SELECT count(*) FROM movies.movies) AS films, (SELECT count(*) FROM tv.series) AS series,
        (SELECT count(*) FROM library.files f WHERE NOT EXISTS (SELECT FROM library.streams s WHERE s.file_id = f.id))
            AS empty_files,
        (SELECT count(*) FROM library.files f JOIN library.matches m ON m.file_id = f.id AND NOT m.is_open) =
            (SELECT count(*) FROM library.files) AS are_matched,
        (SELECT count(*) FROM outbox.jobs WHERE name <> :taking_up) AS jobs
    """
)
IDLE = text(
    """
    SELECT count(*) FROM people.people p WHERE p.id <> ALL(CAST(:stars AS uuid[]))
        AND NOT EXISTS (SELECT FROM movies.credits c WHERE c.person_id = p.id)
        AND NOT EXISTS (SELECT FROM tv.series_credits c WHERE c.person_id = p.id)
    """
)
WORKS = text("SELECT * FROM movies.movies ORDER BY id")
AGES = text("SELECT id, age FROM movies.movies ORDER BY id")
PARTS = """
{ movies(first: 1, orderBy: {field: ADDED_AT}) { totalCount nodes {
    title year slug genres { name } cast(first: 8) { nodes { character person { name } } }
    files { nodes { name streams { __typename index } movieParts { version { edition { movie { slug } } } } } } } } }
"""
SHOWS = "{ allSeries { nodes { title seasons { number episodes { nodes { number parts { file { name } } } } } } } }"
TITLES = "{ movies(first: 100) { totalCount nodes { id } } people { totalCount } allSeries { totalCount } }"


async def test_films_and_series_come_with_all_that_hangs_on_them(app: App, ask: Ask) -> None:
    await sow(app, movies=12, series=2)

    found = (await ask(PARTS))["movies"]
    shows = (await ask(SHOWS))["allSeries"]["nodes"]
    # Which providers libraries ask is looked at once they have said so: here, none.
    counts = await app.db.row(COUNTS, taking_up=TAKE_UP_JOB.name)

    assert counts is not None
    assert tuple(counts) == (12, 2, 0, True, 0)
    assert await app.db.value(IDLE, stars=[UUID(Maker(STAR, number).id()) for number in range(STARS)]) == 0
    assert found["totalCount"] == 12
    check_film(found["nodes"][0])
    for season in [season for show in shows for season in show["seasons"]]:
        episodes = season["episodes"]["nodes"]
        assert [each["number"] for each in episodes] == list(range(1, len(episodes) + 1))
        assert all(each["parts"] for each in episodes)


def check_film(film: Mapping[str, Any]) -> None:
    assert film["genres"]
    assert len(film["cast"]["nodes"]) == 8
    assert all(part["character"] and part["person"]["name"] for part in film["cast"]["nodes"])
    [file, *_] = film["files"]["nodes"]
    assert str(film["year"]) in file["name"]
    assert file["streams"][0]["__typename"] == "VideoStream"
    assert [stream["index"] for stream in file["streams"]] == list(range(len(file["streams"])))
    assert file["movieParts"][0]["version"]["edition"]["movie"]["slug"] == film["slug"]


async def test_the_database_makes_of_a_film_what_it_makes_of_any(app: App) -> None:
    await sow(app, movies=1, series=0)
    [row] = await app.db.rows(WORKS)
    invented = dict(row)
    generated = {"sort_key", "sort_keys", "search_text", "age"}

    await given.movie(
        app,
        **{
            key: value
            for key, value in invented.items()
            if key not in {"id", "slug", "provider_ids", *generated}
        },
    )

    other = next(dict(each) for each in await app.db.rows(WORKS) if each["id"] != invented["id"])
    assert {key for key in invented if invented[key] != other[key]} == {"id", "slug", "provider_ids"}
    assert invented["sort_key"]
    assert invented["sources"]["title"][0] == "nfo"


async def test_those_who_may_not_see_all_see_their_part(app: App, ask: Ask) -> None:
    await sow(app, movies=30, series=1)
    libraries = {
        each["name"]: UUID(each["id"])
        for each in await raw(app, "SELECT id::text, name FROM library.libraries")
    }
    young = {row["id"] for row in await app.db.rows(AGES) if row["age"] is not None and row["age"] <= 12}

    async def seen(viewer: Viewer) -> tuple[int, ...]:
        data = await ask(TITLES, viewer=viewer)
        return tuple(data[name]["totalCount"] for name in ("movies", "people", "allSeries"))

    all_of_it = await seen(marquee())
    films_only = await seen(limited(library_ids=(libraries[FILMS.library],)))
    series_only = await seen(limited(library_ids=(libraries[SERIES.library],)))
    children = await seen(limited(max_age=12, shows_unrated=False))

    assert (all_of_it[0], all_of_it[2]) == (30, 1)
    assert (films_only[0], films_only[2]) == (30, 0)
    assert (series_only[0], series_only[2]) == (0, 1)
    assert children[0] == len(young)
    assert 0 < children[0] < 30
    assert 0 < series_only[1] < films_only[1] <= all_of_it[1]


def limited(**access: Any) -> Viewer:
    return replace(marquee(), access=Access(**access))


async def raw(app: App, query: str) -> list[Any]:
    async with app.database.pool.acquire() as connection:
        return await connection.fetch(query)


async def test_a_catalog_that_grows_becomes_what_it_would_have_been(app: App) -> None:
    await sow(app, movies=3, series=0)
    first = await raw(app, "SELECT id FROM movies.movies ORDER BY id")
    told: list[tuple[int, int]] = []

    await sow(app, movies=7, series=0, progress=lambda done, total: told.append((done, total)))
    await sow(app, movies=5, series=0)

    grown = await raw(app, "SELECT id, title FROM movies.movies ORDER BY id")
    assert told == [(4, 4)]
    assert [row["id"] for row in grown[:3]] == [row["id"] for row in first]
    assert [number_of(row["id"]) for row in grown] == list(range(7))
    assert [row["title"] for row in grown] == [
        row["title"] for row in films(range(7), PLACE, TERM_IDS)[MovieRow]
    ]


def test_a_work_is_the_same_in_whatever_lot_it_is_made() -> None:
    together, apart = (
        films(range(40, 44), PLACE, TERM_IDS),
        [films([number], PLACE, TERM_IDS) for number in range(40, 44)],
    )
    shows, alone = (
        series(range(2), PLACE, TERM_IDS),
        [series([number], PLACE, TERM_IDS) for number in range(2)],
    )

    assert together == {table: [row for each in apart for row in each[table]] for table in together}
    assert shows == {table: [row for each in alone for row in each[table]] for table in shows}


async def test_a_larger_lot_takes_no_more_statements(app: App, statements: list[str]) -> None:
    await sow(app, movies=3, series=1)
    statements.clear()
    await sow(app, movies=6, series=2)
    few = len(statements)
    statements.clear()

    await sow(app, movies=44, series=5)

    assert len(statements) == few, statements


async def test_nothing_is_invented_beside_what_is_somebodys_own(app: App) -> None:
    await given.library(app, name="Films", path="/media/films")

    with pytest.raises(Conflict, match="There is a library Films"):
        await sow(app, movies=1, series=1)

    assert await raw(app, "SELECT FROM movies.movies") == []


async def test_the_demo_library_may_be_there(app: App) -> None:
    await given.library(app, name="Demo films", path=str(app.config.demo_path / "movies"))

    await sow(app, movies=1, series=0)

    assert len(await raw(app, "SELECT FROM movies.movies")) == 1
