"""Files that a person said are extras, or are none."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.bulk import delete
from app.core.outbox import Tx
from app.identify.files import ExtraKind, FileRole
from app.library.decisions import Decision
from app.library.tables import ExtraRow, MatchRow

SET_ROLE = text(
    """
    UPDATE library.files AS f SET role = r.role, updated_at = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, role text) WHERE f.id = r.id
    RETURNING f.id, f.name
    """
)


# The work may have gone with this very file; what else lies there may tell whose the extra is, then.
SET_EXTRAS = text(
    """
    INSERT INTO library.extras (file_id, kind, title, movie_id, series_id)
    SELECT r.file_id, r.kind, r.title, m.id, s.id FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r(file_id uuid, kind text, title text, movie_id uuid, series_id uuid)
    LEFT JOIN movies.movies m ON m.id = r.movie_id LEFT JOIN tv.series s ON s.id = r.series_id
    ON CONFLICT (file_id) DO UPDATE
        SET kind = excluded.kind, title = excluded.title, movie_id = excluded.movie_id, series_id = excluded.series_id
    """
)


async def mark_extras(tx: Tx, decisions: Iterable[Decision]) -> None:
    """Make files the extras that they were decided to be. At most three statements."""
    kinds = {decision.file_id: decision for decision in decisions}
    rows = [{"id": key, "role": each.role} for key, each in kinds.items()]
    if not rows:
        return
    names = {row["id"]: row["name"] for row in await tx.db.rows(SET_ROLE, rows=rows)}
    await delete(tx.db, MatchRow, "file_id", names)
    extras: list[dict[str, Any]] = [
        {"file_id": key, "kind": each.extra_kind or ExtraKind.OTHER, "title": names[key].rpartition(".")[0]}
        | {"movie_id": each.movie_id, "series_id": each.series_id}
        for key, each in kinds.items()
        if key in names
    ]
    await tx.db.run(SET_EXTRAS, rows=extras)


async def unmark_extras(tx: Tx, file_ids: Iterable[UUID]) -> None:
    """Make files videos that may be works, whatever their names say. Two statements."""
    keys = list(file_ids)
    if not keys:
        return
    await tx.db.run(SET_ROLE, rows=[{"id": key, "role": FileRole.VIDEO} for key in keys])
    await delete(tx.db, ExtraRow, "file_id", keys)
