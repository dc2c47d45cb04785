"""Roles by what a provider of single sign-on says of people, beside those that they are given by hand."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from app.access.admins import LOCK, admin_kept
from app.access.events import PermissionsChanged
from app.access.tables import MappedRoleRow
from app.activity.actor import Actor
from app.activity.record import record
from app.core.bulk import insert
from app.core.errors import Conflict
from app.core.outbox import Tx

MAPPED = text(
    """
    SELECT role_id FROM access.mapped_roles WHERE user_id = :user_id AND provider_id = :provider_id
    """
)
DROP = text("DELETE FROM access.mapped_roles WHERE user_id = :user_id AND provider_id = :provider_id")
KNOWN = text("SELECT id FROM access.roles WHERE id = ANY(CAST(:ids AS uuid[]))")


async def map_roles(tx: Tx, actor: Actor, user_id: UUID, provider_id: UUID, role_ids: Iterable[UUID]) -> None:
    """Have these be the roles that a provider gives a user; those that are gone meanwhile are left out.

    The last admin stays one, whatever a provider says. Emits PermissionsChanged where something changes.
    """
    wanted = frozenset(role_ids)
    if wanted == await _mapped(tx, user_id, provider_id):
        return
    await tx.db.run(LOCK)
    before = await _mapped(tx, user_id, provider_id)
    after = frozenset(row[0] for row in await tx.db.rows(KNOWN, ids=list(wanted)))
    try:
        async with admin_kept(tx):
            await _put(tx, user_id, provider_id, after)
    except Conflict:
        await _put(tx, user_id, provider_id, before)
        await record(tx, actor, "user.last_admin_kept", "User", user_id, after=_told(after))
        return
    tx.emit(PermissionsChanged((user_id,)))
    await record(tx, actor, "user.roles_mapped", "User", user_id, before=_told(before), after=_told(after))


async def _mapped(tx: Tx, user_id: UUID, provider_id: UUID) -> frozenset[UUID]:
    rows = await tx.db.rows(MAPPED, user_id=user_id, provider_id=provider_id)
    return frozenset(row[0] for row in rows)


async def _put(tx: Tx, user_id: UUID, provider_id: UUID, role_ids: frozenset[UUID]) -> None:
    key = {"user_id": user_id, "provider_id": provider_id}
    await tx.db.run(DROP, **key)
    await insert(tx.db, MappedRoleRow, [key | {"role_id": role_id} for role_id in sorted(role_ids)])


def _told(role_ids: frozenset[UUID]) -> dict[str, list[str]]:
    return {"roles": [str(role_id) for role_id in sorted(role_ids)]}
