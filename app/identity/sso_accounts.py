"""Whose account it is that a provider speaks of: found, linked or made; and the ties to providers that one has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.builtin import USER
from app.access.mapped_roles import map_roles
from app.access.user_roles import put_roles
from app.activity.actor import Actor
from app.activity.record import record
from app.core.db import Db
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.events import UserChanged
from app.identity.names import key_of
from app.identity.sessions import Ended, end
from app.identity.sso_claims import account_names, display_name, roles_of_claims, verified_email
from app.identity.sso_flows import Told
from app.identity.sso_problems import Problem, Refused

# One at a time by provider and subject, so that two who come at once get one account.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7105051))")
KNOWN = text(
    """
    UPDATE identity.sso_identities SET last_used_at = now(), name = coalesce(CAST(:name AS text), name)
    WHERE provider_id = :provider_id AND subject = :subject RETURNING user_id
    """
)
LINK = text(
    """
    INSERT INTO identity.sso_identities (id, provider_id, user_id, subject, name)
    VALUES (:id, :provider_id, :user_id, :subject, CAST(:name AS text)) ON CONFLICT DO NOTHING
    """
)
# Only where both sides have seen that the address is theirs: an account can be made with anybody's address.
BY_EMAIL = text("SELECT id, email_verified_at IS NOT NULL FROM identity.users WHERE email_key = :email_key")
HOLD = text("SELECT disabled_at IS NOT NULL FROM identity.users WHERE id = :user_id FOR UPDATE")
REGISTER = text(
    """
    INSERT INTO identity.users (id, name, name_key, email, email_key, email_verified_at)
    VALUES (:id, :name, :name_key, CAST(:email AS text), CAST(:email_key AS text),
        CASE WHEN CAST(:email AS text) IS NOT NULL THEN now() END)
    ON CONFLICT DO NOTHING
    """
)
TIES = text(
    """
    SELECT p.key AS provider_key, p.name AS provider_name, i.name, i.created_at, i.last_used_at
    FROM identity.sso_identities i JOIN identity.sso_providers p ON p.id = i.provider_id
    WHERE i.user_id = :user_id ORDER BY p.name, p.key
    """
)
UNLINK = text(
    """
    DELETE FROM identity.sso_identities i USING identity.sso_providers p
    WHERE p.id = i.provider_id AND p.key = :key AND i.user_id = :user_id RETURNING i.provider_id, i.subject
    """
)
# By what else one can sign in: a password, a passkey, another provider.
HAS_OTHER_WAY = text(
    """
    SELECT password_hash IS NOT NULL
        OR EXISTS (SELECT FROM identity.passkeys WHERE user_id = :user_id AND suspected_at IS NULL)
        OR EXISTS (SELECT FROM identity.sso_identities i JOIN identity.sso_providers p ON p.id = i.provider_id
                   WHERE i.user_id = :user_id AND p.is_enabled)
    FROM identity.users WHERE id = :user_id
    """
)
SESSIONS = text(
    """
    SELECT s.id FROM identity.sso_sessions o JOIN identity.sessions s ON s.id = o.session_id
    WHERE o.provider_id = :provider_id AND s.user_id = :user_id AND s.revoked_at IS NULL
    """
)


@dataclass(frozen=True, slots=True)
class Tie:
    """An account's identity at a provider. name: what its owner is called there."""

    provider_key: str
    provider_name: str
    name: str | None
    created_at: datetime
    last_used_at: datetime


async def ties_of(db: Db, user_id: UUID) -> list[Tie]:
    """By the provider's name; one of each at most."""
    return [Tie(*row) for row in await db.rows(TIES, user_id=user_id)]


async def account_of(tx: Tx, actor: Actor, told: Told) -> UUID:
    """Whose account it is, which is linked or made where the provider may have that done; with the roles it gives.

    Raises Refused.
    """
    await _lock(tx, told)
    user_id = await tx.db.value(KNOWN, **_key(told), name=display_name(told.claims))
    if user_id is None:
        user_id = await _by_email(tx, actor, told) or await _registered(tx, actor, told)
    if await tx.db.value(HOLD, user_id=user_id) is not False:
        raise Refused(Problem.DISABLED, "The account is disabled.")
    await _map(tx, actor, user_id, told)
    return user_id


async def link(tx: Tx, actor: Actor, user_id: UUID, told: Told) -> None:
    """Have the provider's word let somebody in who is signed in. Raises Refused."""
    await _lock(tx, told)
    if await tx.db.value(HOLD, user_id=user_id) is not False:
        raise Refused(Problem.DISABLED, "The account is disabled.")
    await _link(tx, actor, user_id, told)
    await _map(tx, actor, user_id, told)


async def unlink(tx: Tx, actor: Actor, user_id: UUID, key: str) -> None:
    """Take a provider's word no more, end the sessions that it began, and take the roles that it gave.

    Raises NotFound, and Conflict where it is the last way to sign in. Emits SessionsEnded.
    """
    await tx.db.value(HOLD, user_id=user_id)
    row = await tx.db.row(UNLINK, key=key, user_id=user_id)
    if row is None:
        raise NotFound("linked identity at", key)
    if not await tx.db.value(HAS_OTHER_WAY, user_id=user_id):
        raise Conflict("That is the only way to sign in; set a password first.")
    provider_id: UUID = row["provider_id"]
    ended = await tx.db.rows(SESSIONS, provider_id=provider_id, user_id=user_id)
    await end(tx, user_id, [each[0] for each in ended], Ended.PROVIDER)
    await map_roles(tx, actor, user_id, provider_id, ())
    before = {"provider": str(provider_id), "subject": row["subject"]}
    await record(tx, actor, "identity.unlinked", "User", user_id, before=before)


async def _by_email(tx: Tx, actor: Actor, told: Told) -> UUID | None:
    email = verified_email(told.claims)
    row = await tx.db.row(BY_EMAIL, email_key=key_of(email)) if email else None
    if row is None:
        return None
    user_id, is_verified = row
    if not (told.provider.draft.may_link_by_email and is_verified):
        raise Refused(Problem.ACCOUNT_EXISTS, "There is an account with that address.")
    await tx.db.value(HOLD, user_id=user_id)
    await _link(tx, actor, user_id, told)
    return user_id


async def _registered(tx: Tx, actor: Actor, told: Told) -> UUID:
    if not told.provider.draft.may_register:
        raise Refused(Problem.NO_ACCOUNT, "Nobody here is known by that identity.")
    user_id, email = new_id(), verified_email(told.claims)
    keys = {"id": user_id, "email": email, "email_key": key_of(email) if email else None}
    for name in account_names(told.claims):
        if await tx.db.run(REGISTER, **keys, name=name, name_key=key_of(name)):
            break
    else:
        raise Refused(Problem.ACCOUNT_EXISTS, "No name is left for a new account.")
    after = {"name": name, "email": email, "provider": told.provider.draft.key}
    await record(tx, actor, "user.registered", "User", user_id, after=after)
    tx.emit(UserChanged(user_id, "added"))
    if not told.provider.draft.rules:
        await put_roles(tx, actor, user_id, [USER])
    await _link(tx, actor, user_id, told)
    return user_id


async def _link(tx: Tx, actor: Actor, user_id: UUID, told: Told) -> None:
    name = display_name(told.claims)
    if not await tx.db.run(LINK, id=new_id(), user_id=user_id, name=name, **_key(told)):
        raise Refused(Problem.LINKED_ELSEWHERE, "The identity or the account is linked already.")
    after = {"provider": told.provider.draft.key, "subject": told.subject}
    await record(tx, actor, "identity.linked", "User", user_id, after=after)


async def _map(tx: Tx, actor: Actor, user_id: UUID, told: Told) -> None:
    wanted = roles_of_claims(told.provider.draft.rules, told.claims)
    await map_roles(tx, actor, user_id, told.provider.id, wanted)


async def _lock(tx: Tx, told: Told) -> None:
    await tx.db.run(LOCK, key=f"{told.provider.id}:{told.subject}")


def _key(told: Told) -> Mapping[str, Any]:
    return {"provider_id": told.provider.id, "subject": told.subject}
