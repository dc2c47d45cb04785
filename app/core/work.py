"""The worker's side of jobs: takes a hint from arq, claims the job in PostgreSQL, runs it under a lease."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from sqlalchemy import TextClause, text

from app.core.app import App
from app.core.dispatch import RELEASE, TROUBLE, arq_queue, end_if_cancelled
from app.core.ending import end
from app.core.jobs import JOBS, Job, Queue, backoff_s

log = logging.getLogger(__name__)

LEASE_S = 15
HEARTBEAT_S = 5.0
RESTART_S = 1.0
# Within the lease, PostgreSQL may be away when a job ends.
SETTLE_TRIES = 10
SETTLE_PAUSE_S = 1.0
# How many workers a job may take down with it before it is given up.
MOST_DEATHS = 10
# How long arq may take to tell Redis, at the end, that it is through with its hints.
FAREWELL_S = 2.0
# Jobs of one queue that run at once in a worker process.
WIDTH = {Queue.CRITICAL: 10, Queue.HIGH: 10, Queue.DEFAULT: 8, Queue.LOW: 4, Queue.BULK: 2}

CLAIM = text(
    """
    UPDATE outbox.jobs SET lease_until = now() + make_interval(secs => CAST(:lease_s AS int))
    WHERE id = :id AND attempt = :attempt AND dispatched_at IS NOT NULL AND lease_until IS NULL AND failed_at IS NULL
    RETURNING name, args, failures, deaths
    """
)
EXTEND = text(
    """
    UPDATE outbox.jobs SET lease_until = now() + make_interval(secs => CAST(:lease_s AS int))
    WHERE id = :id AND attempt = :attempt
    """
)
FINISH = text("DELETE FROM outbox.jobs WHERE id = :id AND attempt = :attempt")
RETRY = text(
    """
    UPDATE outbox.jobs SET lease_until = NULL, dispatched_at = NULL, error = :error, failures = failures + 1,
      run_at = now() + make_interval(secs => CAST(:delay_s AS float8))
    WHERE id = :id AND attempt = :attempt
    """
)
GIVE_BACK = text(
    "UPDATE outbox.jobs SET lease_until = NULL, dispatched_at = NULL WHERE id = :id AND attempt = :attempt"
)
GIVE_UP = text(
    """
    UPDATE outbox.jobs SET lease_until = NULL, failed_at = now(), error = :error, failures = failures + 1
    WHERE id = :id AND attempt = :attempt
    """
)


async def run_job(app: App, job_id: UUID, attempt: int) -> None:
    """Run a job if this attempt of it is still to be done; a repeated or outdated hint does nothing."""
    claimed = await app.db.row(CLAIM, id=job_id, attempt=attempt, lease_s=LEASE_S)
    if claimed is None:
        return
    name, args, failures, deaths = claimed
    job = JOBS.get(name)
    if job is None:
        log.error("Job %s is given up: this version has no job of that name.", name)
        await _settle(app, GIVE_UP, id=job_id, attempt=attempt, error=f"This version has no job {name}.")
        return
    if deaths >= MOST_DEATHS:
        await _give_up(app, job, args, job_id, attempt, f"Its worker died {deaths} times.")
        return
    try:
        await _under_lease(app, job, args, job_id, attempt)
    except asyncio.CancelledError:
        await asyncio.shield(app.db.run(GIVE_BACK, id=job_id, attempt=attempt))
        app.dispatcher.kick()
        raise
    except LeaseLost as lost:
        log.warning("%s", lost)
    except Exception as error:  # noqa: BLE001
        await _failed(app, job, args, job_id, attempt, failures + 1, error)
    else:
        await _settle(app, FINISH, id=job_id, attempt=attempt)


async def _under_lease(app: App, job: Job, args: list[Any], job_id: UUID, attempt: int) -> None:
    work = asyncio.ensure_future(job.run(app, *args))
    limit = asyncio.timeout(job.timeout.total_seconds())
    try:
        async with limit:
            while not work.done():
                await asyncio.wait({work}, timeout=HEARTBEAT_S)
                if not work.done() and not await _extended(app, job_id, attempt):
                    raise LeaseLost(f"Job {job.name} {job_id} was given to another worker.")
            if work.cancelled():
                raise CancelledWithin("cancelled, though nobody asked for it")
            await work
    except TimeoutError:
        if limit.expired():
            raise TookTooLong(f"not done in {job.timeout.total_seconds():g} s") from None
        raise
    finally:
        if not work.done():
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


async def _extended(app: App, job_id: UUID, attempt: int) -> bool:
    """Whether the job is still ours; a database that can't be asked is no reason to drop the work."""
    try:
        return await app.db.run(EXTEND, id=job_id, attempt=attempt, lease_s=LEASE_S) == 1
    except Exception as error:  # noqa: BLE001
        log.warning("The lease of job %s can't be extended: %s", job_id, error)
        return True


async def _failed(
    app: App, job: Job, args: list[Any], job_id: UUID, attempt: int, failures: int, error: Exception
) -> None:
    text_of_error = f"{type(error).__name__}: {error}"
    if failures >= job.tries:
        log.error("Job %s failed with its last try.", job.name, exc_info=error)
        await _give_up(app, job, args, job_id, attempt, text_of_error)
        return
    log.warning("Job %s failed and will be tried again: %s", job.name, text_of_error, exc_info=error)
    wait_s = backoff_s(failures)
    await _settle(app, RETRY, id=job_id, attempt=attempt, error=_storable(text_of_error), delay_s=wait_s)
    app.dispatcher.kick()


async def _give_up(app: App, job: Job, args: list[Any], job_id: UUID, attempt: int, error: str) -> None:
    log.error("Job %s is given up: %s", job.name, error)

    async def write() -> None:
        async with app.transaction() as tx:
            given_up = await tx.db.run(GIVE_UP, id=job_id, attempt=attempt, error=_storable(error))
            if given_up and job.gave_up is not None:
                await job.gave_up(tx, *args, error=_storable(error))

    await _insist(write, job_id)


async def _settle(app: App, statement: TextClause, **params: Any) -> None:
    await _insist(lambda: app.db.run(statement, **params), params["id"])


async def _insist(write: Callable[[], Awaitable[Any]], job_id: UUID) -> None:
    """Write down a job's end, though PostgreSQL may be restarting just now."""
    for _ in range(SETTLE_TRIES - 1):
        try:
            await write()
        except Exception as error:  # noqa: BLE001
            log.warning("The end of job %s can't be written yet: %s", job_id, error)
            await asyncio.sleep(SETTLE_PAUSE_S)
        else:
            return
    await write()


def _storable(text_of_error: str) -> str:
    """Without what PostgreSQL's text can't hold: NUL, and the surrogates of undecodable file names."""
    return text_of_error.replace("\0", "\\0").encode(errors="backslashreplace").decode()


class LeaseLost(Exception):
    """Another worker has taken over, since this one was not heard of for too long."""


class TookTooLong(Exception):
    """A job reached its timeout."""


class CancelledWithin(Exception):
    """A job ended by a cancellation of its own making, which is an error like others."""


async def work(app: App) -> None:
    """Take jobs from all five queues until cancelled. Redis may come and go meanwhile."""
    serving = [asyncio.create_task(_serve_queue(app, queue), name=f"queue-{queue}") for queue in Queue]
    try:
        done, _ = await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(*serving, patience_s=FAREWELL_S + 1)
    for queue in done:
        queue.result()


async def _serve_queue(app: App, queue: Queue) -> None:
    lane = Lane(app, queue)
    try:
        while True:
            await lane.serve()
            end_if_cancelled()
            await _until_redis_answers(app)
    finally:
        await lane.end()


async def _until_redis_answers(app: App) -> None:
    while True:
        await asyncio.sleep(RESTART_S)
        with contextlib.suppress(*TROUBLE):
            await app.redis.ping()  # pyright: ignore[reportGeneralTypeIssues, reportUnknownMemberType]
            return
        end_if_cancelled()


class Poller(Worker):
    """An arq worker that is cancelled between two looks at its queue and not amid one.

    redis-py's Pipeline.reset, cancelled while it says UNWATCH, never gives its connection back.
    """

    polling: asyncio.Task[None] | None = None

    async def _poll_iteration(self) -> None:
        self.polling = asyncio.create_task(super()._poll_iteration())
        await asyncio.shield(self.polling)

    async def rest(self) -> None:
        """Wait for the last look to end, though not for long."""
        if self.polling is not None:
            await _finished({self.polling})


class Lane:
    """One queue: an arq worker that is renewed when Redis comes back, and the jobs, which outlive it.

    Jobs need PostgreSQL alone, so a lost Redis is no reason to stop them.
    """

    def __init__(self, app: App, queue: Queue) -> None:
        self._app = app
        self._queue = queue
        self._jobs: set[asyncio.Task[None]] = set()
        self._hints: set[asyncio.Task[Any]] = set()
        self._is_ending = False

    async def serve(self) -> None:
        """Take jobs until Redis is lost."""
        worker = self._worker()
        worker.job_counter = len(self._jobs)
        for task in self._jobs:
            task.add_done_callback(lambda _: _leave(worker))
        try:
            await worker.async_run()
        except TROUBLE as error:
            log.warning("Queue %s waits for Redis: %s", self._queue, str(error) or type(error).__name__)
        except asyncio.CancelledError:
            self._is_ending = True
            raise
        finally:
            await worker.rest()
            self._hints.update(worker.tasks.values())
            for hint in worker.tasks.values():
                hint.add_done_callback(self._forget)

    async def end(self) -> None:
        """Give back what runs, and let arq tell Redis so."""
        self._is_ending = True
        for task in self._jobs:
            task.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        await _finished(self._hints)

    def _forget(self, hint: asyncio.Task[Any]) -> None:
        self._hints.discard(hint)
        if not hint.cancelled() and (error := hint.exception()) is not None:
            log.debug("Redis was not told of the end of a job: %s", error)

    async def _run(self, ctx: dict[Any, Any], job_id: str, attempt: int) -> None:
        """What arq calls. It may be cancelled without the job being so; a job given back is no error to arq."""
        if self._is_ending:
            await self._app.db.run(RELEASE, ids=[job_id])
            return
        task = asyncio.create_task(run_job(self._app, UUID(job_id), attempt))
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        await asyncio.wait({task})
        if task.cancelled():
            return
        try:
            task.result()
        except TROUBLE as error:
            log.warning("Job %s is left to be repeated: %s", job_id, str(error) or type(error).__name__)

    def _worker(self) -> Poller:
        longest = max((job.timeout for job in JOBS.values()), default=timedelta(minutes=5))
        namespace = self._app.config.namespace
        run = func(
            cast("WorkerCoroutine", self._run),
            name="run",
            keep_result=0,
            timeout=longest + timedelta(minutes=1),
            max_tries=1,
        )
        return Poller(
            functions=[run],
            queue_name=arq_queue(namespace, self._queue),
            redis_pool=self._app.redis,
            handle_signals=False,
            keep_result=0,
            max_jobs=WIDTH[self._queue],
            max_tries=1,
            poll_delay=0.1,
            health_check_interval=60,
            health_check_key=f"{namespace}:health:{self._queue}:{uuid4().hex}",
            log_results=False,
        )


async def _finished(tasks: set[asyncio.Task[Any]]) -> None:
    """Wait for the tasks, though not for long; what went wrong in them was said where it did."""
    if tasks := set(tasks):
        _, late = await asyncio.wait(tasks, timeout=FAREWELL_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _leave(worker: Worker) -> None:
    """Jobs that began under an earlier worker count among this one's until they end."""
    worker.job_counter -= 1
