"""Works of the demo library's titles, and what becomes of them when they are looked at."""

from typing import Any
from uuid import UUID

from app.core.app import App
from app.demo.films import FILMS
from app.metadata.enrich import enrich
from app.metadata.wanted import ask_for
from tests import given
from tests.library.scanning import rows

# Titles that only one of the demo's films has.
TITLED = [film for film in FILMS if film.year and sum(each.title == film.title for each in FILMS) == 1]


async def film(app: App, library_id: UUID, place: int = 0, **values: Any) -> UUID:
    """A film as a scan makes it: of a name with a year, in a library, with its look wanted."""
    chosen = TITLED[place]
    values = {"title": chosen.title, "year": chosen.year, **values}
    movie_id = await given.movie(app, library_id=library_id, **values)
    async with app.transaction() as tx:
        await ask_for(tx, "movie", [movie_id])
    return movie_id


async def library(app: App, **values: Any) -> UUID:
    return await given.library(app, **values)


async def look(app: App) -> None:
    """Run the job to its end."""
    await enrich.run(app, 0)


async def looks(app: App) -> list[dict[str, Any]]:
    return await rows(app, "SELECT * FROM metadata.looks ORDER BY kind, work_id")


async def described(app: App, movie_id: UUID) -> dict[str, Any]:
    [found] = await rows(app, "SELECT * FROM movies.movies WHERE id = $1", movie_id)
    return found
