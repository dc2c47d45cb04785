"""The client for outside services while one of them is down: what it says, and that the others go on."""

import asyncio
from dataclasses import replace

import pytest

from app.core.http_breaker import FAILURES
from app.core.http_errors import ProviderLimited, ProviderResting, ProviderUnreachable
from app.core.http_standing import standings
from tests.outside import SERVICE, Hurried, client, outside, saying
from tests.patience import PATIENCE_S

ONCE = replace(SERVICE, tries=1)


async def ask(asking, films, service, number):
    return await asking.ask(service, films.question(f"/film/{number}"))


async def test_who_is_kept_from_asking_is_told_at_once_and_why(app):
    clock = Hurried()
    async with outside() as films, client(app, clock) as asking:
        films.says = [saying("oops", 503)]
        for number in range(FAILURES):
            with pytest.raises(ProviderUnreachable):
                await ask(asking, films, ONCE, number)
        clock.slept.clear()

        with pytest.raises(ProviderResting, match="it answers 503; after failing again"):
            await ask(asking, films, SERVICE, 99)

    assert clock.slept == []
    assert len(films.asked) == FAILURES


async def test_what_is_written_down_is_what_was_wrong_and_not_that_it_is_left_alone(app):
    clock = Hurried()
    async with outside() as films, client(app, clock) as asking:
        films.says = [saying("oops", 503)]
        for number in range(FAILURES + 3):
            clock.seconds += 1 if number < FAILURES else 0
            with pytest.raises(ProviderUnreachable):
                await ask(asking, films, ONCE, number)

        found = (await standings(app.db, ["films"]))["films"]

    assert found.error == "it answers 503"
    assert found.failing_since is not None


async def test_whose_tries_end_because_it_is_left_alone_is_told_how_the_last_one_went(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying("oops", 502)]

        with pytest.raises(ProviderUnreachable) as told:
            await ask(asking, films, replace(SERVICE, tries=FAILURES + 1), 1)

    assert not isinstance(told.value, ProviderResting)
    assert told.value.why == "it answers 502"


async def test_who_was_told_to_wait_for_too_long_is_told_so_once(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying({}, 429, headers={"retry-after": "3600"})]

        with pytest.raises(ProviderLimited) as first:
            await ask(asking, films, SERVICE, 1)
        with pytest.raises(ProviderLimited) as next_one:
            await ask(asking, films, SERVICE, 2)

    assert (first.value.status, next_one.value.status) == (429, None)
    assert len(films.asked) == 1


async def test_a_service_that_is_slow_keeps_no_other_waiting(app):
    begun, go = asyncio.Event(), asyncio.Event()
    slow, well = replace(SERVICE, name="slow", at_once=2), replace(SERVICE, name="well")

    async def slowly(_):
        begun.set()
        await go.wait()
        return await saying({"title": "Late"})(_)

    async with outside() as films, outside() as others, client(app) as asking, asyncio.timeout(PATIENCE_S):
        films.says = [slowly]
        waiting = [asyncio.create_task(ask(asking, films, slow, number)) for number in range(6)]
        await begun.wait()

        answers = [await ask(asking, others, well, number) for number in range(3)]
        under_way = len(films.asked)
        go.set()
        late = await asyncio.gather(*waiting)

    assert [each.body for each in answers] == [{"title": "Paper Moons"}] * 3
    assert under_way <= 2
    assert [each.body for each in late] == [{"title": "Late"}] * 6
