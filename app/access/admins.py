"""Whoever writes what people may do does so alone, with what they may do themselves by then, and leaves an admin."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text

from app.access.builtin import ADMIN
from app.access.grants import permissions_of
from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.core.errors import Conflict
from app.core.outbox import Tx

LOCK = text("SELECT pg_advisory_xact_lock(7105031)")
HAS_ADMIN = text(
    """
    WITH RECURSIVE mighty AS (
        SELECT CAST(:admin AS uuid) AS role_id
        UNION
        SELECT p.role_id FROM access.role_parents p JOIN mighty m ON p.parent_id = m.role_id
    )
    SELECT EXISTS (
        SELECT FROM access.held_roles g JOIN mighty USING (role_id) JOIN identity.users u ON u.id = g.user_id
        WHERE u.disabled_at IS NULL)
    """
)


@asynccontextmanager
async def admin_kept(tx: Tx) -> AsyncGenerator[None]:
    """Around what takes roles or accounts away; one at a time, until the commit.

    Raises Conflict, after the block, where the last enabled admin would be gone by it.
    """
    await tx.db.run(LOCK)
    had = await tx.db.value(HAS_ADMIN, admin=ADMIN)
    yield
    if had and not await tx.db.value(HAS_ADMIN, admin=ADMIN):
        raise Conflict("Somebody has to be an admin: give another user the role first.")


async def authority(tx: Tx, viewer: Viewer) -> frozenset[Permission]:
    """What a viewer may do and give: what they came with, as far as their roles still say so."""
    if viewer.user_id is None:
        return viewer.permissions
    return viewer.permissions & await permissions_of(tx.db, viewer.user_id)
