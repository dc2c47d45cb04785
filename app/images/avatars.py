"""Pictures of people with accounts, which they put there themselves."""

from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.images.kinds import Source
from app.images.take import take

MOST_BYTES = 10 << 20

# Held, so that nobody deletes the account meanwhile: nothing else would take the picture away.
HOLD_USER = text("SELECT id FROM identity.users WHERE id = :user_id AND disabled_at IS NULL FOR KEY SHARE")
PUT = text(
    """
    INSERT INTO images.pictures (id, owner_kind, owner_id, kind, image_id, source, is_chosen)
    VALUES (:id, 'user', :user_id, 'avatar', :image_id, 'upload', true)
    ON CONFLICT (owner_id) WHERE kind = 'avatar'
      DO UPDATE SET image_id = excluded.image_id, source = 'upload', added_at = now()
    """
)
REMOVE = text(
    "DELETE FROM images.pictures WHERE owner_kind = 'user' AND owner_id = :user_id AND kind = 'avatar'"
)


async def take_avatar(app: App, actor: Actor, user_id: UUID, content: bytes) -> UUID:
    """Show somebody by this image from now on; answers its id.

    Raises Refused; NotFound where the account is gone or disabled; StudioFailed, OSError.
    """
    image_id = await take(app, content, Source.UPLOAD)
    async with app.transaction() as tx:
        if await tx.db.value(HOLD_USER, user_id=user_id) is None:
            raise NotFound("user", user_id)
        await tx.db.run(PUT, id=new_id(), user_id=user_id, image_id=image_id)
        await record(tx, actor, "user.avatar_changed", "user", user_id)
    return image_id


async def remove_avatar(tx: Tx, actor: Actor, user_id: UUID) -> None:
    """Nothing happens where there is none."""
    if await tx.db.run(REMOVE, user_id=user_id):
        await record(tx, actor, "user.avatar_removed", "user", user_id)
