"""Telling that works are shown otherwise than before."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from app.catalog.events import WorksChanged
from app.core.outbox import Tx

# A season or an episode is in the libraries that have files of it.
HELD = text(
    """
    SELECT 'movie' AS kind, library_id, movie_id AS id FROM library.library_movies
    WHERE movie_id = ANY(CAST(:ids AS uuid[]))
    UNION SELECT 'series', library_id, series_id FROM library.library_series
    WHERE series_id = ANY(CAST(:ids AS uuid[]))
    UNION SELECT 'season', f.library_id, e.season_id FROM tv.episodes e
    JOIN library.episode_parts p ON p.episode_id = e.id JOIN library.files f ON f.id = p.file_id
    WHERE e.season_id = ANY(CAST(:ids AS uuid[]))
    UNION SELECT 'episode', f.library_id, p.episode_id FROM library.episode_parts p
    JOIN library.files f ON f.id = p.file_id
    WHERE p.episode_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY 1, 2, 3
    """
)


async def announce_pictures(tx: Tx, owner_ids: Collection[UUID]) -> None:
    """Emit WorksChanged for those of the owners that are works. One statement."""
    if not owner_ids:
        return
    found: dict[tuple[str, UUID], list[UUID]] = {}
    for kind, library_id, work_id in await tx.db.rows(HELD, ids=sorted(owner_ids)):
        found.setdefault((kind, library_id), []).append(work_id)
    for (kind, library_id), works in found.items():
        tx.emit(WorksChanged(kind, library_id, updated=tuple(works)))
