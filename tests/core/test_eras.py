"""What Redis has of an era that is over is believed by nobody, whoever was kept from ending it."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from app.core import shortcut, voids
from app.core.outbox import Tx
from tests.core.quiet import until
from tests.core.test_cache import Reader, made
from tests.core.test_voids import Changed


class Commands:
    """Stands for a command of Redis that takes as long as a test wants, or fails."""

    def __init__(self, command, error=None):
        self.command, self.error, self.asked = command, error, 0
        self.may_go_on = asyncio.Event()

    async def __call__(self, *args):
        self.asked += 1
        await self.may_go_on.wait()
        if self.error is not None:
            raise self.error
        return await self.command(*args)


@pytest.fixture
async def heard(quiet_app, tasks, monkeypatch):
    """A process that trusts what it hears, as long as the machine may take."""
    monkeypatch.setattr(voids, "LEASE_S", 60.0)
    monkeypatch.setattr(shortcut, "PATIENCE_S", 60.0)
    await quiet_app.stream.start()
    tasks(quiet_app.voids.listen())

    async def is_heard():
        return quiet_app.voids.is_heard

    await until(is_heard)
    return quiet_app


@pytest.fixture
def mset(heard, monkeypatch):
    commands = Commands(heard.redis.mset)
    monkeypatch.setattr(heard.redis, "mset", commands)
    return commands


async def changed_untold(app):
    """As by a process that dies between its commit and what it would have told."""
    async with app.database.transaction() as db:
        tx = Tx(db, lambda: app.keyring)
        tx.emit(Changed("a"))
        await tx.flush()
    await app.stream._catch_up()
    assert app.voids.is_heard


async def left_behind(app):
    """Keys of which Redis has the old."""
    for key in ("one", "two"):
        await made(app).get(key, Reader("old", tags=("a",)))
    await changed_untold(app)
    return made(app)


async def begun(mset):
    async def is_asked():
        return mset.asked

    await until(is_asked)
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_asks_meanwhile_waits_for_the_new_era_too(heard, mset, tasks):
    cache = await left_behind(heard)

    asking = [tasks(cache.get(key, Reader("new"))) for key in ("one", "two")]
    await begun(mset)
    answered = [each.done() for each in asking]
    mset.may_go_on.set()

    assert answered == [False, False]
    assert await asyncio.gather(*asking) == ["new", "new"]
    assert mset.asked == 1


async def test_a_failure_is_for_all_who_wait_and_the_era_stays_owed(heard, mset, tasks, monkeypatch):
    cache = await left_behind(heard)
    mset.error = RedisConnectionError("away")

    asking = [tasks(cache.get(key, Reader("new", is_kept=False))) for key in ("one", "two")]
    await begun(mset)
    mset.may_go_on.set()
    got = [*await asyncio.gather(*asking), await cache.get("one", Reader("new", is_kept=False))]

    assert got == ["new"] * 3
    assert mset.asked == 1  # Redis is left alone for a while

    mset.error = None
    monkeypatch.setattr(heard.voids._eras._shortcut, "_rests_until", 0.0)
    assert await cache.get("two", Reader("new")) == "new"
    assert mset.asked == 2


async def test_who_leaves_takes_no_debt_along(heard, mset, tasks):
    cache = await left_behind(heard)

    settling = tasks(heard.voids.settle())
    await begun(mset)
    settling.cancel()
    await asyncio.gather(settling, return_exceptions=True)
    asking = tasks(cache.get("one", Reader("new")))
    await begun(mset)
    mset.may_go_on.set()

    assert await asking == "new"


async def test_what_is_owed_again_meanwhile_stays_owed(heard, mset, tasks):
    await left_behind(heard)

    settling = tasks(heard.voids.settle())
    await begun(mset)
    await changed_untold(heard)
    mset.may_go_on.set()

    assert await settling
    assert mset.asked == 2


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_what_could_not_be_told_is_owed(heard, mset, monkeypatch, tasks, is_cancelled):
    for key in ("one", "two"):
        await made(heard).get(key, Reader("old", tags=("a",)))
    mset.may_go_on.set()
    executing = Commands(None, RedisConnectionError("away"))
    pipeline = heard.redis.pipeline

    def broken(**terms):
        pipe = pipeline(**terms)
        pipe.execute = executing
        return pipe

    monkeypatch.setattr(voids, "PATIENCE_S", 60.0)
    monkeypatch.setattr(heard.redis, "pipeline", broken)
    telling = tasks(heard.voids.tell(["thing:a"]))
    await begun(executing)
    if is_cancelled:
        telling.cancel()
    executing.may_go_on.set()
    await asyncio.gather(telling, return_exceptions=True)

    assert await made(heard).get("one", Reader("new")) == "new"
