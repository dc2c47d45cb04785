"""Deciding about files by their paths, and what they are then."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from app.core.app import App
from app.curation.undo import undo as take_back
from tests.library import scanning

FILMS = """
SELECT concat_ws('/', nullif(f.folder, ''), f.name) AS path, m.title, e.name AS edition, m.id
FROM library.files f LEFT JOIN library.movie_parts p ON p.file_id = f.id
LEFT JOIN movies.versions v ON v.id = p.version_id LEFT JOIN movies.editions e ON e.id = v.edition_id
LEFT JOIN movies.movies m ON m.id = e.movie_id WHERE f.role = 'video' AND f.missing_since IS NULL ORDER BY 1
"""
EPISODES = """
SELECT concat_ws('/', nullif(f.folder, ''), f.name) AS path, s.title, e.season_number, e.number
FROM library.files f LEFT JOIN library.episode_parts p ON p.file_id = f.id
LEFT JOIN tv.episodes e ON e.id = p.episode_id LEFT JOIN tv.series s ON s.id = e.series_id
WHERE f.role = 'video' AND f.missing_since IS NULL ORDER BY 1, 3, 4
"""
LEDGER = """
SELECT concat_ws('/', nullif(f.folder, ''), f.name) AS path, m.status, m.score, m.decided_by, m.evidence, m.candidates
FROM library.matches m JOIN library.files f ON f.id = m.file_id ORDER BY 1
"""


async def file_id(app: App, path: str) -> UUID:
    return await scanning.value(
        app, "SELECT id FROM library.files WHERE concat_ws('/', nullif(folder, ''), name) = $1", path
    )


async def doing(
    app: App, work: Callable[..., Awaitable[UUID]], paths: str | list[str], *args: Any, **named: Any
) -> UUID:
    """A decision about files in a transaction of its own; answers the change."""
    files = [await file_id(app, path) for path in ([paths] if isinstance(paths, str) else paths)]
    async with app.transaction() as tx:
        return await work(tx, files, *args, **named)


async def undo(app: App, change_id: UUID) -> UUID:
    async with app.transaction() as tx:
        return await take_back(tx, change_id)


async def films(app: App) -> dict[str, str | None]:
    """The film of each video that is there."""
    return {row["path"]: row["title"] for row in await scanning.rows(app, FILMS)}


async def editions(app: App) -> dict[str, str | None]:
    return {row["path"]: row["edition"] for row in await scanning.rows(app, FILMS)}


async def episodes(app: App) -> dict[str, list[tuple[str, int, int | None]]]:
    found: dict[str, list[tuple[str, int, int | None]]] = {}
    for row in await scanning.rows(app, EPISODES):
        found.setdefault(row["path"], [])
        if row["title"] is not None:
            found[row["path"]].append((row["title"], row["season_number"], row["number"]))
    return found


async def ledger(app: App) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in await scanning.rows(app, LEDGER)}


def rename(root: Path, before: str, now: str) -> None:
    (root / now).parent.mkdir(parents=True, exist_ok=True)
    (root / before).rename(root / now)


def content(clip: Path, more: bytes) -> bytes:
    """A playable file unlike the clip."""
    return clip.read_bytes() + more
