"""Reading second factors, one's own and how others stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.core.db import Db
from app.identity.factors import Factors
from app.identity.passkey_writes import Passkey
from app.identity.trusted_devices import TrustedDevice

# Everybody's are their own alone.
PASSKEYS = text(
    """
    SELECT id, name, is_backed_up, suspected_at, last_used_at, created_at FROM identity.passkeys
    WHERE id = ANY(CAST(:ids AS uuid[])) AND user_id = :user_id
    """
)
DEVICES = text(
    """
    SELECT id, agent, address, created_at, last_used_at, expires_at FROM identity.trusted_devices
    WHERE id = ANY(CAST(:ids AS uuid[])) AND user_id = :user_id AND expires_at > now()
    """
)
OF_USERS = text(
    """
    SELECT u.id, u.requires_second_factor,
        EXISTS (SELECT FROM identity.totp t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS has_totp,
        (SELECT count(*) FROM identity.passkeys p WHERE p.user_id = u.id) AS passkeys,
        (SELECT count(*) FROM identity.backup_codes b WHERE b.user_id = u.id AND b.used_at IS NULL) AS backup_codes
    FROM identity.users u WHERE u.id = ANY(CAST(:ids AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """is_required: whether it is said of this person, whatever their roles say."""

    is_required: bool
    factors: Factors


async def passkeys(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Passkey | None]:
    """The viewer's own."""
    rows = await db.rows(PASSKEYS, ids=ids, user_id=viewer.user_id)
    return dict.fromkeys(ids) | {row["id"]: Passkey(*row) for row in rows}


async def trusted_devices(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, TrustedDevice | None]:
    """The viewer's own that are trusted still."""
    rows = await db.rows(DEVICES, ids=ids, user_id=viewer.user_id)
    return dict.fromkeys(ids) | {row["id"]: TrustedDevice(*row) for row in rows}


async def standings(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How users stand with second factors; nothing for those that there aren't."""
    found = {key: Standing(False, Factors(False, 0, 0)) for key in ids}
    for row in await db.rows(OF_USERS, ids=ids):
        found[row["id"]] = Standing(row[1], Factors(*list(row)[2:]))
    return found
