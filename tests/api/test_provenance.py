"""Where fields come from, as the graph tells it."""

from typing import Any

from app.core.app import App
from tests import given
from tests.api.conftest import Ask
from tests.metadata.telling import AT, found, tell


async def test_a_field_tells_which_provider_said_it(app: App, execute: Ask) -> None:
    film = await given.movie(app, "Ebbe", year=2015)
    await tell(app, film, found("Low Tide", overview="The sea goes.", certifications={"DE": "12"}))

    data: Any = await execute("catalog/movie_sources", by={"slug": await _slug(app)})

    assert {each["field"]: (each["source"], each["provider"]) for each in data["movie"]["fieldSources"]} == {
        "TITLE": ("PROVIDER", "tmdb"),
        "SORT_TITLE": ("PROVIDER", "tmdb"),
        "OVERVIEW": ("PROVIDER", "tmdb"),
        "CERTIFICATIONS": ("PROVIDER", "tmdb"),
        "YEAR": ("FILE", None),
    }
    assert data["movie"]["fieldSources"][0]["at"] == AT.isoformat().replace("+00:00", "Z")


async def _slug(app: App) -> str:
    async with app.database.pool.acquire() as connection:
        return await connection.fetchval("SELECT slug FROM movies.movies")
