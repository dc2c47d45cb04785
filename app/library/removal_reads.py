"""Reading what scans ask to remove."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.catalog.filters import Where
from app.core.db import Db
from app.core.paging import Listing, Page, Slice
from app.library.file_reads import FILES_ALL, File, pages
from app.library.scan_tables import RemovalRow, ScanRow
from app.library.tables import FileRow

REMOVALS_OF_SCANS = Listing(
    FILES_ALL.join(RemovalRow, RemovalRow.file_id == FileRow.id)
    .join(ScanRow, ScanRow.id == RemovalRow.scan_id)
    .where(FileRow.missing_since < ScanRow.asked_at),
    FileRow.id,
    File,
    RemovalRow.scan_id,
)
# A work goes when every file of the library that holds it goes.
WORKS_LOST_BY_SCANS = text(
    """
    WITH gone AS MATERIALIZED (
        SELECT m.scan_id, f.library_id, f.id FROM library.removals m
        JOIN library.files f ON f.id = m.file_id JOIN library.scans c ON c.id = m.scan_id
        WHERE m.scan_id = ANY(CAST(:ids AS uuid[])) AND f.missing_since < c.asked_at
    ), held AS (
        SELECT p.file_id, 'movie' AS kind, e.movie_id AS work_id FROM library.movie_parts p
        JOIN movies.versions v ON v.id = p.version_id JOIN movies.editions e ON e.id = v.edition_id
        UNION ALL
        SELECT p.file_id, 'episode', p.episode_id FROM library.episode_parts p
        UNION ALL
        SELECT p.file_id, 'series', e.series_id FROM library.episode_parts p JOIN tv.episodes e ON e.id = p.episode_id
    ), touched AS (
        SELECT DISTINCT g.scan_id, g.library_id, h.kind, h.work_id FROM gone g JOIN held h ON h.file_id = g.id
    )
    SELECT t.scan_id, t.kind, count(*) FROM touched t
    WHERE NOT EXISTS (
        SELECT FROM held h JOIN library.files f ON f.id = h.file_id
        WHERE h.kind = t.kind AND h.work_id = t.work_id AND f.library_id = t.library_id
          AND NOT EXISTS (SELECT FROM gone g WHERE g.scan_id = t.scan_id AND g.id = f.id))
    GROUP BY t.scan_id, t.kind
    """
)


@dataclass(frozen=True, slots=True)
class LostWorks:
    """How many works a library would lose."""

    movies: int
    series: int
    episodes: int


async def removals_of_scans(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page, where: Where | None = None
) -> dict[UUID, Slice[File]]:
    """Files that each scan asks to remove and that are still missing, in the order in which they were found."""
    return await pages(db, REMOVALS_OF_SCANS, ids, page, where)


async def works_lost_by_scans(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, LostWorks]:
    counts: dict[UUID, dict[str, int]] = {key: {} for key in ids}
    for scan_id, kind, count in await db.rows(WORKS_LOST_BY_SCANS, ids=ids):
        counts[scan_id][kind] = count
    return {
        key: LostWorks(of.get("movie", 0), of.get("series", 0), of.get("episode", 0))
        for key, of in counts.items()
    }
