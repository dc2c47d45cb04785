"""Identifying files anew, one or many, as if nobody had decided about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.core.db import Db
from app.core.errors import Conflict
from app.core.outbox import Tx
from app.curation.journal import Action, Scope, recorded
from app.curation.subjects import Subject, named, subjects
from app.identify.files import ExtraKind, FileRole, classify, extra_kind
from app.library.again import identify_again
from app.library.decisions import SAMPLE, Decision, Verdict, decide, forget
from app.library.held_files import hold_files
from app.library.marked_extras import mark_extras, unmark_extras
from app.library.read_folders import Video

MOST_AT_ONCE = 5000
CHUNK = 1000
MEANT = text(
    """
    SELECT f.id FROM library.files f JOIN library.matches m ON m.file_id = f.id
    WHERE f.library_id = :library_id AND f.role = 'video'
        AND (CAST(:statuses AS text[]) IS NULL OR m.status = ANY(CAST(:statuses AS text[])))
        AND (CAST(:decided_by AS text[]) IS NULL OR m.decided_by = ANY(CAST(:decided_by AS text[])))
        AND (CAST(:folder AS text) IS NULL OR f.folder = :folder OR starts_with(f.folder, :folder || '/'))
    ORDER BY f.id LIMIT CAST(:most AS int)
    """
)
HELD = text(
    """
    SELECT p.file_id, m.title || coalesce(' (' || m.year || ')', '') AS called
    FROM library.movie_parts p JOIN movies.versions v ON v.id = p.version_id
    JOIN movies.editions e ON e.id = v.edition_id JOIN movies.movies m ON m.id = e.movie_id
    WHERE p.file_id = ANY(CAST(:ids AS uuid[]))
    UNION
    SELECT p.file_id, s.title || coalesce(' (' || s.year || ')', '') || string_agg(
        ' ' || e.season_number || '×' || coalesce(CAST(e.number AS text), CAST(e.air_date AS text)), ''
        ORDER BY e.season_number, e.position)
    FROM library.episode_parts p JOIN tv.episodes e ON e.id = p.episode_id JOIN tv.series s ON s.id = e.series_id
    WHERE p.file_id = ANY(CAST(:ids AS uuid[])) GROUP BY p.file_id, s.id
    """
)


@dataclass(frozen=True, slots=True)
class Which:
    """Videos of a library. folder: below its roots, with all below it. None leaves a condition out."""

    library_id: UUID
    folder: str | None = None
    statuses: tuple[str, ...] | None = None
    decided_by: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reidentified:
    """files: how many were identified anew. changed: those that now hold something else, as (before, after), by file;
    None stands for no work. change_id: None after a dry run."""

    change_id: UUID | None
    files: int
    changed: Mapping[UUID, tuple[str | None, str | None]] = field(
        default_factory=dict[UUID, tuple[str | None, str | None]]
    )


async def meant(db: Db, which: Which) -> list[UUID]:
    """The videos that are meant. Raises Conflict for more than 5000."""
    rows = await db.rows(
        MEANT,
        library_id=which.library_id,
        folder=which.folder,
        statuses=None if which.statuses is None else list(which.statuses),
        decided_by=None if which.decided_by is None else list(which.decided_by),
        most=MOST_AT_ONCE + 1,
    )
    if len(rows) > MOST_AT_ONCE:
        raise Conflict(f"More than {MOST_AT_ONCE} files are meant; narrow it, by folder for one.")
    return [row["id"] for row in rows]


async def reidentify(
    tx: Tx, file_ids: Sequence[UUID], anew: Mapping[tuple[UUID, str, str], Video], *, keeps_decisions: bool
) -> Reidentified:
    """Identify files by what their names and NFO files say now, as one change.

    anew: what was read of them just now (`library.reread`); others are what was read of them the last time.
    keeps_decisions: whether what people decided about them still holds; else it is forgotten. A dry run is this in a
    transaction that is rolled back. Raises Invalid, NotFound. A constant number of statements for each 1000 files.
    """
    await hold_files(tx, file_ids)
    await locks.hold_works(tx.db)
    files = [
        file
        for start in range(0, len(file_ids), CHUNK)
        for file in await subjects(tx.db, file_ids[start : start + CHUNK])
    ]
    ids = [file.file_id for file in files]
    before = await _held(tx.db, ids)
    scope = Scope(file_ids=tuple(ids))
    async with recorded(tx, Action.REIDENTIFY, f"Identified {named(files)} anew", scope) as change:
        extras = [] if keeps_decisions else await _take_back(tx, files)
        for start in range(0, len(ids), CHUNK):
            await identify_again(tx, ids[start : start + CHUNK], anew)
        await mark_extras(tx, extras)
        await forget(tx, [extra.file_id for extra in extras])
    after = await _held(tx.db, ids)
    changed = {key: (before.get(key), after.get(key)) for key in ids if before.get(key) != after.get(key)}
    return Reidentified(change.id, len(ids), changed)


async def _take_back(tx: Tx, files: Sequence[Subject]) -> list[Decision]:
    """Forget what was decided; answers the videos that are extras by their names, which stay decided for the moment."""
    await forget(tx, [file.file_id for file in files])
    roles = {file.file_id: classify(file.path) for file in files}
    await unmark_extras(
        tx, [file.file_id for file in files if not file.is_video and roles[file.file_id] is FileRole.VIDEO]
    )
    extras = [
        Decision(file.file_id, Verdict.EXTRA, file.movie_id, file.series_id, extra_kind=_kind(file))
        for file in files
        if file.is_video and roles[file.file_id] is not FileRole.VIDEO
    ]
    await decide(tx, extras)
    return extras


def _kind(file: Subject) -> str:
    return SAMPLE if classify(file.path) is FileRole.SAMPLE else extra_kind(file.path) or ExtraKind.OTHER


async def _held(db: Db, file_ids: Sequence[UUID]) -> dict[UUID, str]:
    return {row["file_id"]: row["called"] for row in await db.rows(HELD, ids=list(file_ids))}
