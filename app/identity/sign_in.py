"""Signing in by a password, as far as the second factor, where there is one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.errors import Invalid
from app.identity import lockout
from app.identity.client import Client
from app.identity.errors import EmailUnverified, WrongCredentials
from app.identity.names import key_of
from app.identity.passwords import passwords
from app.identity.second_step import LetIn, SecondStep, let_in, second_step
from app.identity.sessions import Method, SessionKind

# Longer than any name or address, and than any password that can be set.
MOST_CHARS = 2000
# A name holds no @, so that no two accounts are meant. Those that wait for their address are found by their name alone:
# by it they say nothing of whether the address has an account.
FIND = text(
    """
    SELECT id, password_hash, disabled_at IS NOT NULL AS is_disabled, false AS is_unverified
    FROM identity.users WHERE name_key = :key OR email_key = :key
    UNION ALL
    SELECT id, password_hash, false, true FROM identity.registrations WHERE name_key = :key AND expires_at > now()
    ORDER BY is_unverified LIMIT 1
    """
)
# Until the commit nobody changes the password, whose change ends the sessions that there are.
HOLD = text(
    """
    SELECT id FROM identity.users WHERE id = :user_id AND disabled_at IS NULL AND password_hash = :stored
    FOR SHARE
    """
)
UPGRADE = text(
    "UPDATE identity.users SET password_hash = :fresh WHERE id = :user_id AND password_hash = :stale"
)


@dataclass(frozen=True, slots=True)
class _Known:
    """An account whose password was given. stored: its hash. is_unverified: whether it is still to be made."""

    id: UUID
    stored: str
    is_unverified: bool = False


async def sign_in(
    app: App,
    client: Client,
    typed: str,
    password: str,
    *,
    kind: SessionKind,
    device_token: str | None = None,
) -> LetIn | SecondStep:
    """typed: a name or an e-mail address. device_token: what the device kept when it was trusted.

    Raises WrongCredentials, after the same work, whether there is such an account or not; EmailUnverified; Locked;
    RateLimited; Invalid.
    """
    if len(typed) > MOST_CHARS or len(password) > MOST_CHARS:
        raise Invalid("password", f"Names and passwords have at most {MOST_CHARS} characters.")
    async with lockout.attempt(app, lockout.account_key(typed), client) as attempt:
        known = await _verified(app, typed, password)
        attempt.succeeded = known is not None
    if known is None or known.is_unverified:
        await _note_failure(app, client, typed)
        raise WrongCredentials if known is None else EmailUnverified
    user_id, stored = known.id, known.stored
    async with app.transaction() as tx:
        if await tx.db.row(HOLD, user_id=user_id, stored=stored) is None:
            raise WrongCredentials
        method = Method.PASSWORD
        missing = await second_step(tx, client, user_id, kind=kind, method=method, device_token=device_token)
        return missing or await let_in(app, tx, client, user_id, kind=kind, method=method)


def actor_of(user_id: UUID, client: Client) -> Actor:
    return Actor(user_id, None, client.address, client.short_agent, client.request_id)


async def is_password_of(app: App, user_id: UUID, stored: str | None, password: str, client: Client) -> bool:
    """Whether somebody who is signed in knows their password; wrong guesses lock as they do at the sign-in."""
    async with lockout.attempt(app, lockout.password_key(user_id), client) as attempt:
        verdict = await passwords(app).verify(stored, password)
        attempt.succeeded = verdict.is_right
    return verdict.is_right


async def _row(app: App, typed: str) -> Any:
    # PostgreSQL takes no NUL; nobody's name has one, nor what stands in for it here.
    return await app.db.row(FIND, key=key_of(typed.replace("\0", "\ufffd")))


async def _verified(app: App, typed: str, password: str) -> _Known | None:
    """Whose password it is."""
    row: Any = await _row(app, typed)
    stored: str | None = row["password_hash"] if row is not None else None
    verdict = await passwords(app).verify(stored, password)
    if row is None or stored is None or not verdict.is_right or row["is_disabled"]:
        return None
    if verdict.is_outdated and not row["is_unverified"]:
        fresh = await passwords(app).hash(password)
        if await app.db.run(UPGRADE, user_id=row["id"], fresh=fresh, stale=stored):
            return _Known(row["id"], fresh)
    return _Known(row["id"], stored, row["is_unverified"])


async def _note_failure(app: App, client: Client, typed: str) -> None:
    """For whoever reads the log it is told whose account it was; what was typed may be a password."""
    row: Any = await _row(app, typed)
    async with app.transaction() as tx:
        user_id = None if row is None or row["is_unverified"] else row["id"]
        await record(tx, client.actor(), "session.refused", "user", user_id)
