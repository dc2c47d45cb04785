"""Films through the graph."""

from datetime import date
from typing import Any

import pytest

from app.api.node import global_id
from app.core.app import App
from tests import given
from tests.api.conftest import Ask


async def names(execute: Ask, **variables: Any) -> list[str]:
    data = await execute("catalog/movies", **variables)
    return [movie["title"] for movie in data["movies"]["nodes"]]


async def test_a_page_of_films_costs_one_statement_and_one_for_each_edge(
    app: App, execute: Ask, statements: list[str]
) -> None:
    genre = await given.term(app, "genre", "Science Fiction")
    for title in ("Alien", "The Abyss", "Aliens"):
        await given.movie(app, title, sort_title=title.removeprefix("The "), genres=(genre,))
    statements.clear()

    data = await execute("catalog/movies", first=2)

    assert [movie["title"] for movie in data["movies"]["nodes"]] == ["The Abyss", "Alien"]
    assert data["movies"]["nodes"][0]["genres"][0]["name"] == "Science Fiction"
    assert data["movies"]["totalCount"] == 3
    assert data["movies"]["pageInfo"]["hasNextPage"] is True
    assert len(statements) == 5, statements


async def test_pages_join_up_forward_backward_and_by_number(app: App, execute: Ask) -> None:
    for title in ("a", "b", "c"):
        await given.movie(app, title)

    first = (await execute("catalog/movies", first=2))["movies"]
    second = (await execute("catalog/movies", first=2, after=first["pageInfo"]["endCursor"]))["movies"]
    back = (await execute("catalog/movies", last=2, before=second["pageInfo"]["startCursor"]))["movies"]
    third = await names(execute, first=1, offset=2)

    assert [movie["title"] for movie in second["nodes"]] == ["c"]
    assert (second["pageInfo"]["hasPreviousPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert back["nodes"] == first["nodes"]
    assert third == ["c"]


@pytest.mark.parametrize(
    ("field", "up"),
    [
        ("TITLE", ["b", "c", "a"]),
        ("RELEASE_DATE", ["a", "c", "b"]),
        ("ADDED_AT", ["c", "b", "a"]),
        ("RUNTIME", ["c", "a", "b"]),
        ("POPULARITY", ["a", "b", "c"]),
    ],
)
async def test_films_come_in_the_order_asked_for(app: App, execute: Ask, field: str, up: list[str]) -> None:
    moments = [given.moment(f"2026-01-0{day}T00:00:00Z") for day in (1, 2, 3)]
    await given.movie(
        app,
        "a",
        sort_title="z",
        release_date=date(1990, 1, 1),
        added_at=moments[2],
        runtime_s=2,
        popularity=1,
    )
    await given.movie(app, "b", sort_title="a", added_at=moments[1], popularity=2)
    await given.movie(
        app,
        "c",
        sort_title="b",
        release_date=date(1991, 1, 1),
        added_at=moments[0],
        runtime_s=1,
        popularity=3,
    )

    ascending = await names(execute, orderBy={"field": field})
    descending = await names(execute, orderBy={"field": field, "direction": "DESC"})

    # What has no date or length comes last either way.
    last = ["b"] if field in ("RELEASE_DATE", "RUNTIME") else []
    assert ascending == up
    assert descending == [title for title in reversed(up) if title not in last] + last


async def test_a_film_with_all_there_is_to_know(app: App, execute: Ask) -> None:
    genre, studio, keyword = [await given.term(app, kind, kind) for kind in ("genre", "studio", "keyword")]
    movie_id = await given.movie(
        app,
        "Tidewater",
        original_title="Flut",
        original_language="de",
        tagline="It rises.",
        overview="A harbour drowns.",
        status="Released",
        release_date=date(1999, 3, 31),
        year=1999,
        runtime_s=8160,
        popularity=3.5,
        countries=["DE", "FR"],
        certifications={"US": "PG-13", "DE": "12"},
        ratings={"imdb": {"value": 8.1, "votes": 1200}, "critics": {"value": 6, "votes": None}},
        provider_ids={"tmdb": "603", "imdb": "tt0133093"},
        translations={"fr": {"title": "La marée", "overview": "Un port."}},
        genres=(genre, studio, keyword),
        cast=("Ada Winter", "Bo Sand"),
        added_at=given.moment("2026-01-02T03:04:05.678+02:00"),
    )
    director = await given.person(app, "Cleo Reed")
    await given.movie_credit(app, movie_id, director, department="Directing", job="Director", character=None)
    await given.collection(app, "Water", (movie_id,))
    library_id = await given.library(app)
    await given.movie_in(app, movie_id, library_id, edition="Director's Cut")

    movie = (await execute("catalog/movie", by={"id": global_id("Movie", movie_id)}))["movie"]

    assert movie["id"] == global_id("Movie", movie_id)
    assert (movie["title"], movie["originalTitle"], movie["originalLanguage"]) == ("Tidewater", "Flut", "de")
    assert (movie["tagline"], movie["overview"]) == ("It rises.", "A harbour drowns.")
    assert (movie["releaseDate"], movie["year"], movie["runtimeSeconds"]) == ("1999-03-31", 1999, 8160)
    assert (movie["countries"], movie["popularity"]) == (["DE", "FR"], 3.5)
    assert movie["addedAt"] == "2026-01-02T01:04:05.678000Z"
    assert movie["certifications"] == [{"country": "DE", "name": "12"}, {"country": "US", "name": "PG-13"}]
    assert movie["ratings"] == [
        {"source": "critics", "value": 6.0, "votes": None},
        {"source": "imdb", "value": 8.1, "votes": 1200},
    ]
    assert {each["provider"]: each["value"] for each in movie["providerIds"]} == {
        "tmdb": "603",
        "imdb": "tt0133093",
    }
    assert movie["translations"] == [
        {"language": "fr", "title": "La marée", "tagline": None, "overview": "Un port."}
    ]
    assert [each["name"] for each in movie["genres"]] == ["genre"]
    assert [each["name"] for each in movie["studios"]] == ["studio"]
    assert [each["name"] for each in movie["keywords"]["nodes"]] == ["keyword"]
    assert [each["title"] for each in movie["collections"]] == ["Water"]
    assert [each["person"]["name"] for each in movie["cast"]["nodes"]] == ["Ada Winter", "Bo Sand"]
    assert movie["cast"]["totalCount"] == 2
    assert [(each["job"], each["person"]["name"]) for each in movie["crew"]["nodes"]] == [
        ("Director", "Cleo Reed")
    ]
    assert [each["name"] for each in movie["editions"]] == ["Director's Cut"]
    assert [each["label"] for each in movie["editions"][0]["versions"]] == ["1080p"]


@pytest.mark.parametrize("by", [{"tmdbId": "603"}, {"imdbId": "tt0133093"}, {"slug": "tidewater-1999"}])
async def test_a_film_is_found_by_each_of_its_ids(app: App, execute: Ask, by: dict[str, str]) -> None:
    ids = {"tmdb": "603", "imdb": "tt0133093"}
    await given.movie(app, "Tidewater", slug="tidewater-1999", provider_ids=ids)
    await given.movie(app, "Another", provider_ids={"tvdb": "603"})

    data = await execute("catalog/movie", by=by)

    assert data["movie"]["title"] == "Tidewater"


async def test_an_unknown_film_is_null(execute: Ask) -> None:
    data = await execute("catalog/movie", by={"tmdbId": "1"})

    assert data["movie"] is None


LOOKUP = "query ($by: MovieBy!) { movie(by: $by) { id } }"


@pytest.mark.parametrize("by", [{}, {"slug": "a", "tmdbId": "1"}, {"slug": None}])
async def test_a_lookup_names_exactly_one_way(ask: Ask, by: dict[str, str | None]) -> None:
    response = await ask(LOOKUP, by=by)

    assert response.errors
    assert response == {}


@pytest.mark.parametrize("value", ["nul\0", "half \ud800"])
async def test_texts_that_no_database_holds_are_refused(ask: Ask, value: str) -> None:
    response = await ask(LOOKUP, by={"slug": value})

    assert response.errors[0]["extensions"]["code"] == "INVALID_INPUT"
