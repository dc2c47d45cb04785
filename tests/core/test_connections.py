"""Connections stay out of the pool while there is use for them, and nobody waits for one in vain."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from app.core import connections as module
from app.core.db import Database
from tests.library.watching import until
from tests.patience import PATIENCE_S

BACKEND = text("SELECT pg_backend_pid()")
LONG = text("SELECT pg_sleep(30)")
SLEEPING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(30)' AND state = 'active'"
)


@pytest.fixture
async def small(app):
    """Two connections."""
    database = await Database.open(app.config.database_url, size=2, timeout_s=PATIENCE_S)
    yield database
    await database.close()


async def test_the_next_statement_has_the_same_connection(small):
    first = await small.db.value(BACKEND)

    assert await small.db.value(BACKEND) == first
    async with small.transaction() as db:
        assert await db.value(BACKEND) == first
    assert small.pool.get_idle_size() == 0


async def test_a_connection_that_nobody_needs_goes_back(small):
    await small.db.value(BACKEND)

    async def is_back() -> bool:
        return small.pool.get_idle_size() == small.pool.get_size()

    await until(is_back, "the connection is back")
    assert await small.db.value(BACKEND)


async def test_those_who_wait_get_what_others_give_back(small):
    async with asyncio.timeout(PATIENCE_S):
        found = await asyncio.gather(*(small.db.value(BACKEND) for _ in range(20)))

    assert len(set(found)) <= 2


async def test_a_failed_statement_leaves_its_connection_to_the_pool(small):
    with pytest.raises(asyncpg.UndefinedTableError):
        await small.db.value(text("SELECT 1 FROM nowhere"))

    assert small.pool.get_idle_size() == small.pool.get_size()
    assert await small.db.value(BACKEND)


async def test_a_cancelled_statement_is_ended_before_its_connection_is_used_again(small):
    running = asyncio.create_task(small.db.value(LONG))
    await until(lambda: small.db.value(SLEEPING), "the statement runs")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    async with asyncio.timeout(PATIENCE_S):
        found = await asyncio.gather(*(small.db.value(text("SELECT 1")) for _ in range(4)))

    assert found == [1, 1, 1, 1]


async def ended(app, connection, pid):
    """Until asyncpg knows of it, too, and has taken it back."""
    await app.db.value(text("SELECT pg_terminate_backend(:pid, 10000)"), pid=pid)

    async def is_noticed() -> bool:
        try:
            return connection.is_closed()
        except asyncpg.InterfaceError:
            return True

    await until(is_noticed, "asyncpg has noticed")


async def test_a_connection_that_ended_meanwhile_is_not_handed_out(small, app, monkeypatch):
    monkeypatch.setattr(module, "IDLE_S", 60.0)
    gone = await small.db.value(BACKEND)
    [free] = small.connections._free
    await ended(app, free, gone)

    assert small.connections.idle == 1
    assert await small.db.value(BACKEND) != gone


async def test_what_was_done_counts_though_the_connection_ended_right_after(small, app):
    async with small.connections.lent() as connection:
        gone = await connection.fetchval("SELECT pg_backend_pid()")
        await ended(app, connection, gone)

    assert await small.db.value(BACKEND) != gone


async def test_a_statement_whose_columns_changed_is_prepared_anew(small):
    class Row(asyncpg.Record):
        pass

    every = "SELECT * FROM changing"
    await small.connections.execute("CREATE TEMPORARY TABLE changing (one int)")
    await small.connections.execute("INSERT INTO changing VALUES (1)")
    before = [tuple(row) for _ in range(3) for row in await small.connections.fetch(every)]
    await small.connections.fetchrow(every, record_class=Row)

    await small.connections.execute("ALTER TABLE changing ADD COLUMN two int")
    row = await small.connections.fetchrow(every, record_class=Row)

    assert before == [(1,)] * 3
    assert (type(row), tuple(row)) == (Row, (1, None))
    assert [tuple(row) for row in await small.connections.fetch(every)] == [(1, None)]
    assert tuple(await small.connections.fetchrow(every)) == (1, None)


async def test_of_what_was_prepared_one_row_is_read_where_one_is_wanted(small):
    some = "SELECT * FROM generate_series(1, $1::int)"

    for _ in range(3):
        assert await small.connections.fetchval(some, 3) == 1
        assert tuple(await small.connections.fetchrow(some, 3)) == (1,)
        assert await small.connections.fetchrow(some, 0) is None
        assert await small.connections.fetchval(some, 0) is None
        assert len(await small.connections.fetch(some, 3)) == 3


async def test_what_was_prepared_and_fails_says_why(small):
    fraction = "SELECT 1 / $1::int"
    assert await small.connections.fetchval(fraction, 1) == 1

    with pytest.raises(asyncpg.DivisionByZeroError):
        await small.connections.fetchval(fraction, 0)
    with pytest.raises(asyncpg.DataError):
        await small.connections.fetchval(fraction, "one")

    assert await small.connections.fetchval(fraction, 1) == 1
