"""Few guesses by account and address, however many are made at once, and whatever dies meanwhile."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.core.errors import RateLimited
from app.core.ids import new_id
from app.identity import lockout
from app.identity.client import Client
from app.identity.lockout import (
    Locked,
    account_key,
    address_key,
    attempt,
    factor_key,
    forget_attempts,
    unlock,
)
from tests.patience import PATIENCE_S

HERE, THERE = Client(address="192.0.2.1"), Client(address="198.51.100.7")
ANN = account_key("ann")
ROW = text("SELECT failures, pending, locked_until FROM identity.attempts WHERE key = :key")
AGE = text(
    """
    UPDATE identity.attempts SET last_at = last_at - CAST(:by AS interval),
        locked_until = locked_until - CAST(:by AS interval)
    """
)


async def guess(app, key=ANN, client=HERE, *, right=False):
    async with attempt(app, key, client) as made:
        made.succeeded = right


async def fail(app, times, key=ANN, client=HERE):
    for _ in range(times):
        await guess(app, key, client)


async def failures(app, key):
    row = await app.db.row(ROW, key=key)
    return row and (row["failures"], row["pending"])


async def pass_time(app, by):
    await app.db.run(AGE, by=timedelta(**by))


async def test_five_failures_lock_for_a_quarter_of_an_hour(app):
    await fail(app, 5)

    with pytest.raises(Locked) as locked:
        await guess(app, right=True)

    now = await app.db.value(text("SELECT now()"))
    assert 14 * 60 < (locked.value.until - now).total_seconds() <= 15 * 60
    await pass_time(app, {"minutes": 15})
    await guess(app, right=True)


async def test_ten_lock_for_an_hour_and_twenty_until_somebody_unlocks(app):
    await fail(app, 5)
    await pass_time(app, {"minutes": 15})
    await fail(app, 5)
    with pytest.raises(Locked):
        await guess(app)
    await pass_time(app, {"minutes": 59})
    with pytest.raises(Locked):
        await guess(app)
    await pass_time(app, {"minutes": 1})
    await fail(app, 10)

    await pass_time(app, {"days": 400})
    with pytest.raises(Locked, match="administrator") as locked:
        await guess(app, right=True)

    assert locked.value.until is None
    async with app.transaction() as tx:
        assert await unlock(tx, Actor(), [ANN, address_key("192.0.2.1")]) == 2
    await guess(app, right=True)


async def test_a_hundred_guesses_at_once_get_five(app, second_app):
    decided = []

    async def rush(each):
        async with attempt(each, ANN, HERE):
            decided.append(each)
            await asyncio.sleep(0)

    outcomes = await asyncio.gather(
        *(rush(each) for each in (app, second_app) for _ in range(50)), return_exceptions=True
    )

    assert len(decided) == 5
    assert sum(isinstance(outcome, Locked) for outcome in outcomes) == 95
    assert await failures(app, ANN) == (5, 0)


async def test_many_who_know_their_passwords_all_come_in_from_one_address(app, second_app):
    people = [account_key(f"person {number}") for number in range(40)]

    await asyncio.gather(
        *(
            guess(each, person, right=True)
            for each, person in zip([app, second_app] * 20, people, strict=True)
        )
    )

    assert await failures(app, address_key("192.0.2.1")) == (0, 0)


async def test_a_success_forgets_the_accounts_failures_and_not_the_addresses(app):
    await fail(app, 4)

    await guess(app, right=True)

    assert await failures(app, ANN) == (0, 0)
    assert await failures(app, address_key("192.0.2.1")) == (4, 0)


async def test_an_account_is_locked_from_everywhere(app):
    await fail(app, 5)

    with pytest.raises(Locked):
        await guess(app, client=THERE)


async def test_an_address_is_locked_for_all_accounts_and_others_are_not(app):
    for number in range(5):
        await fail(app, 1, key=account_key(f"person {number}"))

    with pytest.raises(Locked):
        await guess(app, key=account_key("bob"))
    await guess(app, key=account_key("bob"), client=THERE)


async def test_the_fifth_guess_may_be_right(app):
    await fail(app, 4)

    await guess(app, right=True)

    assert (await app.db.row(ROW, key=ANN))["locked_until"] is None


async def test_failures_are_forgotten_after_a_day(app):
    await fail(app, 4)
    await pass_time(app, {"hours": 24, "seconds": 1})

    await fail(app, 1)

    assert await failures(app, ANN) == (1, 0)


async def test_an_attempt_that_breaks_off_counts(app):
    with pytest.raises(ConnectionError):
        async with attempt(app, ANN, HERE):
            raise ConnectionError

    assert await failures(app, ANN) == (1, 0)


async def test_an_attempt_that_is_cancelled_counts(app):
    async def hang():
        async with attempt(app, ANN, HERE):
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    async with asyncio.timeout(PATIENCE_S):
        while await failures(app, ANN) != (0, 1):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert await failures(app, ANN) == (1, 0)


async def test_what_a_dead_process_left_undecided_counts_as_failed(app):
    await fail(app, 1)
    await app.db.run(text("UPDATE identity.attempts SET pending = 4"))
    await pass_time(app, {"seconds": 61})

    with pytest.raises(Locked):
        await guess(app, right=True)

    assert await failures(app, ANN) == (5, 0)


async def test_where_all_places_are_taken_one_waits_and_is_then_told_to_come_again(app, monkeypatch):
    monkeypatch.setattr(lockout, "WAIT_S", 0.0)
    await fail(app, 1)
    await app.db.run(text("UPDATE identity.attempts SET pending = 4"))

    with pytest.raises(RateLimited):
        await guess(app, right=True)

    assert await failures(app, ANN) == (1, 4)


async def test_locks_are_in_the_activity_log_and_no_name_is(app):
    await fail(app, 5, client=THERE)

    rows = await app.db.rows(
        text("SELECT action, kind, key, address, after FROM activity.entries ORDER BY key")
    )

    lock = {"failures": 5, "seconds": 900}
    assert [tuple(row) for row in rows] == [
        ("lockout.locked", "Lock", ANN, "198.51.100.7", lock),
        ("lockout.locked", "Lock", "address:198.51.100.7", "198.51.100.7", lock),
    ]
    assert "ann" not in ANN


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "address:192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "address:2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "address:192.0.2.1"),
        ("fe80::1%eth0", "address:fe80::/64"),
    ],
)
def test_addresses_of_one_customer_are_one(address, key):
    assert address_key(address) == key


@pytest.mark.parametrize("typed", [" Ann ", "ＡＮＮ", "aｎn", "\u2003ann", "ANN"])
def test_accounts_are_told_apart_as_they_are_compared(typed):
    assert account_key(typed) == ANN != account_key("bob")


async def test_second_factors_are_counted_for_themselves(app):
    key = factor_key(new_id())

    await fail(app, 5, key=key, client=Client())

    assert await failures(app, key) == (5, 0)
    with pytest.raises(Locked):
        await guess(app, key=key, client=THERE)


async def test_what_is_old_is_dropped_and_locks_for_good_stay(app):
    await fail(app, 4, client=Client())
    await app.db.run(
        text("INSERT INTO identity.attempts (key, locked_until) VALUES ('factor:x', 'infinity')")
    )
    await pass_time(app, {"hours": 25})

    await forget_attempts(app)

    assert [row["key"] for row in await app.db.rows(text("SELECT key FROM identity.attempts"))] == [
        "factor:x"
    ]
