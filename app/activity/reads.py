"""Reading the activity log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Text, Uuid, and_, any_, bindparam, select, true

from app.activity.tables import EntryRow
from app.core.db import Db
from app.core.paging import Condition, Listing, Order, Page, Slice, fetch_page, sorts


@dataclass(frozen=True, slots=True)
class Entry:
    """user_id, token_id: who did it, Marquee itself or a stranger where there is none."""

    id: UUID
    at: datetime
    user_id: UUID | None
    token_id: UUID | None
    address: str | None
    agent: str | None
    request_id: str | None
    action: str
    kind: str
    key: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; all that is given has to hold. since: from then on; until: before then."""

    user_ids: tuple[UUID, ...] | None = None
    actions: tuple[str, ...] | None = None
    kind: str | None = None
    key: str | None = None
    address: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def given(self) -> dict[str, Any]:
        """By name; what is not told is left out."""
        named: dict[str, Any] = {name: getattr(self, name) for name in _CLAUSES}
        return {name: value for name, value in named.items() if value is not None}


_COLUMNS = (
    EntryRow.id,
    EntryRow.at,
    EntryRow.user_id,
    EntryRow.token_id,
    EntryRow.address,
    EntryRow.agent,
    EntryRow.request_id,
    EntryRow.action,
    EntryRow.kind,
    EntryRow.key,
    EntryRow.before,
    EntryRow.after,
)
_CLAUSES = {
    "user_ids": EntryRow.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid()))),
    "actions": EntryRow.action == any_(bindparam("actions", type_=ARRAY(Text()))),
    "kind": EntryRow.kind == bindparam("kind", type_=Text()),
    "key": EntryRow.key == bindparam("key", type_=Text()),
    "address": EntryRow.address == bindparam("address", type_=Text()),
    "since": EntryRow.at >= bindparam("since", type_=DateTime(timezone=True)),
    "until": EntryRow.at < bindparam("until", type_=DateTime(timezone=True)),
}
LISTING = Listing(select(*_COLUMNS), EntryRow.id, Entry)
NEWEST_FIRST = sorts("id", EntryRow.__table__.c.id)[Order("id", descending=True)]


async def entries(db: Db, page: Page, wanted: Wanted) -> Slice[Entry]:
    """The newest first."""
    given = wanted.given()
    return await fetch_page(db, LISTING, NEWEST_FIRST, page, _condition(tuple(given)), **given)


@lru_cache(maxsize=128)
def _condition(names: tuple[str, ...]) -> Condition:
    return Condition(and_(true(), *(_CLAUSES[name] for name in names)))
