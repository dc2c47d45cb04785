"""Who makes something void goes on when nobody trusts it any longer, whatever Redis does meanwhile."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from time import monotonic

import pytest

from app.core import voids
from app.core.ending import end
from app.core.events import Event
from app.core.outbox import Tx
from tests.core.quiet import quiet, until
from tests.patience import PATIENCE_S


@dataclass(frozen=True)
class Changed(Event, name="test.changed"):
    what: str

    def voids(self):
        return (f"thing:{self.what}",)


@pytest.fixture(autouse=True)
def long_lease(monkeypatch):
    """No lease ends by itself on a slow machine."""
    monkeypatch.setattr(voids, "LEASE_S", 60.0)
    monkeypatch.setattr(voids, "AGAIN_S", 0.01)


@pytest.fixture
async def listening(quiet_config, tasks):
    @asynccontextmanager
    async def listen(redis_url=None):
        config = replace(quiet_config, redis_url=redis_url) if redis_url else quiet_config
        async with quiet(config) as app:
            await app.stream.start()
            task = tasks(app.voids.listen())
            await until_heard(app)
            yield app
            await end(task)

    return listen


async def until_heard(app):
    async def is_heard():
        return app.voids.is_heard

    await until(is_heard)


def noted(app):
    seen = []
    app.voids.on_void("thing", seen.extend)
    return seen


async def test_all_have_heard_when_it_is_told(listening):
    async with listening() as one, listening() as other:
        here, there = noted(one), noted(other)

        await one.voids.tell(["thing:a", "thing:b", "other:c"])

        assert set(here) == set(there) == {"thing:a", "thing:b"}


async def test_who_holds_nothing_tells_as_well(listening, quiet_app):
    async with listening() as other:
        there = noted(other)

        await quiet_app.voids.tell(["thing:a"])

        assert there == ["thing:a"]


async def test_a_commit_tells_what_its_events_make_void(listening):
    async with listening() as one, listening() as other:
        there = noted(other)

        async with one.transaction() as tx:
            tx.emit(Changed("a"))

        assert there == ["thing:a"]


async def test_it_is_void_here_before_redis_is_told_and_once_more_after(quiet_app, monkeypatch):
    seen, before = noted(quiet_app), []
    pipeline = quiet_app.redis.pipeline

    def telling(**options):
        before.append(list(seen))
        return pipeline(**options)

    monkeypatch.setattr(quiet_app.redis, "pipeline", telling)
    await quiet_app.voids.tell(["thing:a"])

    assert before == [["thing:a"]]
    assert seen == ["thing:a"] * 2


async def test_a_lease_begins_when_the_echo_was_asked_for(quiet_app, monkeypatch):
    asked_at = monotonic()
    monkeypatch.setattr(quiet_app.voids, "_asked_at", (b"echo", asked_at))

    await quiet_app.voids._take({"type": "pong", "data": b"another"})
    before = quiet_app.voids.is_heard
    await quiet_app.voids._take({"type": "pong", "data": b"echo"})

    assert not before
    assert quiet_app.voids._good_until == asked_at + voids.LEASE_S


async def test_who_listens_is_waited_for_though_redis_has_forgotten_it(
    listening, quiet_app, monkeypatch, tasks
):
    async with listening() as other:
        is_told, may_hear, hear = asyncio.Event(), asyncio.Event(), other.voids._hear

        async def late(told):
            is_told.set()
            await may_hear.wait()
            await hear(told)

        monkeypatch.setattr(other.voids, "_hear", late)
        await other.redis.delete(f"{other.config.namespace}:voids:ears")
        telling = tasks(quiet_app.voids.tell(["thing:a"]))
        async with asyncio.timeout(PATIENCE_S):
            await is_told.wait()
        for _ in range(20):
            await quiet_app.redis.ping()
        has_gone_on = telling.done()
        may_hear.set()
        await telling

        assert not has_gone_on


async def test_a_process_that_says_nothing_is_waited_for_until_it_trusts_nothing(
    listening, proxy, monkeypatch
):
    async with listening(proxy.url) as deaf, listening() as other:
        # The shorter lease begins with the next beat.
        monkeypatch.setattr(voids, "LEASE_S", 0.2)
        await until(lambda: _trusts_for(deaf, 0.2))
        proxy.stall()

        await other.voids.tell(["thing:a"])
        still_trusts = deaf.voids.is_heard
        ears = await other.redis.smembers(f"{other.config.namespace}:voids:ears")

        proxy.mend()
        assert not still_trusts
        assert deaf.voids._own.encode() not in ears


async def _trusts_for(app, lease_s):
    return app.voids._good_until <= monotonic() + lease_s


async def test_who_has_lost_the_channel_trusts_nothing_and_then_begins_anew(listening, proxy):
    async with listening(proxy.url) as app:
        seen = noted(app)
        await proxy.cut()

        async def is_deaf():
            return not app.voids.is_heard

        await until(is_deaf)
        proxy.mend()
        await until_heard(app)

        assert "thing:*" in seen


async def test_a_lease_that_nothing_renews_ends(quiet_app):
    assert not quiet_app.voids.is_heard


async def test_what_a_crash_kept_from_being_told_comes_by_the_event(listening, quiet_app):
    async with listening() as app:
        seen = noted(app)
        key = app.voids.era_key("thing")
        await app.redis.set(key, "before")
        async with quiet_app.database.transaction() as db:
            tx = Tx(db, lambda: quiet_app.keyring)
            tx.emit(Changed("a"))
            await tx.flush()
        await app.stream._catch_up()

        assert app.voids.is_heard
        assert seen == ["thing:a"]
        assert await app.voids.settle()
        assert await app.redis.get(key) not in {b"before", None}


async def test_a_gap_in_the_events_makes_everything_void(listening):
    async with listening() as app:
        seen = noted(app)
        app.stream._head += 100_000

        assert app.voids.is_heard
        assert seen == ["thing:*"]


async def test_a_gap_in_the_events_begins_new_eras(listening):
    async with listening() as app:
        noted(app)
        key = app.voids.era_key("thing")
        await app.redis.set(key, "before")
        app.stream._head += 100_000

        assert app.voids.is_heard
        assert await app.voids.settle()
        assert await app.redis.get(key) not in {None, b"before"}


async def test_too_many_tags_are_a_family(listening):
    async with listening() as app:
        seen = noted(app)

        await app.voids.tell(f"thing:{number}" for number in range(voids.MOST_TAGS + 1))

        assert set(seen) == {"thing:*"}


async def test_a_family_with_few_tags_is_not_void_because_of_another(listening):
    async with listening() as app:
        seen = noted(app)

        await app.voids.tell(["thing:a", *(f"other:{number}" for number in range(voids.MOST_TAGS + 1))])

        assert set(seen) == {"thing:a"}


async def test_without_redis_a_commit_is_one(quiet_config):
    async with quiet(replace(quiet_config, redis_url="unix:///nowhere/redis.sock")) as app:
        seen = noted(app)

        async with app.transaction() as tx:
            tx.emit(Changed("a"))

        assert set(seen) == {"thing:a"}
        app.stream._head += 100_000
        assert not app.voids.is_heard
        assert not await app.voids.settle()
        await app.voids.leave()


async def test_what_cant_be_read_makes_everything_void(listening, caplog):
    async with listening() as app:
        seen = noted(app)

        await app.redis.publish(f"{app.config.namespace}:voids", b"no JSON")
        await app.redis.publish(f"{app.config.namespace}:voids", b'{"other": 1}')
        await app.voids.tell(["thing:a"])

        assert seen.count("thing:*") == 2
        assert "can't be read" in caplog.text
