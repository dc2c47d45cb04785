"""Dispatchers publish once in order, wait while Redis is away, and find what got lost."""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import count

import pytest
from arq.constants import in_progress_key_prefix, job_key_prefix
from asyncpg import DivisionByZeroError
from redis.exceptions import RedisError
from sqlalchemy import text

from app.core import dispatch
from app.core.db import Db
from app.core.dispatch import GIVE_TURN, TAKE_TURN, Dispatcher, arq_id, arq_queue, turn
from app.core.jobs import JobRef, Queue
from tests.core.quiet import Ear, note, quiet, until
from tests.patience import PATIENCE_S

POKE = JobRef("test.poke", Queue.LOW)
JOBS = text("SELECT id, attempt, dispatched_at, lease_until FROM outbox.jobs ORDER BY id")
EVENTS = text("SELECT payload ->> 'text' AS words FROM outbox.events ORDER BY seq")
CURSOR = text("SELECT dispatched_seq, dropped_seq FROM outbox.cursor")
IDLE_TIMEOUT = text("SHOW idle_session_timeout")
HELD_LOCKS = text(
    """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()
    """
)
END_WHOEVER_HAS_THE_TURN = text(
    """
    SELECT pg_terminate_backend(pg_locks.pid) FROM pg_locks
    JOIN pg_database ON pg_database.oid = database JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND pg_database.datname = current_database() AND state = 'idle'
      AND query LIKE '%outbox.events%'
    """
)
AGE = text(
    "UPDATE outbox.jobs SET dispatched_at = now() - interval '1 minute' WHERE dispatched_at IS NOT NULL"
)
AGE_EVENTS = text(
    "UPDATE outbox.events SET created_at = now() - interval '2 days' WHERE payload ->> 'text' = ANY(:words)"
)


async def ask_for(app, *args):
    async with app.transaction() as tx:
        for arg in args:
            tx.enqueue(POKE, arg)


async def hints(app):
    """Jobs and attempts that Redis holds, oldest first."""
    found = await app.redis.zrange(arq_queue(app.config.namespace, POKE.queue), 0, -1)
    return [hint.decode() for hint in found]


def words(messages):
    return [message["payload"]["text"] for message in messages]


async def test_several_dispatchers_at_once_publish_each_event_once_and_in_order(quiet_app, quiet_config):
    expected = [str(number) for number in range(60)]
    async with AsyncExitStack() as stack:
        ear = await stack.enter_async_context(Ear(quiet_app))
        apps = [await stack.enter_async_context(quiet(quiet_config)) for _ in range(3)]
        for number in expected:
            await note(apps[0], number)
            if int(number) % 10 == 9:
                await asyncio.gather(*(app.dispatcher.dispatch(sweep=True) for app in apps))
        messages = await ear.heard()

    assert words(messages) == expected
    assert [message["previous"] for message in messages[1:]] == [message["seq"] for message in messages[:-1]]


async def test_more_than_a_batch_is_published_whole(quiet_app, monkeypatch):
    monkeypatch.setattr(dispatch, "BATCH", 3)
    await note(quiet_app, *"abcdefgh")
    await ask_for(quiet_app, *range(8))

    async with Ear(quiet_app) as ear:
        await quiet_app.dispatcher.dispatch()

        assert "".join(words(await ear.heard())) == "abcdefgh"
    assert len(await hints(quiet_app)) == 8


async def test_a_dispatcher_sweeps_however_often_it_is_kicked(quiet_app, tasks, monkeypatch):
    monkeypatch.setattr(dispatch, "SWEEP_EVERY_S", 0.05)
    await ask_for(quiet_app, 1)
    await quiet_app.dispatcher.dispatch()
    await quiet_app.db.run(text("UPDATE outbox.jobs SET lease_until = now() - interval '1 second'"))

    async def kick_and_kick():
        while True:
            quiet_app.dispatcher.kick()
            await asyncio.sleep(0)

    tasks(kick_and_kick())
    tasks(quiet_app.dispatcher.run())

    assert await until(lambda: _attempt_is(quiet_app, 2))


async def test_the_dispatcher_waits_for_redis_and_goes_on_by_itself(
    quiet_config, proxy, tasks, monkeypatch, caplog
):
    monkeypatch.setattr(dispatch, "SWEEP_EVERY_S", 0.05)
    async with (
        quiet(quiet_config) as other,
        Ear(other) as ear,
        quiet(replace(quiet_config, redis_url=proxy.url)) as app,
    ):
        running = tasks(app.dispatcher.run())
        await proxy.cut()
        await note(app, "while away")
        await ask_for(app, "job")
        await until(lambda: _logged(caplog, "The outbox waits"))
        proxy.mend()
        await until(lambda: _attempt_is(app, 1))
        await until(lambda: hints(other))

        assert words(await ear.heard()) == ["while away"]
        assert not running.done()
        assert len([each for each in caplog.messages if "The outbox waits" in each]) == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_jobs_of_which_redis_did_not_hear_go_out_as_soon_as_it_is_back(quiet_config, proxy):
    async with quiet(replace(quiet_config, redis_url=proxy.url)) as app:
        await ask_for(app, *range(3))
        await proxy.cut()
        with pytest.raises(RedisError):
            await app.dispatcher.dispatch()
        assert [row["dispatched_at"] for row in await app.db.rows(JOBS)] == [None] * 3

        proxy.mend()
        await app.dispatcher.dispatch()

        rows = await app.db.rows(JOBS)
        assert await hints(app) == [arq_id(row["id"], row["attempt"]) for row in rows]


async def test_a_dispatcher_that_is_cancelled_at_its_hints_leaves_them_to_the_next(quiet_config, proxy):
    async with quiet(replace(quiet_config, redis_url=proxy.url)) as app:
        await ask_for(app, 1)
        await app.redis.ping()
        proxy.stall()
        task = asyncio.create_task(app.dispatcher.dispatch())
        await until(lambda: _attempt_is(app, 1))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

        assert [row["dispatched_at"] for row in await app.db.rows(JOBS)] == [None]
        proxy.mend()


async def test_jobs_that_redis_forgot_are_queued_again(quiet_app, monkeypatch):
    await ask_for(quiet_app, *range(3))
    await quiet_app.dispatcher.dispatch()
    await quiet_app.redis.flushdb()
    await quiet_app.dispatcher.dispatch(sweep=True)
    assert await hints(quiet_app) == []

    await quiet_app.db.run(AGE)
    await quiet_app.dispatcher.dispatch(sweep=True)

    rows = await quiet_app.db.rows(JOBS)
    assert sorted(await hints(quiet_app)) == sorted(f"{row['id']}:2" for row in rows)


async def test_jobs_that_only_wait_long_stay_as_they_are(quiet_app):
    await ask_for(quiet_app, *range(3))
    await quiet_app.dispatcher.dispatch()
    before = await hints(quiet_app)
    await quiet_app.db.run(AGE)

    await quiet_app.dispatcher.dispatch(sweep=True)

    assert await hints(quiet_app) == before


async def test_a_hint_that_a_worker_took_with_it_into_death_is_given_anew(quiet_app):
    await ask_for(quiet_app, 1)
    await quiet_app.dispatcher.dispatch()
    [hint] = await hints(quiet_app)
    await quiet_app.redis.set(in_progress_key_prefix + hint, b"1")
    assert await quiet_app.redis.exists(job_key_prefix + hint)
    await quiet_app.db.run(AGE)

    await quiet_app.dispatcher.dispatch(sweep=True)

    assert (await hints(quiet_app))[1:] == [hint.replace(":1", ":2")]


async def test_a_job_under_a_lease_is_nobodys_until_the_lease_ends(quiet_app):
    await ask_for(quiet_app, 1)
    await quiet_app.dispatcher.dispatch()
    await quiet_app.redis.flushdb()
    await quiet_app.db.run(AGE)
    await quiet_app.db.run(text("UPDATE outbox.jobs SET lease_until = now() + interval '1 minute'"))
    await quiet_app.dispatcher.dispatch(sweep=True)
    assert await hints(quiet_app) == []

    await quiet_app.db.run(text("UPDATE outbox.jobs SET lease_until = now() - interval '1 second'"))
    await quiet_app.dispatcher.dispatch(sweep=True)

    [row] = await quiet_app.db.rows(JOBS)
    assert await hints(quiet_app) == [f"{row['id']}:2"]
    assert row["lease_until"] is None


async def test_a_dispatcher_that_loses_its_connection_gives_up_its_turn(quiet_app, quiet_config):
    await note(quiet_app, "words")
    async with quiet(quiet_config) as dying, dying.database.pool.acquire() as connection:
        await connection.execute(TAKE_TURN.text)
        waiting = asyncio.create_task(quiet_app.dispatcher.dispatch())
        pid = connection.get_server_pid()
        await until(lambda: _somebody_waits_for(quiet_app, pid))
        await quiet_app.db.value(text("SELECT pg_terminate_backend(:pid)"), pid=pid)
        async with asyncio.timeout(PATIENCE_S):
            await waiting

    assert (await quiet_app.db.row(CURSOR))["dispatched_seq"] > 0


async def test_a_dispatcher_can_be_cancelled_while_both_servers_are_lost(quiet_config, proxy):
    async with quiet(replace(quiet_config, redis_url=proxy.url)) as app, quiet(quiet_config) as other:
        await app.redis.ping()
        await note(app, "words")
        proxy.stall()
        running = asyncio.create_task(app.dispatcher.run())
        await until(lambda: other.db.value(END_WHOEVER_HAS_THE_TURN))
        running.cancel()
        done, _ = await asyncio.wait({running}, timeout=PATIENCE_S)

        assert done
        assert running.cancelled()
        proxy.mend()


async def test_a_turn_ends_the_connection_that_idles_in_it_and_no_other(quiet_app):
    async with turn(quiet_app.database) as db:
        assert await db.value(IDLE_TIMEOUT) == "90s"

    assert await left_behind(quiet_app) == (0, ["0"])
    assert await quiet_app.db.value(text("SHOW idle_in_transaction_session_timeout")) == "1min"


async def test_a_turn_that_fails_leaves_nothing_behind(quiet_app, monkeypatch):
    async def stumble(db):
        raise ZeroDivisionError

    monkeypatch.setattr(quiet_app.dispatcher, "_publish_events", stumble)
    with pytest.raises(ZeroDivisionError):
        await quiet_app.dispatcher.dispatch()

    assert await left_behind(quiet_app) == (0, ["0"])


async def test_a_turn_that_is_cancelled_at_any_step_leaves_nothing_behind(quiet_app):
    for steps in count():
        task = asyncio.create_task(quiet_app.dispatcher.dispatch())
        for _ in range(steps):
            await asyncio.sleep(0)
        if not task.cancel():
            break
        await asyncio.gather(task, return_exceptions=True)

        await until(lambda: is_clean(quiet_app))
    await task


@pytest.mark.parametrize("statement", [TAKE_TURN, GIVE_TURN])
async def test_a_turn_that_is_cancelled_just_as_the_server_has_answered_leaves_nothing_behind(
    quiet_app, monkeypatch, statement
):
    run = Db.run

    async def run_and_cancel(db, each, /, **params):
        found = await run(db, each, **params)
        if each is statement:
            asyncio.current_task().cancel()
            await asyncio.sleep(0)
        return found

    monkeypatch.setattr(Db, "run", run_and_cancel)
    task = asyncio.create_task(quiet_app.dispatcher.dispatch())
    await asyncio.gather(task, return_exceptions=True)

    assert task.cancelled()
    await until(lambda: is_clean(quiet_app))


async def test_a_turn_that_is_cancelled_while_it_waits_leaves_nothing_behind(quiet_app, quiet_config):
    async with quiet(quiet_config) as other, turn(other.database) as db:
        pid = await db.value(text("SELECT pg_backend_pid()"))
        waiting = asyncio.create_task(quiet_app.dispatcher.dispatch())
        await until(lambda: _somebody_waits_for(quiet_app, pid))
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert waiting.cancelled()
    await until(lambda: is_clean(quiet_app))


async def test_a_connection_that_cannot_give_the_turn_back_is_closed(quiet_app, monkeypatch):
    monkeypatch.setattr(dispatch, "GIVE_TURN", text("SELECT 1 / 0"))

    with pytest.raises(DivisionByZeroError):
        await quiet_app.dispatcher.dispatch()

    await until(lambda: is_clean(quiet_app))


async def test_a_process_whose_other_connections_are_all_busy_still_dispatches(quiet_config):
    async with (
        quiet(replace(quiet_config, database_pool_size=2)) as app,
        Ear(app) as ear,
        app.transaction() as tx,
    ):
        await tx.db.run(text("SELECT 1"))
        await note(app, "words")
        await app.dispatcher.dispatch()

        assert words(await ear.heard()) == ["words"]


async def test_an_unexpected_error_is_logged_and_doesnt_end_the_dispatcher(
    quiet_app, tasks, monkeypatch, caplog
):
    monkeypatch.setattr(dispatch, "SWEEP_EVERY_S", 0.01)
    good = quiet_app.dispatcher.dispatch
    calls = []

    async def stumble(*, sweep):
        calls.append(sweep)
        if len(calls) == 1:
            raise ZeroDivisionError
        await good(sweep=sweep)

    monkeypatch.setattr(quiet_app.dispatcher, "dispatch", stumble)
    await note(quiet_app, "words")
    tasks(quiet_app.dispatcher.run())

    await until(lambda: _published(quiet_app))
    assert "ZeroDivisionError" in caplog.text


async def test_old_events_are_dropped_once_they_are_published(quiet_app):
    await note(quiet_app, "old", "older")
    await note(quiet_app, "new")
    await quiet_app.db.run(AGE_EVENTS, words=["old", "older"])
    dispatcher = _dispatcher(quiet_app)
    await dispatcher.dispatch(sweep=True)
    assert len(await quiet_app.db.rows(EVENTS)) == 3, "they were not published when the sweep looked"

    await _dispatcher(quiet_app).dispatch(sweep=True)

    assert [row["words"] for row in await quiet_app.db.rows(EVENTS)] == ["new"]
    assert (await quiet_app.db.row(CURSOR))["dropped_seq"] == 2


async def test_an_event_that_looks_old_stays_as_long_as_one_before_it_is_new(quiet_app):
    await note(quiet_app, "old", "new", "committed after a long transaction")
    await quiet_app.db.run(AGE_EVENTS, words=["old", "committed after a long transaction"])
    await quiet_app.dispatcher.dispatch()

    await _dispatcher(quiet_app).dispatch(sweep=True)

    kept = [row["words"] for row in await quiet_app.db.rows(EVENTS)]
    assert kept == ["new", "committed after a long transaction"]


async def test_old_events_are_looked_for_now_and_then_and_dropped_in_batches(quiet_app, monkeypatch):
    monkeypatch.setattr(dispatch, "BATCH", 2)
    dispatcher = _dispatcher(quiet_app)
    await note(quiet_app, *"abcde")
    await quiet_app.db.run(AGE_EVENTS, words=[*"abcde"])
    await quiet_app.dispatcher.dispatch()

    await dispatcher.dispatch(sweep=True)
    await note(quiet_app, "f")
    await quiet_app.db.run(AGE_EVENTS, words=["f"])
    await dispatcher.dispatch()
    await dispatcher.dispatch(sweep=True)

    assert [row["words"] for row in await quiet_app.db.rows(EVENTS)] == ["f"]


async def test_dispatching_is_none_of_the_statements_that_a_request_costs(quiet_app):
    seen = []
    quiet_app.database.db.on_statement = seen.append

    await quiet_app.dispatcher.dispatch(sweep=True)

    assert seen == []


def _dispatcher(app):
    """A new process's one."""
    return Dispatcher(app.database, app.redis, app.config.namespace, 86_400)


async def left_behind(app):
    """How many locks sessions hold, and the time limits of all the pool's connections."""
    async with AsyncExitStack() as stack:
        acquire = app.database.pool.acquire
        connections = [
            await stack.enter_async_context(acquire()) for _ in range(app.config.database_pool_size)
        ]
        timeouts = [await connection.fetchval(IDLE_TIMEOUT.text) for connection in connections]
        return await connections[0].fetchval(HELD_LOCKS.text), sorted(set(timeouts))


async def is_clean(app):
    return await left_behind(app) == (0, ["0"])


async def _attempt_is(app, attempt):
    return [row["attempt"] for row in await app.db.rows(JOBS)] == [attempt]


async def _published(app):
    return (await app.db.row(CURSOR))["dispatched_seq"] > 0


async def _logged(caplog, words):
    return any(words in record.getMessage() for record in caplog.records if record.levelno == logging.WARNING)


async def _somebody_waits_for(app, pid):
    return await app.db.value(
        text("SELECT count(*) FROM pg_stat_activity WHERE CAST(:pid AS int) = ANY(pg_blocking_pids(pid))"),
        pid=pid,
    )
