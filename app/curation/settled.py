"""Files that merging and splitting decide about: they stay with the work that a person gave them to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.outbox import Tx
from app.library.decided import OWN
from app.library.decisions import Decision, Verdict, decide

FILES_OF = {
    "movie": text(
        """
        SELECT DISTINCT p.file_id FROM library.movie_parts p JOIN movies.versions v ON v.id = p.version_id
        JOIN movies.editions e ON e.id = v.edition_id WHERE e.movie_id = ANY(CAST(:ids AS uuid[]))
        """
    ),
    "series": text(
        """
        SELECT DISTINCT p.file_id FROM library.episode_parts p JOIN tv.episodes e ON e.id = p.episode_id
        WHERE e.series_id = ANY(CAST(:ids AS uuid[]))
        """
    ),
}
# What was decided of seasons, episodes and editions stays as it was.
DECIDED = {
    kind: text(
        f"""
        UPDATE library.decisions SET {kind}_id = :work_id
        WHERE file_id = ANY(CAST(:file_ids AS uuid[])) AND verdict = '{kind}' RETURNING file_id
        """  # noqa: S608
    )
    for kind in ("movie", "series")
}
# Of files that are gone, and of extras.
HAND_OVER = {
    kind: text(
        f"UPDATE library.decisions SET {kind}_id = :into_id WHERE {kind}_id = ANY(CAST(:ids AS uuid[]))"  # noqa: S608
    )
    for kind in ("movie", "series")
}
# As a scan that looks at them again would write it.
NOTE = text(
    """
    UPDATE library.matches m
    SET status = 'matched', score = 1, candidates = '[]', decided_by = 'human', decided_at = now(),
        evidence = CASE WHEN m.decided_by = 'human' THEN m.evidence
            ELSE jsonb_build_array(CAST(:why AS text)) || coalesce(f.reading -> 'evidence', '[]') END
    FROM library.files f WHERE f.id = m.file_id AND m.file_id = ANY(CAST(:file_ids AS uuid[]))
    """
)


async def files_of(tx: Tx, kind: str, ids: Sequence[UUID]) -> list[UUID]:
    """The files that hang on films or series."""
    return [row[0] for row in await tx.db.rows(FILES_OF[kind], ids=list(ids))]


async def settle(tx: Tx, kind: str, file_ids: Sequence[UUID], work_id: UUID) -> None:
    """From now on these files are this film's or this series', whatever scans find. A constant number of statements."""
    known = {row[0] for row in await tx.db.rows(DECIDED[kind], file_ids=list(file_ids), work_id=work_id)}
    owner = (work_id, None) if kind == "movie" else (None, work_id)
    await decide(tx, [Decision(key, Verdict(kind), *owner) for key in file_ids if key not in known])
    await tx.db.run(NOTE, file_ids=list(file_ids), why=OWN)


async def hand_over_decisions(tx: Tx, kind: str, ids: Sequence[UUID], into_id: UUID) -> None:
    """What was decided for one of these works holds for another."""
    await tx.db.run(HAND_OVER[kind], ids=list(ids), into_id=into_id)
