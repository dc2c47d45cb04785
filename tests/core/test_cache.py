"""What is remembered holds, and what doesn't hold is not remembered."""

import asyncio
from dataclasses import replace

import pytest

from app.core import cache as module
from app.core import shortcut, voids
from app.core.cache import Cache, Fresh
from tests.core.quiet import quiet, until
from tests.patience import PATIENCE_S

FAMILY = "thing"


class Words:
    """Words as they are."""

    version = "1"

    def dump(self, value):
        return {"word": value}

    def load(self, stored):
        return stored["word"]


class Reader:
    """Counts how often it is asked."""

    def __init__(self, *answers, **fresh):
        self.answers, self.fresh, self.asked = list(answers), fresh, 0
        self.waits = asyncio.Event()
        self.waits.set()
        self.is_reading = asyncio.Event()

    async def __call__(self):
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.is_reading.set()
        await self.waits.wait()
        if isinstance(answer, Exception):
            raise answer
        return Fresh(answer, **self.fresh)


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A process that is stuck for a second is none that is cut off from Redis."""
    monkeypatch.setattr(voids, "LEASE_S", 60.0)
    monkeypatch.setattr(shortcut, "PATIENCE_S", 60.0)


@pytest.fixture
async def heard(quiet_app, tasks):
    await quiet_app.stream.start()
    tasks(quiet_app.voids.listen())
    await until_heard(quiet_app)
    return quiet_app


async def until_heard(app):
    async def is_heard():
        return app.voids.is_heard

    await until(is_heard)


def made(app, **terms):
    return Cache(app, FAMILY, **({"kept_s": 60, "most": 100, "codec": Words()} | terms))


async def test_what_was_read_once_is_held(heard):
    cache, read = made(heard), Reader("a")

    got = [await cache.get("key", read) for _ in range(3)]

    assert got == ["a"] * 3
    assert read.asked == 1
    assert cache.held("key") == "a"
    assert (cache.counts.missed, cache.counts.held) == (1, 3)


async def test_another_process_finds_it_in_redis(heard):
    read = Reader("a", tags=("x",))
    await made(heard).get("key", read)
    other = made(heard)

    assert await other.get("key", read) == "a"
    assert (read.asked, other.counts.stored) == (1, 1)

    await heard.voids.tell(["thing:x"])
    assert other.held("key") is None


async def test_what_isnt_kept_in_redis_isnt_there(heard):
    read = Reader("a")
    await made(heard, codec=None).get("key", read)

    await made(heard, codec=None).get("key", read)

    assert read.asked == 2


async def test_a_tag_makes_void_what_has_it_here_and_all_of_the_family_in_redis(heard):
    cache = made(heard)
    await cache.get("a", Reader("a", tags=("x", "y")))
    await cache.get("b", Reader("b", tags=("z",)))

    await heard.voids.tell(["thing:y"])
    elsewhere = Reader("new")

    assert (cache.held("a"), cache.held("b")) == (None, "b")
    assert await made(heard).get("b", elsewhere) == "new"
    assert cache.counts.voided == 1


async def test_what_was_read_before_something_became_void_is_for_who_waits_for_it_alone(heard):
    cache, read = made(heard), Reader("old", "new", tags=("x",))
    read.waits.clear()
    early = asyncio.create_task(cache.get("key", read))
    await read.is_reading.wait()

    await heard.voids.tell(["thing:x"])
    late = asyncio.create_task(cache.get("key", read))
    await asyncio.sleep(0)
    read.waits.set()

    assert (await early, await late) == ("old", "new")
    assert cache.held("key") == "new"
    assert await made(heard).get("key", Reader("read")) in {"new", "read"}


async def test_those_who_miss_at_once_wait_for_one_read(heard):
    cache, read = made(heard), Reader("a")

    got = await asyncio.gather(*(cache.get("key", read) for _ in range(20)))

    assert got == ["a"] * 20
    assert read.asked == 1


async def test_a_reader_who_leaves_stops_no_other(heard):
    cache, read = made(heard), Reader("a")
    read.waits.clear()
    first, second = [asyncio.create_task(cache.get("key", read)) for _ in range(2)]
    await read.is_reading.wait()

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    read.waits.set()

    assert await second == "a"
    assert read.asked == 1


async def test_a_failure_is_for_all_who_wait_and_is_not_remembered(heard):
    cache, read = made(heard), Reader(ValueError("no"), "a")

    failed = await asyncio.gather(*(cache.get("key", read) for _ in range(3)), return_exceptions=True)

    assert all(isinstance(each, ValueError) for each in failed)
    assert await cache.get("key", read) == "a"


async def test_that_there_is_nothing_is_not_remembered(heard):
    cache, read = made(heard), Reader(None)

    assert [await cache.get("key", read) for _ in range(2)] == [None, None]
    assert read.asked == 2


async def test_what_is_not_to_be_kept_isnt(heard):
    cache, read = made(heard), Reader("a", is_kept=False)

    await cache.get("key", read)
    await cache.get("key", read)

    assert read.asked == 2


async def test_the_longest_unused_gives_way(heard):
    cache = made(heard, most=2)
    for key in ("a", "b"):
        await cache.get(key, Reader(key))
    cache.held("a")

    await cache.get("c", Reader("c"))

    assert [cache.held(key) for key in "abc"] == ["a", None, "c"]
    assert (cache.size[0], cache.counts.evicted) == (2, 1)


async def test_what_is_held_has_no_more_bytes_than_it_may(heard):
    cache = made(heard, most_bytes=1000)

    for key in ("a", "b", "c"):
        await cache.get(key, Reader(key * 500))

    assert cache.size[0] == 1
    assert cache.size[1] <= 1000
    await cache.get("d", Reader("d" * 2000))
    assert cache.size == (0, 0)


async def test_an_entry_ends_with_its_time(heard, monkeypatch):
    cache, read = made(heard), Reader("a", "b", for_s=60)
    await cache.get("key", read)
    later = module.monotonic() + 61
    clock, wall = module.monotonic, module.time() + 61
    monkeypatch.setattr(module, "time", lambda: wall)
    monkeypatch.setattr(module, "monotonic", lambda: later)

    assert cache.held("key") is None
    assert await cache.get("key", read) == "b"
    monkeypatch.setattr(module, "monotonic", clock)


async def test_an_entry_ends_with_the_time_that_its_reader_says(heard, monkeypatch):
    cache = made(heard)
    await cache.get("key", Reader("a", for_s=20))
    [stored] = await heard.redis.keys("*:cache:thing:key")
    later = module.monotonic() + 21

    assert 0 < await heard.redis.pttl(stored) <= 20_000
    monkeypatch.setattr(module, "monotonic", lambda: later)
    assert cache.held("key") is None


@pytest.mark.parametrize(("dice", "is_held"), [(0.0, True), (1.0, False)])
async def test_not_all_that_came_at_once_goes_at_once(heard, monkeypatch, dice, is_held):
    monkeypatch.setattr(module.random, "random", lambda: dice)
    cache, start = made(heard), module.monotonic()
    monkeypatch.setattr(module, "monotonic", lambda: start)
    await cache.get("key", Reader("a"))

    monkeypatch.setattr(module, "monotonic", lambda: start + 57)

    assert (cache.held("key") == "a") is is_held


@pytest.mark.parametrize("entry", [b"", b"no JSON", b"[]", b'{"era": "%s", "version": "1", "until": 9e9}'])
async def test_what_cant_be_read_isnt_there(heard, entry):
    cache = made(heard)
    await cache.get("key", Reader("a"))
    era = (await heard.redis.get(heard.voids.era_key(FAMILY))).decode()
    [key] = await heard.redis.keys("*:cache:thing:key")
    await heard.redis.set(key, entry.replace(b"%s", era.encode()))

    assert await made(heard).get("key", Reader("b")) == "b"


async def test_another_versions_entries_arent_there(heard):
    await made(heard).get("key", Reader("a"))
    newer = Words()
    newer.version = "2"

    assert await made(heard, codec=newer).get("key", Reader("b")) == "b"


async def test_who_hears_nothing_asks_redis_each_time(quiet_app):
    cache, read = made(quiet_app), Reader("a")

    got = [await cache.get("key", read) for _ in range(3)]

    assert got == ["a"] * 3
    assert (read.asked, cache.counts.stored, cache.counts.held) == (1, 2, 0)


async def test_who_hears_nothing_waits_for_nobody_s_read(quiet_app):
    cache, read = made(quiet_app, codec=None), Reader("a")
    read.waits.clear()
    early = asyncio.create_task(cache.get("key", read))
    await read.is_reading.wait()
    read.is_reading.clear()

    late = asyncio.create_task(cache.get("key", read))
    async with asyncio.timeout(PATIENCE_S):
        await read.is_reading.wait()
    read.waits.set()

    assert (await early, await late, read.asked) == ("a", "a", 2)


async def test_without_redis_everything_is_read(quiet_config, caplog):
    async with quiet(replace(quiet_config, redis_url="unix:///nowhere/redis.sock")) as app:
        cache, read = made(app), Reader("a")

        got = [await cache.get("key", read) for _ in range(3)]

    assert got == ["a"] * 3
    assert read.asked == 3
    assert cache.failures == 1
    assert len([each for each in caplog.messages if "without Redis" in each]) == 1


async def test_a_redis_that_keeps_one_waiting_is_left_alone(quiet_config, proxy, monkeypatch):
    monkeypatch.setattr("app.core.shortcut.PATIENCE_S", 0.05)
    async with quiet(replace(quiet_config, redis_url=proxy.url)) as app:
        cache, read = made(app), Reader("a")
        proxy.stall()

        got = [await cache.get("key", read) for _ in range(3)]

        proxy.mend()
    assert got == ["a"] * 3
    assert cache.failures == 1
