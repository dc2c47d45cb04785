"""Browsers that need no second factor for some time, since their holder said so after giving one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.db import Db
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.outbox import Tx

MOST_DEVICES = 50

TRUST = text(
    """
    INSERT INTO identity.trusted_devices (id, user_id, hash, agent, address, expires_at)
    VALUES (:id, :user_id, :hash, :agent, :address, now() + make_interval(secs => :for_s))
    """
)
# Whoever trusts one more than can be listed forgets the one that was used least lately.
CROWDED_OUT = text(
    f"""
    DELETE FROM identity.trusted_devices WHERE id IN (
        SELECT id FROM identity.trusted_devices WHERE user_id = :user_id
        ORDER BY last_used_at DESC, id OFFSET {MOST_DEVICES - 1}
    )
    """  # noqa: S608
)
USE = text(
    """
    UPDATE identity.trusted_devices SET last_used_at = now(), address = :address
    WHERE user_id = :user_id AND hash = :hash AND expires_at > now()
    """
)
LIST = text(
    f"""
    SELECT id, agent, address, created_at, last_used_at, expires_at FROM identity.trusted_devices
    WHERE user_id = :user_id AND expires_at > now() ORDER BY last_used_at DESC, id LIMIT {MOST_DEVICES}
    """  # noqa: S608
)
FORGET = text("DELETE FROM identity.trusted_devices WHERE user_id = :user_id AND id = :id")
FORGET_ALL = text("DELETE FROM identity.trusted_devices WHERE user_id = :user_id")
PURGE = text("DELETE FROM identity.trusted_devices WHERE expires_at <= now()")


@dataclass(frozen=True, slots=True)
class TrustedDevice:
    """agent: its User-Agent. address: where it was last."""

    id: UUID
    agent: str | None
    address: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


async def trust(tx: Tx, actor: Actor, user_id: UUID, duration: timedelta) -> str:
    """Trust the device that the actor is at; answers the token for it to keep."""
    token, device_id = token_urlsafe(32), new_id()
    await tx.db.run(CROWDED_OUT, user_id=user_id)
    await tx.db.run(
        TRUST,
        id=device_id,
        user_id=user_id,
        hash=_hash(token),
        agent=actor.agent,
        address=actor.address,
        for_s=duration.total_seconds(),
    )
    await record(tx, actor, "device.trusted", "User", user_id, after={"device": str(device_id)})
    return token


async def is_trusted(tx: Tx, actor: Actor, user_id: UUID, token: str) -> bool:
    """Whether a device may do without, which it does by this."""
    found = await tx.db.run(USE, user_id=user_id, hash=_hash(token), address=actor.address)
    return found == 1


async def trusted_devices(db: Db, user_id: UUID) -> list[TrustedDevice]:
    """The one used last comes first."""
    return [TrustedDevice(*row) for row in await db.rows(LIST, user_id=user_id)]


async def forget_device(tx: Tx, actor: Actor, user_id: UUID, device_id: UUID) -> None:
    """Raises NotFound."""
    if await tx.db.run(FORGET, user_id=user_id, id=device_id) == 0:
        raise NotFound("trusted device", device_id)
    await record(tx, actor, "device.forgotten", "User", user_id, before={"device": str(device_id)})


async def forget_devices(tx: Tx, actor: Actor, user_id: UUID) -> int:
    """All of an account; answers how many."""
    count = await tx.db.run(FORGET_ALL, user_id=user_id)
    if count:
        await record(tx, actor, "device.all_forgotten", "User", user_id, before={"devices": count})
    return count


async def purge(tx: Tx) -> int:
    """Drop what has expired."""
    return await tx.db.run(PURGE)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
