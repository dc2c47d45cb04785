"""Events and jobs are written with what causes them, and published in the order of commits."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core.crypto import Keyring, new_key
from app.core.jobs import JobRef, Queue
from app.core.outbox import Tx
from tests.core.quiet import Ear, Noted, note, quiet, until

JOBS = text("SELECT name, dedupe, args FROM outbox.jobs ORDER BY created_at, id")
MARKS = text("SELECT count(*) FROM outbox.events")
LOCKS = """
FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE locktype = 'advisory' AND datname = current_database()
"""
POKE = JobRef("test.poke", Queue.DEFAULT)


def texts(messages):
    return [message["payload"]["text"] for message in messages]


async def test_events_are_published_in_the_order_of_commits_not_of_beginnings(quiet_app):
    async with Ear(quiet_app) as ear:
        async with quiet_app.transaction() as first:
            first.emit(Noted("began first"))
            await first.db.value(text("SELECT txid_current()"))
            await note(quiet_app, "began second")
            await quiet_app.dispatcher.dispatch()
        await quiet_app.dispatcher.dispatch()

        messages = await ear.heard()

    assert texts(messages) == ["began second", "began first"]
    assert messages[0]["seq"] < messages[1]["seq"]


async def test_an_event_waits_for_one_with_a_lower_number_that_is_not_committed_yet(quiet_app, tasks):
    async with Ear(quiet_app) as ear:
        async with quiet_app.database.transaction() as db:
            await _emit_without_commit(db, "numbered first")
            second = tasks(note(quiet_app, "numbered second"))
            await _until_somebody_waits_to_emit(quiet_app)
            await quiet_app.dispatcher.dispatch()

            assert await ear.heard() == []
            assert not second.done()
        await second
        await quiet_app.dispatcher.dispatch()

        messages = await ear.heard()

    assert texts(messages) == ["numbered first", "numbered second"]


async def test_a_rolled_back_transaction_publishes_nothing_and_its_number_is_no_hole(quiet_app):
    async with Ear(quiet_app) as ear:
        await note(quiet_app, "before")
        await _number_and_roll_back(quiet_app)
        await note(quiet_app, "after")
        await quiet_app.dispatcher.dispatch()

        before, after = await ear.heard()

    assert texts([before, after]) == ["before", "after"]
    assert after["seq"] > before["seq"] + 1
    assert after["previous"] == before["seq"]
    assert await quiet_app.db.rows(JOBS) == []


async def test_what_a_dead_process_left_is_published_by_another_one(quiet_app, quiet_config):
    async with quiet(quiet_config) as dying:
        await note(dying, "last words")
    async with Ear(quiet_app) as ear:
        await quiet_app.dispatcher.dispatch(sweep=True)

        assert texts(await ear.heard()) == ["last words"]


async def test_only_a_transaction_that_emits_takes_the_lock(quiet_app):
    async with quiet_app.transaction() as tx:
        await tx.flush()

        assert await quiet_app.db.value(text(f"SELECT count(*) {LOCKS}")) == 0

        tx.emit(Noted("words"))
        await tx.flush()

        assert await quiet_app.db.value(text(f"SELECT count(*) {LOCKS}")) == 1


async def test_a_job_is_asked_for_once_while_an_unfinished_one_has_the_same_dedupe(quiet_app):
    async with quiet_app.transaction() as tx:
        tx.enqueue(POKE, 1, dedupe="poke:1")
        tx.enqueue(POKE, 2, dedupe="poke:1")
        tx.enqueue(POKE, 3, dedupe="poke:3")
        tx.enqueue(POKE, 4)
        tx.enqueue(POKE, 4)
    async with quiet_app.transaction() as tx:
        tx.enqueue(POKE, 5, dedupe="poke:3")

    args = sorted(row["args"] for row in await quiet_app.db.rows(JOBS))
    assert args in ([[1], [3], [4], [4]], [[2], [3], [4], [4]])


async def test_a_failed_job_doesnt_keep_a_new_one_from_being_asked_for(quiet_app):
    async with quiet_app.transaction() as tx:
        tx.enqueue(POKE, "old", dedupe="poke")
    await quiet_app.db.run(text("UPDATE outbox.jobs SET failed_at = now()"))

    async with quiet_app.transaction() as tx:
        tx.enqueue(POKE, "new", dedupe="poke")

    assert sorted(row["args"] for row in await quiet_app.db.rows(JOBS)) == [["new"], ["old"]]


async def test_transactions_that_ask_for_the_same_jobs_in_other_orders_dont_deadlock(quiet_app):
    keys = [f"poke:{number}" for number in range(200)]

    async def ask(order):
        async with quiet_app.transaction() as tx:
            for key in order:
                tx.enqueue(POKE, dedupe=key)

    await asyncio.gather(*(ask(order) for order in (keys, keys[::-1]) * 3))

    assert len(await quiet_app.db.rows(JOBS)) == len(keys)


async def test_a_delayed_job_isnt_published_before_its_time(quiet_app):
    async with quiet_app.transaction() as tx:
        tx.enqueue(POKE, "later", delay=timedelta(hours=1))
        tx.enqueue(POKE, "now")
    await quiet_app.dispatcher.dispatch(sweep=True)

    dispatched = await quiet_app.db.rows(text("SELECT args FROM outbox.jobs WHERE dispatched_at IS NOT NULL"))

    assert [row["args"] for row in dispatched] == [["now"]]


async def test_nothing_is_written_twice_or_half_when_the_transaction_is_cancelled(quiet_app):
    entered = asyncio.Event()

    async def never_ending():
        async with quiet_app.transaction() as tx:
            tx.emit(Noted("never"))
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ending())
    await entered.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert task.cancelled()
    assert await quiet_app.db.value(MARKS) == 0
    await until(lambda: _all_idle(quiet_app))


async def _all_idle(app):
    """Connections stay out of the pool for a moment, for whoever needs one next."""
    return app.database.pool.get_idle_size() == app.database.pool.get_size()


async def _emit_without_commit(db, words):
    tx = Tx(db, lambda: Keyring([new_key()]))
    tx.emit(Noted(words))
    await tx.flush()


async def _until_somebody_waits_to_emit(app):
    waiting = text(f"SELECT count(*) {LOCKS} AND NOT granted")
    await until(lambda: app.db.value(waiting))


async def _number_and_roll_back(app):
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with app.transaction() as tx:
            tx.emit(Noted("undone"))
            tx.enqueue(POKE)
            await tx.flush()
            raise ZeroDivisionError
