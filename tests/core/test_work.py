"""Jobs run once if they can, again if they must, and are given up with a reason."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import dispatch
from app.core import work as work_module
from app.core.jobs import JOBS, Queue, backoff_s, job
from app.core.work import run_job, work
from tests.core.quiet import quiet, until
from tests.patience import PATIENCE_S

JOB = text("SELECT *, run_at > now() AS is_later FROM outbox.jobs")
NOW = text("UPDATE outbox.jobs SET run_at = now()")
IDS = text("SELECT id, attempt FROM outbox.jobs")
EXPIRE = text("UPDATE outbox.jobs SET lease_until = now() - interval '1 second'")


@pytest.fixture
def registered():
    """A job of this test, gone afterwards: `registered(run, **settings)`."""
    known = dict(JOBS)
    yield lambda run, **settings: job("test.work", **settings)(run)
    JOBS.clear()
    JOBS.update(known)


class Recorder:
    """A job's body: notes its arguments, then does what the test says."""

    def __init__(self, then=None):
        self.calls = []
        self.began = asyncio.Event()
        self._then = then

    async def __call__(self, app, *args):
        self.calls.append(args)
        self.began.set()
        if self._then is not None:
            await self._then()


class Forever:
    """What a job waits for; notes whether it was cancelled."""

    def __init__(self):
        self.release = asyncio.Event()
        self.was_cancelled = False

    async def __call__(self):
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


async def enqueue(app, a_job, *args, **options):
    async with app.transaction() as tx:
        tx.enqueue(a_job, *args, **options)


async def dispatched(app):
    """The only job's id and attempt, after its hint went out."""
    await app.db.run(NOW)
    await app.dispatcher.dispatch(sweep=True)
    row = await app.db.row(IDS)
    return row["id"], row["attempt"]


@asynccontextmanager
async def at_work(*apps):
    """Workers, which end before the applications do, however the test ends; none may have failed."""
    working = [asyncio.create_task(work(app)) for app in apps]
    try:
        yield
    finally:
        for worker in working:
            worker.cancel()
        ends = await asyncio.gather(*working, return_exceptions=True)
    assert [end for end in ends if isinstance(end, Exception)] == []


async def is_done(app):
    return await app.db.row(JOB) is None


def fail():
    raise ValueError("no \0 film in \udcff")


async def failing():
    fail()


async def test_a_job_runs_with_its_arguments_and_is_gone(quiet_app, registered):
    body = Recorder()
    await enqueue(quiet_app, registered(body), "id", 2, None)

    await run_job(quiet_app, *await dispatched(quiet_app))

    assert body.calls == [("id", 2, None)]
    assert await is_done(quiet_app)


async def test_a_repeated_hint_does_nothing(quiet_app, registered):
    wait = Forever()
    body = Recorder(wait)
    await enqueue(quiet_app, registered(body))
    hint = await dispatched(quiet_app)
    first = asyncio.create_task(run_job(quiet_app, *hint))
    await body.began.wait()

    await run_job(quiet_app, *hint)
    wait.release.set()
    await first
    await run_job(quiet_app, *hint)

    assert len(body.calls) == 1


async def test_a_hint_of_an_earlier_attempt_does_nothing(quiet_app, registered):
    body = Recorder()
    await enqueue(quiet_app, registered(body))
    job_id, attempt = await dispatched(quiet_app)
    await quiet_app.db.run(text("UPDATE outbox.jobs SET dispatched_at = NULL"))

    await run_job(quiet_app, job_id, attempt)
    assert body.calls == []
    assert await dispatched(quiet_app) == (job_id, attempt + 1)
    await run_job(quiet_app, job_id, attempt)

    assert body.calls == []


async def test_a_failure_is_tried_again_later_and_given_up_in_the_end(quiet_app, registered, monkeypatch):
    monkeypatch.setattr(work_module.log, "disabled", True)  # xdist can't send what holds surrogates
    body = Recorder(failing)
    await enqueue(quiet_app, registered(body, tries=2))

    await run_job(quiet_app, *await dispatched(quiet_app))
    row = await quiet_app.db.row(JOB)
    assert (row["failures"], row["is_later"], row["failed_at"], row["lease_until"]) == (1, True, None, None)

    await run_job(quiet_app, *await dispatched(quiet_app))
    row = await quiet_app.db.row(JOB)
    assert row["failed_at"] is not None
    assert row["error"] == "ValueError: no \\0 film in \\udcff"

    await quiet_app.dispatcher.dispatch(sweep=True)
    await run_job(quiet_app, row["id"], row["attempt"])
    assert len(body.calls) == 2


async def test_hints_that_got_lost_are_no_failures(quiet_app, registered, monkeypatch):
    monkeypatch.setattr(work_module.log, "disabled", True)
    body = Recorder(failing)
    await enqueue(quiet_app, registered(body, tries=2))
    for _ in range(5):
        await dispatched(quiet_app)
        await quiet_app.db.run(text("UPDATE outbox.jobs SET dispatched_at = NULL"))

    await run_job(quiet_app, *await dispatched(quiet_app))

    assert (await quiet_app.db.row(JOB))["failed_at"] is None


def test_the_wait_doubles_up_to_five_minutes():
    assert [backoff_s(failures) for failures in (1, 2, 3, 9, 10, 1000)] == [1, 2, 4, 256, 300, 300]


async def test_a_job_of_a_dead_worker_runs_again(quiet_app, registered, monkeypatch):
    body = Recorder()
    await enqueue(quiet_app, registered(body))
    hint = await dispatched(quiet_app)
    await quiet_app.db.row(work_module.CLAIM, id=hint[0], attempt=hint[1], lease_s=15)
    await quiet_app.db.run(EXPIRE)

    await run_job(quiet_app, *await dispatched(quiet_app))

    assert len(body.calls) == 1
    assert await is_done(quiet_app)


async def test_a_lease_is_extended_as_long_as_the_job_runs(quiet_app, registered, monkeypatch):
    monkeypatch.setattr(work_module, "HEARTBEAT_S", 0.01)
    wait = Forever()
    body = Recorder(wait)
    await enqueue(quiet_app, registered(body))
    running = asyncio.create_task(run_job(quiet_app, *await dispatched(quiet_app)))
    await body.began.wait()
    await quiet_app.db.run(EXPIRE)

    in_the_future = text("SELECT lease_until > now() FROM outbox.jobs")
    await until(lambda: quiet_app.db.value(in_the_future))

    wait.release.set()
    await running
    assert await is_done(quiet_app)


async def test_work_whose_lease_is_lost_is_cancelled_and_leaves_the_job_to_its_new_owner(
    quiet_app, registered, monkeypatch
):
    monkeypatch.setattr(work_module, "HEARTBEAT_S", 0.01)
    wait = Forever()
    body = Recorder(wait)
    await enqueue(quiet_app, registered(body))
    running = asyncio.create_task(run_job(quiet_app, *await dispatched(quiet_app)))
    await body.began.wait()
    await quiet_app.db.run(
        text("UPDATE outbox.jobs SET attempt = 2, lease_until = now() + interval '1 hour'")
    )

    await running

    row = await quiet_app.db.row(JOB)
    assert wait.was_cancelled
    assert (row["attempt"], row["failures"], row["error"]) == (2, 0, None)
    assert row["lease_until"] is not None


async def test_a_job_that_takes_too_long_has_failed(quiet_app, registered):
    wait = Forever()
    await enqueue(quiet_app, registered(wait_in(wait), tries=1, timeout=timedelta(seconds=0.05)))

    await run_job(quiet_app, *await dispatched(quiet_app))

    assert wait.was_cancelled
    assert (await quiet_app.db.row(JOB))["error"] == "TookTooLong: not done in 0.05 s"


async def test_a_timeout_within_a_job_is_its_own(quiet_app, registered):
    async def timing_out():
        raise TimeoutError("the provider is slow")

    await enqueue(quiet_app, registered(Recorder(timing_out), tries=1))

    await run_job(quiet_app, *await dispatched(quiet_app))

    assert (await quiet_app.db.row(JOB))["error"] == "TimeoutError: the provider is slow"


async def test_a_job_that_cancels_itself_has_failed(quiet_app, registered):
    async def cancelling():
        raise asyncio.CancelledError

    await enqueue(quiet_app, registered(Recorder(cancelling), tries=1))

    await run_job(quiet_app, *await dispatched(quiet_app))

    assert (await quiet_app.db.row(JOB))["error"].startswith("CancelledWithin")


async def test_a_job_that_this_version_doesnt_know_is_given_up(quiet_app, registered):
    await enqueue(quiet_app, registered(Recorder()))
    del JOBS["test.work"]

    await run_job(quiet_app, *await dispatched(quiet_app))

    row = await quiet_app.db.row(JOB)
    assert row["failed_at"] is not None
    assert row["error"] == "This version has no job test.work."


async def test_a_job_cancelled_at_shutdown_is_given_back_at_once(quiet_app, registered):
    body = Recorder(Forever())
    await enqueue(quiet_app, registered(body))
    running = asyncio.create_task(run_job(quiet_app, *await dispatched(quiet_app)))
    await body.began.wait()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    row = await quiet_app.db.row(JOB)
    assert running.cancelled()
    assert (row["lease_until"], row["dispatched_at"], row["failures"]) == (None, None, 0)


async def test_the_end_of_a_job_is_written_though_the_database_was_away(quiet_app, registered, monkeypatch):
    monkeypatch.setattr(work_module, "SETTLE_PAUSE_S", 0.01)
    body = Recorder()
    await enqueue(quiet_app, registered(body))
    hint = await dispatched(quiet_app)
    good, refusals = quiet_app.database.db._source, [OSError("gone"), TimeoutError()]

    class Away:
        fetchrow = good.fetchrow

        async def execute(self, sql, *args):
            if refusals:
                raise refusals.pop()
            return await good.execute(sql, *args)

    quiet_app.database.db._source = Away()
    await run_job(quiet_app, *hint)

    quiet_app.database.db._source = good
    assert await is_done(quiet_app)
    assert refusals == []


async def test_work_takes_jobs_from_every_queue_as_they_are_committed(quiet_app, registered, tasks):
    body = Recorder()
    tasks(quiet_app.dispatcher.run())
    tasks(work(quiet_app))

    for queue in Queue:
        await enqueue(quiet_app, registered(body, queue=queue), queue.value)
    await until(lambda: is_done(quiet_app))

    assert sorted(body.calls) == sorted((queue.value,) for queue in Queue)
    await until(lambda: _has_no_hint(quiet_app))


async def test_two_workers_share_jobs_and_run_each_once(quiet_app, quiet_config, registered, tasks):
    body = Recorder()
    a_job = registered(body)
    async with quiet(quiet_config) as other, at_work(quiet_app, other):
        tasks(quiet_app.dispatcher.run())
        async with quiet_app.transaction() as tx:
            for number in range(40):
                tx.enqueue(a_job, number)
        await until(lambda: is_done(quiet_app))

        assert sorted(body.calls) == [(number,) for number in range(40)]


async def test_a_worker_that_ends_gives_back_its_jobs_and_leaves_no_hint(quiet_app, registered):
    body = Recorder(Forever())
    await enqueue(quiet_app, registered(body))
    await dispatched(quiet_app)
    working = asyncio.create_task(work(quiet_app))
    await body.began.wait()

    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    row = await quiet_app.db.row(JOB)
    assert (row["lease_until"], row["dispatched_at"]) == (None, None)
    assert await _has_no_hint(quiet_app)


async def test_a_worker_ends_though_redis_is_lost(quiet_config, proxy, registered):
    async with quiet(quiet_config) as other, quiet_through(quiet_config, proxy) as app:
        body = Recorder(Forever())
        await enqueue(other, registered(body))
        await dispatched(other)
        working = asyncio.create_task(work(app))
        await body.began.wait()
        await proxy.cut()

        working.cancel()
        done, _ = await asyncio.wait({working}, timeout=PATIENCE_S)

        assert done
        assert (await other.db.row(JOB))["lease_until"] is None


async def test_redis_may_go_and_come_back_while_a_job_runs(
    quiet_config, proxy, registered, tasks, monkeypatch
):
    monkeypatch.setattr(work_module, "RESTART_S", 0.02)
    monkeypatch.setattr(dispatch, "SWEEP_EVERY_S", 0.05)
    wait = Forever()
    slow, quick = Recorder(wait), Recorder()
    async with quiet(quiet_config) as other, quiet_through(quiet_config, proxy) as app:
        working = tasks(work(app))
        await enqueue(other, registered(slow))
        await dispatched(other)
        await slow.began.wait()

        await proxy.cut()
        await other.redis.flushdb()
        proxy.mend()
        await enqueue(other, job("test.quick", queue=Queue.HIGH)(quick), "after")
        await other.dispatcher.dispatch()
        await quick.began.wait()

        assert not wait.was_cancelled
        assert len(slow.calls) == 1
        wait.release.set()
        await until(lambda: is_done(other))
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_jobs_that_outlived_a_lost_redis_count_among_those_that_run_at_once(
    quiet_config, proxy, registered, tasks, monkeypatch, caplog
):
    monkeypatch.setattr(work_module, "RESTART_S", 0.02)
    monkeypatch.setattr(work_module, "WIDTH", dict.fromkeys(Queue, 2))
    wait = Forever()
    body = Recorder(wait)
    async with quiet(quiet_config) as other, quiet_through(quiet_config, proxy) as app:
        a_job = registered(body, queue=Queue.BULK)
        working = tasks(work(app))
        await enqueue(other, a_job, 0)
        await other.dispatcher.dispatch()
        await body.began.wait()
        await proxy.cut()
        await until(lambda: _is_logged(caplog, "Queue bulk waits for Redis"))
        await other.redis.delete(*await _is_served(other, Queue.BULK))
        proxy.mend()
        await until(lambda: _is_served(other, Queue.BULK))

        for number in range(1, 4):
            await enqueue(other, a_job, number)
        await other.dispatcher.dispatch()
        await until(lambda: _count_is(body, 2))
        await enqueue(other, job("test.quick", queue=Queue.HIGH)(quick := Recorder()))
        await other.dispatcher.dispatch()
        await quick.began.wait()

        assert len(body.calls) == 2
        wait.release.set()
        await until(lambda: is_done(other))
        assert len(body.calls) == 4
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def wait_in(wait):
    async def body(app):
        await wait()

    return body


def quiet_through(config, proxy):
    return quiet(replace(config, redis_url=proxy.url))


async def _count_is(body, count):
    return len(body.calls) == count


async def _has_no_hint(app):
    return not [key async for key in app.redis.scan_iter("arq:*")]


async def _is_served(app, queue):
    return [key async for key in app.redis.scan_iter(f"{app.config.namespace}:health:{queue}:*")]


async def _is_logged(caplog, words):
    return words in caplog.text


async def test_a_job_that_takes_every_worker_down_is_given_up(quiet_app, registered, monkeypatch):
    monkeypatch.setattr(work_module, "MOST_DEATHS", 2)
    body = Recorder()
    given_up = []

    async def gave_up(tx, *args, error):
        given_up.append((args, error))

    await enqueue(quiet_app, registered(body, gave_up=gave_up), "id")
    for _ in range(2):
        job_id, attempt = await dispatched(quiet_app)
        await quiet_app.db.row(work_module.CLAIM, id=job_id, attempt=attempt, lease_s=1)
        await quiet_app.db.run(EXPIRE)

    await run_job(quiet_app, *await dispatched(quiet_app))

    row = await quiet_app.db.row(JOB)
    assert (row["deaths"], row["failed_at"] is not None, row["error"]) == (
        2,
        True,
        "Its worker died 2 times.",
    )
    assert (body.calls, given_up) == ([], [(("id",), "Its worker died 2 times.")])


async def test_what_ends_with_a_job_is_written_in_one_transaction_with_it(quiet_app, registered, monkeypatch):
    body = Recorder(failing)

    async def gave_up(tx, *args, error):
        await tx.db.run(text("DELETE FROM outbox.cursor"))
        raise ValueError("not now")

    monkeypatch.setattr(work_module, "SETTLE_TRIES", 1)
    monkeypatch.setattr(work_module.log, "disabled", True)  # xdist can't send what holds surrogates
    await enqueue(quiet_app, registered(body, tries=1, gave_up=gave_up))
    with pytest.raises(ValueError, match="not now"):
        await run_job(quiet_app, *await dispatched(quiet_app))

    assert (await quiet_app.db.row(JOB))["failed_at"] is None
    assert await quiet_app.db.value(text("SELECT count(*) FROM outbox.cursor")) == 1
