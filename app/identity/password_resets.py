"""A forgotten password: a link in a letter sets a new one, and signs out whoever knew the old."""

import logging
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.db import Db
from app.core.errors import Invalid
from app.core.jobs import Queue, job
from app.identity import one_time
from app.identity.accounts import hashed, hold, put_password
from app.identity.client import Client
from app.identity.errors import LinkInvalid
from app.identity.lockout import account_key, forgive, password_key
from app.identity.names import key_of
from app.identity.one_time import Purpose
from app.identity.rates import Rate, may_be_written_to, take, whose_address
from app.identity.sign_in import MOST_CHARS, actor_of
from app.identity.trusted_devices import forget_devices
from app.mail.letters import Letter, Template, send
from app.mail.settings import is_configured, link, require

log = logging.getLogger(__name__)

RESET = "/reset"
LINK_FOR_HOURS = 1
LINK_FOR = timedelta(hours=LINK_FOR_HOURS)

# Those who come by single sign-on alone are sent none: they would pass by what their provider asks for.
FIND = text(
    """
    SELECT id, name, email, email_key, language FROM identity.users u
    WHERE (name_key = :key OR email_key = :key) AND email IS NOT NULL AND disabled_at IS NULL
      AND (password_hash IS NOT NULL OR NOT EXISTS (SELECT FROM identity.sso_identities i WHERE i.user_id = u.id))
    """
)
# The link shows that its opener gets what is sent to the address that it was sent to, and to no later one.
OF_LINK = text(
    """
    SELECT name, email FROM identity.users
    WHERE id = :user_id AND email_key = :email_key AND disabled_at IS NULL
    """
)
VERIFIED = text(
    "UPDATE identity.users SET email_verified_at = now() WHERE id = :user_id AND email_verified_at IS NULL"
)


async def request_reset(app: App, client: Client, typed: str) -> None:
    """Have a letter sent to whoever has this name or address, if anybody; neither the answer nor its time tells.

    Raises MailNotConfigured, Invalid, RateLimited.
    """
    await require(app)
    if len(typed) > MOST_CHARS or not typed.isprintable():
        raise Invalid("name", "That is neither a name nor an e-mail address.")
    await take(app, Rate.MAIL, whose_address(client))
    key, actor = key_of(typed), client.actor()
    async with app.transaction() as tx:
        # One letter, however often it is asked for while the first waits.
        dedupe = f"reset:{sha256(key.encode()).hexdigest()}"
        tx.enqueue(send_reset, key, actor.address, actor.agent, actor.request_id, dedupe=dedupe)


@job("identity.send_reset", queue=Queue.HIGH)
async def send_reset(
    app: App, key: str, address: str | None, agent: str | None, request_id: str | None
) -> None:
    """Write to whoever has this name or address. address, agent, request_id: of who asked."""
    who: Any = await app.db.row(FIND, key=key)
    if who is None or not await is_configured(app) or not await may_be_written_to(app, who["email"], "reset"):
        return
    actor = Actor(address=address, agent=agent, request_id=request_id)
    try:
        await _write(app, actor, who)
    except Invalid as error:
        log.warning("No letter for a new password can be sent to user %s: %s", who["id"], error)


async def _write(app: App, actor: Actor, who: Any) -> None:
    async with app.transaction() as tx:
        payload = {"email_key": who["email_key"]}
        token = await one_time.issue(tx, Purpose.RESET_PASSWORD, LINK_FOR, user_id=who["id"], payload=payload)
        facts = {"link": await link(app, RESET, token=token), "hours": str(LINK_FOR_HOURS)}
        facts |= {"address": actor.address} if actor.address else {}
        to, name, language = who["email"], who["name"], who["language"]
        letter = Letter(template=Template.RESET_PASSWORD, to=to, name=name, language=language, facts=facts)
        await send(tx, letter)
        await record(tx, actor, "user.password_reset_asked", "user", who["id"])


async def name_to_reset(db: Db, token: str) -> str:
    """Whose password a letter's link sets, without using it. Raises LinkInvalid."""
    _, row = await _of_link(db, await one_time.peek(db, Purpose.RESET_PASSWORD, token))
    return row["name"]


async def reset_password(app: App, client: Client, token: str, password: str) -> str:
    """Set the password of the link's owner; their name comes back. Second factors stay as they are.

    All their sessions end, devices are trusted no more, other links of theirs are good no more, and so are locks by
    wrong passwords, but for one that an administrator has to take away: whoever gets the owner's mail has shown more
    than those who guessed. Raises LinkInvalid, Invalid, RateLimited.
    """
    found = await one_time.peek(app.db, Purpose.RESET_PASSWORD, token)
    user_id, row = await _of_link(app.db, found)
    fresh = await hashed(app, password, row["name"], row["email"])
    async with app.transaction() as tx:
        await hold(tx, user_id)
        user_id, row = await _of_link(tx.db, await one_time.use(tx, Purpose.RESET_PASSWORD, token))
        actor = actor_of(user_id, client)
        await put_password(tx, actor, user_id, fresh)
        await tx.db.run(VERIFIED, user_id=user_id)
        await forget_devices(tx, actor, user_id)
        keys = [account_key(row["name"]), account_key(row["email"]), password_key(user_id)]
        await forgive(tx, actor, keys)
        await record(tx, actor, "user.password_reset", "user", user_id)
    return row["name"]


async def _of_link(db: Db, found: one_time.OneTime | None) -> tuple[UUID, Any]:
    """A link's owner, with their name and address. Raises LinkInvalid."""
    if found is None or found.user_id is None:
        raise LinkInvalid
    row: Any = await db.row(OF_LINK, user_id=found.user_id, email_key=found.payload["email_key"])
    if row is None:
        raise LinkInvalid
    return found.user_id, row
