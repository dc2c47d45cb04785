"""Letters to people about what was done with their accounts, in the transaction in which it is done."""

import logging
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.core import clock
from app.core.app import App
from app.core.errors import Invalid
from app.core.jobs import job
from app.core.outbox import Tx
from app.identity.agents import agent_of
from app.identity.lockout import TELL_OF_LOCK
from app.identity.sessions import Session
from app.mail.letters import Letter, Template, send

log = logging.getLogger(__name__)

# What one network is, in bits: of a provider's customers and of a telephone underway, rather than of one machine.
NETWORK_BITS = {4: 24, 6: 48}
# More than anybody has within the time that sessions are kept.
MOST_SESSIONS = 1000

READER = text("SELECT name, email, language FROM identity.users WHERE id = :user_id AND email IS NOT NULL")
# Those that have ended as well, for as long as they are kept.
KNOWN = text(
    """
    SELECT DISTINCT browser, os, device, address FROM identity.sessions
    WHERE user_id = :user_id AND id <> :session_id LIMIT CAST(:most AS int)
    """
)
WAS_SEEN = text("SELECT last_seen_at IS NOT NULL FROM identity.users WHERE id = :user_id")
LOCKED = text(
    """
    SELECT id FROM identity.users WHERE disabled_at IS NULL
      AND (id = CAST(:user_id AS uuid) OR CAST(:digest AS text) IN (
        encode(sha256(convert_to(name_key, 'UTF8')), 'hex'), encode(sha256(convert_to(email_key, 'UTF8')), 'hex')))
    """
)


async def notify(tx: Tx, user_id: UUID, template: Template, actor: Actor, **facts: str) -> None:
    """Write to somebody about their account; nothing where they have no address. Two statements.

    actor: who did it. From where is told to those who did it themselves, and to whom strangers did it; what an admin
    does tells nothing of the admin.
    """
    row = await tx.db.row(READER, user_id=user_id)
    if row is None:
        return
    where = _where(actor) if actor.user_id in (None, user_id) else {}
    told = {"at": clock.now().isoformat()} | where | facts
    letter = Letter(
        template=template, to=row["email"], name=row["name"], language=row["language"], facts=told
    )
    try:
        await send(tx, letter)
    except Invalid:
        # It may have come from elsewhere, or from an earlier version; what was done is done nevertheless.
        log.warning("Nobody can write to the address of the user %s.", user_id)


async def notify_of_device(tx: Tx, actor: Actor, session: Session) -> None:
    """Write to somebody who signs in by a browser, system and network that they never had before; not the first time.

    Two statements, and two more where there is something to tell.
    """
    found = await tx.db.rows(KNOWN, user_id=session.user_id, session_id=session.id, most=MOST_SESSIONS)
    known = {(row["browser"], row["os"], row["device"], network(row["address"])) for row in found}
    if (session.browser, session.os, session.device, network(session.address)) in known:
        return
    if known or await tx.db.value(WAS_SEEN, user_id=session.user_id):
        facts = {"device": session.device} if session.device else {}
        await notify(tx, session.user_id, Template.NEW_DEVICE, actor, **facts)


def network(address: str | None) -> str | None:
    """Where addresses belong that may be those of one person: an IPv4 address's /24, an IPv6 address's /48."""
    if address is None:
        return None
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, NETWORK_BITS[parsed.version]), strict=False))


@job(TELL_OF_LOCK.name, queue=TELL_OF_LOCK.queue, timeout=timedelta(minutes=1))
async def tell_of_lock(app: App, key: str, address: str | None, agent: str | None) -> None:
    """Write to whom a lock keeps out until an administrator takes it away.

    A job, so that it takes no longer to lock the name of somebody than that of nobody.
    """
    kind, _, value = key.partition(":")
    is_typed = kind == "account"
    async with app.transaction() as tx:
        found = await tx.db.rows(
            LOCKED, user_id=None if is_typed else UUID(value), digest=value if is_typed else None
        )
        for row in found:
            await notify(tx, row["id"], Template.ACCOUNT_LOCKED, Actor(address=address, agent=agent))


def _where(actor: Actor) -> dict[str, str]:
    agent = agent_of(actor.agent)
    found = {"address": actor.address, "browser": agent.browser, "os": agent.os}
    return {name: value for name, value in found.items() if value}
