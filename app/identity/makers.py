"""Whether links are good still that somebody made for others: as long as they could make them now."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.access.permissions import Permission
from app.access.role_writes import check_gives_no_more
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.core.errors import Denied
from app.core.outbox import Tx
from app.identity.authority import authority_of

IS_ENABLED = text("SELECT disabled_at IS NULL FROM identity.users WHERE id = :user_id FOR SHARE")


async def may_still(tx: Tx, maker_id: UUID, role_ids: Sequence[UUID]) -> bool:
    """Whether somebody could still make an account with these roles, or give its password away."""
    if not await tx.db.value(IS_ENABLED, user_id=maker_id):
        return False
    theirs = await authority_of(tx.db, maker_id)
    maker = Viewer(permissions=theirs.permissions, access=theirs.access, actor=Actor(maker_id))
    try:
        maker.must_change(Permission.USER_MANAGE)
        await check_gives_no_more(tx, maker, role_ids)
    except Denied:
        return False
    return True
