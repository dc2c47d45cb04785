"""Tags of the library's files, read with the works that the files are."""

from datetime import date

from sqlalchemy import text

from app.core.ids import new_id
from app.metadata.facts import Kind
from app.metadata.tagged import tagged_films, tagged_seasons
from tests import given

TAG = text("UPDATE library.files SET tags = CAST(:tags AS jsonb) WHERE id = :id")
TEXT = "A tram runs once more through the old town, and nobody knows who drives it."
TAGS = {"title": "The Last Tram", "description": TEXT, "date": "2014-06-12", "encoder": "x"}


async def film_in(app, library_id, tags, **values):
    movie_id = await given.movie(app, **values)
    file_id = await given.movie_in(app, movie_id, library_id)
    await app.db.run(TAG, id=file_id, tags=tags)
    return movie_id


async def seen(app):
    library_id = await given.library(app, name="Shows", kind="tv")
    series_id = await given.series(app, title="Low Tide", translations={"de": {"title": "Ebbe"}})
    season_id = await given.season(app, series_id)
    return library_id, series_id, season_id


async def test_a_film_s_tags_are_read_with_its_title_and_year(app):
    library_id = await given.library(app, name="Films")
    told = await film_in(app, library_id, TAGS, title="The Last Tram", year=2014)
    other = await film_in(app, library_id, TAGS, title="Another Tram", year=2014)
    translated = await film_in(
        app, library_id, TAGS, title="Die letzte Tram", translations={"en": {"title": "The Last Tram"}}
    )
    unknown = new_id()

    found = await tagged_films(app.db, [told, other, translated, unknown])

    assert {(each.provider, each.kind, each.is_whole) for each in found.values()} == {
        ("tags", Kind.MOVIE, False)
    }
    assert (found[told].facts.overview, found[told].facts.released_on) == (TEXT, date(2014, 6, 12))
    assert (found[translated].facts.overview, found[translated].facts.released_on) == (TEXT, None)
    assert not found[other].facts.is_described
    assert not found[unknown].facts.is_described


async def test_a_file_that_is_gone_says_nothing(app):
    library_id = await given.library(app, name="Films")
    told = await film_in(app, library_id, TAGS, title="The Last Tram")
    await app.db.run(text("UPDATE library.files SET missing_since = now()"))

    found = await tagged_films(app.db, [told])

    assert found[told].facts.overview is None


async def test_episodes_are_told_of_season_by_season(app):
    library_id, series_id, season_id = await seen(app)
    second = await given.season(app, series_id, 2)
    for season, season_number, number, title in (
        (season_id, 1, 1, "The Wrong Boat"),
        (season_id, 1, 2, "Nine Kettles"),
        (second, 2, 1, "The Other Harbour"),
        (second, 2, 2, "Episode 2"),
    ):
        tags = {"show": "Ebbe", "title": title, "encoder": "x"}
        episode_id = await given.episode(app, series_id, season, season_number, number)
        await given.episode_in(
            app, episode_id, library_id, file_id=await given.file(app, library_id, tags=tags)
        )

    found = (await tagged_seasons(app.db, [series_id]))[series_id]

    assert [
        (each.provider, each.facts.number, [(one.facts.number, one.facts.title) for one in each.episodes])
        for each in found
    ] == [
        ("tags", 1, [(1, "The Wrong Boat"), (2, "Nine Kettles")]),
        ("tags", 2, [(1, "The Other Harbour"), (2, None)]),
    ]


async def test_a_file_of_two_episodes_says_nothing_of_either(app):
    library_id, series_id, season_id = await seen(app)
    file_id = await given.file(app, library_id, tags={"show": "Low Tide", "title": "The Wrong Boat"})
    for number in (1, 2):
        episode_id = await given.episode(app, series_id, season_id, 1, number)
        await given.episode_in(app, episode_id, library_id, file_id=file_id)

    assert await tagged_seasons(app.db, [series_id]) == {series_id: []}


async def test_what_a_tag_said_of_a_day_is_said_again(app):
    library_id, series_id, season_id = await seen(app)
    tags = {"show": "Low Tide", "date": "2015-04-02"}
    numbered = await given.episode(app, series_id, season_id, air_date=date(2015, 4, 2))
    dated = await given.episode(app, series_id, season_id, number=None, air_date=date(2015, 4, 9))
    for episode_id in (numbered, dated):
        await given.episode_in(
            app, episode_id, library_id, file_id=await given.file(app, library_id, tags=tags)
        )

    found = (await tagged_seasons(app.db, [series_id]))[series_id]

    assert [(each.facts.number, each.facts.air_date) for season in found for each in season.episodes] == [
        (None, date(2015, 4, 9)),
        (1, date(2015, 4, 2)),
    ]


async def test_one_statement_whatever_the_number_of_works(app, statements):
    library_id = await given.library(app, name="Films")
    films = [await film_in(app, library_id, TAGS, title=f"Film {number}") for number in range(5)]
    statements.clear()

    await tagged_films(app.db, films)
    await tagged_seasons(app.db, [new_id() for _ in range(5)])

    assert len(statements) == 2
