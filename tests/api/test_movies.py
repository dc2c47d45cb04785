"""Films through the graph."""

from app.core.app import App
from tests import given
from tests.api.conftest import Ask


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
    assert len(statements) == 3, statements
