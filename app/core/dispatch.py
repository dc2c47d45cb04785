"""The dispatcher: publishes what the outbox holds, in commit order, and sweeps up what a crash left behind."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from arq.connections import ArqRedis
from arq.constants import job_key_prefix
from asyncpg import InterfaceError, PostgresError
from redis.exceptions import RedisError
from sqlalchemy import text

from app.core.db import Database, Db, Row
from app.core.outbox import DISPATCH_LOCK

log = logging.getLogger(__name__)

TROUBLE = (RedisError, PostgresError, InterfaceError, OSError, TimeoutError)
SWEEP_EVERY_S = 2.0
LOST_AFTER_S = 10
BATCH = 500

TAKE_TURN = text(f"SELECT pg_advisory_lock({DISPATCH_LOCK})")
GIVE_TURN = text(f"SELECT pg_advisory_unlock({DISPATCH_LOCK})")
DISPATCHED_SEQ = text("SELECT dispatched_seq FROM outbox.cursor")
EVENTS_AFTER = text(
    "SELECT seq, name, payload FROM outbox.events WHERE seq > :seq ORDER BY seq LIMIT CAST(:most AS int)"
)
MOVE_CURSOR = text("UPDATE outbox.cursor SET dispatched_seq = :seq")
WAITING_JOBS = text(
    """
    SELECT id, attempt + 1 AS attempt, queue FROM outbox.jobs
    WHERE dispatched_at IS NULL AND failed_at IS NULL AND run_at <= now()
    ORDER BY run_at, id LIMIT CAST(:most AS int)
    """
)
# The attempt is counted before Redis hears of it: a hint may come twice, never with an old number.
MARK_DISPATCHED = text(
    """
    UPDATE outbox.jobs SET dispatched_at = now(), attempt = attempt + 1
    WHERE id = ANY(CAST(:ids AS uuid[])) AND dispatched_at IS NULL
    """
)
RELEASE_DEAD = text(
    "UPDATE outbox.jobs SET dispatched_at = NULL, lease_until = NULL WHERE failed_at IS NULL AND lease_until < now()"
)
UNSTARTED_JOBS = text(
    """
    SELECT id, attempt FROM outbox.jobs
    WHERE failed_at IS NULL AND lease_until IS NULL
      AND dispatched_at < now() - make_interval(secs => CAST(:age_s AS int))
    ORDER BY dispatched_at LIMIT CAST(:most AS int)
    """
)
RELEASE_LOST = text(
    """
    UPDATE outbox.jobs SET dispatched_at = NULL
    WHERE id = ANY(CAST(:ids AS uuid[])) AND lease_until IS NULL
    """
)
DROP_OLD_EVENTS = text(
    """
    DELETE FROM outbox.events USING outbox.cursor
    WHERE seq <= dispatched_seq AND created_at < now() - make_interval(secs => CAST(:age_s AS int))
    """
)


def channel(namespace: str) -> str:
    """The one pub/sub channel of an installation's events."""
    return f"{namespace}:events"


def arq_id(job_id: UUID | str, attempt: int) -> str:
    """A job's id in arq; a new one for each attempt, so that what arq remembers of a dead one is no obstacle."""
    return f"{job_id}:{attempt}"


def arq_queue(namespace: str, queue: str) -> str:
    return f"{namespace}:queue:{queue}"


class Dispatcher:
    """One per process; they take turns under an advisory lock, so that order holds whoever publishes."""

    def __init__(self, database: Database, redis: ArqRedis, namespace: str) -> None:
        self._database = database
        self._redis = redis
        self._namespace = namespace
        self._kicked = asyncio.Event()

    def kick(self) -> None:
        """Something was committed to the outbox."""
        self._kicked.set()

    async def run(self) -> None:
        """Dispatch at every kick, and every two seconds what others left; trouble is logged and tried again."""
        troubled = False
        while True:
            # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the kick.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_EVERY_S):
                    await self._kicked.wait()
            swept = not self._kicked.is_set()
            self._kicked.clear()
            try:
                await self.dispatch(sweep=swept)
                troubled = False
            except TROUBLE as error:
                if not troubled:
                    log.warning("The outbox waits: %s", str(error) or type(error).__name__)
                troubled = True

    async def dispatch(self, *, sweep: bool = False) -> None:
        """Publish all that is committed and not yet published. Raises what Redis and PostgreSQL raise."""
        async with self._database.pool.acquire() as connection:
            db = Db(connection, self._database.db.on_statement)
            await db.run(TAKE_TURN)
            try:
                if sweep:
                    await self._sweep(db)
                await self._publish_events(db)
                await self._publish_jobs(db)
            finally:
                await db.run(GIVE_TURN)

    async def _publish_events(self, db: Db) -> None:
        seq: int = await db.value(DISPATCHED_SEQ)
        while events := await db.rows(EVENTS_AFTER, seq=seq, most=BATCH):
            async with self._redis.pipeline(transaction=False) as pipe:
                for event in events:
                    pipe.publish(channel(self._namespace), _message(event, seq))
                    seq = event["seq"]
                await pipe.execute()
            await db.run(MOVE_CURSOR, seq=seq)

    async def _publish_jobs(self, db: Db) -> None:
        while jobs := await db.rows(WAITING_JOBS, most=BATCH):
            await db.run(MARK_DISPATCHED, ids=[job["id"] for job in jobs])
            await self._hint(jobs)

    async def _hint(self, jobs: Sequence[Row]) -> None:
        for job in jobs:
            await self._redis.enqueue_job(
                "run",
                str(job["id"]),
                job["attempt"],
                _job_id=arq_id(job["id"], job["attempt"]),
                _queue_name=arq_queue(self._namespace, job["queue"]),
            )

    async def _sweep(self, db: Db) -> None:
        await db.run(RELEASE_DEAD)
        unstarted = await db.rows(UNSTARTED_JOBS, age_s=LOST_AFTER_S, most=BATCH)
        if not unstarted:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            for job in unstarted:
                pipe.exists(job_key_prefix + arq_id(job["id"], job["attempt"]))
            known = await pipe.execute()
        lost = [job["id"] for job, there in zip(unstarted, known, strict=True) if not there]
        if lost:
            log.warning("Redis forgot %d waiting jobs; they are queued again.", len(lost))
            await db.run(RELEASE_LOST, ids=lost)


def _message(event: Row, previous: int) -> bytes:
    body: dict[str, Any] = {"seq": event["seq"], "previous": previous, "name": event["name"]}
    return orjson.dumps(body | {"payload": event["payload"]})
