"""Ids of works that became others."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.core.db import Db
from app.core.outbox import Tx
from app.core.projection import Columns

BECAME = text(
    "SELECT id, became FROM catalog.redirects WHERE kind = :kind AND id = ANY(CAST(:ids AS uuid[]))"
)
REDIRECT = text(
    """
    INSERT INTO catalog.redirects (kind, id, into_id, became)
    SELECT :kind, r.id, r.became, r.became FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, became uuid)
    ON CONFLICT (kind, id) DO UPDATE SET into_id = excluded.into_id, became = excluded.became, at = now()
    """
)
FLATTEN = text(
    """
    UPDATE catalog.redirects AS d SET became = r.became
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, became uuid)
    WHERE d.kind = :kind AND d.became = r.id
    """
)
DROP = text("DELETE FROM catalog.redirects WHERE kind = :kind AND id = ANY(CAST(:ids AS uuid[]))")
# What was once said to have become one of these leads to it again, however far its way led meanwhile.
LEAD_BACK = text(
    """
    WITH RECURSIVE led AS (
        SELECT id, into_id AS became FROM catalog.redirects
        WHERE kind = :kind AND into_id = ANY(CAST(:ids AS uuid[]))
        UNION ALL
        SELECT d.id, led.became FROM catalog.redirects d JOIN led ON d.into_id = led.id WHERE d.kind = :kind
    )
    UPDATE catalog.redirects AS d SET became = led.became FROM led WHERE d.kind = :kind AND d.id = led.id
    """
)

T = TypeVar("T")


class Reads(Protocol[T]):
    """A read of works by id that can leave out columns of them."""

    def __call__(
        self, db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
    ) -> Awaitable[dict[UUID, T | None]]: ...


async def became(db: Db, kind: str, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """What became of those of the ids that are redirects. kind: movie, series, season or episode."""
    if not ids:
        return {}
    return {row["id"]: row["became"] for row in await db.rows(BECAME, kind=kind, ids=ids)}


def following(kind: str, read: Reads[T]) -> Reads[T]:
    """The same read by id, which for an id that is none any more answers with the work that it became.

    Costs further statements only for ids that are not found.
    """

    async def follow(
        db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
    ) -> dict[UUID, T | None]:
        found = await read(db, viewer, ids, columns=columns)
        ways = await became(db, kind, [key for key in ids if found[key] is None])
        if not ways:
            return found
        works = await read(db, viewer, sorted(set(ways.values())), columns=columns)
        return found | {key: works[way] for key, way in ways.items()}

    return follow


async def redirect(tx: Tx, kind: str, ways: Mapping[UUID, UUID]) -> None:
    """From now on these ids answer with the works that they became; what led to them leads on.

    The works must be there, and the ids not. At most two statements.
    """
    if not ways:
        return
    rows: list[dict[str, Any]] = [{"id": key, "became": way} for key, way in ways.items()]
    await tx.db.run(FLATTEN, kind=kind, rows=rows)
    await tx.db.run(REDIRECT, kind=kind, rows=rows)


async def lead_back(tx: Tx, kind: str, ids: Sequence[UUID]) -> None:
    """These works are there again: their ids are theirs, and so are those that were said to be them."""
    await tx.db.run(DROP, kind=kind, ids=ids)
    await tx.db.run(LEAD_BACK, kind=kind, ids=ids)
