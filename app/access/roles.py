"""Reading roles: what they are, and who has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, select

from app.access.limits import Limits
from app.access.tables import HELD_ROLES, RoleParentRow, RoleRow
from app.access.viewer import Viewer
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, fetch_page, sorts


@dataclass(frozen=True, slots=True)
class Role:
    """patterns: permissions, or patterns of them, that it gives beside those of the roles that it builds on.

    limits: those that it sets itself, instead of theirs.
    """

    id: UUID
    name: str
    description: str
    is_builtin: bool
    patterns: tuple[str, ...]
    requires_second_factor: bool
    created_at: datetime
    updated_at: datetime
    limits: Limits


def _role(*row: Any) -> Role:
    key, name, description, is_builtin, patterns, *rest = row
    return Role(key, name, description, is_builtin, tuple(patterns), *rest[:3], limits=Limits.of(*rest[3:]))


_IDS = bindparam("ids", type_=ARRAY(Uuid()))
COLUMNS = (
    RoleRow.id,
    RoleRow.name,
    RoleRow.description,
    RoleRow.is_builtin,
    RoleRow.patterns,
    RoleRow.requires_second_factor,
    RoleRow.created_at,
    RoleRow.updated_at,
    RoleRow.streams,
    RoleRow.transcodes,
    RoleRow.downloads,
    RoleRow.requests,
    RoleRow.request_days,
)
ROLES = select(*COLUMNS).where(RoleRow.id == any_(_IDS))
WAYS = {
    "id": select(*COLUMNS).where(RoleRow.id == bindparam("value", type_=Uuid())),
    "name": select(*COLUMNS).where(RoleRow.name_key == bindparam("value", type_=Text())),
}
# Those that are always there come first, the mightiest of them at the top.
IN_ORDER = (RoleRow.rank.desc(), RoleRow.name_key, RoleRow.id)
PARENTS = (
    select(RoleParentRow.role_id, *COLUMNS)
    .join(RoleRow, RoleRow.id == RoleParentRow.parent_id)
    .where(RoleParentRow.role_id == any_(_IDS))
    .order_by(*IN_ORDER)
)
ROLES_OF_USERS = (
    select(HELD_ROLES.c.user_id, *COLUMNS)
    .join(RoleRow, RoleRow.id == HELD_ROLES.c.role_id)
    .where(HELD_ROLES.c.user_id == any_(_IDS))
    .order_by(*IN_ORDER)
)
LISTING = Listing(select(*COLUMNS), RoleRow.id, _role)
BY_RANK = sorts("rank", -RoleRow.rank)[Order("rank")]


async def roles(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Role | None]:
    return dict.fromkeys(ids) | {row[0]: _role(*row) for row in await db.rows(ROLES, ids=ids)}


async def find_role(db: Db, viewer: Viewer, *, by: tuple[str, Any]) -> Role | None:
    """by: `id` and a UUID, or `name` and one, whatever its case."""
    way, value = by
    row = await db.row(WAYS[way], value=value.casefold() if way == "name" else value)
    return None if row is None else _role(*row)


async def list_roles(db: Db, viewer: Viewer, *, page: Page) -> Slice[Role]:
    """Those that are always there first, the mightiest at the top; then the others as they were made."""
    return await fetch_page(db, LISTING, BY_RANK, page)


async def parents_of_roles(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Role]]:
    """The roles on which each builds directly."""
    return await grouped(db, PARENTS, ids)


async def roles_of_users(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Role]]:
    """The roles that each user has, by hand or by what a provider says; not those on which these build."""
    return await grouped(db, ROLES_OF_USERS, ids)


async def roles_of(db: Db, user_id: UUID) -> list[Role]:
    return (await grouped(db, ROLES_OF_USERS, [user_id]))[user_id]


async def grouped(db: Db, statement: Any, ids: Sequence[UUID]) -> dict[UUID, list[Role]]:
    """By the statement's first column, which is one of the ids; the others are COLUMNS."""
    found: dict[UUID, list[Role]] = {key: [] for key in ids}
    for key, *role in await db.rows(statement, ids=ids):
        found[key].append(_role(*role))
    return found
