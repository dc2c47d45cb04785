"""Giving users their roles."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.access.admins import admin_kept
from app.access.events import PermissionsChanged
from app.access.role_writes import check_gives_no_more
from app.access.roles import Role, roles, roles_of
from app.access.tables import UserRoleRow
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.activity.record import record
from app.core.bulk import insert
from app.core.errors import Invalid
from app.core.outbox import Tx

DROP = text("DELETE FROM access.user_roles WHERE user_id = :user_id RETURNING role_id")


async def set_roles(tx: Tx, viewer: Viewer, user_id: UUID, role_ids: Sequence[UUID]) -> None:
    """Give a user these roles by hand, and no others. What they have and what they get the viewer has to have, too.

    Raises Invalid for an unknown role, Denied, Conflict where no admin would be left. Emits PermissionsChanged.
    """
    async with admin_kept(tx):
        had = [role.id for role in await roles_of(tx.db, user_id)]
        await check_gives_no_more(tx, viewer, [*had, *role_ids])
        await put_roles(tx, viewer.actor, user_id, role_ids)


async def put_roles(tx: Tx, actor: Actor, user_id: UUID, role_ids: Sequence[UUID]) -> None:
    """Give a user these roles, and no others, whoever asks: for registration and the first set-up.

    Raises Invalid for an unknown role. Emits PermissionsChanged.
    """
    after = await _known(tx, role_ids)
    before = await _known(tx, [row[0] for row in await tx.db.rows(DROP, user_id=user_id)])
    await insert(tx.db, UserRoleRow, [{"user_id": user_id, "role_id": role.id} for role in after])
    tx.emit(PermissionsChanged((user_id,)))
    await record(tx, actor, "user.roles_set", "user", user_id, before=_told(before), after=_told(after))


async def _known(tx: Tx, role_ids: Sequence[UUID]) -> list[Role]:
    wanted = list(dict.fromkeys(role_ids))
    found = await roles(tx.db, Viewer(), wanted)
    known = [role for role in found.values() if role is not None]
    if len(known) < len(wanted):
        missing = next(key for key in wanted if found[key] is None)
        raise Invalid("roleIds", f"There is no role {missing}.")
    return known


def _told(given: Sequence[Role]) -> dict[str, list[str]]:
    return {"roles": sorted(role.name for role in given)}
