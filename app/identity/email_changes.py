"""A new e-mail address for an account: it counts once its link was opened, and the old address is told."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy import text

from app.access.admins import admin_kept
from app.access.viewer import Viewer
from app.activity.record import record
from app.core.app import App
from app.core.db import Db
from app.core.errors import Conflict, Denied, Invalid
from app.core.jobs import Queue, job
from app.core.outbox import Tx
from app.identity import one_time
from app.identity.accounts import hold
from app.identity.client import Client
from app.identity.errors import LinkInvalid
from app.identity.events import UserChanged
from app.identity.former_address import address_changed
from app.identity.names import checked_email, key_of
from app.identity.one_time import Purpose
from app.identity.rates import Rate, may_be_written_to, take, whose_address
from app.identity.sign_in import actor_of
from app.mail.letters import Letter, Template, send
from app.mail.settings import is_configured, link, require

CONFIRM, SIGN_IN = "/confirm-address", "/sign-in"
LINK_FOR_HOURS = 24
LINK_FOR = timedelta(hours=LINK_FOR_HOURS)

OWNER = text("SELECT id, name, language FROM identity.users WHERE email_key = :email_key")
WHO = text(
    """
    SELECT name, email, email_key, language, email_verified_at FROM identity.users
    WHERE id = :user_id AND disabled_at IS NULL
    """
)
PUT = text(
    """
    UPDATE identity.users SET email = :email, email_key = :email_key, email_verified_at = now(), updated_at = now()
    WHERE id = :user_id
    """
)


async def change_email(app: App, viewer: Viewer, client: Client, email: str) -> None:
    """Ask for a letter to a new address. Whether it has an account is not told: its owner is, by the letter.

    Raises Denied for an API token; MailNotConfigured, Invalid, RateLimited.
    """
    if viewer.user_id is None or viewer.session_id is None:
        raise Denied("Only somebody who is signed in changes their address.")
    email = checked_email(email)
    await require(app)
    who: Any = await app.db.row(WHO, user_id=viewer.user_id)
    if who is not None and who["email_key"] == key_of(email) and who["email_verified_at"] is not None:
        raise Invalid("email", "That is your address already.")
    await take(app, Rate.MAIL, whose_address(client))
    async with app.transaction() as tx:
        ask_to_confirm(tx, viewer.user_id, email)
        after = {"email": email}
        await record(tx, viewer.actor, "user.email_change_asked", "user", viewer.user_id, after=after)


def ask_to_confirm(tx: Tx, user_id: UUID, email: str) -> None:
    """Have a letter sent to an address that somebody says is theirs."""
    told = sha256(f"{user_id} {key_of(email)}".encode()).hexdigest()
    tx.enqueue(send_confirmation, user_id, email, dedupe=f"confirmation:{told}")


@job("identity.send_confirmation", queue=Queue.HIGH)
async def send_confirmation(app: App, user_id: str, email: str) -> None:
    """Write to the address, or to whoever has it already."""
    who: Any = await app.db.row(WHO, user_id=UUID(user_id))
    if who is None or not await is_configured(app) or not await may_be_written_to(app, email, "confirmation"):
        return
    async with app.transaction() as tx:
        if await tell_owner(app, tx, email, but=UUID(user_id)):
            return
        token = await one_time.issue(
            tx,
            Purpose.CONFIRM_ADDRESS,
            LINK_FOR,
            user_id=UUID(user_id),
            payload={"email": email},
        )
        facts = {"link": await link(app, CONFIRM, token=token), "hours": str(LINK_FOR_HOURS)}
        template = Template.CONFIRM_NEW_ADDRESS
        letter = Letter(template=template, to=email, name=who["name"], language=who["language"], facts=facts)
        await send(tx, letter)


async def tell_owner(app: App, tx: Tx, email: str, *, but: UUID | None = None) -> bool:
    """Whether an address has an account, which its owner is then told. but: one that doesn't count."""
    owner: Any = await tx.db.row(OWNER, email_key=key_of(email))
    if owner is None or owner["id"] == but:
        return False
    letter = Letter(
        template=Template.REGISTERED_ALREADY,
        to=email,
        name=owner["name"],
        language=owner["language"],
        facts={"link": await link(app, SIGN_IN)},
    )
    await send(tx, letter)
    return True


async def address_to_confirm(db: Db, token: str) -> str:
    """Which address a letter's link makes an account's, without using it. Raises LinkInvalid."""
    found = await one_time.peek(db, Purpose.CONFIRM_ADDRESS, token)
    if found is None:
        raise LinkInvalid
    return str(found.payload["email"])


async def confirm_email(app: App, client: Client, token: str) -> str:
    """Make the address of a letter's link that of the account; it comes back. Links to the old one are good no more.

    Raises LinkInvalid; Conflict where it has another account by now. Emits UserChanged.
    """
    link = await one_time.peek(app.db, Purpose.CONFIRM_ADDRESS, token)
    if link is None or link.user_id is None:
        raise LinkInvalid
    user_id, email = link.user_id, str(link.payload["email"])
    try:
        async with app.transaction() as tx, admin_kept(tx):
            await hold(tx, user_id)
            who: Any = await tx.db.row(WHO, user_id=user_id)
            if who is None or await one_time.use(tx, Purpose.CONFIRM_ADDRESS, token) is None:
                raise LinkInvalid
            await tx.db.run(PUT, user_id=user_id, email=email, email_key=key_of(email))
            tx.emit(UserChanged(user_id, "updated"))
            told = {"before": {"email": who["email"]}, "after": {"email": email}}
            await record(tx, actor_of(user_id, client), "user.email_changed", "user", user_id, **told)
            await address_changed(tx, user_id, who, email)
    except UniqueViolationError:
        raise Conflict("There is another account with that address.") from None
    return email
