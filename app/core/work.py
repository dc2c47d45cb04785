"""The worker's side of jobs: takes a hint from arq, claims the job in PostgreSQL, runs it under a lease."""

import asyncio
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from arq.worker import Worker, func
from sqlalchemy import text

from app.core.app import App
from app.core.dispatch import TROUBLE, arq_queue
from app.core.jobs import JOBS, Job, Queue, backoff_s

log = logging.getLogger(__name__)

LEASE_S = 15
HEARTBEAT_S = 5.0
RESTART_S = 1.0
# Jobs of one queue that run at once in a worker process.
WIDTH = {Queue.CRITICAL: 10, Queue.HIGH: 10, Queue.DEFAULT: 8, Queue.LOW: 4, Queue.BULK: 2}

CLAIM = text(
    """
    UPDATE outbox.jobs SET lease_until = now() + make_interval(secs => CAST(:lease_s AS int))
    WHERE id = :id AND attempt = :attempt AND lease_until IS NULL AND failed_at IS NULL
    RETURNING name, args
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
    UPDATE outbox.jobs SET lease_until = NULL, dispatched_at = NULL, error = :error,
      run_at = now() + make_interval(secs => CAST(:delay_s AS float8))
    WHERE id = :id AND attempt = :attempt
    """
)
GIVE_BACK = text(
    "UPDATE outbox.jobs SET lease_until = NULL, dispatched_at = NULL WHERE id = :id AND attempt = :attempt"
)
GIVE_UP = text(
    "UPDATE outbox.jobs SET lease_until = NULL, failed_at = now(), error = :error WHERE id = :id AND attempt = :attempt"
)


async def run_job(app: App, job_id: UUID, attempt: int) -> None:
    """Run a job if this attempt of it is still to be done; a repeated or outdated hint does nothing."""
    claimed = await app.db.row(CLAIM, id=job_id, attempt=attempt, lease_s=LEASE_S)
    if claimed is None:
        return
    name, args = claimed
    job = JOBS.get(name)
    if job is None:
        await app.db.run(GIVE_UP, id=job_id, attempt=attempt, error=f"This version has no job {name}.")
        return
    try:
        await _under_lease(app, job, args, job_id, attempt)
    except asyncio.CancelledError:
        await asyncio.shield(app.db.run(GIVE_BACK, id=job_id, attempt=attempt))
        raise
    except Exception as error:  # noqa: BLE001
        await _failed(app, job, job_id, attempt, error)
    else:
        await app.db.run(FINISH, id=job_id, attempt=attempt)


async def _under_lease(app: App, job: Job, args: list[Any], job_id: UUID, attempt: int) -> None:
    work = asyncio.ensure_future(job.run(app, *args))
    try:
        async with asyncio.timeout(job.timeout.total_seconds()):
            while not work.done():
                await asyncio.wait({work}, timeout=HEARTBEAT_S)
                if not work.done() and not await _extended(app, job_id, attempt):
                    raise LeaseLost(f"Job {job_id} was given to another worker.")
        await work
    finally:
        if not work.done():
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


async def _extended(app: App, job_id: UUID, attempt: int) -> bool:
    """Whether the job is still ours; a database that can't be asked is no reason to drop the work."""
    try:
        return await app.db.run(EXTEND, id=job_id, attempt=attempt, lease_s=LEASE_S) == 1
    except TROUBLE as error:
        log.warning("The lease of job %s can't be extended: %s", job_id, error)
        return True


async def _failed(app: App, job: Job, job_id: UUID, attempt: int, error: Exception) -> None:
    text_of_error = f"{type(error).__name__}: {error}"
    if attempt >= job.tries:
        log.error("Job %s failed for good: %s", job.name, text_of_error, exc_info=error)
        await app.db.run(GIVE_UP, id=job_id, attempt=attempt, error=text_of_error)
        return
    log.warning("Job %s failed and will be tried again: %s", job.name, text_of_error, exc_info=error)
    await app.db.run(RETRY, id=job_id, attempt=attempt, error=text_of_error, delay_s=backoff_s(attempt))
    app.dispatcher.kick()


class LeaseLost(Exception):
    """Another worker has taken over, since this one was not heard of for too long."""


async def work(app: App) -> None:
    """Take jobs from all five queues until cancelled. Redis may come and go meanwhile."""
    async with asyncio.TaskGroup() as group:
        for queue in Queue:
            group.create_task(_serve_queue(app, queue), name=f"queue-{queue}")


async def _serve_queue(app: App, queue: Queue) -> None:
    running: set[asyncio.Task[None]] = set()
    try:
        while True:
            try:
                await _arq_worker(app, queue, running).async_run()
            except TROUBLE as error:
                log.warning("Queue %s waits for Redis: %s", queue, str(error) or type(error).__name__)
            await asyncio.sleep(RESTART_S)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _arq_worker(app: App, queue: Queue, running: set[asyncio.Task[None]]) -> Worker:
    """An arq worker whose jobs outlive it: they need PostgreSQL, and a lost Redis is no reason to stop them."""
    longest = max((job.timeout for job in JOBS.values()), default=timedelta(minutes=5))

    async def run(ctx: dict[Any, Any], job_id: str, attempt: int) -> None:
        task = asyncio.create_task(run_job(app, UUID(job_id), attempt))
        running.add(task)
        task.add_done_callback(running.discard)
        await asyncio.shield(task)

    return Worker(
        functions=[func(run, name="run", keep_result=0, timeout=longest + timedelta(minutes=1), max_tries=1)],
        queue_name=arq_queue(app.config.namespace, queue),
        redis_pool=app.redis,
        handle_signals=False,
        keep_result=0,
        max_jobs=WIDTH[queue],
        max_tries=1,
        poll_delay=0.1,
        health_check_interval=60,
        health_check_key=f"{app.config.namespace}:health:{queue}:{uuid4().hex}",
        log_results=False,
    )
