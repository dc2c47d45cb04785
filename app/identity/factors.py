"""Second factors of an account: which there are, and a code of any of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.events import PermissionsChanged
from app.activity.actor import Actor
from app.activity.record import record
from app.core import clock
from app.core.crypto import Keyring, belongs_to
from app.core.db import Db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.outbox import Tx
from app.identity.backup_codes import hash_of, new_codes
from app.identity.factor_tables import TotpRow
from app.identity.notices import notify
from app.identity.totp import Enrolment, enrolment, enrolment_of, step_of
from app.mail.letters import Factor, Template

ISSUER = "Marquee"
CODE = "code"

FACTORS = text(
    """
    SELECT EXISTS (SELECT FROM identity.totp t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS has_totp,
        (SELECT count(*) FROM identity.passkeys p WHERE p.user_id = u.id) AS passkeys,
        (SELECT count(*) FROM identity.backup_codes b WHERE b.user_id = u.id AND b.used_at IS NULL) AS backup_codes
    FROM identity.users u WHERE u.id = :user_id
    """
)
TOTP = text("SELECT sealed, confirmed_at, last_step FROM identity.totp WHERE user_id = :user_id")
UNCONFIRMED = text(
    """
    SELECT t.sealed, u.name FROM identity.totp t JOIN identity.users u ON u.id = t.user_id
    WHERE t.user_id = :user_id AND t.confirmed_at IS NULL
    """
)
NAME = text("SELECT name FROM identity.users WHERE id = :user_id FOR UPDATE")
KEEP_TOTP = text(
    """
    INSERT INTO identity.totp (user_id, sealed) VALUES (:user_id, :sealed)
    ON CONFLICT (user_id) DO UPDATE SET sealed = EXCLUDED.sealed, created_at = now()
    WHERE totp.confirmed_at IS NULL
    """
)
# A step is used by whoever writes it first.
USE_STEP = text(
    """
    UPDATE identity.totp SET last_step = :step, confirmed_at = coalesce(confirmed_at, now())
    WHERE user_id = :user_id AND last_step < :step
    """
)
USE_BACKUP_CODE = text(
    """
    UPDATE identity.backup_codes SET used_at = now()
    WHERE user_id = :user_id AND hash = :hash AND used_at IS NULL
    """
)
REMOVE_TOTP = text("DELETE FROM identity.totp WHERE user_id = :user_id AND confirmed_at IS NOT NULL")
ADD_CODES = text(
    "INSERT INTO identity.backup_codes (user_id, hash) SELECT :user_id, unnest(CAST(:hashes AS bytea[]))"
)
REMOVE_CODES = text("DELETE FROM identity.backup_codes WHERE user_id = :user_id")
REMOVE_TRUST = text("DELETE FROM identity.trusted_devices WHERE user_id = :user_id")
REMOVE_PASSKEYS = text("DELETE FROM identity.passkeys WHERE user_id = :user_id")


class Method(StrEnum):
    """How somebody shows who they are after the password."""

    TOTP = "totp"
    PASSKEY = "passkey"
    BACKUP_CODE = "backup_code"


@dataclass(frozen=True, slots=True)
class Factors:
    """passkeys, backup_codes: how many there are, and are left."""

    has_totp: bool
    passkeys: int
    backup_codes: int

    @property
    def are_there(self) -> bool:
        """Backup codes alone are none: they stand in for another."""
        return self.has_totp or self.passkeys > 0

    @property
    def methods(self) -> tuple[Method, ...]:
        there = {
            Method.TOTP: self.has_totp,
            Method.PASSKEY: self.passkeys > 0,
            Method.BACKUP_CODE: self.are_there and self.backup_codes > 0,
        }
        return tuple(method for method, is_there in there.items() if is_there)


async def factors_of(db: Db, user_id: UUID) -> Factors:
    """Raises NotFound. One statement."""
    row = await db.row(FACTORS, user_id=user_id)
    if row is None:
        raise NotFound("user", user_id)
    return Factors(*row)


async def enrol_totp(tx: Tx, actor: Actor, keyring: Keyring, user_id: UUID) -> Enrolment:
    """Begin with an authenticator app, which counts once `confirm_totp` has a code of it. Raises NotFound, Conflict."""
    name = await tx.db.value(NAME, user_id=user_id)
    if name is None:
        raise NotFound("user", user_id)
    made = enrolment(ISSUER, name)
    if await tx.db.run(KEEP_TOTP, user_id=user_id, sealed=_sealed(keyring, user_id, made.secret)) == 0:
        raise Conflict("There is an authenticator app already; remove it first.")
    await record(tx, actor, "totp.enrolment_begun", "User", user_id)
    return made


async def unconfirmed_totp(db: Db, keyring: Keyring, user_id: UUID) -> Enrolment | None:
    """What was begun and is not confirmed, to be shown once more; None where there is nothing of the kind."""
    row = await db.row(UNCONFIRMED, user_id=user_id)
    if row is None:
        return None
    secret = keyring.open(row["sealed"], belongs_to(TotpRow.sealed, user_id)).decode()
    return enrolment_of(ISSUER, row["name"], secret)


async def confirm_totp(tx: Tx, actor: Actor, keyring: Keyring, user_id: UUID, code: str) -> list[str]:
    """Have the app count from now on; answers new backup codes if there were none left.

    Raises NotFound, Conflict, Invalid. Emits PermissionsChanged, as it opens what needs a second factor.
    """
    await tx.db.run(NAME, user_id=user_id)
    row = await tx.db.row(TOTP, user_id=user_id)
    if row is None:
        raise NotFound("enrolment of an authenticator app for", user_id)
    if row["confirmed_at"] is not None:
        raise Conflict("The authenticator app is confirmed already.")
    if not await _use_totp(tx, keyring, user_id, row, code):
        raise wrong_code()
    await record(tx, actor, "totp.enabled", "User", user_id)
    await notify(tx, user_id, Template.FACTOR_ADDED, actor, factor=Factor.TOTP)
    tx.emit(PermissionsChanged((user_id,)))
    if (await factors_of(tx.db, user_id)).backup_codes:
        return []
    return await first_backup_codes(tx, actor, user_id)


async def remove_totp(tx: Tx, actor: Actor, user_id: UUID) -> None:
    """Raises NotFound."""
    await tx.db.run(NAME, user_id=user_id)
    if await tx.db.run(REMOVE_TOTP, user_id=user_id) == 0:
        raise NotFound("authenticator app of", user_id)
    await record(tx, actor, "totp.disabled", "User", user_id)
    await notify(tx, user_id, Template.FACTOR_REMOVED, actor, factor=Factor.TOTP)
    await tidy(tx, user_id)


async def renew_backup_codes(tx: Tx, actor: Actor, user_id: UUID) -> list[str]:
    """Ten new codes; the old ones are void. They are not readable a second time. Raises Conflict without a factor."""
    await tx.db.run(NAME, user_id=user_id)
    if not (await factors_of(tx.db, user_id)).are_there:
        raise Conflict("Backup codes stand in for a second factor; set one up first.")
    await notify(tx, user_id, Template.FACTOR_ADDED, actor, factor=Factor.BACKUP_CODES)
    return await first_backup_codes(tx, actor, user_id)


async def first_backup_codes(tx: Tx, actor: Actor, user_id: UUID) -> list[str]:
    """The same for somebody who has just been told of their first factor, and has not to be told of these."""
    codes = new_codes()
    await tx.db.run(REMOVE_CODES, user_id=user_id)
    await tx.db.run(ADD_CODES, user_id=user_id, hashes=[hash_of(code) for code in codes])
    await record(tx, actor, "backup_codes.renewed", "User", user_id)
    return codes


async def use_code(tx: Tx, actor: Actor, keyring: Keyring, user_id: UUID, code: str) -> Method | None:
    """Use up a code of the authenticator app, or a backup code; None for a wrong or a used one."""
    row = await tx.db.row(TOTP, user_id=user_id)
    if (
        row is not None
        and row["confirmed_at"] is not None
        and await _use_totp(tx, keyring, user_id, row, code)
    ):
        return Method.TOTP
    code_hash = hash_of(code)
    if code_hash is None or await tx.db.run(USE_BACKUP_CODE, user_id=user_id, hash=code_hash) == 0:
        return None
    left = (await factors_of(tx.db, user_id)).backup_codes
    await record(tx, actor, "backup_code.used", "User", user_id, after={"left": left})
    fact = {"factor": Factor.BACKUP_CODE, "left": str(left)}
    await notify(tx, user_id, Template.FACTOR_REMOVED, actor, **fact)
    return Method.BACKUP_CODE


async def remove_all(tx: Tx, actor: Actor, user_id: UUID) -> None:
    """For somebody who lost everything: an admin's doing."""
    for statement in (NAME, REMOVE_TOTP, REMOVE_PASSKEYS):
        await tx.db.run(statement, user_id=user_id)
    await record(tx, actor, "second_factors.reset", "User", user_id)
    await notify(tx, user_id, Template.FACTOR_REMOVED, actor, factor=Factor.ALL)
    await tidy(tx, user_id)


async def tidy(tx: Tx, user_id: UUID) -> None:
    """Without a factor left, neither backup codes nor trust in devices mean anything. Emits PermissionsChanged."""
    tx.emit(PermissionsChanged((user_id,)))
    if not (await factors_of(tx.db, user_id)).are_there:
        await tx.db.run(REMOVE_CODES, user_id=user_id)
        await tx.db.run(REMOVE_TRUST, user_id=user_id)


def wrong_code() -> Invalid:
    return Invalid(CODE, "That code is wrong, or was used before.")


async def _use_totp(tx: Tx, keyring: Keyring, user_id: UUID, row: Any, code: str) -> bool:
    secret = keyring.open(row["sealed"], belongs_to(TotpRow.sealed, user_id)).decode()
    step = step_of(secret, code, clock.now(), row["last_step"])
    return step is not None and await tx.db.run(USE_STEP, user_id=user_id, step=step) == 1


def _sealed(keyring: Keyring, user_id: UUID, secret: str) -> bytes:
    return keyring.seal(secret.encode(), belongs_to(TotpRow.sealed, user_id))
