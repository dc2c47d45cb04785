"""What settings are set to by whom, and what they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, select, text, true

from app.core.db import Db
from app.core.paging import Condition, Listing, Order, Page, Slice, fetch_page, sorts
from app.settings.registry import Owner
from app.settings.tables import HistoryRow

OWN_VALUES = text(
    """
    SELECT name, value FROM settings.values
    WHERE role_id IS NOT DISTINCT FROM CAST(:role_id AS uuid) AND user_id IS NOT DISTINCT FROM CAST(:user_id AS uuid)
    """
)
# A role's own value comes before what those have on which it builds; of several roles the one of the highest rank
# counts, and of those without a rank, the one that was made first. Roles that build on each other in a circle, which
# are refused where they are written, would end at the bound.
_NEAREST = """
    WITH RECURSIVE reached AS (
        SELECT role_id, 0 AS steps FROM ({given}) AS given
        UNION
        SELECT p.parent_id, r.steps + 1 FROM reached r JOIN access.role_parents p ON p.role_id = r.role_id
        WHERE r.steps < 100
    ), nearest AS (
        SELECT role_id, min(steps) AS steps FROM reached GROUP BY role_id
    )
    SELECT DISTINCT ON (v.name) v.name, v.value, {is_own} AS is_own
    FROM settings.values v LEFT JOIN nearest n USING (role_id) LEFT JOIN access.roles r ON r.id = v.role_id
    WHERE n.role_id IS NOT NULL {or_own}
    ORDER BY v.name, {is_own} DESC, n.steps, r.rank DESC, r.id
"""
VALUES_OF_USER = text(
    _NEAREST.format(
        given="SELECT role_id FROM access.held_roles WHERE user_id = CAST(:user_id AS uuid)",
        is_own="(v.user_id IS NOT NULL)",
        or_own="OR v.user_id = CAST(:user_id AS uuid)",
    )
)
VALUES_OF_ROLE = text(
    _NEAREST.format(
        given="SELECT CAST(:role_id AS uuid) AS role_id",
        is_own="(v.role_id = CAST(:role_id AS uuid))",
        or_own="",
    )
)


@dataclass(frozen=True, slots=True)
class Past:
    """A change of a setting; before and after as JSON has them, None where it was not set."""

    id: UUID
    name: str
    role_id: UUID | None
    user_id: UUID | None
    before: Any
    after: Any
    changed_by: UUID | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """is_own: whether it is the person's or role's own, rather than from a role that they have or build on."""

    value: Any
    is_own: bool


_COLUMNS = (
    HistoryRow.id,
    HistoryRow.name,
    HistoryRow.role_id,
    HistoryRow.user_id,
    HistoryRow.before,
    HistoryRow.after,
    HistoryRow.changed_by,
    HistoryRow.changed_at,
)
LISTING = Listing(select(*_COLUMNS), HistoryRow.id, Past)
NEWEST_FIRST = sorts("id", HistoryRow.__table__.c.id)[Order("id", descending=True)]
_CLAUSES = {
    "names": HistoryRow.name == any_(bindparam("names", type_=ARRAY(Text()))),
    "role_id": HistoryRow.role_id == bindparam("role_id", type_=Uuid()),
    "user_id": HistoryRow.user_id == bindparam("user_id", type_=Uuid()),
    "changed_by": HistoryRow.changed_by == bindparam("changed_by", type_=Uuid()),
}


async def values_of(db: Db, owner: Owner) -> dict[str, Any]:
    """What is set for this owner itself, by name, as JSON has it."""
    return {row["name"]: row["value"] for row in await db.rows(OWN_VALUES, **owner.as_columns())}


async def values_of_user(db: Db, user_id: UUID) -> dict[str, Given]:
    """What a person chose or has by their roles, by name; what neither says is not in it."""
    rows = await db.rows(VALUES_OF_USER, user_id=user_id)
    return {row["name"]: Given(row["value"], row["is_own"]) for row in rows}


async def values_of_role(db: Db, role_id: UUID) -> dict[str, Given]:
    """What a role has, itself or by those on which it builds, by name; what none of them says is not in it."""
    rows = await db.rows(VALUES_OF_ROLE, role_id=role_id)
    return {row["name"]: Given(row["value"], row["is_own"]) for row in rows}


async def history(
    db: Db,
    page: Page,
    *,
    names: Sequence[str] | None = None,
    owner: Owner | None = None,
    changed_by: UUID | None = None,
) -> Slice[Past]:
    """The newest first; of all owners and settings unless told."""
    wanted: Mapping[str, Any] = {
        "names": None if names is None else list(names),
        "role_id": owner.role_id if owner else None,
        "user_id": owner.user_id if owner else None,
        "changed_by": changed_by,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    return await fetch_page(db, LISTING, NEWEST_FIRST, page, _condition(tuple(given)), **given)


@lru_cache(maxsize=16)
def _condition(names: tuple[str, ...]) -> Condition:
    return Condition(and_(true(), *(_CLAUSES[name] for name in names)))
