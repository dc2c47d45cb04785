"""Statements are compiled once, say what is wrong with their parameters, and survive lost connections."""

import asyncio
import gc
import signal
import weakref
from datetime import UTC, date, datetime
from os import kill

import asyncpg
import pytest
from sqlalchemy import bindparam, select, text

from app.core.db import Database, prepare
from app.core.dispatch import TROUBLE
from app.core.ids import new_id
from app.core.tables import EventRow
from app.embedded.servers import embedded
from tests.patience import PATIENCE_S

ECHO = text("SELECT CAST(:value AS jsonb)")
TWO = text("SELECT CAST(:left AS int) AS left, CAST(:right AS int) AS right, CAST(:left AS int) AS again")


async def test_parameters_go_by_name(app):
    row = await app.db.row(TWO, right=2, left=1)

    assert (row["left"], row["right"], row["again"]) == (1, 2, 1)
    assert tuple(row) == (1, 2, 1)


async def test_an_unknown_parameter_is_an_error(app):
    with pytest.raises(TypeError, match="takes no parameter middle, top"):
        await app.db.row(TWO, left=1, right=2, top=3, middle=4)


async def test_a_forgotten_parameter_is_an_error_and_not_null(app):
    with pytest.raises(TypeError, match="needs the parameter right"):
        await app.db.row(TWO, left=1)


async def test_a_default_may_be_left_out(app):
    statement = select(bindparam("a", 5), bindparam("b", None, type_=EventRow.seq.type))

    assert tuple(await app.db.row(statement)) == (5, None)
    assert tuple(await app.db.row(statement, a=6, b=7)) == (6, 7)


def test_a_statement_is_compiled_once_and_forgotten_with_its_owner():
    statement = text("SELECT 1")
    first = prepare(statement)

    assert prepare(statement) is first
    assert prepare(first) is first
    again = text("SELECT 1")
    assert prepare(again) is not first
    reference = weakref.ref(again)
    del again
    gc.collect()
    assert reference() is None


@pytest.mark.parametrize(
    "value",
    [None, [], {}, 0, 1.5, True, 'ü\u2028😀"\\', {"a": [1, {"b": None}]}, 2**53, -(2**63)],
)
async def test_json_comes_back_as_it_was(app, value):
    assert await app.db.value(ECHO, value=value) == value


async def test_ids_and_dates_become_text_in_json(app):
    ours, theirs = new_id(), await app.db.value(text("SELECT gen_random_uuid()"))
    sent = {"ours": ours, "theirs": theirs, "day": date(1979, 5, 25), "at": datetime(1979, 5, 25, tzinfo=UTC)}

    back = await app.db.value(ECHO, value=sent)

    assert back == {
        "ours": str(ours),
        "theirs": str(theirs),
        "day": "1979-05-25",
        "at": "1979-05-25T00:00:00+00:00",
    }


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", {"a": complex(1)}])
async def test_what_has_no_json_form_is_refused(app, value):
    with pytest.raises((TypeError, asyncpg.DataError), match="JSON"):
        await app.db.value(ECHO, value=value)


@pytest.mark.parametrize("value", ["nul \0", "surrogate \udcff"])
async def test_text_that_postgresql_cant_hold_is_a_clear_error(app, value):
    with pytest.raises((asyncpg.DataError, asyncpg.CharacterNotInRepertoireError)):
        await app.db.value(text("SELECT CAST(:value AS text)"), value=value)
    with pytest.raises((TypeError, asyncpg.DataError, asyncpg.UntranslatableCharacterError)):
        await app.db.value(ECHO, value=value)

    assert await app.db.value(text("SELECT 1")) == 1


async def test_run_counts_the_rows_it_touched(quiet_app):
    db = quiet_app.db
    insert = text(
        "INSERT INTO outbox.events (name, payload) SELECT 'x', '{}' FROM generate_series(1, CAST(:n AS int))"
    )

    assert await db.run(insert, n=3) == 3
    assert await db.run(text("UPDATE outbox.events SET name = 'y'")) == 3
    assert await db.run(text("DELETE FROM outbox.events WHERE name = 'z'")) == 0
    assert await db.run(text("SET application_name = 'test'")) == 0


async def test_value_of_no_row_is_none(app):
    assert await app.db.value(text("SELECT 1 WHERE false")) is None
    assert await app.db.row(text("SELECT 1 WHERE false")) is None
    assert list(await app.db.rows(text("SELECT 1 WHERE false"))) == []


async def test_a_transaction_is_all_or_nothing(quiet_app):
    insert = text("INSERT INTO outbox.events (name, payload) VALUES ('x', '{}')")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await _insert_and_fail(quiet_app, insert)

    assert await quiet_app.db.value(text("SELECT count(*) FROM outbox.events")) == 0


async def test_a_statement_that_takes_too_long_is_ended(config):
    database = await Database.open(config.database_url, size=1, timeout_s=2)
    try:
        with pytest.raises(TimeoutError):
            await database.db.value(text("SELECT pg_sleep(60)"))

        assert await database.db.value(text("SELECT 1")) == 1
        sleeping = (
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"
        )
        assert await database.db.value(text(sleeping)) == 0
    finally:
        await database.close()


async def test_statements_are_seen(app, statements):
    await app.db.value(text("SELECT 1"))
    async with app.transaction() as tx:
        await tx.db.value(text("SELECT 2"))

    assert statements == ["SELECT 1", "SELECT 2"]


async def test_the_pool_recovers_when_postgresql_was_killed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pg") / "data"
    async with embedded(folder, valkey=False, durable=False) as urls:
        database = await Database.open(urls.database_url, size=3, timeout_s=10)
        try:
            await asyncio.gather(*(database.db.value(text("SELECT pg_sleep(0.01)")) for _ in range(3)))
            pid = int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
            kill(pid, signal.SIGKILL)

            assert await _answer(database) == 1
            answers = await asyncio.gather(*(database.db.value(text("SELECT 1")) for _ in range(9)))
            assert answers == [1] * 9
        finally:
            database.pool.terminate()


async def _insert_and_fail(app, insert):
    async with app.transaction() as tx:
        await tx.db.run(insert)
        await tx.db.value(text("SELECT 1 / 0"))


async def _answer(database):
    """The first answer after trouble, which must be of the known kinds."""
    async with asyncio.timeout(PATIENCE_S):
        has_failed = False
        while True:
            try:
                answer = await database.db.value(text("SELECT 1"))
            except (
                *TROUBLE,
                AttributeError,
            ):  # asyncpg may stumble over the protocol that it has just dropped
                has_failed = True
            else:
                if has_failed:
                    return answer
            await asyncio.sleep(0.02)
