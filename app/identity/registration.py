"""Making an account of one's own: by invitation or not, at once or once the address is known to be theirs.

Whoever registers with an address learns nothing of whether it has an account: the name is held and a letter is promised
either way, and the letter tells the address's owner which it was.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy import text

from app.access.admins import admin_kept
from app.access.viewer import marquee
from app.activity.record import record
from app.core.app import App
from app.core.db import Db
from app.core.errors import Conflict, Invalid, RateLimited
from app.core.ids import new_id
from app.core.jobs import Queue, job
from app.core.outbox import Tx
from app.identity import invitations, one_time
from app.identity.accounts import hashed
from app.identity.client import Client
from app.identity.email_changes import ask_to_confirm, tell_owner
from app.identity.errors import LinkInvalid
from app.identity.invitations import Good
from app.identity.names import key_of
from app.identity.one_time import Purpose
from app.identity.rates import Rate, may_be_written_to, take, whose_address
from app.identity.registration_terms import Terms, roles_of_strangers, terms_of
from app.identity.second_step import LetIn, let_in
from app.identity.sessions import Method, SessionKind
from app.identity.sign_in import MOST_CHARS, actor_of
from app.identity.user_writes import Profile, create_user
from app.mail.errors import MailNotConfigured
from app.mail.letters import Letter, Template, send
from app.mail.settings import is_configured, link, require

HELD_FOR = timedelta(days=7)
VERIFY = "/verify"
MOST_HELD = 10_000

IS_FULL = text("SELECT count(*) >= :most FROM identity.registrations")
NAME_IS_TAKEN = text("SELECT EXISTS (SELECT FROM identity.users WHERE name_key = :name_key)")
LAPSE = text("DELETE FROM identity.registrations WHERE name_key = :name_key AND expires_at <= now()")
HOLD = text(
    """
    INSERT INTO identity.registrations
        (id, name, name_key, email, password_hash, language, invitation_id, expires_at)
    VALUES (:id, :name, :name_key, :email, :password_hash, CAST(:language AS text), CAST(:invitation_id AS uuid),
        now() + make_interval(secs => :for_s))
    ON CONFLICT (name_key) DO NOTHING
    """
)
_COLUMNS = "id, name, email, password_hash, language, invitation_id"
HELD = text(
    f"SELECT {_COLUMNS}, expires_at - now() AS left FROM identity.registrations"  # noqa: S608
    " WHERE name_key = :name_key AND expires_at > now()"
)
NAME_HELD = text(
    "SELECT name FROM identity.registrations WHERE id = CAST(:id AS uuid) AND expires_at > now()"
)
TAKE_OUT = text(
    f"DELETE FROM identity.registrations WHERE id = CAST(:id AS uuid) AND expires_at > now() RETURNING {_COLUMNS}"  # noqa: S608
)
VERIFIED = text("UPDATE identity.users SET email_verified_at = now() WHERE id = :user_id")
PURGE = text("DELETE FROM identity.registrations WHERE expires_at <= now()")


@dataclass(frozen=True, slots=True)
class Applicant:
    """What somebody says who wants an account. invitation: the token of the link that they came by."""

    profile: Profile
    password: str = field(repr=False)
    invitation: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VerificationSent:
    """A letter is under way, and the account is made once its link was opened."""

    email: str


async def register(
    app: App, client: Client, who: Applicant, *, kind: SessionKind
) -> LetIn | VerificationSent:
    """Make an account, or hold its name until its address is verified. Whether that has one is not told.

    An invitation for an address makes the account at once: with the address verified where only a letter had the link.
    Raises RegistrationClosed, LinkInvalid, MailNotConfigured, Invalid, RateLimited; Conflict where the name is taken.
    """
    terms = await terms_of(app)
    terms.check_open(is_invited=who.invitation is not None)
    await take(app, Rate.REGISTRATION, whose_address(client))
    invited = await invitations.look(app, who.invitation) if who.invitation is not None else None
    who = replace(who, profile=_applied(terms, who.profile.checked(), invited))
    fresh = await hashed(app, who.password, who.profile.name, who.profile.email)
    if terms.verifies and (invited is None or invited.email is None):
        return await _hold(app, client, who.profile, fresh, invited)
    return await _let_in(app, client, who.profile, fresh, invited, kind)


async def verify(app: App, client: Client, token: str) -> str:
    """Make the account that waits for the link of a letter; its owner's name comes back.

    Raises LinkInvalid, RegistrationClosed; Conflict where the name or the address has gone to another account.
    """
    terms = await terms_of(app)
    async with _one_of_a_kind(), app.transaction() as tx, admin_kept(tx):
        found = await one_time.use(tx, Purpose.VERIFY_ADDRESS, token)
        row: Any = await tx.db.row(TAKE_OUT, id=found.payload["registration"]) if found else None
        if row is None:
            raise LinkInvalid
        invitation_id: UUID | None = row["invitation_id"]
        terms.check_open(is_invited=invitation_id is not None)
        role_ids = await (
            roles_of_strangers(app, tx)
            if invitation_id is None
            else invitations.take(tx, invitation_id, in_time=False)
        )
        profile = Profile(row["name"], row["email"], row["language"])
        user_id = await _make(tx, client, profile, row["password_hash"], role_ids, invitation_id)
        await tx.db.run(VERIFIED, user_id=user_id)
    return profile.name


async def name_to_verify(db: Db, token: str) -> str:
    """Whose account a letter's link makes, without using it. Raises LinkInvalid."""
    found = await one_time.peek(db, Purpose.VERIFY_ADDRESS, token)
    name = await db.value(NAME_HELD, id=found.payload["registration"]) if found else None
    if name is None:
        raise LinkInvalid
    return name


async def resend(app: App, client: Client, name: str) -> None:
    """Have the letter sent once more, if an account of that name waits for it, which is not told.

    Raises MailNotConfigured, Invalid, RateLimited.
    """
    await require(app)
    if len(name) > MOST_CHARS or not name.isprintable():
        raise Invalid("name", "That is no name.")
    await take(app, Rate.MAIL, whose_address(client))
    async with app.transaction() as tx:
        _ask_for_letter(tx, key_of(name))


@job("identity.send_verification", queue=Queue.HIGH)
async def send_verification(app: App, name_key: str) -> None:
    """Write to the address of an account that waits, or to whoever has that address already."""
    row: Any = await app.db.row(HELD, name_key=name_key)
    if (
        row is None
        or not await is_configured(app)
        or not await may_be_written_to(app, row["email"], "verification")
    ):
        return
    async with app.transaction() as tx:
        if await tell_owner(app, tx, row["email"]):
            return
        token = await one_time.issue(
            tx, Purpose.VERIFY_ADDRESS, row["left"], payload={"registration": str(row["id"])}
        )
        facts = {"link": await link(app, VERIFY, token=token), "days": str(HELD_FOR.days)}
        to, name, language = row["email"], row["name"], row["language"]
        letter = Letter(template=Template.VERIFY_ADDRESS, to=to, name=name, language=language, facts=facts)
        await send(tx, letter)


async def purge(tx: Tx) -> int:
    """Drop what nobody verified in time; the names are free again."""
    return await tx.db.run(PURGE)


def _applied(terms: Terms, profile: Profile, invited: Good | None) -> Profile:
    """With the address that the account is asked for with. Raises Invalid, MailNotConfigured."""
    if invited is not None and invited.email is not None:
        if profile.email is not None and key_of(profile.email) != key_of(invited.email):
            raise Invalid("email", "The invitation is for another address.")
        return replace(profile, email=invited.email)
    if not terms.sends_mail and (terms.verifies or profile.email is not None):
        raise MailNotConfigured
    if terms.verifies and profile.email is None:
        raise Invalid("email", "An e-mail address is needed, to which a letter is sent.")
    return profile


async def _hold(
    app: App, client: Client, profile: Profile, fresh: str, invited: Good | None
) -> VerificationSent:
    held_id, email, name_key = new_id(), profile.email or "", key_of(profile.name)
    row = {"id": held_id, "name": profile.name, "email": email, "language": profile.language}
    row |= {"password_hash": fresh, "invitation_id": invited and invited.id}
    async with app.transaction() as tx:
        await tx.db.run(LAPSE, name_key=name_key)
        if await tx.db.value(IS_FULL, most=MOST_HELD):
            raise RateLimited("Too many people are registering just now.", 3600.0)
        is_taken = await tx.db.value(NAME_IS_TAKEN, name_key=name_key)
        for_s = HELD_FOR.total_seconds()
        if is_taken or not await tx.db.run(HOLD, **row, name_key=name_key, for_s=for_s):
            raise Conflict(f"There is an account with the name {profile.name} already.")
        after = {"name": profile.name, "email": email}
        await record(tx, client.actor(), "registration.asked", "registration", held_id, after=after)
        _ask_for_letter(tx, name_key)
    return VerificationSent(email)


async def _let_in(
    app: App, client: Client, profile: Profile, fresh: str, invited: Good | None, kind: SessionKind
) -> LetIn:
    email = invited.email if invited else None
    async with _one_of_a_kind(), app.transaction() as tx, admin_kept(tx):
        role_ids = await (invitations.take(tx, invited.id) if invited else roles_of_strangers(app, tx))
        at_once = replace(profile, email=email)
        user_id = await _make(tx, client, at_once, fresh, role_ids, invited and invited.id)
        if invited is not None and invited.is_mailed:
            await tx.db.run(VERIFIED, user_id=user_id)
        if profile.email is not None and email is None:
            ask_to_confirm(tx, user_id, profile.email)
        return await let_in(app, tx, client, user_id, kind=kind, method=Method.REGISTRATION)


async def _make(
    tx: Tx,
    client: Client,
    profile: Profile,
    password_hash: str,
    role_ids: list[UUID],
    invitation_id: UUID | None,
) -> UUID:
    # What the roles may give was decided before: by who invited, or for all who come uninvited.
    on_behalf = replace(marquee(), actor=client.actor())
    user_id = await create_user(tx, on_behalf, profile, role_ids, password_hash=password_hash)
    after = {"name": profile.name, "invitation": invitation_id and str(invitation_id)}
    await record(tx, actor_of(user_id, client), "user.registered", "user", user_id, after=after)
    return user_id


def _ask_for_letter(tx: Tx, name_key: str) -> None:
    # One letter, however often it is asked for while the first waits.
    tx.enqueue(send_verification, name_key, dedupe=f"verification:{sha256(name_key.encode()).hexdigest()}")


@asynccontextmanager
async def _one_of_a_kind() -> AsyncGenerator[None]:
    """Around a transaction that makes an account, which another way may have done at the same time. Raises Conflict."""
    try:
        yield
    except UniqueViolationError:
        raise Conflict("There is an account with that name or address already.") from None
