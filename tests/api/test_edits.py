"""Editing works, one or many at a time: what people say stays, and can be taken back."""

from typing import Any
from uuid import UUID

import pytest

from app.api.node import global_id
from app.catalog.facts import WorkFacts
from app.catalog.identity.redirects import redirect
from app.catalog.movies.writes import save_movies
from app.core.app import App
from tests import given
from tests.api.conftest import Ask
from tests.catalog.said import work
from tests.library.scanning import announced, rows, value, values

FILM = "SELECT title, sort_title, year, overview, translations, sources FROM movies.movies WHERE id = $1"


async def save(app: App, *facts: WorkFacts) -> UUID:
    async with app.transaction() as tx:
        return (await save_movies(tx, facts))[0].id


async def update(execute: Ask, kind: str, key: UUID, **changes: Any) -> dict[str, Any]:
    wanted = {f"{kind}Id": global_id(kind.capitalize(), key), **changes}
    data = await execute(f"curation/update_{kind}", input=wanted)
    return data[f"update{kind.capitalize()}"]


async def take_back(execute: Ask, edited: dict[str, Any]) -> None:
    done = await execute("curation/undo", input={"changeId": edited["change"]["id"]})
    assert "message" not in done["undo"], done


def locked(work_: dict[str, Any]) -> dict[tuple[str, str | None], str]:
    return {
        (each["field"], each["language"]): each["source"]
        for each in work_["fieldSources"]
        if each["isLocked"]
    }


async def test_what_is_edited_stays_whatever_is_said_later(app: App, execute: Ask) -> None:
    film = await save(app, work("The Alpha", 2001, overview="Old."))

    edited = await update(execute, "movie", film, title="The Beta", overview="Mine.")

    assert edited["movie"]["title"] == "The Beta"
    assert locked(edited["movie"]) == {("TITLE", None): "HUMAN", ("OVERVIEW", None): "HUMAN"}
    assert await value(app, "SELECT sort_title FROM movies.movies") == "Beta"
    assert await save(app, work("The Alpha", 2001, overview="New.", tagline="New.")) == film
    assert await rows(app, "SELECT title, overview, tagline FROM movies.movies") == [
        {"title": "The Beta", "overview": "Mine.", "tagline": "New."}
    ]


async def test_an_unlocked_field_is_renewed_by_the_next_source(app: App, execute: Ask) -> None:
    film = await save(app, work("Alpha", 2001, overview="Old."))
    await update(execute, "movie", film, overview="Mine.")

    edited = await update(execute, "movie", film, unlock=["OVERVIEW"])

    assert locked(edited["movie"]) == {}
    await save(app, work("Alpha", 2001, overview="New."))
    assert await value(app, "SELECT overview FROM movies.movies") == "New."
    assert (await value(app, "SELECT sources -> 'overview' FROM movies.movies"))[0] == "nfo"


async def test_an_edit_is_taken_back_as_if_it_had_never_been(app: App, execute: Ask) -> None:
    film = await save(
        app, work("Alpha", 2001, overview="Old.", provider_ids={"tmdb": "1"}, terms={"genre": ("Old",)})
    )
    before = await rows(app, FILM, film)
    edited = await update(
        execute,
        "movie",
        film,
        title="Beta",
        year=2005,
        genres=["New"],
        providerIds=[{"provider": "imdb", "value": "tt1"}],
    )
    assert await rows(app, FILM, film) != before

    await take_back(execute, edited)

    assert await rows(app, FILM, film) == before
    assert await value(app, "SELECT provider_ids FROM movies.movies") == {"tmdb": "1"}
    assert await values(
        app, "SELECT t.name FROM movies.movie_terms l JOIN taxonomy.terms t ON t.id = l.term_id"
    ) == ["Old"]
    assert await rows(app, "SELECT * FROM catalog.aliases") == []


async def test_texts_of_a_language_are_fields_of_their_own(app: App, execute: Ask) -> None:
    film = await save(app, work("Alpha", 2001, translations={"de": {"title": "Alt", "overview": "Alt."}}))

    edited = await update(execute, "movie", film, language="DE", title="Mein")

    assert locked(edited["movie"]) == {("TITLE", "de"): "HUMAN"}
    await save(app, work("Alpha", 2001, translations={"de": {"title": "Neu", "overview": "Neu."}}))
    assert await value(app, "SELECT translations FROM movies.movies") == {
        "de": {"title": "Mein", "overview": "Neu."}
    }
    assert await value(app, "SELECT title FROM movies.movies") == "Alpha"


async def test_a_film_whose_year_and_ids_are_corrected_is_still_found_by_the_old_ones(
    app: App, execute: Ask
) -> None:
    film = await save(app, work("Alpha", 2001, provider_ids={"tmdb": "1"}))

    await update(execute, "movie", film, year=2002, providerIds=[{"provider": "tmdb", "value": "2"}])

    assert await save(app, work("Alpha", 2001)) == film
    assert await save(app, work("Alfa", 1999, overview="New.", provider_ids={"tmdb": "1"})) == film
    assert await rows(app, "SELECT year, provider_ids, overview FROM movies.movies") == [
        {"year": 2002, "provider_ids": {"tmdb": "2"}, "overview": "New."}
    ]


async def test_an_id_of_another_film_is_a_conflict_that_changes_nothing(app: App, execute: Ask) -> None:
    film = await given.movie(app, "Alpha")
    await given.movie(app, "Beta", provider_ids={"tmdb": "2"})

    refused = await update(
        execute, "movie", film, title="Gamma", providerIds=[{"provider": "tmdb", "value": "2"}]
    )

    assert refused == {"message": "The tmdb id 2 is that of “Beta”."}
    assert await values(app, "SELECT title FROM movies.movies ORDER BY title") == ["Alpha", "Beta"]
    assert await rows(app, "SELECT id FROM curation.changes") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "A" * 501}, "title"),
        ({"overview": "\0"}, "overview"),
        ({"year": 0}, "year"),
        ({"runtimeSeconds": -1}, "runtimeSeconds"),
        ({"countries": ["DE", "Germany"]}, "countries.1"),
        ({"certifications": [{"country": "DE", "name": " "}]}, "certifications.0.name"),
        ({"providerIds": [{"provider": "T M D B", "value": "1"}]}, "providerIds.0.provider"),
        ({"genres": ["Drama", ""]}, "genres.1"),
        ({"lock": ["NETWORKS"]}, "lock"),
    ],
)
async def test_what_can_not_be_taken_is_named(
    app: App, execute: Ask, changes: dict[str, Any], field: str
) -> None:
    film = await given.movie(app, "Alpha")

    refused = await update(execute, "movie", film, **changes)

    assert refused["field"] == field
    assert await rows(app, "SELECT id FROM curation.changes") == []


async def test_a_film_that_is_not_there_is_not_edited(execute: Ask) -> None:
    refused = await update(execute, "movie", UUID(int=1), title="A")

    assert refused["message"].startswith("There is no movie")


async def test_the_film_that_another_became_is_edited(app: App, execute: Ask) -> None:
    film = await given.movie(app, "Alpha")
    async with app.transaction() as tx:
        await redirect(tx, "movie", {UUID(int=1): film})

    edited = await update(execute, "movie", UUID(int=1), title="Beta")

    assert (edited["movie"]["id"], edited["movie"]["title"]) == (global_id("Movie", film), "Beta")


async def test_an_edit_of_what_is_like_that_already_is_no_change(app: App, execute: Ask) -> None:
    film = await given.movie(app, "Alpha")
    await update(execute, "movie", film, title="Beta")

    again = await update(execute, "movie", film, title="Beta")

    assert again["change"] is None
    assert await value(app, "SELECT count(*) FROM curation.changes") == 1


async def test_seasons_and_episodes_are_edited_and_taken_back(app: App, execute: Ask) -> None:
    library_id = await given.library(app, kind="tv")
    series = await given.series(app, library_id=library_id)
    season = await given.season(app, series)
    episode = await given.episode(app, series, season)
    await announced(app)

    edited = [
        await update(execute, "series", series, title="A", status="Ended"),
        await update(execute, "season", season, title="B", language="fr", overview="C"),
        await update(execute, "episode", episode, title="D", airDate="2020-02-03", runtimeSeconds=60),
    ]

    assert [each["change"] is not None for each in edited] == [True] * 3
    assert await rows(app, "SELECT title, translations FROM tv.seasons") == [
        {"title": None, "translations": {"fr": {"title": "B", "overview": "C"}}}
    ]
    assert str(await value(app, "SELECT air_date FROM tv.episodes")) == "2020-02-03"
    assert {event.kind for event in await announced(app)} >= {"series"}
    for each in reversed(edited):
        await take_back(execute, each)
    assert await values(app, "SELECT title FROM tv.episodes") == ["Episode 1"]
    assert await values(app, "SELECT translations FROM tv.seasons") == [{}]


async def test_the_day_of_an_unnumbered_episode_stays(app: App, execute: Ask) -> None:
    series = await given.series(app)
    season = await given.season(app, series)
    episode = await given.episode(app, series, season, number=None, air_date=given.day("2020-02-03"))

    refused = await update(execute, "episode", episode, airDate="2020-02-04")

    assert refused["field"] == "airDate"


async def bulk(execute: Ask, kind: str, **wanted: Any) -> dict[str, Any]:
    data = await execute(f"curation/bulk_update_{kind}", input=wanted)
    return data[f"bulkUpdate{kind.capitalize()}"]


async def test_a_dry_run_says_what_would_change_and_changes_nothing(app: App, execute: Ask) -> None:
    drama = await given.term(app, "genre", "Drama")
    alpha = await given.movie(app, "Alpha", genres=(drama,), year=2001)
    await given.movie(app, "Beta", year=2001)
    await given.movie(app, "Gamma", year=1999)
    before = await rows(app, "SELECT * FROM movies.movies ORDER BY id")

    said = await bulk(
        execute,
        "movies",
        filter={"year": {"eq": 2001}},
        set={"status": "Released"},
        addGenres=["Noir"],
        removeGenres=["drama"],
        first=1,
        dryRun=True,
    )

    assert (said["change"], said["matchedCount"], said["changedCount"]) == (None, 2, 2)
    assert said["works"] == [
        {
            "workId": global_id("Movie", alpha),
            "title": "Alpha",
            "fields": [
                {
                    "field": field,
                    "language": None,
                    "before": old,
                    "after": new,
                    "wasLocked": False,
                    "isLocked": True,
                }
                for field, old, new in (("GENRES", ["Drama"], ["Noir"]), ("STATUS", [], ["Released"]))
            ],
        }
    ]
    assert await rows(app, "SELECT * FROM movies.movies ORDER BY id") == before


async def test_many_films_are_edited_as_said_and_taken_back_as_one(app: App, execute: Ask) -> None:
    drama = await given.term(app, "genre", "Drama")
    for title in ("Alpha", "Beta", "Gamma"):
        await given.movie(app, title, genres=(drama,), year=1999 if title == "Gamma" else 2001)
    wanted: dict[str, Any] = {
        "filter": {"year": {"eq": 2001}},
        "addGenres": ["Noir"],
        "set": {"countries": ["fr"]},
    }
    dry = await bulk(execute, "movies", **wanted, dryRun=True)

    done = await bulk(execute, "movies", **wanted)

    assert done["works"] == dry["works"]
    genres = """SELECT m.title, array_agg(t.name ORDER BY l.position) FROM movies.movies m
        JOIN movies.movie_terms l ON l.movie_id = m.id JOIN taxonomy.terms t ON t.id = l.term_id
        GROUP BY m.title ORDER BY m.title"""
    assert [tuple(row.values()) for row in await rows(app, genres)] == [
        ("Alpha", ["Drama", "Noir"]),
        ("Beta", ["Drama", "Noir"]),
        ("Gamma", ["Drama"]),
    ]
    await take_back(execute, done)
    assert [row["array_agg"] for row in await rows(app, genres)] == [["Drama"]] * 3
    assert await values(app, "SELECT DISTINCT sources FROM movies.movies") == [{}]


async def test_series_and_episodes_are_edited_by_filters(app: App, execute: Ask) -> None:
    series = await given.series(app, "Show", seasons=(2,))
    await given.series(app, "Other", seasons=(1,))

    shows = await bulk(
        execute, "series", filter={"id": {"eq": global_id("Series", series)}}, addNetworks=["ABC"]
    )
    parts = await bulk(
        execute, "episodes", filter={"number": {"eq": 2}}, set={"runtimeSeconds": 60}, lock=["TITLE"]
    )

    assert (shows["changedCount"], parts["changedCount"]) == (1, 1)
    assert await values(app, "SELECT runtime_s FROM tv.episodes ORDER BY runtime_s") == [60, None, None]


@pytest.mark.parametrize("number", [2, 12])
async def test_an_edit_of_many_costs_as_many_statements_as_of_few(
    app: App, execute: Ask, statements: list[str], number: int
) -> None:
    for _ in range(number):
        await given.movie(app, year=2001)
    statements.clear()

    await bulk(execute, "movies", filter={"year": {"eq": 2001}}, set={"year": 2002}, addGenres=["Noir"])

    mine = [each for each in statements if "outbox." not in each and "_lock(7105002)" not in each]
    # 17 for the edit, one asks which works other viewers see now, and two note whose doing it is.
    assert len(mine) == 17 + 1 + 2, mine


async def test_too_many_at_once_are_refused(app: App, execute: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.curation.edit.MOST_AT_ONCE", 1)
    for _ in range(2):
        await given.movie(app)

    refused = await bulk(execute, "movies", filter={}, set={"year": 2002})

    assert refused["field"] == "filter"
