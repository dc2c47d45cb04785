"""Who has to have a second factor: whoever has a role that says so, and whoever it is said of."""

from uuid import UUID

from sqlalchemy import text

from app.access.events import PermissionsChanged
from app.access.grants import grants_of
from app.activity.actor import Actor
from app.activity.record import record
from app.core.db import Db
from app.core.errors import NotFound
from app.core.outbox import Tx

MUST_ENROL = text(
    """
    SELECT (u.requires_second_factor OR :by_role)
        AND NOT EXISTS (SELECT FROM identity.totp t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM identity.passkeys p WHERE p.user_id = u.id)
    FROM identity.users u WHERE u.id = :user_id
    """
)
IS_REQUIRED = text("SELECT requires_second_factor FROM identity.users WHERE id = :user_id")
REQUIRE = text(
    """
    UPDATE identity.users u SET requires_second_factor = :is_required, updated_at = now()
    FROM identity.users old WHERE u.id = :user_id AND old.id = u.id RETURNING old.requires_second_factor
    """
)


async def must_enrol(db: Db, user_id: UUID, *, by_role: bool) -> bool:
    """Whether somebody needs a second factor and has none. by_role: whether a role of theirs asks for one."""
    return bool(await db.value(MUST_ENROL, user_id=user_id, by_role=by_role))


async def is_required(db: Db, user_id: UUID) -> bool:
    """Whether somebody needs a second factor, by what is said of them or by a role."""
    return (
        bool(await db.value(IS_REQUIRED, user_id=user_id))
        or (await grants_of(db, user_id)).requires_second_factor
    )


async def require(tx: Tx, actor: Actor, user_id: UUID, *, is_required: bool) -> None:
    """Say whether this person needs one, whatever their roles say. Raises NotFound. Emits PermissionsChanged."""
    before = await tx.db.value(REQUIRE, user_id=user_id, is_required=is_required)
    if before is None:
        raise NotFound("user", user_id)
    if before != is_required:
        tx.emit(PermissionsChanged((user_id,)))
        change = {"requires_second_factor": is_required}
        await record(
            tx,
            actor,
            "user.updated",
            "User",
            user_id,
            before={"requires_second_factor": before},
            after=change,
        )
