"""Films and episodes in one list, and a search over films and series."""

from typing import Any

import pytest

from app.api.node import global_id
from app.core.app import App
from tests import given
from tests.api.conftest import Ask


def titles(page: dict[str, Any]) -> list[str]:
    nodes = [edge["node"] for edge in page["edges"]]
    return [node.get("title") or node["episodeTitle"] for node in nodes]


@pytest.fixture
async def libraries(app: App) -> list[str]:
    """A film library and a series library; their works came in turns."""
    films, shows = await given.library(app), await given.library(app, kind="tv")
    series_id = await given.series(app, "Harbour", library_id=shows)
    season_id = await given.season(app, series_id)
    for number in (1, 2, 3):
        at = f"2026-01-0{number}T"
        await given.movie(app, f"Film {number}", library_id=films, added_at=given.moment(f"{at}00:00:00Z"))
        await given.episode(app, series_id, season_id, 1, number, added_at=given.moment(f"{at}12:00:00Z"))
    return [global_id("Library", films), global_id("Library", shows)]


@pytest.mark.usefixtures("libraries")
async def test_the_newest_come_first_whatever_they_are(execute: Ask, statements: list[str]) -> None:
    statements.clear()

    first = (await execute("catalog/recently_added", first=4))["recentlyAdded"]
    cost = len(statements)
    rest = (await execute("catalog/recently_added", after=first["pageInfo"]["endCursor"]))["recentlyAdded"]

    assert titles(first) == ["Episode 3", "Film 3", "Episode 2", "Film 2"]
    assert titles(rest) == ["Episode 1", "Film 1"]
    assert first["totalCount"] == 6
    assert first["edges"][0]["node"]["series"]["title"] == "Harbour"
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert cost == 5, statements


@pytest.mark.usefixtures("libraries")
@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["MOVIE"], ["Film 3", "Film 2", "Film 1"]),
        (["EPISODE"], ["Episode 3", "Episode 2", "Episode 1"]),
        (["EPISODE", "MOVIE"], ["Episode 3", "Film 3", "Episode 2", "Film 2", "Episode 1", "Film 1"]),
        ([], []),
    ],
)
async def test_only_some_kinds(execute: Ask, kinds: list[str], expected: list[str]) -> None:
    found = (await execute("catalog/recently_added", kinds=kinds))["recentlyAdded"]

    assert titles(found) == expected
    assert found["totalCount"] == len(expected)


async def test_only_some_libraries(app: App, execute: Ask, libraries: list[str]) -> None:
    empty = global_id("Library", await given.library(app))

    async def ask(*ids: str) -> list[str]:
        return titles((await execute("catalog/recently_added", libraryIds=list(ids)))["recentlyAdded"])

    assert await ask(libraries[0]) == ["Film 3", "Film 2", "Film 1"]
    assert await ask(libraries[1]) == ["Episode 3", "Episode 2", "Episode 1"]
    assert len(await ask(*libraries)) == 6
    assert await ask(empty) == []


async def test_what_is_no_library_s_id_is_refused(ask: Ask) -> None:
    person = global_id("Person", given.new_id())

    response = await ask(
        "query ($ids: [ID!]) { recentlyAdded(libraryIds: $ids) { totalCount } }", ids=[person]
    )

    assert response.errors[0]["extensions"]["code"] == "INVALID_INPUT"
    assert response.errors[0]["extensions"]["field"] == "library_ids"


async def test_a_search_finds_films_and_series_the_most_popular_first(app: App, execute: Ask) -> None:
    await given.movie(app, "Lantern", popularity=1)
    await given.movie(app, "The Lanterns", popularity=2)
    await given.movie(app, "Torch")
    await given.series(app, "Torches", translations={"de": {"title": "Laternen und Lanternen"}})

    found = await execute("catalog/search", text="lantern")

    assert [movie["title"] for movie in found["movies"]["nodes"]] == ["The Lanterns", "Lantern"]
    assert [series["title"] for series in found["allSeries"]["nodes"]] == ["Torches"]
