"""Reading the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.filters import Fields, Test, Where, comparable, narrowing
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, fetch_page, sorts
from app.curation.tables import ChangeRow


@dataclass(frozen=True, slots=True)
class Change:
    """What a person changed. undone_by: the change that took it back; undoes: the change that it took back.

    user_id: whose doing it is, who may be gone; None for Marquee itself.
    """

    id: UUID
    action: str
    summary: str
    at: datetime
    undone_by: UUID | None
    undoes: UUID | None
    user_id: UUID | None


def _touches(column: Any) -> Test:
    return lambda _, binds: column.op("@>", is_comparison=True)(binds.next(ARRAY(Uuid())))


_COLUMNS = (
    ChangeRow.id,
    ChangeRow.action,
    ChangeRow.summary,
    ChangeRow.at,
    ChangeRow.undone_by,
    ChangeRow.undoes,
    ChangeRow.user_id,
)
_CHANGES = select(*_COLUMNS)
CHANGES = _CHANGES.where(ChangeRow.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
LISTING = Listing(_CHANGES, ChangeRow.id, Change)
CHANGE_FILTERS = Fields(
    {
        "action": comparable(ChangeRow.action),
        "is_undone": lambda _, binds: ChangeRow.undone_by.is_not(None) == binds.next(Boolean()),
        "at": comparable(ChangeRow.at),
        "movie": _touches(ChangeRow.movie_ids),
        "series": _touches(ChangeRow.series_ids),
        "file": _touches(ChangeRow.file_ids),
    }
)
NEWEST_FIRST = sorts("id", ChangeRow.__table__.c.id)[Order("id", descending=True)]


async def changes(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Change | None]:
    return dict.fromkeys(ids) | {row[0]: Change(*row) for row in await db.rows(CHANGES, ids=ids)}


async def list_changes(db: Db, viewer: Viewer, *, page: Page, where: Where | None = None) -> Slice[Change]:
    """The newest first."""
    narrowed = narrowing(CHANGE_FILTERS, where)
    return await fetch_page(db, LISTING, NEWEST_FIRST, page, narrowed.condition, **narrowed.values)
