"""What a work is looked for by: what its files, NFO files and people say, and nothing that a provider said."""

import pytest
from sqlalchemy import text

from app.metadata.facts import Kind
from app.metadata.sought import sought_of
from tests import given

SAY = text("UPDATE library.files SET reading = :reading, duration_ms = :duration_ms WHERE id = :id")


async def say(app, file_id, *, minutes=None, **reading):
    await app.db.run(SAY, id=file_id, reading=reading, duration_ms=minutes and minutes * 60_000)


async def part(app, movie_id, library_id, *, minutes=None, **reading):
    await say(app, await given.movie_in(app, movie_id, library_id), minutes=minutes, **reading)


async def test_a_film_is_looked_for_by_its_names_ids_and_how_long_its_versions_run(app):
    library = await given.library(app)
    movie = await given.movie(app, "Alien", match_key="alien", year=1979)
    await part(app, movie, library, title="Alien", year=1979, provider_ids={"imdb": "tt0078748"}, minutes=117)
    await part(app, movie, library, title="ALIEN", year=1979, provider_ids={}, minutes=116)

    known = await sought_of(app.db, Kind.MOVIE, movie)

    assert known.sought.titles == ("Alien",)
    assert known.sought.year == 1979
    assert known.sought.provider_ids == {"imdb": "tt0078748"}
    assert known.sought.runtimes_s == (116 * 60, 117 * 60)
    assert known.basis == {"titles": ["Alien"], "year": 1979, "ids": {"imdb": "tt0078748"}}


async def test_what_a_provider_said_counts_for_nothing(app):
    library = await given.library(app)
    fields = ("title", "original_title", "year", "provider_ids", "countries")
    told = {field: ["provider", 1, "tmdb"] for field in fields}
    movie = await given.movie(
        app,
        "Das unheimliche Wesen",
        match_key="alien",
        original_title="Alien",
        year=1980,
        provider_ids={"tmdb": "348"},
        countries=["GB"],
        sources=told,
    )
    await part(app, movie, library, title="Alien", year=1979, provider_ids={})

    known = await sought_of(app.db, Kind.MOVIE, movie)

    assert known.sought.titles == ("Alien",)
    assert known.sought.year == 1979
    assert known.sought.provider_ids == {}
    assert known.sought.countries == ()


async def test_what_a_person_or_an_nfo_file_says_counts(app):
    movie = await given.movie(
        app,
        "The Office US",
        match_key="theofficeus",
        original_title="The Office",
        countries=["United Kingdom"],
        sources={"title": ["human", 1], "original_title": ["nfo", 1], "countries": ["nfo", 1]},
    )

    known = await sought_of(app.db, Kind.MOVIE, movie)

    assert known.sought.titles == ("The Office US", "The Office", "The Office")
    assert known.sought.countries == ("US", "GB")


async def test_names_about_which_a_person_knew_better_are_not_the_works(app):
    library = await given.library(app)
    movie = await given.movie(app, "Alien", match_key="alien", sources={"title": ["provider", 1, "tmdb"]})
    await part(app, movie, library, title="Holiday Tape", year=1999, provider_ids={"tmdb": "1"})

    known = await sought_of(app.db, Kind.MOVIE, movie)

    assert known.sought.titles == ("alien",)
    assert known.sought.year is None
    assert known.sought.provider_ids == {}


async def test_a_series_is_looked_for_by_the_seasons_that_are_there(app, statements):
    library = await given.library(app, kind="tv")
    series = await given.series(
        app, "The Harbour", match_key="theharbour", seasons=(3, 5), library_id=library
    )
    statements.clear()

    known = await sought_of(app.db, Kind.TV, series)

    assert known.sought.seasons == {1: 3, 2: 5}
    assert known.sought.counted_to is None
    assert len(statements) == 1


@pytest.mark.parametrize("kind", list(Kind))
async def test_what_is_not_there_is_nothing(app, kind):
    assert await sought_of(app.db, kind, await given.person(app)) is None
