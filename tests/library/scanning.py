"""Folders to scan, scans of them, and what is in the catalog afterwards, without ids."""

import asyncio
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from app.catalog.events import WorksChanged
from app.core.app import App
from app.core.events import load
from app.library.scan import scan as scan_job
from app.library.scans import request_scan
from tests import given

FILMS = """
SELECT m.title, m.year, m.original_title, e.name AS edition, v.label, p.number, f.folder, f.name AS file
FROM movies.movies m LEFT JOIN movies.editions e ON e.movie_id = m.id LEFT JOIN movies.versions v ON v.edition_id = e.id
LEFT JOIN library.movie_parts p ON p.version_id = v.id LEFT JOIN library.files f ON f.id = p.file_id
ORDER BY m.title, m.year, e.name, f.folder, f.name
"""
EPISODES = """
SELECT s.title AS series, s.year, e.season_number, e.number, e.air_date, e.absolute_number, e.title, p.number AS part,
    f.folder, f.name AS file
FROM tv.series s LEFT JOIN tv.episodes e ON e.series_id = s.id
LEFT JOIN library.episode_parts p ON p.episode_id = e.id LEFT JOIN library.files f ON f.id = p.file_id
ORDER BY s.title, e.season_number, e.position, f.folder, f.name
"""
FILES = """
SELECT folder, name, role, size_bytes, container, duration_ms, missing_since IS NOT NULL AS is_missing
FROM library.files ORDER BY folder, name
"""
STREAMS = """
SELECT f.folder, f.name, s.kind, s.codec, s.language, s.file_name, count(*)
FROM library.streams s JOIN library.files f ON f.id = s.file_id
GROUP BY f.folder, f.name, s.kind, s.codec, s.language, s.file_name
ORDER BY f.folder, f.name, s.kind, s.codec, s.language, s.file_name
"""
PROBLEMS = "SELECT path, reason FROM library.problems ORDER BY path"
ARTWORK = """
SELECT f.folder, f.name, a.kind, m.title AS movie, s.title AS series, n.number AS season, e.number AS episode
FROM library.artwork a JOIN library.files f ON f.id = a.file_id LEFT JOIN movies.movies m ON m.id = a.movie_id
LEFT JOIN tv.series s ON s.id = a.series_id LEFT JOIN tv.seasons n ON n.id = a.season_id
LEFT JOIN tv.episodes e ON e.id = a.episode_id ORDER BY f.folder, f.name
"""
EXTRAS = """
SELECT f.folder, f.name, x.kind, m.title AS movie, s.title AS series FROM library.extras x
JOIN library.files f ON f.id = x.file_id LEFT JOIN movies.movies m ON m.id = x.movie_id
LEFT JOIN tv.series s ON s.id = x.series_id ORDER BY f.folder, f.name
"""
PARTS = {
    "films": FILMS,
    "episodes": EPISODES,
    "files": FILES,
    "streams": STREAMS,
    "problems": PROBLEMS,
    "artwork": ARTWORK,
    "extras": EXTRAS,
}


def put(clip: Path, root: Path, *paths: str) -> None:
    """Copies of a clip, each a file of its own."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(clip, root / path)


def write(root: Path, path: str, content: str | bytes = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content.encode() if isinstance(content, str) else content)


async def library(app: App, root: Path, kind: str = "movie") -> UUID:
    return await given.library(app, kind=kind, path=str(root))


async def request(app: App, library_id: UUID, path: Path | None = None) -> UUID:
    async with app.transaction() as tx:
        return await request_scan(tx, library_id, str(path) if path else None)


async def scan(app: App, library_id: UUID, path: Path | None = None, *, jobs: int = 1) -> dict[str, Any]:
    """A whole scan, done by so many jobs; its row when it is over."""
    scan_id = await request(app, library_id, path)
    await asyncio.gather(*(scan_job.run(app, str(scan_id), slot) for slot in range(jobs)))
    found = await rows(app, "SELECT * FROM library.scans WHERE id = $1", scan_id)
    assert found[0]["status"] == "completed", found
    return found[0]


async def remove_vanished(app: App, library_id: UUID) -> None:
    """A scan that misses files, and one after the grace period."""
    await scan(app, library_id)
    await rows(app, "UPDATE library.files SET missing_since = missing_since - interval '9 days' RETURNING id")
    await scan(app, library_id)


async def rows(app: App, sql: str, *args: Any) -> list[dict[str, Any]]:
    async with app.database.pool.acquire() as connection:
        return [dict(row) for row in await connection.fetch(sql, *args)]


async def values(app: App, sql: str, *args: Any) -> list[Any]:
    """The first column."""
    return [next(iter(row.values())) for row in await rows(app, sql, *args)]


async def value(app: App, sql: str, *args: Any) -> Any:
    found = await values(app, sql, *args)
    assert len(found) == 1, found
    return found[0]


async def catalog(app: App) -> dict[str, list[tuple[Any, ...]]]:
    """All that scans find, comparable between databases."""
    return {name: [tuple(row.values()) for row in await rows(app, sql)] for name, sql in PARTS.items()}


async def problems(app: App) -> dict[str, str]:
    return {row["path"]: row["reason"] for row in await rows(app, PROBLEMS)}


async def titles(app: App) -> list[tuple[str, int | None]]:
    found = await rows(app, "SELECT title, year FROM movies.movies ORDER BY title, year")
    return [(row["title"], row["year"]) for row in found]


async def missing(app: App) -> list[str]:
    return await values(
        app,
        "SELECT concat_ws('/', nullif(folder, ''), name) FROM library.files WHERE missing_since IS NOT NULL ORDER BY 1",
    )


async def announced(app: App) -> list[WorksChanged]:
    """What was announced of works since the last time that this was asked."""
    found = await rows(app, "DELETE FROM outbox.events RETURNING seq, name, payload")
    events = [load(row["name"], row["payload"]) for row in sorted(found, key=lambda row: row["seq"])]
    return [event for event in events if isinstance(event, WorksChanged)]


def movie_nfo(title: str, year: int, inside: str = "") -> str:
    return f"<movie><title>{title}</title><year>{year}</year>{inside}</movie>"


def series_nfo(title: str, inside: str = "") -> str:
    return f"<tvshow><title>{title}</title>{inside}</tvshow>"


async def movie_id(app: App, title: str) -> UUID:
    return await value(app, "SELECT id FROM movies.movies WHERE title = $1", title)
