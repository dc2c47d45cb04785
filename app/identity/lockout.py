"""Lockout: few wrong guesses by account and by address, however many are made at once.

    async with lockout.attempt(app, lockout.account_key(typed), client) as attempt:
        attempt.succeeded = await verify(...)

An attempt is written down and committed before it is decided, so that it counts whatever happens to us meanwhile.
What is undecided takes the place of a failure: who comes when none is left waits for those before them. The same is
done for accounts that there are and those that there aren't.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import TextClause, text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.db import Row
from app.core.errors import Denied, RateLimited
from app.core.jobs import JobRef, Queue
from app.core.outbox import Tx
from app.identity.client import Client
from app.identity.names import key_of
from app.identity.turns import Turns
from app.settings.registry import setting
from app.settings.values import value

FIRST_FAILURES = setting(
    "lockout_first_failures", 5, "Failed sign-ins before the first lock.", minimum=1, maximum=100
)
FIRST_DURATION = setting(
    "lockout_first_duration",
    timedelta(minutes=15),
    "How long the first lock lasts.",
    minimum=1,
    maximum=86_400,
)
SECOND_FAILURES = setting(
    "lockout_second_failures", 10, "Failed sign-ins before the second lock.", minimum=1, maximum=1000
)
SECOND_DURATION = setting(
    "lockout_second_duration",
    timedelta(hours=1),
    "How long the second lock lasts.",
    minimum=1,
    maximum=604_800,
)
FINAL_FAILURES = setting(
    "lockout_final_failures",
    20,
    "Failed sign-ins before a lock that lasts until an administrator takes it away.",
    minimum=1,
    maximum=10_000,
)
MEMORY = setting(
    "lockout_memory",
    timedelta(hours=24),
    "How long after the last failed sign-in they are forgotten, where nothing is locked for good.",
    minimum=60,
    maximum=2_592_000,
)

TELL_OF_LOCK = JobRef("identity.tell_of_lock", Queue.DEFAULT)
# Of one process: by passwords, of which few are hashed at a time anyway, and by codes, which wait for none of them.
AT_ONCE = 4
MOST_WAITING = 1000
PATIENCE_S = 20.0
# What a process that died left undecided counts as failed after this time.
PENDING_S = 60
WAIT_S = 10.0
PAUSE_S = 0.05

# In the order of keys, so that attempts which share some wait for each other and not in a circle.
ENSURE = text(
    """
    INSERT INTO identity.attempts (key) SELECT key FROM unnest(CAST(:keys AS text[])) AS k(key) ORDER BY key
    ON CONFLICT (key) DO NOTHING
    """
)
HOLD = text(
    f"""
    SELECT key, failures, pending, locked_until > now() AS is_locked,
        CASE WHEN isfinite(locked_until) THEN locked_until END AS until,
        last_at < now() - make_interval(secs => CAST(:memory_s AS float8)) AS is_old,
        last_at < now() - make_interval(secs => {PENDING_S}) AS is_left
    FROM identity.attempts WHERE key = ANY(CAST(:keys AS text[])) ORDER BY key FOR UPDATE
    """  # noqa: S608
)
# lock_s: for how long from now; NULL leaves the lock as it is.
STORE = text(
    """
    UPDATE identity.attempts SET failures = r.failures, pending = r.pending, last_at = now(),
        locked_until = CASE WHEN r.is_free THEN NULL WHEN r.is_final THEN 'infinity'
            WHEN r.lock_s IS NULL THEN locked_until ELSE now() + make_interval(secs => r.lock_s) END
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r(key text, failures int, pending int, lock_s float8, is_final boolean, is_free boolean)
    WHERE attempts.key = r.key
    """
)
UNLOCK = text(
    """
    UPDATE identity.attempts SET failures = 0, locked_until = NULL
    WHERE key = ANY(CAST(:keys AS text[])) AND (failures > 0 OR locked_until IS NOT NULL) RETURNING key
    """
)
FORGIVE = text(
    """
    UPDATE identity.attempts SET failures = 0, locked_until = NULL
    WHERE key = ANY(CAST(:keys AS text[])) AND (failures > 0 OR locked_until IS NOT NULL)
      AND (locked_until IS NULL OR isfinite(locked_until)) RETURNING key
    """
)
FORGET = text(
    """
    WITH old AS MATERIALIZED (
        SELECT key FROM identity.attempts
        WHERE last_at < now() - make_interval(secs => CAST(:memory_s AS float8))
          AND (locked_until IS NULL OR locked_until < now())
        ORDER BY last_at LIMIT 1000 FOR UPDATE SKIP LOCKED
    )
    DELETE FROM identity.attempts a USING old WHERE a.key = old.key
    """
)


class Locked(Denied):
    """until: None where an administrator has to unlock it."""

    code = "LOCKED"

    def __init__(self, until: datetime | None) -> None:
        later = "An administrator has to unlock it." if until is None else "Try again later."
        super().__init__(f"Too many failed attempts. {later}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Step:
    """So many failures lock for so long; for good where no duration is given."""

    failures: int
    duration: timedelta | None


@dataclass(slots=True)
class Attempt:
    """Failed, unless it is said to have succeeded before the block ends."""

    succeeded: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    steps: tuple[Step, ...]
    memory_s: float

    def room(self, failures: int, pending: int) -> int:
        """How many more may be let in before it is known whether those that are pending failed."""
        following = [step.failures for step in self.steps if step.failures > failures]
        return (min(following) if following else failures + 1) - failures - pending

    def reached(self, before: int, failures: int) -> Step | None:
        """The last step that these failures came to."""
        steps = [step for step in self.steps if before < step.failures <= failures]
        return max(steps, key=lambda step: step.failures, default=None)


def account_key(typed: str) -> str:
    """By what was typed, whether or not anybody is called that; it may be a password in the wrong field.

    Whatever leads to one account is one key, however it is written: `ＡＮＮ` is `ann`.
    """
    return "account:" + sha256(key_of(typed).encode(errors="surrogatepass")).hexdigest()


def factor_key(user_id: UUID) -> str:
    """For the codes of somebody whose password is known already."""
    return f"factor:{user_id}"


def device_key(user_id: UUID) -> str:
    """For codes of devices that somebody types who is signed in."""
    return f"device:{user_id}"


def password_key(user_id: UUID) -> str:
    """For guesses at the password of an account that somebody is signed in to."""
    return f"password:{user_id}"


def keys_of_user(user_id: UUID, *names: str | None) -> list[str]:
    """All by which guesses at one account are counted. names: its name and its address, if it has one."""
    typed = [account_key(each) for each in names if each]
    return [*typed, factor_key(user_id), password_key(user_id), device_key(user_id)]


def address_key(address: str) -> str:
    """An IPv6 address counts as its /64, which is what one customer has."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"address:{ip_network((parsed, 64), strict=False)}"
    return f"address:{getattr(parsed, 'ipv4_mapped', None) or parsed}"


@asynccontextmanager
async def attempt(app: App, key: str, client: Client) -> AsyncGenerator[Attempt]:
    """Let one guess by a key and from an address be decided within the block, and count how it ended.

    Raises Locked, and RateLimited where too many wait to be decided, or for too long. Two transactions.
    """
    found = {key, address_key(client.address)} if client.address else {key}
    keys: list[str] = sorted(found)
    turns = _turns(app, key)
    await turns.take(most_waiting=MOST_WAITING, patience_s=PATIENCE_S)
    try:
        rules = await _rules(app)
        await _admit(app, rules, keys, client)
        made = Attempt()
        try:
            yield made
        finally:
            # Whoever hangs up has still made their guess.
            await asyncio.shield(_settle(app, rules, keys, client, freed=key if made.succeeded else None))
    finally:
        turns.give_back()


async def unlock(tx: Tx, actor: Actor, keys: Sequence[str]) -> int:
    """Forget the failures by these keys, and their locks. How many had any comes back. Two statements."""
    return await _unlock(tx, actor, UNLOCK, keys)


async def forgive(tx: Tx, actor: Actor, keys: Sequence[str]) -> int:
    """The same, but for locks that an administrator has to take away."""
    return await _unlock(tx, actor, FORGIVE, keys)


async def forget_attempts(app: App) -> None:
    """Drop what is too old to count, in batches; safe to run at any time."""
    memory_s = (await value(app, MEMORY)).total_seconds()
    while await app.db.run(FORGET, memory_s=memory_s):
        pass


async def _unlock(tx: Tx, actor: Actor, statement: TextClause, keys: Sequence[str]) -> int:
    freed = [row["key"] for row in await tx.db.rows(statement, keys=list(keys))]
    for key in freed:
        await record(tx, actor, "lockout.unlocked", "Lock", key)
    return len(freed)


async def _admit(app: App, rules: Rules, keys: Sequence[str], client: Client) -> None:
    deadline = asyncio.get_running_loop().time() + WAIT_S
    while not await _admitted(app, rules, keys, client):
        if asyncio.get_running_loop().time() > deadline:
            raise RateLimited("Others are trying to sign in just now. Try again in a moment.", 1.0)
        await asyncio.sleep(PAUSE_S)


async def _admitted(app: App, rules: Rules, keys: Sequence[str], client: Client) -> bool:
    """Whether there was room. Raises Locked where there will be none for long."""
    async with app.transaction() as tx:
        await tx.db.run(ENSURE, keys=list(keys))
        counts = [_Count.of(row) for row in await _held(tx, keys, rules)]
        left = [count for count in counts if count.is_left]
        locked = [count for count in counts if count.is_locked]
        has_room = all(rules.room(count.failures, count.pending) > 0 for count in counts)
        if left:
            await _store(tx, client, [count.stored(rules) for count in left])
        elif has_room and not locked:
            await _store(tx, client, [count.stored(rules, pending=count.pending + 1) for count in counts])
    if locked:
        raise Locked(None if any(count.until is None for count in locked) else _latest(locked))
    return has_room and not left


async def _settle(app: App, rules: Rules, keys: Sequence[str], client: Client, *, freed: str | None) -> None:
    """freed: the key whose failures are forgotten, since it succeeded; None where the attempt failed."""
    async with app.transaction() as tx:
        rows: list[dict[str, Any]] = []
        for row in await _held(tx, keys, rules):
            count = _Count(row["key"], row["failures"], row["failures"], max(0, row["pending"] - 1))
            if freed is None:
                count = replace(count, failures=count.failures + 1)
            rows.append(count.stored(rules))
            if count.key == freed:
                rows[-1] |= {"failures": 0, "is_free": True}
        await _store(tx, client, rows)


async def _held(tx: Tx, keys: Sequence[str], rules: Rules) -> Sequence[Row]:
    return await tx.db.rows(HOLD, keys=list(keys), memory_s=rules.memory_s)


async def _store(tx: Tx, client: Client, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        if row["is_final"] or row["lock_s"] is not None:
            after = {"failures": row["failures"], "seconds": row["lock_s"]}
            await record(tx, client.actor(), "lockout.locked", "Lock", row["key"], after=after)
        if row["is_final"] and not row["key"].startswith("address:"):
            tx.enqueue(TELL_OF_LOCK, row["key"], client.address, client.short_agent)
    await tx.db.run(STORE, rows=list(rows))


@dataclass(frozen=True, slots=True)
class _Count:
    """What is written of a key. before: its failures when it was last written."""

    key: str
    before: int
    failures: int
    pending: int
    is_locked: bool = False
    until: datetime | None = None
    is_left: bool = False

    @classmethod
    def of(cls, row: Row) -> "_Count":
        failures, pending, is_locked = row["failures"], row["pending"], bool(row["is_locked"])
        is_left = row["is_left"] and pending > 0
        if is_left:
            return cls(row["key"], failures, failures + pending, 0, is_locked, row["until"], is_left=True)
        if row["is_old"] and not is_locked:
            failures = 0
        return cls(row["key"], failures, failures, pending, is_locked, row["until"])

    def stored(self, rules: Rules, *, pending: int | None = None) -> dict[str, Any]:
        """With the lock that its new failures bring."""
        step = rules.reached(self.before, self.failures)
        return {
            "key": self.key,
            "failures": self.failures,
            "pending": self.pending if pending is None else pending,
            "lock_s": step.duration.total_seconds() if step and step.duration else None,
            "is_final": step is not None and step.duration is None,
            "is_free": False,
        }


def _latest(locked: Sequence[_Count]) -> datetime | None:
    return max((count.until for count in locked if count.until), default=None)


async def _rules(app: App) -> Rules:
    steps = (
        Step(await value(app, FINAL_FAILURES), None),
        Step(await value(app, SECOND_FAILURES), await value(app, SECOND_DURATION)),
        Step(await value(app, FIRST_FAILURES), await value(app, FIRST_DURATION)),
    )
    return Rules(steps, (await value(app, MEMORY)).total_seconds())


_lines: WeakKeyDictionary[App, dict[bool, Turns]] = WeakKeyDictionary()


def _turns(app: App, key: str) -> Turns:
    """A crowd from one address waits here, and not in the database; who shows a code waits for no password."""
    lines = _lines.setdefault(app, {})
    return lines.setdefault(key.startswith(("account:", "password:")), Turns(AT_ONCE))
