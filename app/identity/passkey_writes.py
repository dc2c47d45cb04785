"""Passkeys in the database: challenges, registering, signing in, naming and deleting."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.events import PermissionsChanged
from app.activity.actor import Actor
from app.activity.record import record
from app.core.db import Db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity import factors, passkeys
from app.identity.notices import notify
from app.identity.passkeys import Known, Options, Site, Verified
from app.mail.letters import Factor, Template

CHALLENGE_BYTES = 32
CHALLENGE_S = 300
NAME_CHARS = 64
MOST_PASSKEYS = 20
UNKNOWN = "That passkey is not known here."
COPIED = "That passkey may have been copied; use another, and delete it."

ASK = text(
    """
    INSERT INTO identity.challenges (id, purpose, user_id, challenge, expires_at)
    VALUES (:id, :purpose, :user_id, :challenge, now() + make_interval(secs => :for_s))
    """
)
# What is taken can't be answered a second time.
TAKE = text(
    """
    DELETE FROM identity.challenges
    WHERE purpose = :purpose AND challenge = :challenge AND user_id IS NOT DISTINCT FROM CAST(:user_id AS uuid)
    RETURNING expires_at > now() AS is_fresh
    """
)
PURGE = text("DELETE FROM identity.challenges WHERE expires_at <= now()")
USER = text("SELECT name FROM identity.users WHERE id = :user_id FOR UPDATE")
KNOWN = text(
    """
    SELECT credential_id, public_key, sign_count, transports FROM identity.passkeys
    WHERE user_id = :user_id ORDER BY id
    """
)
ADD = text(
    """
    INSERT INTO identity.passkeys
        (id, user_id, credential_id, public_key, sign_count, name, transports, is_backed_up, aaguid)
    VALUES (:id, :user_id, :credential_id, :public_key, :sign_count, :name, :transports, :is_backed_up, :aaguid)
    ON CONFLICT (credential_id) DO NOTHING
    """
)
LIST = text(
    """
    SELECT id, name, is_backed_up, suspected_at, last_used_at, created_at FROM identity.passkeys
    WHERE user_id = :user_id ORDER BY id
    """
)
FIND = text(
    """
    SELECT p.id, p.user_id, p.credential_id, p.public_key, p.sign_count, p.transports, p.suspected_at
    FROM identity.passkeys p WHERE p.credential_id = :credential_id FOR UPDATE
    """
)
USED = text(
    """
    UPDATE identity.passkeys SET sign_count = :sign_count, is_backed_up = :is_backed_up, last_used_at = now()
    WHERE id = :id
    """
)
SUSPECT = text("UPDATE identity.passkeys SET suspected_at = coalesce(suspected_at, now()) WHERE id = :id")
RENAME = text(
    """
    UPDATE identity.passkeys p SET name = :name FROM identity.passkeys old
    WHERE p.id = :id AND p.user_id = :user_id AND old.id = p.id RETURNING old.name
    """
)
DELETE = text("DELETE FROM identity.passkeys WHERE id = :id AND user_id = :user_id RETURNING name")


class Purpose(StrEnum):
    """What a challenge is for; it is good for nothing else."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    STEP_UP = "step_up"


@dataclass(frozen=True, slots=True)
class Passkey:
    """suspected_at: when it looked like a copy; it is not taken since."""

    id: UUID
    name: str
    is_backed_up: bool
    suspected_at: datetime | None
    last_used_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Suspected:
    """A passkey whose counter went backwards: there may be a copy of it. The caller's transaction must commit."""

    user_id: UUID


async def passkeys_of(db: Db, user_id: UUID) -> list[Passkey]:
    """Oldest first."""
    return [Passkey(*row) for row in await db.rows(LIST, user_id=user_id)]


async def ask_to_register(tx: Tx, site: Site, user_id: UUID) -> Options:
    """What the browser hands to `navigator.credentials.create`. Raises NotFound, Conflict."""
    name = await tx.db.value(USER, user_id=user_id)
    if name is None:
        raise NotFound("user", user_id)
    known = await _known(tx.db, user_id)
    if len(known) >= MOST_PASSKEYS:
        raise Conflict(f"An account has at most {MOST_PASSKEYS} passkeys; delete one first.")
    challenge = await _ask(tx, Purpose.REGISTER, user_id)
    return passkeys.to_register(site, user_id, name, challenge, known)


async def register(
    tx: Tx, actor: Actor, site: Site, user_id: UUID, answer: Mapping[str, Any], name: str
) -> tuple[UUID, list[str]]:
    """Keep a new passkey. Answers its id, and backup codes where there were none.

    Raises Invalid, Conflict. Emits PermissionsChanged, as it opens what needs a second factor.
    """
    name = named(name)
    challenge = await _take(tx, Purpose.REGISTER, user_id, answer)
    made = passkeys.registered(site, challenge, answer)
    await tx.db.run(USER, user_id=user_id)
    passkey_id = new_id()
    if await tx.db.run(ADD, id=passkey_id, user_id=user_id, name=name, **asdict(made)) == 0:
        raise Conflict("That passkey is registered already.")
    await record(
        tx, actor, "passkey.added", "User", user_id, after={"passkey": str(passkey_id), "name": name}
    )
    await notify(tx, user_id, Template.FACTOR_ADDED, actor, factor=Factor.PASSKEY)
    tx.emit(PermissionsChanged((user_id,)))
    has_codes = (await factors.factors_of(tx.db, user_id)).backup_codes > 0
    return passkey_id, [] if has_codes else await factors.first_backup_codes(tx, actor, user_id)


async def ask_to_sign_in(tx: Tx, site: Site) -> Options:
    """For whoever has a passkey here, without a name: it is the only factor, so it must verify its holder."""
    return passkeys.to_sign_in(site, await _ask(tx, Purpose.SIGN_IN, None), (), Verified.REQUIRED)


async def ask_to_prove(tx: Tx, site: Site, user_id: UUID, purpose: Purpose) -> Options:
    """For one account, after the password or to step up. Raises Conflict without a passkey."""
    known = await _known(tx.db, user_id)
    if not known:
        raise Conflict("The account has no passkey.")
    challenge = await _ask(tx, purpose, user_id)
    return passkeys.to_sign_in(site, challenge, known, _verified(purpose))


async def prove(
    tx: Tx, actor: Actor, site: Site, purpose: Purpose, user_id: UUID | None, answer: Mapping[str, Any]
) -> UUID | Suspected:
    """Whose passkey answered. user_id: who was asked; None where anybody was.

    Raises Invalid for an answer that doesn't hold, and for a passkey that is not known, or not theirs, or suspect.
    """
    challenge = await _take(tx, purpose, user_id, answer)
    row = await tx.db.row(FIND, credential_id=passkeys.credential_id(answer))
    if row is None or (user_id is not None and row["user_id"] != user_id):
        raise Invalid(passkeys.CREDENTIAL, UNKNOWN)
    known = Known(row["credential_id"], row["public_key"], row["sign_count"], row["transports"])
    found = passkeys.answered(site, challenge, answer, known, _verified(purpose))
    if found.is_suspect:
        await tx.db.run(SUSPECT, id=row["id"])
        await record(
            tx, actor, "passkey.suspected", "User", row["user_id"], after={"passkey": str(row["id"])}
        )
        return Suspected(row["user_id"])
    if row["suspected_at"] is not None:
        raise Invalid(passkeys.CREDENTIAL, COPIED)
    await tx.db.run(USED, id=row["id"], sign_count=found.sign_count, is_backed_up=found.is_backed_up)
    return row["user_id"]


async def rename(tx: Tx, actor: Actor, user_id: UUID, passkey_id: UUID, name: str) -> None:
    """Raises NotFound, Invalid."""
    name = named(name)
    before = await tx.db.value(RENAME, user_id=user_id, id=passkey_id, name=name)
    if before is None:
        raise NotFound("passkey", passkey_id)
    await record(tx, actor, "passkey.renamed", "User", user_id, before={"name": before}, after={"name": name})


async def delete(tx: Tx, actor: Actor, user_id: UUID, passkey_id: UUID) -> None:
    """Raises NotFound."""
    await tx.db.run(USER, user_id=user_id)
    name = await tx.db.value(DELETE, user_id=user_id, id=passkey_id)
    if name is None:
        raise NotFound("passkey", passkey_id)
    await record(tx, actor, "passkey.deleted", "User", user_id, before={"name": name})
    await notify(tx, user_id, Template.FACTOR_REMOVED, actor, factor=Factor.PASSKEY)
    await factors.tidy(tx, user_id)


async def purge(tx: Tx) -> int:
    """Drop challenges that nobody answered in time."""
    return await tx.db.run(PURGE)


def named(name: str) -> str:
    """A passkey's name as it is kept. Raises Invalid."""
    kept = " ".join(name.split())
    if not 0 < len(kept) <= NAME_CHARS or not kept.isprintable():
        raise Invalid("name", f"A passkey's name has 1 to {NAME_CHARS} printable characters.")
    return kept


def _verified(purpose: Purpose) -> Verified:
    return Verified.DISCOURAGED if purpose is Purpose.SECOND_FACTOR else Verified.REQUIRED


async def _known(db: Db, user_id: UUID) -> Sequence[Known]:
    return [Known(*row) for row in await db.rows(KNOWN, user_id=user_id)]


async def _ask(tx: Tx, purpose: Purpose, user_id: UUID | None) -> bytes:
    challenge = os.urandom(CHALLENGE_BYTES)
    await tx.db.run(
        ASK, id=new_id(), purpose=purpose, user_id=user_id, challenge=challenge, for_s=CHALLENGE_S
    )
    return challenge


async def _take(tx: Tx, purpose: Purpose, user_id: UUID | None, answer: Mapping[str, Any]) -> bytes:
    challenge = passkeys.challenge_of(answer)
    is_fresh = await tx.db.value(TAKE, purpose=purpose, challenge=challenge, user_id=user_id)
    if not is_fresh:
        raise Invalid(passkeys.CREDENTIAL, "That took too long, or was answered already; try again.")
    return challenge
