"""The dispatcher: publishes what the outbox holds, in commit order, and sweeps up what a crash left behind."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import orjson
from arq.connections import ArqRedis
from arq.constants import in_progress_key_prefix, job_key_prefix
from asyncpg import InterfaceError, InternalClientError, PostgresError
from redis.exceptions import RedisError
from sqlalchemy import text

from app.core.db import Database, Db, Row
from app.core.outbox import DISPATCH_LOCK

log = logging.getLogger(__name__)

# InternalClientError is what asyncpg may say of a connection that dies between two steps.
TROUBLE = (RedisError, PostgresError, InterfaceError, InternalClientError, OSError, TimeoutError)
SWEEP_EVERY_S = 2.0
LOST_AFTER_S = 10
DROP_EVERY_S = 600.0
BATCH = 500

# A dispatcher that stops in the midst of its turn loses its connection, and the lock with it.
TAKE_TURN = text(
    f"SELECT set_config('idle_session_timeout', '90s', false), pg_advisory_lock({DISPATCH_LOCK})"
)
# Also right where it is not known whether the turn was taken.
GIVE_TURN = text("SELECT pg_advisory_unlock_all(); RESET idle_session_timeout")
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
    """
    UPDATE outbox.jobs SET dispatched_at = NULL, lease_until = NULL, deaths = deaths + 1
    WHERE failed_at IS NULL AND lease_until < now()
    """
)
UNSTARTED_JOBS = text(
    """
    SELECT id, attempt FROM outbox.jobs
    WHERE failed_at IS NULL AND lease_until IS NULL
      AND dispatched_at < now() - make_interval(secs => CAST(:age_s AS int))
    ORDER BY dispatched_at LIMIT CAST(:most AS int)
    """
)
RELEASE = text(
    """
    UPDATE outbox.jobs SET dispatched_at = NULL
    WHERE id = ANY(CAST(:ids AS uuid[])) AND lease_until IS NULL
    """
)
# From the start on without a hole: a long transaction's events are older than their place.
DROP_OLD_EVENTS = text(
    """
    WITH kept AS (
        SELECT seq FROM outbox.events WHERE created_at >= now() - make_interval(secs => CAST(:age_s AS int))
        ORDER BY seq LIMIT 1
    ), old AS (
        SELECT seq FROM outbox.events
        WHERE seq <= (SELECT dispatched_seq FROM outbox.cursor)
          AND seq < coalesce((SELECT seq FROM kept), 9223372036854775807)
        ORDER BY seq LIMIT CAST(:most AS int)
    ), dropped AS (
        DELETE FROM outbox.events USING old WHERE events.seq = old.seq RETURNING events.seq
    )
    UPDATE outbox.cursor SET dropped_seq = (SELECT max(seq) FROM dropped) WHERE EXISTS (SELECT FROM dropped)
    RETURNING (SELECT count(*) FROM dropped)
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


@asynccontextmanager
async def turn(database: Database) -> AsyncGenerator[Db]:
    """The connection of the one who dispatches, once it is our turn; waits for it. Not counted among statements.

    However the block ends, neither the lock nor the setting stays on a connection of the pool: one that can't give
    them back, or is cancelled while it does, is closed.
    """
    async with database.connections.lent() as connection:
        db = Db(connection)
        try:
            await db.run(TAKE_TURN)
            yield db
        finally:
            try:
                await db.run(GIVE_TURN)
            except BaseException:
                connection.terminate()
                raise


class Dispatcher:
    """One per process; they take turns under an advisory lock, so that order holds whoever publishes."""

    def __init__(self, database: Database, redis: ArqRedis, namespace: str, event_retention_s: int) -> None:
        self._database = database
        self._redis = redis
        self._namespace = namespace
        self._event_retention_s = event_retention_s
        self._kicked = asyncio.Event()
        self._drop_at = 0.0

    def kick(self) -> None:
        """Something was committed to the outbox."""
        self._kicked.set()

    async def run(self) -> None:
        """Dispatch at every kick, and every two seconds what others left; trouble is logged and tried again."""
        is_troubled, sweep_at = False, 0.0
        self.kick()
        while True:
            # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the kick.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_EVERY_S):
                    await self._kicked.wait()
            self._kicked.clear()
            # By the clock, since on a busy server the kicks never pause.
            if is_due := _now() >= sweep_at:
                sweep_at = _now() + SWEEP_EVERY_S
            is_troubled = await self._try_to_dispatch(is_due, is_troubled)
            end_if_cancelled()

    async def _try_to_dispatch(self, sweep: bool, is_troubled: bool) -> bool:
        """Whether there was trouble, which is told once."""
        try:
            await self.dispatch(sweep=sweep)
        except TROUBLE as error:
            if not is_troubled:
                log.warning("The outbox waits: %s", str(error) or type(error).__name__)
            return True
        except Exception:
            log.exception("The outbox stumbled and goes on")
            return True
        return False

    async def dispatch(self, *, sweep: bool = False) -> None:
        """Publish all that is committed and not yet published. Raises what Redis and PostgreSQL raise."""
        async with turn(self._database) as db:
            if sweep:
                await self._sweep(db)
            await self._publish_events(db)
            await self._publish_jobs(db)

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
            ids = [job["id"] for job in jobs]
            await db.run(MARK_DISPATCHED, ids=ids)
            try:
                await self._hint(jobs)
            except BaseException:
                # Some hints may have arrived; they are outdated with the next attempt.
                await db.run(RELEASE, ids=ids)
                raise

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
        if dead := await db.run(RELEASE_DEAD):
            log.warning("%d jobs were not heard of for too long; they are queued again.", dead)
        await self._drop_old_events(db)
        await self._release_lost(db)

    async def _drop_old_events(self, db: Db) -> None:
        if _now() < self._drop_at:
            return
        while await db.value(DROP_OLD_EVENTS, age_s=self._event_retention_s, most=BATCH) == BATCH:
            pass
        self._drop_at = _now() + DROP_EVERY_S

    async def _release_lost(self, db: Db) -> None:
        """Find hints that Redis forgot, and those that a worker took and died before it claimed the job."""
        unstarted = await db.rows(UNSTARTED_JOBS, age_s=LOST_AFTER_S, most=BATCH)
        if not unstarted:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            for job in unstarted:
                pipe.exists(job_key_prefix + arq_id(job["id"], job["attempt"]))
                pipe.exists(in_progress_key_prefix + arq_id(job["id"], job["attempt"]))
            known = await pipe.execute()
        waits = [
            is_there and not is_taken for is_there, is_taken in zip(known[::2], known[1::2], strict=True)
        ]
        lost = [job["id"] for job, is_waiting in zip(unstarted, waits, strict=True) if not is_waiting]
        if lost and (released := await db.run(RELEASE, ids=lost)):
            log.warning("The hints of %d waiting jobs were lost; they are queued again.", released)


def end_if_cancelled() -> None:
    """Raise the cancellation of the current task that an error in some `finally` took the place of."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _now() -> float:
    return asyncio.get_running_loop().time()


def _message(event: Row, previous: int) -> bytes:
    body: dict[str, Any] = {"seq": event["seq"], "previous": previous, "name": event["name"]}
    return orjson.dumps(body | {"payload": event["payload"]})
