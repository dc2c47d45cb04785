"""What films can be filtered by."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from app.api.node import global_id
from app.core.app import App
from tests import given
from tests.api.conftest import Ask

Titles = Callable[[Any], Awaitable[list[str]]]


@pytest.fixture
def titles(execute: Ask) -> Titles:
    """Titles of the films that a filter lets through, in order."""

    async def ask(where: Any) -> list[str]:
        data = await execute("catalog/movies", filter=where)
        found = [movie["title"] for movie in data["movies"]["nodes"]]
        assert data["movies"]["totalCount"] == len(found)
        return found

    return ask


@pytest.fixture
async def films(app: App) -> None:
    await given.movie(
        app,
        "Amélie",
        original_title="Le Fabuleux Destin",
        original_language="fr",
        status="Released",
        year=2001,
        release_date=date(2001, 4, 25),
        runtime_s=7320,
        popularity=5,
        countries=["FR", "DE"],
        translations={"ja": {"title": "アメリ"}, "de": {"title": "Die fabelhafte Welt"}},
        added_at=given.moment("2026-01-01T00:00:00Z"),
    )
    await given.movie(
        app,
        "100% Wolf_",
        original_language="en",
        year=2020,
        release_date=date(2020, 6, 26),
        runtime_s=5760,
        popularity=1,
        countries=["AU"],
        added_at=given.moment("2026-02-01T00:00:00Z"),
    )
    await given.movie(app, "Untitled")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, ["100% Wolf_", "Amélie", "Untitled"]),
        ({"search": "AMELIE"}, ["Amélie"]),
        ({"search": "アメリ"}, ["Amélie"]),
        ({"search": "fabelhafte welt"}, ["Amélie"]),
        ({"search": "fabuleux"}, ["Amélie"]),
        ({"search": "%"}, ["100% Wolf_"]),
        ({"search": "_"}, ["100% Wolf_"]),
        ({"search": "\\"}, []),
        ({"title": {"eq": "Amélie"}}, ["Amélie"]),
        ({"title": {"eq": "amelie"}}, []),
        ({"title": {"in": ["Amélie", "Untitled", "?"]}}, ["Amélie", "Untitled"]),
        ({"title": {"in": []}}, []),
        ({"title": {"contains": "ME"}}, ["Amélie"]),
        ({"title": {"contains": "fabuleux"}}, []),
        ({"title": {"startsWith": "100%"}}, ["100% Wolf_"]),
        ({"title": {"startsWith": "wolf"}}, []),
        ({"originalTitle": {"contains": "destin"}}, ["Amélie"]),
        ({"originalTitle": {"isNull": True}}, ["100% Wolf_", "Untitled"]),
        ({"originalTitle": {"isNull": False}}, ["Amélie"]),
        ({"originalLanguage": {"in": ["fr", "en"]}}, ["100% Wolf_", "Amélie"]),
        ({"status": {"eq": "Released"}}, ["Amélie"]),
        ({"year": {"eq": 2001}}, ["Amélie"]),
        ({"year": {"gt": 2001}}, ["100% Wolf_"]),
        ({"year": {"gte": 2001, "lt": 2020}}, ["Amélie"]),
        ({"year": {"lte": 2001}}, ["Amélie"]),
        ({"year": {"isNull": True}}, ["Untitled"]),
        ({"year": {"in": [2001, 1]}}, ["Amélie"]),
        ({"releaseDate": {"gte": "2001-04-25", "lte": "2001-04-25"}}, ["Amélie"]),
        ({"runtimeSeconds": {"lt": 6000}}, ["100% Wolf_"]),
        ({"popularity": {"gte": 1}}, ["100% Wolf_", "Amélie"]),
        ({"countries": {"hasAny": ["DE", "AU"]}}, ["100% Wolf_", "Amélie"]),
        ({"countries": {"hasAll": ["DE", "FR"]}}, ["Amélie"]),
        ({"countries": {"hasNone": ["DE"]}}, ["100% Wolf_", "Untitled"]),
        ({"addedAt": {"lt": "2026-01-15T00:00:00+01:00"}}, ["Amélie"]),
        ({"not": {"year": {"eq": 2001}}}, ["100% Wolf_", "Untitled"]),
        ({"or": [{"year": {"eq": 2001}}, {"runtimeSeconds": {"lt": 6000}}]}, ["100% Wolf_", "Amélie"]),
        ({"and": [{"year": {"eq": 2001}}, {"search": "amelie"}]}, ["Amélie"]),
        ({"not": {"or": [{"year": {"eq": 2001}}, {"year": {"isNull": True}}]}}, ["100% Wolf_"]),
        ({"year": None}, ["100% Wolf_", "Amélie", "Untitled"]),
    ],
)
@pytest.mark.usefixtures("films")
async def test_columns(titles: Titles, where: Any, expected: list[str]) -> None:
    assert await titles(where) == expected


@pytest.fixture
async def related(app: App) -> dict[str, str]:
    """Films with relations of every kind, and the global ids of what they are related to."""
    comedy, drama = await given.term(app, "genre", "Comedy"), await given.term(app, "genre", "Drama")
    studio, keyword = await given.term(app, "studio", "Drama"), await given.term(app, "keyword", "sea")
    library_id, other = await given.library(app, name="Films"), await given.library(app, name="More")
    both = await given.movie(app, "both", genres=(comedy, drama, keyword), library_id=library_id)
    await given.movie(app, "comedy", genres=(comedy,), cast=("Åsa Lind",), library_id=other)
    await given.movie(app, "made", genres=(studio,))
    person = await given.person(app, "Åsa Lind")
    await given.movie_credit(app, both, person, department="Directing", job="Director", character=None)
    collection = await given.collection(app, "Saga", (both,))
    return {
        "Comedy": global_id("Genre", comedy),
        "Person": global_id("Person", person),
        "Library": global_id("Library", library_id),
        "Collection": global_id("Collection", collection),
    }


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"genres": {"some": {"name": {"eq": "Drama"}}}}, ["both"]),
        ({"genres": {"some": {"slug": {"in": ["comedy"]}}}}, ["both", "comedy"]),
        ({"genres": {"some": {}}}, ["both", "comedy"]),
        ({"genres": {"none": {}}}, ["made"]),
        ({"genres": {"some": {"name": {"eq": "Comedy"}}, "none": {"name": {"eq": "Drama"}}}}, ["comedy"]),
        ({"studios": {"some": {"name": {"eq": "Drama"}}}}, ["made"]),
        ({"keywords": {"some": {"name": {"startsWith": "SE"}}}}, ["both"]),
        ({"cast": {"some": {"name": {"contains": "asa"}}}}, ["comedy"]),
        ({"cast": {"some": {"character": {"eq": "Someone"}}}}, ["comedy"]),
        ({"cast": {"none": {"name": {"eq": "Åsa Lind"}}}}, ["both", "made"]),
        ({"crew": {"some": {"name": {"eq": "Åsa Lind"}, "job": {"eq": "Director"}}}}, ["both"]),
        ({"crew": {"some": {"department": {"eq": "Writing"}}}}, []),
        ({"collections": {"some": {"title": {"eq": "Saga"}}}}, ["both"]),
        ({"libraries": {"some": {"name": {"eq": "Films"}}}}, ["both"]),
        ({"libraries": {"none": {}}}, ["made"]),
        ({"genres": {"some": {"id": {"eq": "Comedy"}}}}, ["both", "comedy"]),
        ({"crew": {"some": {"id": {"in": ["Person"]}}}}, ["both"]),
        ({"libraries": {"some": {"id": {"eq": "Library"}}}}, ["both"]),
        ({"collections": {"some": {"id": {"eq": "Collection"}}}}, ["both"]),
        ({"genres": {"some": {"not": {"name": {"eq": "Comedy"}}}}}, ["both"]),
    ],
)
async def test_relations(titles: Titles, related: dict[str, str], where: Any, expected: list[str]) -> None:
    def with_ids(value: Any) -> Any:
        if isinstance(value, dict):
            names = {"eq", "in"} if {"eq", "in"} & value.keys() else set()
            return {key: ids(each) if key in names else with_ids(each) for key, each in value.items()}
        return value

    def ids(value: Any) -> Any:
        if isinstance(value, list):
            return [ids(each) for each in value]
        return related.get(value, value) if value != "Comedy" or is_id(where) else value

    assert await titles(with_ids(where)) == expected


def is_id(where: Any) -> bool:
    return isinstance(where, dict) and ("id" in where or any(is_id(each) for each in where.values()))


async def test_filters_of_one_shape_share_a_statement(execute: Ask, statements: list[str]) -> None:
    statements.clear()

    for years in ([1], [1, 2, 3], []):
        where = {"or": [{"year": {"in": years}}, {"title": {"contains": f"{years}"}}]}
        await execute("catalog/movies", filter=where)

    assert len(statements) == 6
    assert len(set(statements)) == 2


def nested(depth: int) -> Any:
    return {"not": nested(depth - 1)} if depth else {"year": {"eq": 1}}


@pytest.mark.parametrize(
    ("where", "message"),
    [
        (nested(20), "nested"),
        ({"or": [{"year": {"eq": year}} for year in range(101)]}, "at most 100 values"),
        ({"or": []}, "at least one"),
        ({"and": []}, "at least one"),
        ({"id": {"eq": "nonsense"}}, "no id of this server"),
        ({"id": {"in": ["nonsense"]}}, "no id of this server"),
        ({"search": "nul\0"}, "NUL"),
        ({"title": {"in": ["a", "nul\0"]}}, "NUL"),
    ],
)
async def test_filters_that_cannot_be_taken_are_refused(ask: Ask, where: Any, message: str) -> None:
    response = await ask(
        "query ($where: MovieFilter) { movies(filter: $where) { nodes { id } } }", where=where
    )

    assert message in response.errors[0]["message"]
    assert response.errors[0]["extensions"]["code"] == "INVALID_INPUT"


async def test_a_genre_s_films_can_be_filtered_sorted_and_counted(app: App, ask: Ask) -> None:
    genre = await given.term(app, "genre", "Comedy")
    for year in (2001, 2002, 2003):
        await given.movie(app, f"{year}", year=year, popularity=-year, genres=(genre,))
    await given.movie(app, "other", year=2003)

    data = await ask(
        """{ genres { nodes { movies(
            first: 1 filter: {year: {gt: 2001}} orderBy: {field: POPULARITY direction: DESC}
        ) { totalCount nodes { title } } } } }"""
    )

    assert data["genres"]["nodes"][0]["movies"] == {"totalCount": 2, "nodes": [{"title": "2002"}]}
