"""Merging and splitting in tests, and what the catalog then looks like."""

from typing import Any
from uuid import UUID

from app.core.app import App
from app.curation.merge_movies import merge_movies
from app.curation.merge_series import merge_series
from app.curation.split_movie import split_movie
from app.curation.split_series import split_series
from app.curation.undo import undo
from tests.library import scanning

TABLES = (
    "movies.movies",
    "movies.editions",
    "movies.versions",
    "movies.movie_terms",
    "movies.credits",
    "tv.series",
    "tv.seasons",
    "tv.episodes",
    "tv.series_terms",
    "tv.series_credits",
    "tv.episode_credits",
    "collections.collections",
    "collections.movies",
    "library.movie_parts",
    "library.episode_parts",
    "library.library_movies",
    "library.library_series",
    "library.series_folders",
    "library.artwork",
    "library.extras",
    "catalog.redirects",
    "catalog.aliases",
    "library.decisions",
    "library.matches",
)
UNTOLD = {"updated_at", "added_at", "at", "decided_at"}


async def merge(app: App, into: UUID, *others: UUID, kind: str = "movie") -> UUID:
    """Answers the change."""
    async with app.transaction() as tx:
        merging = merge_movies if kind == "movie" else merge_series
        return (await merging(tx, into, others))[1]


async def split_film(
    app: App, film: UUID, title: str, year: int | None = None, **what: Any
) -> tuple[UUID, UUID]:
    async with app.transaction() as tx:
        return await split_movie(tx, film, title, year, **what)


async def split_show(
    app: App, series: UUID, title: str, year: int | None = None, **what: Any
) -> tuple[UUID, UUID]:
    async with app.transaction() as tx:
        return await split_series(tx, series, title, year, **what)


async def take_back(app: App, change_id: UUID) -> UUID:
    async with app.transaction() as tx:
        return await undo(tx, change_id)


async def everything(app: App) -> dict[str, list[dict[str, Any]]]:
    """All rows that merging and splitting move, comparable; without times."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        rows = await scanning.rows(app, f"SELECT * FROM {table}")
        plain = [{name: value for name, value in row.items() if name not in UNTOLD} for row in rows]
        found[table] = sorted(plain, key=repr)
    return found


async def file_id(app: App, name: str) -> UUID:
    return await scanning.value(app, "SELECT id FROM library.files WHERE name = $1", name)


async def leads(app: App) -> dict[UUID, UUID]:
    found = await scanning.rows(app, "SELECT id, became FROM catalog.redirects")
    return {row["id"]: row["became"] for row in found}
