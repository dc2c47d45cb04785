"""How often somebody may ask, with Redis, without it, and with one that hangs."""

import asyncio
from dataclasses import replace

import pytest

from app.activity.actor import Actor
from app.core.app import open_app
from app.identity import rates
from app.identity.client import Client
from app.identity.rates import Rate, Throttled, take, whose_address
from app.settings.registry import SERVER
from app.settings.writes import change_settings


async def limit(app, **changes):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), changes, SERVER)


async def let_in(app, times, *, whose="user:1", rate=Rate.MUTATION):
    """How many of so many at once are let in."""
    taken = await asyncio.gather(*(take(app, rate, whose) for _ in range(times)), return_exceptions=True)
    assert all(each is None or isinstance(each, rates.Standing | Throttled) for each in taken), taken
    return sum(not isinstance(each, Throttled) for each in taken)


async def test_no_more_than_the_limit_are_let_in_over_all_processes(app, second_app):
    await limit(app, rate_mutations=5)
    await take(second_app, Rate.MUTATION, "user:2")

    assert await let_in(app, 4) + await let_in(second_app, 4) == 5


async def test_those_who_ask_often_are_let_in_without_redis_each_time_and_never_too_often(
    app, second_app, monkeypatch
):
    monkeypatch.setattr(rates, "SHARE_S", 600.0)
    monkeypatch.setattr(rates, "PATIENCE_S", 60.0)
    asked = []

    async def taken(limiter, item, whose, size, take=rates._take):
        asked.append(size)
        return await take(limiter, item, whose, size)

    async def one(counts):
        return await counts.take(Rate.MUTATION, 1000, 86_400, "user:1")

    monkeypatch.setattr(rates, "_take", taken)
    here, there = rates.Rates(app), rates.Rates(second_app)
    standings = [await one(here) for _ in range(100)]
    asked_for_a_hundred = list(asked)
    for _ in range(900 - (sum(asked_for_a_hundred) - 100)):
        await one(there)
    with pytest.raises(Throttled):
        await one(there)

    assert asked_for_a_hundred == [1, 2, 4, 8, *[10] * 9]
    assert [each.remaining for each in standings] == list(range(999, 899, -1))


def test_a_share_grows_with_use_and_shrinks_without():
    used_up, half_used = rates.Share(8, 0, 10.0, 90, 60.0), rates.Share(8, 4, 10.0, 90, 60.0)

    assert used_up.next_size(30, now=9.0) == 16
    assert used_up.next_size(10, now=9.0) == 10
    assert used_up.next_size(30, now=11.0) == 8
    assert half_used.next_size(30, now=11.0) == 4
    assert rates.Share(8, 8, 10.0, 90, 60.0).next_size(0, now=11.0) == 1


async def test_people_and_kinds_are_counted_for_themselves(app):
    await limit(app, rate_mutations=2, rate_queries=2)

    assert await let_in(app, 3) == 2
    assert await let_in(app, 3, whose="user:2") == 2
    assert await let_in(app, 3, rate=Rate.QUERY) == 2


async def test_what_is_left_is_told(app):
    await limit(app, rate_mutations=2)

    first = await take(app, Rate.MUTATION, "user:1")
    await take(app, Rate.MUTATION, "user:1")
    with pytest.raises(Throttled) as refused:
        await take(app, Rate.MUTATION, "user:1")

    assert (first.limit, first.remaining, first.window_s) == (2, 1, 60)
    assert dict(first.headers)["ratelimit-policy"] == '"mutation";q=2;w=60'
    assert dict(first.headers)["ratelimit"].startswith('"mutation";r=1;t=')
    assert refused.value.standing.remaining == 0
    assert 1 <= refused.value.retry_after_s <= 60


async def test_zero_is_no_limit(app):
    await limit(app, rate_mutations=0)

    assert await take(app, Rate.MUTATION, "user:1") is None


async def test_without_redis_each_process_counts_for_itself(app, caplog):
    await limit(app, rate_mutations=3)
    gone = replace(app.config, redis_url="redis://127.0.0.1:1")

    async with open_app(gone) as alone:
        assert await let_in(alone, 5) == 3
        assert await let_in(alone, 5, whose="user:2") == 3

    assert "counted without Redis" in caplog.text


async def test_a_redis_that_hangs_keeps_nobody_waiting_twice(app):
    await limit(app, rate_mutations=3)
    asked = 0

    async def hang(reader, writer):
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_app(replace(app.config, redis_url=f"redis://127.0.0.1:{port}")) as slow:
        await take(slow, Rate.MUTATION, "user:1")
        before = rates._rates[slow]._rests_until

        assert await let_in(slow, 4) == 2
        assert rates._rates[slow]._rests_until == before > 0


def test_strangers_are_counted_by_address_and_whole_customers_networks():
    assert whose_address(Client(address="2001:db8::1")) == whose_address(Client(address="2001:db8::2"))
    assert whose_address(Client(address="192.0.2.1")) != whose_address(Client(address="192.0.2.2"))
    assert whose_address(Client()) == "address:unknown"
