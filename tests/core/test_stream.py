"""Listeners hear everything in order, whatever happens to Redis and however slow they are."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import text

from app.core import stream
from app.core.dispatch import channel
from app.core.errors import Invalid
from app.core.events import Event
from tests.core.quiet import Noted, note, quiet, take, texts, until


@pytest.fixture
async def following(quiet_app, tasks):
    """The quiet application with its stream running, which has subscribed."""
    await quiet_app.stream.start()
    tasks(quiet_app.stream.run())
    await until_followed(quiet_app)
    return quiet_app


async def until_followed(app):
    name = channel(app.config.namespace)

    async def somebody_listens():
        return (await app.redis.pubsub_numsub(name))[0][1]

    await until(somebody_listens)


async def publish(app, *words):
    await note(app, *words)
    await app.dispatcher.dispatch()


async def heard(app, after, count):
    return texts(await take(app.stream.listen(after), count))


async def test_a_listener_hears_what_happens_from_now_on(following):
    await publish(following, "before")
    await until(lambda: _head_is(following, 1))
    listener = following.stream.listen()
    waiting = asyncio.ensure_future(anext(listener))
    await asyncio.sleep(0)

    await publish(following, "after")

    assert texts([await waiting]) == ["after"]


async def test_a_listener_resumes_after_a_cursor(following):
    await publish(following, *"abcde")
    [_, second] = await take(following.stream.listen(0), 2)

    assert await heard(following, second.seq, 3) == ["c", "d", "e"]
    assert following.stream.head == second.seq + 3


async def test_a_new_process_resumes_after_a_cursor_of_a_dead_one(quiet_app):
    await publish(quiet_app, *"abc")
    await quiet_app.stream.start()

    assert await heard(quiet_app, 1, 2) == ["b", "c"]


async def test_a_cursor_of_a_process_that_is_ahead_is_good(quiet_app):
    await quiet_app.stream.start()
    await publish(quiet_app, *"abc")
    listener = quiet_app.stream.listen(2)
    waiting = asyncio.ensure_future(anext(listener))
    await quiet_app.db.value(text("SELECT 1"))
    await quiet_app.stream._catch_up()

    assert texts([await waiting]) == ["c"]


@pytest.mark.parametrize("cursor", [-1, 0, 1])
async def test_a_cursor_before_what_is_kept_is_refused(quiet_app, cursor):
    await publish(quiet_app, *"abcd")
    await quiet_app.db.run(text("DELETE FROM outbox.events WHERE seq <= 2"))
    await quiet_app.db.run(text("UPDATE outbox.cursor SET dropped_seq = 2"))
    await quiet_app.stream.start()

    with pytest.raises(Invalid, match="too old") as refused:
        await anext(quiet_app.stream.listen(cursor))

    assert refused.value.field == "after"
    assert await heard(quiet_app, 2, 2) == ["c", "d"]


async def test_a_cursor_before_a_number_that_was_never_used_is_good(quiet_app):
    await publish(quiet_app, "a")
    await quiet_app.db.value(text("SELECT nextval('outbox.events_seq_seq')"))
    await publish(quiet_app, "c")
    await quiet_app.db.run(text("DELETE FROM outbox.events WHERE seq = 1"))
    await quiet_app.db.run(text("UPDATE outbox.cursor SET dropped_seq = 1"))
    await quiet_app.stream.start()

    assert await heard(quiet_app, 1, 1) == ["c"]


async def test_a_cursor_of_the_future_is_refused(quiet_app):
    await publish(quiet_app, "a")
    await quiet_app.stream.start()

    with pytest.raises(Invalid, match="another server"):
        await anext(quiet_app.stream.listen(2))


async def test_a_listener_that_is_slower_than_the_ring_misses_nothing(following, monkeypatch):
    monkeypatch.setattr(stream, "BATCH", 7)
    following.stream._ring = type(following.stream._ring)(maxlen=5)
    listener = following.stream.listen(0)
    words = [str(number) for number in range(40)]

    await publish(following, *words[:3])
    first = await take(listener, 1)
    await publish(following, *words[3:])
    await until(lambda: _head_is(following, 40))
    rest = await take(listener, 39)

    assert texts(first + rest) == words
    assert [each.previous for each in rest] == [each.seq for each in (first + rest)[:-1]]


async def test_many_listeners_all_hear_everything(following):
    words = [str(number) for number in range(100)]
    listening = [asyncio.create_task(heard(following, 0, 100)) for _ in range(20)]

    for start in range(0, 100, 9):
        await publish(following, *words[start : start + 9])

    assert await asyncio.gather(*listening) == [words] * 20


async def test_two_processes_hear_the_same_in_the_same_order(quiet_config, tasks):
    async with AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(quiet(quiet_config)) for _ in range(2)]
        for app in apps:
            await app.stream.start()
            tasks(app.stream.run())
            tasks(app.dispatcher.run())
        listening = [asyncio.create_task(take(app.stream.listen(0), 60)) for app in apps]

        async def write(app, name):
            for number in range(30):
                await note(app, f"{name}{number}")

        await asyncio.gather(write(apps[0], "a"), write(apps[1], "b"))
        one, other = await asyncio.gather(*listening)

        assert texts(one) == texts(other)
        assert [each.seq for each in one] == sorted(each.seq for each in one)
        assert [word for word in texts(one) if word[0] == "a"] == [f"a{number}" for number in range(30)]


async def test_what_is_published_twice_is_heard_once(following):
    await publish(following, *"abc")
    await until(lambda: _head_is(following, 3))
    listening = asyncio.create_task(heard(following, 0, 4))

    await following.db.run(text("UPDATE outbox.cursor SET dispatched_seq = 1"))
    await following.dispatcher.dispatch()
    await publish(following, "d")

    assert await listening == ["a", "b", "c", "d"]


async def test_a_hole_in_what_is_published_is_filled_from_the_database(following):
    await note(following, *"abc")
    await following.db.run(text("UPDATE outbox.cursor SET dispatched_seq = 2"))

    await following.dispatcher.dispatch()

    assert await heard(following, 0, 3) == ["a", "b", "c"]


async def test_unknown_and_unreadable_events_and_foreign_messages_break_nothing(
    following, monkeypatch, caplog
):
    monkeypatch.setattr(stream, "POLL_S", 0.01)
    insert = text("INSERT INTO outbox.events (name, payload) VALUES (:name, :payload)")
    await following.db.run(insert, name="test.of_tomorrow", payload={"field": 1})
    await following.db.run(insert, name="test.noted", payload={"ids": ["no id"], "text": "x"})
    await following.db.run(insert, name="test.noted", payload={})
    await following.redis.publish(channel(following.config.namespace), b"no JSON")
    await following.redis.publish(channel(following.config.namespace), orjson.dumps({"other": 1}))
    await publish(following, "known")

    delivered = await take(following.stream.listen(0), 4)

    assert [each.event for each in delivered] == [Event(), Event(), Event(), Noted("known")]
    assert "stumbled" in caplog.text


async def test_a_listener_goes_on_while_redis_is_away(quiet_config, proxy, tasks, monkeypatch, caplog):
    monkeypatch.setattr(stream, "POLL_S", 0.02)
    async with quiet(quiet_config) as other, quiet(replace(quiet_config, redis_url=proxy.url)) as app:
        await app.stream.start()
        running = tasks(app.stream.run())
        await until_followed(other)
        listener = app.stream.listen(0)

        await proxy.cut()
        await publish(other, "while", "away")
        assert texts(await take(listener, 2)) == ["while", "away"]
        await note(other, "not even published")
        assert texts(await take(listener, 1)) == ["not even published"]
        proxy.mend()
        await until_followed(other)
        await publish(other, "back")

        assert texts(await take(listener, 1)) == ["back"]
        assert len([each for each in caplog.messages if "interrupted" in each]) == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_was_missed_while_the_connection_was_cut_is_caught_up_without_another_event(
    quiet_config, proxy, tasks, monkeypatch
):
    monkeypatch.setattr(stream, "POLL_S", 0.02)
    monkeypatch.setattr(stream, "IDLE_S", 3600)
    async with quiet(quiet_config) as other, quiet(replace(quiet_config, redis_url=proxy.url)) as app:
        await app.stream.start()
        running = tasks(app.stream.run())
        await until_followed(other)
        listener = app.stream.listen(0)
        await publish(other, "first")
        await take(listener, 1)

        await proxy.cut()
        await publish(other, "missed")
        proxy.mend()

        assert texts(await take(listener, 1)) == ["missed"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_connection_that_is_open_but_dead_is_noticed(quiet_config, proxy, tasks, monkeypatch):
    monkeypatch.setattr(stream, "POLL_S", 0.02)
    monkeypatch.setattr(stream, "IDLE_S", 0.05)
    through_proxy = replace(quiet_config, redis_url=proxy.url, redis_timeout_s=2)
    async with quiet(quiet_config) as other, quiet(through_proxy) as app:
        await app.stream.start()
        running = tasks(app.stream.run())
        await until_followed(other)
        listener = app.stream.listen(0)

        proxy.stall()
        await publish(other, "into the void")

        assert texts(await take(listener, 1)) == ["into the void"]
        await until(lambda: _connects_anew(proxy))
        proxy.mend()
        await publish(other, "heard again")
        assert texts(await take(listener, 1)) == ["heard again"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_listening_is_none_of_the_statements_that_a_request_costs(quiet_app):
    seen = []
    quiet_app.database.db.on_statement = seen.append
    await publish(quiet_app, *"ab")
    seen.clear()

    await quiet_app.stream.start()
    await quiet_app.stream._catch_up()

    assert await heard(quiet_app, 0, 2) == ["a", "b"]
    assert seen == []


async def _head_is(app, seq):
    return app.stream.head == seq


async def _connects_anew(proxy):
    return proxy.calls > 2
