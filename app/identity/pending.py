"""Sign-ins under way: what we keep, for minutes, between the first factor and the second."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.db import Db
from app.core.errors import AppError
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.client import Client
from app.identity.sessions import Method, SessionKind
from app.identity.tokens import TokenKind, digest, new_token

PURPOSE = "second_factor"
LIFETIME_S = 600
MOST_WRONG = 5

HOLD = text(
    """
    INSERT INTO identity.one_time_tokens (id, purpose, token_hash, user_id, payload, expires_at)
    VALUES (:id, :purpose, :token_hash, :user_id, CAST(:payload AS jsonb), now() + make_interval(secs => :for_s))
    RETURNING expires_at
    """
)
_LIVE = """
    SELECT t.id, t.user_id, t.payload FROM identity.one_time_tokens t JOIN identity.users u ON u.id = t.user_id
    WHERE t.token_hash = :token_hash AND t.purpose = :purpose AND t.used_at IS NULL AND t.expires_at > now()
      AND u.disabled_at IS NULL
      AND (u.password_changed_at IS NULL OR u.password_changed_at <= t.created_at)
"""
FIND = text(_LIVE)
HELD = text(f"{_LIVE} FOR UPDATE OF t")
GUESSED = text(
    """
    UPDATE identity.one_time_tokens SET payload = payload || jsonb_build_object('wrong', CAST(:wrong AS int))
    WHERE id = :id
    """
)
DROP = text("DELETE FROM identity.one_time_tokens WHERE id = :id")
PURGE = text("DELETE FROM identity.one_time_tokens WHERE purpose = :purpose AND expires_at <= now()")


class SignInExpired(AppError):
    """The sign-in took too long, had too many wrong codes, or was ended by something else."""

    code = "SIGN_IN_EXPIRED"

    def __init__(self) -> None:
        super().__init__("That sign-in is over. Begin anew.")


@dataclass(frozen=True, slots=True)
class Pending:
    """What the first factor was shown for. wrong: codes that were refused since."""

    id: UUID
    user_id: UUID
    kind: SessionKind
    method: Method
    device: str | None
    wrong: int


async def hold(
    tx: Tx, client: Client, user_id: UUID, *, kind: SessionKind, method: Method
) -> tuple[str, datetime]:
    """A token for whoever has shown the first factor, good for nothing but the second; and until when."""
    token = new_token(TokenKind.ONE_TIME)
    expires_at = await tx.db.value(
        HOLD,
        id=new_id(),
        purpose=PURPOSE,
        token_hash=digest(token),
        user_id=user_id,
        payload={"kind": kind, "method": method, "device": client.device, "wrong": 0},
        for_s=LIFETIME_S,
    )
    return token, expires_at


async def find(db: Db, token: str) -> Pending:
    """Raises SignInExpired."""
    return _pending(await db.row(FIND, token_hash=digest(token), purpose=PURPOSE))


async def held(tx: Tx, token: str) -> Pending:
    """The same, for this transaction alone. Raises SignInExpired."""
    return _pending(await tx.db.row(HELD, token_hash=digest(token), purpose=PURPOSE))


async def guessed(tx: Tx, pending: Pending) -> None:
    """Note that what was shown is wrong; the fifth time ends the sign-in. The caller's transaction must commit."""
    if pending.wrong + 1 >= MOST_WRONG:
        await finish(tx, pending)
    else:
        await tx.db.run(GUESSED, id=pending.id, wrong=pending.wrong + 1)


async def finish(tx: Tx, pending: Pending) -> None:
    """It is good no more."""
    await tx.db.run(DROP, id=pending.id)


async def purge(tx: Tx) -> int:
    """Drop what has expired."""
    return await tx.db.run(PURGE, purpose=PURPOSE)


def _pending(row: Any) -> Pending:
    if row is None:
        raise SignInExpired
    said = row["payload"]
    return Pending(
        row["id"],
        row["user_id"],
        SessionKind(said["kind"]),
        Method(said["method"]),
        said["device"],
        said.get("wrong", 0),
    )
