"""How often all processes together ask a service."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from dataclasses import replace
from itertools import pairwise

import pytest

from app.core import http_pace
from app.core.http_errors import ProviderLimited
from app.core.http_messages import Service
from app.core.http_pace import ALONE, Pace
from tests.outside import Hurried

FILMS = Service("films", rate_per_s=40.0)
INTERVAL_US = 25_000


@pytest.fixture
def clock():
    return Hurried()


def pace(app, clock, service=FILMS):
    return Pace(app.redis, app.config.namespace, service, clock)


async def test_turns_come_one_after_the_other_as_often_as_is_allowed(app, clock):
    mine = pace(app, clock)

    turns = [await mine.take(60) for _ in range(5)]

    assert [round(turn.wait_s, 6) for turn in turns] == [0, 0.025, 0.05, 0.075, 0.1]


async def test_after_a_rest_a_few_may_come_at_once(app, clock):
    mine = pace(app, clock, replace(FILMS, burst=3))

    turns = [await mine.take(60) for _ in range(5)]
    clock.seconds += 60
    later = [await mine.take(60) for _ in range(4)]

    assert [round(turn.wait_s, 6) for turn in turns] == [0, 0, 0, 0.025, 0.05]
    assert [round(turn.wait_s, 6) for turn in later] == [0, 0, 0, 0.025]


async def test_a_turn_that_is_too_far_is_refused_and_taken_from_nobody(app, clock):
    mine = pace(app, clock)
    for _ in range(5):
        await mine.take(60)

    with pytest.raises(ProviderLimited) as told:
        await mine.take(0.1)

    assert told.value.retry_after_s == pytest.approx(0.125)
    assert (await mine.take(60)).wait_s == pytest.approx(0.125)


async def test_processes_share_the_turns(app, second_app, clock):
    mine, theirs = pace(app, clock), pace(second_app, clock)

    turns = [await each.take(60) for each in (mine, theirs, mine, theirs)]

    assert [round(turn.wait_s, 6) for turn in turns] == [0, 0.025, 0.05, 0.075]


async def test_two_processes_at_once_never_get_nearer_than_that_to_each_other(app):
    arguments = (app.config.redis_url, app.config.namespace, "40", "50")
    command = (sys.executable, "-m", "tests.core.pacing", *arguments)
    processes = [await create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE) for _ in range(2)]

    told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))

    turns = sorted(at_us for out, _ in told for at_us in json.loads(out))
    assert len(turns) == 100
    assert min(after - before for before, after in pairwise(turns)) >= INTERVAL_US


async def test_a_hold_keeps_everybody_away_and_ends_without_a_rush(app, second_app, clock):
    service = replace(FILMS, burst=3)
    mine, theirs = pace(app, clock, service), pace(second_app, clock, service)

    await mine.hold(10)

    assert await theirs.held_s() == pytest.approx(10)
    turns = [await theirs.take(60) for _ in range(3)]
    assert [round(turn.wait_s, 6) for turn in turns] == [10, 10.025, 10.05]


async def test_a_shorter_hold_doesn_t_end_a_longer_one(app, clock):
    mine = pace(app, clock)
    await mine.hold(10)

    await mine.hold(1)

    assert await mine.held_s() == pytest.approx(10)


async def test_who_waits_when_a_hold_comes_waits_for_that_too(app, second_app, clock):
    mine, theirs = pace(app, clock), pace(second_app, clock)
    await mine.take(60)
    slept = clock.sleep

    async def sleep(seconds):
        clock.sleep = slept
        await theirs.hold(30)
        await slept(seconds)

    clock.sleep = sleep

    waited_s = await mine.wait()

    assert waited_s >= 30
    assert await mine.held_s() == 0


async def test_without_redis_a_process_paces_itself_more_slowly(app, second_app, clock, monkeypatch, caplog):
    async def away(*_, **__):
        raise ConnectionError("away")

    monkeypatch.setattr(second_app.redis, "eval", away)
    mine = pace(second_app, clock)

    turns = [await mine.take(60) for _ in range(3)]
    await mine.hold(20)

    assert [round(turn.wait_s, 6) for turn in turns] == [0, 0.025 * ALONE, 0.05 * ALONE]
    assert await mine.held_s() == pytest.approx(20)
    assert caplog.text.count("paced without Redis") == 1


async def test_redis_is_asked_again_after_a_while(app, clock, monkeypatch):
    mine, asked = pace(app, clock), app.redis.eval

    async def away(*_, **__):
        raise ConnectionError("away")

    monkeypatch.setattr(app.redis, "eval", away)
    await mine.take(60)
    monkeypatch.setattr(app.redis, "eval", asked)
    clock.seconds += http_pace.REST_S

    await mine.take(60)

    assert await app.redis.exists(f"{app.config.namespace}:http:{{films}}:turn")


async def test_the_keys_go_by_themselves(app, clock):
    mine = pace(app, clock)
    await mine.take(60)
    await mine.hold(5)

    ttls = [await app.redis.pttl(key) for key in await app.redis.keys(f"{app.config.namespace}:http:*")]

    assert len(ttls) == 2
    assert all(0 < ttl <= 70_000 for ttl in ttls)
