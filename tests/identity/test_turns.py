"""Lines in which people wait for their turn."""

import asyncio

import pytest

from app.core.errors import RateLimited
from app.identity import lockout
from app.identity.client import Client
from app.identity.lockout import account_key, attempt, factor_key
from app.identity.turns import Turns
from tests import given

HERE = Client("192.0.2.9")
LONG_S = 300.0


async def test_places_are_given_in_the_order_in_which_they_are_asked_for() -> None:
    turns, order = Turns(1), []

    async def come(number: int) -> None:
        await turns.take(most_waiting=10, patience_s=LONG_S)
        order.append(number)
        turns.give_back()

    await turns.take(most_waiting=10, patience_s=LONG_S)
    coming = [asyncio.create_task(come(number)) for number in range(4)]
    while turns.waiting < 4:  # noqa: ASYNC110
        await asyncio.sleep(0)
    turns.give_back()
    await asyncio.gather(*coming)

    assert order == [0, 1, 2, 3]


async def test_neither_too_many_wait_nor_for_too_long() -> None:
    turns = Turns(1)
    await turns.take(most_waiting=1, patience_s=LONG_S)
    waits = asyncio.create_task(turns.take(most_waiting=1, patience_s=LONG_S))
    while not turns.waiting:  # noqa: ASYNC110
        await asyncio.sleep(0)

    with pytest.raises(RateLimited) as many:
        await turns.take(most_waiting=1, patience_s=LONG_S)
    with pytest.raises(RateLimited):
        await turns.take(most_waiting=2, patience_s=0.01)
    turns.give_back()
    await waits

    assert many.value.retry_after_s > 0
    assert turns.waiting == 0


async def test_who_shows_a_code_waits_for_no_password(app, monkeypatch) -> None:
    monkeypatch.setattr(lockout, "PATIENCE_S", 0.01)
    user_id = await given.user(app)
    go, inside = asyncio.Event(), []

    async def sign_in(number: int) -> None:
        async with attempt(app, account_key(f"person {number}"), Client(f"192.0.2.{number}")):
            inside.append(number)
            await go.wait()

    people = [asyncio.create_task(sign_in(number)) for number in range(lockout.AT_ONCE)]
    while len(inside) < lockout.AT_ONCE:  # noqa: ASYNC110
        await asyncio.sleep(0.001)

    with pytest.raises(RateLimited):
        async with attempt(app, account_key("one more"), HERE):
            pass
    async with attempt(app, factor_key(user_id), HERE) as made:
        made.succeeded = True
    go.set()
    await asyncio.gather(*people)

    assert made.succeeded
