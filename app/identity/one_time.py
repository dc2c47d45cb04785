"""Links and steps that are good once, for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.db import Db
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.tokens import TokenKind, digest, new_token


class Purpose(StrEnum):
    """What a token is good for, and for nothing else."""

    SET_UP = "set_up"
    SET_PASSWORD = "set_password"  # noqa: S105
    RESET_PASSWORD = "reset_password"  # noqa: S105
    VERIFY_ADDRESS = "verify_address"
    CONFIRM_ADDRESS = "confirm_address"


@dataclass(frozen=True, slots=True)
class OneTime:
    """user_id: whose; None where the account is still to be made."""

    id: UUID
    user_id: UUID | None
    payload: dict[str, Any]
    expires_at: datetime


_COLUMNS = "id, user_id, payload, expires_at"
ISSUE = text(
    f"""
    INSERT INTO identity.one_time_tokens (id, purpose, token_hash, user_id, created_by, payload, expires_at)
    VALUES (:id, :purpose, :token_hash, :user_id, :created_by, :payload, now() + make_interval(secs => :for_s))
    RETURNING {_COLUMNS}
    """  # noqa: S608
)
PEEK = text(
    f"""
    SELECT {_COLUMNS} FROM identity.one_time_tokens
    WHERE token_hash = :token_hash AND purpose = :purpose AND used_at IS NULL AND expires_at > now()
    """  # noqa: S608
)
# Of two that use it at once, the second waits for the first, and finds it used.
USE = text(
    f"""
    UPDATE identity.one_time_tokens SET used_at = now()
    WHERE token_hash = :token_hash AND purpose = :purpose AND used_at IS NULL AND expires_at > now()
    RETURNING {_COLUMNS}
    """  # noqa: S608
)
REVOKE = text(
    """
    UPDATE identity.one_time_tokens SET used_at = now()
    WHERE purpose = :purpose AND user_id IS NOT DISTINCT FROM CAST(:user_id AS uuid) AND used_at IS NULL
    """
)
DROP_OLD = text("DELETE FROM identity.one_time_tokens WHERE expires_at < now() - interval '30 days'")


async def issue(
    tx: Tx,
    purpose: Purpose,
    lifetime: timedelta,
    *,
    user_id: UUID | None = None,
    created_by: UUID | None = None,
    payload: Mapping[str, Any] | None = None,
) -> str:
    """A new token; what it is for travels with it. The token itself is not stored."""
    token = new_token(TokenKind.ONE_TIME)
    await tx.db.run(
        ISSUE,
        id=new_id(),
        purpose=purpose,
        token_hash=digest(token),
        user_id=user_id,
        created_by=created_by,
        payload=dict(payload or {}),
        for_s=lifetime.total_seconds(),
    )
    return token


async def peek(db: Db, purpose: Purpose, token: str) -> OneTime | None:
    """What a token is good for; None where it is good for nothing."""
    row = await db.row(PEEK, purpose=purpose, token_hash=digest(token))
    return None if row is None else OneTime(*row)


async def use(tx: Tx, purpose: Purpose, token: str) -> OneTime | None:
    """The same, and it is good no more, if the transaction is committed."""
    row = await tx.db.row(USE, purpose=purpose, token_hash=digest(token))
    return None if row is None else OneTime(*row)


async def revoke(tx: Tx, purpose: Purpose, user_id: UUID | None) -> int:
    """All of the purpose that were made for a user, or for nobody yet. How many were good comes back."""
    return await tx.db.run(REVOKE, purpose=purpose, user_id=user_id)


async def drop_old(db: Db) -> int:
    """Forget those that expired long ago."""
    return await db.run(DROP_OLD)
