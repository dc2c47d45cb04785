"""Other names of works: what a person said that a title or a provider's id means."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.lookups import Lookup
from app.catalog.match import Alias
from app.core.db import Db
from app.core.outbox import Tx

TITLE = "title"
TEACH = text(
    """
    INSERT INTO catalog.aliases (kind, name, value, year, work_id, speaks)
    SELECT :kind, name, value, year, work_id, speaks FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r(name text, value text, year int, work_id uuid, speaks boolean)
    ON CONFLICT (kind, name, value, year)
        DO UPDATE SET work_id = excluded.work_id, speaks = excluded.speaks, at = now()
    """
)
REMEMBER = text(
    """
    INSERT INTO catalog.aliases (kind, name, value, year, work_id, speaks)
    SELECT :kind, name, value, year, work_id, speaks FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r(name text, value text, year int, work_id uuid, speaks boolean)
    ON CONFLICT (kind, name, value, year) DO NOTHING
    """
)
FORGET = text(
    """
    DELETE FROM catalog.aliases a USING jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r(name text, value text, year int)
    WHERE a.kind = :kind AND a.name = r.name AND a.value = r.value AND a.year = r.year
    """
)
HAND_OVER = text(
    """
    UPDATE catalog.aliases SET work_id = :into_id, speaks = false
    WHERE kind = :kind AND work_id = ANY(CAST(:ids AS uuid[]))
    """
)
MEANT = text(
    "SELECT work_id FROM catalog.aliases WHERE kind = :kind AND name = :name AND value = :value AND year = 0"
)


async def meant(db: Db, kind: str, by: Lookup) -> UUID | None:
    """The work that a person said a provider's id is of, though it has another such id or none."""
    found: UUID | None = await db.value(MEANT, kind=kind, name=by.by, value=by.value)
    return found


async def teach(tx: Tx, kind: str, aliases: Sequence[Alias]) -> None:
    """From now on these names mean these works; the last word on a name counts."""
    rows = {(alias.name, alias.value, alias.year or 0): _row(alias) for alias in aliases}
    if rows:
        await tx.db.run(TEACH, kind=kind, rows=list(rows.values()))


async def remember(tx: Tx, kind: str, aliases: Sequence[Alias]) -> None:
    """These names, by which files call works, go on to mean these, unless they mean something already."""
    if aliases:
        await tx.db.run(REMEMBER, kind=kind, rows=[_row(alias) for alias in aliases])


async def forget(tx: Tx, kind: str, aliases: Sequence[Alias]) -> None:
    """These names mean again what they say."""
    if aliases:
        await tx.db.run(FORGET, kind=kind, rows=[_row(alias) for alias in aliases])


async def hand_over(tx: Tx, kind: str, ids: Sequence[UUID], into_id: UUID) -> None:
    """What meant one of these works means another."""
    await tx.db.run(HAND_OVER, kind=kind, ids=ids, into_id=into_id)


def _row(alias: Alias) -> dict[str, Any]:
    return {
        "name": alias.name,
        "value": alias.value,
        "year": alias.year or 0,
        "work_id": alias.work_id,
        "speaks": alias.speaks,
    }
