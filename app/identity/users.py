"""Reading who has an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Text, Uuid, any_, bindparam, exists, func, or_, select

from app.access.permissions import Permission
from app.access.tables import HELD_ROLES
from app.access.viewer import Viewer
from app.core.db import Db
from app.core.paging import Condition, Listing, Order, Page, Slice, fetch_page, sorts
from app.identity.names import key_of
from app.identity.tables import UserRow


@dataclass(frozen=True, slots=True)
class User:
    """language: in which texts are wanted, as a BCP 47 tag; None for what the browser says."""

    id: UUID
    name: str
    email: str | None
    email_verified_at: datetime | None
    language: str | None
    disabled_at: datetime | None
    last_seen_at: datetime | None
    created_at: datetime
    updated_at: datetime


COLUMNS = (
    UserRow.id,
    UserRow.name,
    UserRow.email,
    UserRow.email_verified_at,
    UserRow.language,
    UserRow.disabled_at,
    UserRow.last_seen_at,
    UserRow.created_at,
    UserRow.updated_at,
)
USERS = select(*COLUMNS).where(UserRow.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
WAYS = {
    "id": select(*COLUMNS).where(UserRow.id == bindparam("value", type_=Uuid())),
    "name": select(*COLUMNS).where(UserRow.name_key == bindparam("value", type_=Text())),
    "email": select(*COLUMNS).where(UserRow.email_key == bindparam("value", type_=Text())),
}
LISTING = Listing(select(*COLUMNS), UserRow.id, User)
BY_NAME = sorts("name", UserRow.name_key)[Order("name")]
_SEARCH = bindparam("search", type_=Text())
_DISABLED = bindparam("is_disabled", type_=Boolean())
_ROLE = bindparam("role_id", type_=Uuid())
WANTED = Condition(
    or_(
        _SEARCH.is_(None),
        func.strpos(UserRow.name_key, _SEARCH) > 0,
        func.strpos(func.coalesce(UserRow.email_key, ""), _SEARCH) > 0,
    )
    & or_(_DISABLED.is_(None), UserRow.disabled_at.is_not(None) == _DISABLED)
    & or_(_ROLE.is_(None), exists().where(HELD_ROLES.c.user_id == UserRow.id, HELD_ROLES.c.role_id == _ROLE))
)


async def users(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, User | None]:
    return dict.fromkeys(ids) | {row[0]: User(*row) for row in await db.rows(USERS, ids=ids)}


async def users_told(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, User | None]:
    """The same for whoever may know who has an account; nobody, without a statement, for others."""
    return await users(db, viewer, ids) if viewer.may(Permission.USER_READ) else dict.fromkeys(ids)


async def find_user(db: Db, viewer: Viewer, *, by: tuple[str, Any]) -> User | None:
    """by: `id` and a UUID, or `name` or `email` and one, whatever its case."""
    way, value = by
    row = await db.row(WAYS[way], value=value if way == "id" else key_of(value))
    return None if row is None else User(*row)


async def list_users(
    db: Db,
    viewer: Viewer,
    *,
    page: Page,
    search: str | None = None,
    is_disabled: bool | None = None,
    role_id: UUID | None = None,
) -> Slice[User]:
    """By name. search: a part of the name or of the e-mail address."""
    wanted: dict[str, Any] = {"search": key_of(search) if search else None, "role_id": role_id}
    return await fetch_page(db, LISTING, BY_NAME, page, WANTED, is_disabled=is_disabled, **wanted)
