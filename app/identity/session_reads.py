"""Listing where somebody is signed in."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select

from app.access.viewer import Viewer
from app.core.db import Db
from app.core.paging import Condition, Listing, Order, Page, Slice, fetch_page, sorts
from app.identity.session_tables import SessionRow
from app.identity.sessions import Seen, Session, SessionKind


def _session(key: UUID, user_id: UUID, kind: str, *rest: Any) -> Session:
    return Session(key, user_id, SessionKind(kind), *rest)


_ENDS_AT = func.least(SessionRow.expires_at, SessionRow.idle_expires_at)
LISTING = Listing(
    select(
        SessionRow.id,
        SessionRow.user_id,
        SessionRow.kind,
        SessionRow.method,
        SessionRow.browser,
        SessionRow.os,
        SessionRow.device,
        SessionRow.address,
        SessionRow.created_at,
        SessionRow.last_seen_at,
        SessionRow.proved_at,
        _ENDS_AT.label("ends_at"),
    ),
    SessionRow.id,
    _session,
)
OF_USER = Condition(
    (SessionRow.user_id == bindparam("user_id", type_=Uuid()))
    & SessionRow.revoked_at.is_(None)
    & (func.now() < _ENDS_AT)
)
LAST_SEEN_FIRST = sorts("last_seen", SessionRow.__table__.c.last_seen_at)[Order("last_seen", descending=True)]


async def list_sessions(db: Db, viewer: Viewer, *, page: Page) -> Slice[Seen]:
    """The viewer's own that are good still, the last seen first."""
    if viewer.user_id is None:
        return Slice(total=0)
    return await list_sessions_of_user(db, viewer, page=page, user_id=viewer.user_id)


async def list_sessions_of_user(db: Db, viewer: Viewer, *, page: Page, user_id: UUID) -> Slice[Seen]:
    """Those of somebody that are good still, the last seen first."""
    found = await fetch_page(db, LISTING, LAST_SEEN_FIRST, page, OF_USER, user_id=user_id)
    seen = [Seen(each, each.id == viewer.session_id) for each in found.items]
    return Slice(seen, found.keys, found.sort, found.has_next, found.has_previous, found.total)
