"""Looking at works dies between any two steps: nothing is lost, stored twice, or counted twice."""

import asyncio
from dataclasses import replace

import pytest

from app.activity.actor import Actor
from app.core.app import open_app
from app.metadata import enrich as enriching
from app.metadata.refreshes import begin_refresh
from tests.library.scanning import rows
from tests.metadata.enriching import described, film, library, look, looks
from tests.patience import PATIENCE_S

COUNT = 3
REFRESH = "SELECT status, done, failed FROM metadata.refreshes"
EXPIRE = "UPDATE metadata.looks SET lease_until = now() - interval '1 second' WHERE owner IS NOT NULL"


class Killed(BaseException):
    """As a process that is gone: nothing of ours takes notice of it."""


@pytest.fixture
async def films(tmdb):
    """Some that a refresh is about."""
    shelf = await library(tmdb.app, name="Films")
    many = [await film(tmdb.app, shelf, place) for place in range(COUNT)]
    await rows(tmdb.app, "DELETE FROM metadata.looks")
    async with tmdb.app.transaction() as tx:
        await begin_refresh(tx, Actor(), {"movie": many})
    return many


@pytest.fixture
def killing(monkeypatch):
    """Has the next run die as soon as this step is done, or before it; what it holds stays held."""

    def kill(step, *, before=False):
        known = getattr(enriching, step)

        async def dies(*args, **how):
            if not before:
                await known(*args, **how)
            raise Killed

        async def nothing(*_):
            return

        monkeypatch.setattr(enriching, step, dies)
        monkeypatch.setattr(enriching, "release", nothing)

    yield kill
    monkeypatch.undo()


async def all_is_done(app, films):
    assert [bool((await described(app, each))["overview"]) for each in films] == [True] * COUNT
    # What hangs on them was looked at for the same refresh.
    done = len(await looks(app))
    assert await rows(app, REFRESH) == [{"status": "completed", "done": done, "failed": 0}]
    assert {(each["owner"], each["asked_at"], each["failures"]) for each in await looks(app)} == {
        (None, None, 0)
    }


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", ["claim", "gather", "keep", "end_looks", "count"])
async def test_who_dies_loses_nothing(tmdb, films, killing, monkeypatch, step, before):
    killing(step, before=before)
    with pytest.raises(Killed):
        await look(tmdb.app)
    left = await rows(tmdb.app, REFRESH)
    monkeypatch.undo()
    await rows(tmdb.app, EXPIRE)

    await look(tmdb.app)

    assert left == [{"status": "running", "done": 0, "failed": 0}]
    await all_is_done(tmdb.app, films)


async def test_who_dies_after_it_has_stored_has_stored_it(tmdb, films, killing, monkeypatch):
    known = enriching.Enrichment._write

    async def dies(*args):
        await known(*args)
        raise Killed

    killing("release")
    monkeypatch.setattr(enriching.Enrichment, "_write", dies)
    with pytest.raises(Killed):
        await look(tmdb.app)
    monkeypatch.undo()
    await rows(tmdb.app, EXPIRE)

    await look(tmdb.app)

    await all_is_done(tmdb.app, films)
    assert len(set(tmdb.paths)) >= COUNT


async def test_who_is_cancelled_leaves_all_of_it_to_others_at_once(tmdb, films):
    begun = asyncio.Event()

    async def waits(asked):
        begun.set()
        await asyncio.Event().wait()

    tmdb.troubles["*"] = waits
    working = asyncio.create_task(look(tmdb.app))
    async with asyncio.timeout(PATIENCE_S):
        await begun.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    tmdb.troubles.clear()

    await look(tmdb.app)

    await all_is_done(tmdb.app, films)


async def test_who_was_not_heard_of_for_too_long_stores_nothing_of_what_others_have_looked_at(
    tmdb, films, monkeypatch
):
    asked, go = asyncio.Event(), asyncio.Event()
    gathering, kept = enriching.gather, []

    async def slowly(*args):
        found = await gathering(*args)
        asked.set()
        await go.wait()
        return found

    async def keep(tx, gathered, at):
        kept.extend(gathered)
        await keeping(tx, gathered, at)

    keeping = enriching.keep
    monkeypatch.setattr(enriching, "gather", slowly)
    late = asyncio.create_task(look(tmdb.app))
    async with asyncio.timeout(PATIENCE_S):
        await asked.wait()
    monkeypatch.setattr(enriching, "gather", gathering)
    monkeypatch.setattr(enriching, "keep", keep)
    await rows(tmdb.app, EXPIRE)

    await look(tmdb.app)
    go.set()
    await late

    assert len([each for each in kept if each.look.kind == "movie"]) == COUNT
    await all_is_done(tmdb.app, films)


async def test_without_redis_works_are_looked_at_all_the_same(tmdb, films, monkeypatch):
    async def away(*_):
        raise ConnectionError("Redis is away")

    monkeypatch.setattr(tmdb.app.redis, "eval", away)

    await look(tmdb.app)

    await all_is_done(tmdb.app, films)


async def test_a_database_that_is_away_for_a_moment_costs_a_run_and_nothing_else(tmdb, films):
    async with open_app(replace(tmdb.app.config)) as own:

        async def cut_off(asked):
            tmdb.troubles.clear()
            async with tmdb.app.database.pool.acquire() as connection:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY($1)",
                    [each._con.get_server_pid() for each in own.database.pool._holders if each._con],
                )
            return await tmdb.service.answer(asked)

        tmdb.troubles["*"] = cut_off
        await asyncio.gather(look(own), return_exceptions=True)
        await rows(tmdb.app, EXPIRE)

        await look(own)

    await all_is_done(tmdb.app, films)
