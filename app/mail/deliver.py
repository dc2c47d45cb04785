"""Sending letters: each claimed for a while, tried for a day at most, its contents forgotten when that is over."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from random import SystemRandom
from uuid import UUID

import orjson
from sqlalchemy import text

from app.core.app import App
from app.core.crypto import belongs_to
from app.core.db import Row
from app.core.dispatch import TROUBLE
from app.core.errors import Invalid, Unreadable
from app.core.jobs import job
from app.core.outbox import Tx
from app.mail.compose import Draft, compose
from app.mail.errors import MailNotConfigured
from app.mail.letters import DELIVER, Template
from app.mail.settings import server
from app.mail.tables import LetterRow
from app.mail.transport import NotSent, hand_over

log = logging.getLogger(__name__)

# Longer than `transport.TOTAL_S`.
CLAIM_S = 210
FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 3600.0
# What spam filters quote of a letter must not come into the log by them.
SECRET = re.compile(r"\S*token=\S*")

# Materialized: PostgreSQL may otherwise look anew for rows to lock, and take more than it was asked for.
CLAIM = text(
    """
    WITH mine AS MATERIALIZED (
        SELECT id FROM mail.letters
        WHERE id = :id AND sent_at IS NULL AND given_up_at IS NULL AND due_at <= now()
          AND (claimed_until IS NULL OR claimed_until < now())
        FOR UPDATE SKIP LOCKED
    )
    UPDATE mail.letters l SET claimed_until = now() + make_interval(secs => CAST(:claim_s AS int)), tries = tries + 1
    FROM mine WHERE l.id = mine.id
    RETURNING l.id, template, address, name, language, facts, tries, created_at, error,
        give_up_after < now() AS is_late
    """
)
WAITS_S = text(
    """
    SELECT CAST(extract(epoch FROM greatest(due_at, claimed_until) - now()) AS float8) FROM mail.letters
    WHERE id = :id AND sent_at IS NULL AND given_up_at IS NULL
    """
)
SENT = text(
    """
    UPDATE mail.letters SET sent_at = now(), facts = NULL, claimed_until = NULL
    WHERE id = :id AND sent_at IS NULL
    """
)
PUT_OFF = text(
    """
    UPDATE mail.letters SET claimed_until = NULL, error = :error, failed_at = now(),
        due_at = now() + make_interval(secs => CAST(:pause_s AS float8))
    WHERE id = :id AND sent_at IS NULL AND given_up_at IS NULL
    """
)
GIVE_UP = text(
    """
    UPDATE mail.letters SET given_up_at = now(), facts = NULL, claimed_until = NULL, error = :error, failed_at = now()
    WHERE id = :id AND sent_at IS NULL AND given_up_at IS NULL
    """
)
RELEASE = text("UPDATE mail.letters SET claimed_until = NULL WHERE id = :id AND tries = :tries")


async def _gave_up(tx: Tx, letter_id: str, *, error: str) -> None:
    await tx.db.run(GIVE_UP, id=UUID(letter_id), error=error)


@job(DELIVER.name, queue=DELIVER.queue, timeout=timedelta(minutes=5), gave_up=_gave_up)
async def deliver(app: App, letter_id: str) -> None:
    """Send a letter that waits; if it can't be sent now, come back to it. Does nothing where that is over.

    A worker that dies between sending and writing that down leaves the letter to be sent twice, by the same
    Message-ID.
    """
    row = await app.db.row(CLAIM, id=UUID(letter_id), claim_s=CLAIM_S)
    if row is None:
        await _come_back(app, letter_id)
        return
    try:
        await _try(app, row)
    except BaseException:
        # By whatever else it ended: the next one need not wait until the claim runs out.
        with contextlib.suppress(*TROUBLE):
            await asyncio.shield(app.db.run(RELEASE, id=row["id"], tries=row["tries"]))
        raise


async def _try(app: App, row: Row) -> None:
    if row["is_late"]:
        await _give_up(app, row, f"It could not be sent in time. {row['error'] or ''}".strip())
        return
    try:
        facts = _facts(app, row)
    except Unreadable as error:
        await _give_up(app, row, str(error))
        return
    try:
        found = await server(app)
        await hand_over(found, compose(found, _draft(row, facts)))
    except NotSent as error:
        why = _without_secrets(str(error), facts)
        await (_give_up(app, row, why) if error.is_final else _put_off(app, row, why))
    except Unreadable as error:
        # The password of the mail server, which can be set anew.
        await _put_off(app, row, str(error))
    except (MailNotConfigured, Invalid) as error:
        await _give_up(app, row, str(error))
    else:
        await app.db.run(SENT, id=row["id"])
        log.info("Letter %s (%s) was sent.", row["id"], row["template"])


def _facts(app: App, row: Row) -> dict[str, str]:
    """Raises Unreadable."""
    return orjson.loads(app.keyring.open(row["facts"], belongs_to(LetterRow.facts, row["id"])))


def _draft(row: Row, facts: Mapping[str, str]) -> Draft:
    return Draft(
        id=row["id"],
        kind=Template(row["template"]),
        to=row["address"],
        name=row["name"],
        language=row["language"],
        facts=facts,
        created_at=row["created_at"],
    )


async def _come_back(app: App, letter_id: str) -> None:
    """Ask for the job again where the letter is not due yet, or another worker has it, who may be dead."""
    async with app.transaction() as tx:
        waits_s = await tx.db.value(WAITS_S, id=UUID(letter_id))
        if waits_s is not None:
            tx.enqueue(DELIVER, letter_id, delay=timedelta(seconds=max(1.0, waits_s + 1)))


async def _put_off(app: App, row: Row, why: str) -> None:
    pause_s = _pause_s(row["tries"])
    log.warning("Letter %s (%s) waits %.0f s: %s", row["id"], row["template"], pause_s, why)
    async with app.transaction() as tx:
        if await tx.db.run(PUT_OFF, id=row["id"], error=why, pause_s=pause_s):
            tx.enqueue(DELIVER, row["id"], delay=timedelta(seconds=pause_s))


async def _give_up(app: App, row: Row, why: str) -> None:
    log.warning("Letter %s (%s) is given up: %s", row["id"], row["template"], why)
    await app.db.run(GIVE_UP, id=row["id"], error=why)


def _pause_s(tries: int) -> float:
    """30 s, then twice as long each time, up to an hour; a quarter more or less, so that not all come at once."""
    pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (min(tries, 20) - 1))
    return pause_s * SystemRandom().uniform(0.75, 1.25)


def _without_secrets(why: str, facts: Mapping[str, str]) -> str:
    for name in ("link", "new_address"):
        if fact := facts.get(name):
            why = why.replace(fact, "[...]")
    return SECRET.sub("[...]", why)
