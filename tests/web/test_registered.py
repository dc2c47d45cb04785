"""Documents that clients register by their hashes: bounded, shared by processes, and missed without harm."""

import asyncio
import time
from dataclasses import replace

from app.core.app import open_app
from app.web import registered
from app.web.graphql.manifests import hash_of
from app.web.registered import Registered

RIPLEY, ASH = "ripley", "ash"
TEXT = "{ movies { totalCount } }"


async def put(documents: Registered, *texts: str, whose: str | None = RIPLEY) -> None:
    for text in texts:
        await documents.put(hash_of(text), text, whose)


async def known(app, *texts: str) -> list[bool]:
    """Which of them a process finds that has none at hand."""
    documents = Registered(app, 250)
    return [await documents.get(hash_of(text)) == text for text in texts]


async def keys(app) -> set[bytes]:
    return set(await app.redis.keys(f"{app.config.namespace}:documents:*"))


async def test_what_one_process_registers_others_find_for_a_day(app, second_app):
    await put(Registered(app, 250), TEXT)

    assert await known(second_app, TEXT, "{ other }") == [True, False]
    assert [0 < await app.redis.ttl(key) <= 86_400 for key in await keys(app)] == [True, True]


async def test_each_keeps_the_newest_of_their_own(app):
    documents = Registered(app, 2)

    await put(documents, "{ a }", "{ b }", "{ c }")
    await put(documents, "{ d }", whose=ASH)

    assert await known(app, "{ a }", "{ b }", "{ c }", "{ d }") == [False, True, True, True]


async def test_strangers_share_one_account(app):
    await put(Registered(app, 1), "{ a }", "{ b }", whose=None)

    assert await known(app, "{ a }", "{ b }") == [False, True]
    assert len(await keys(app)) == 2


async def test_who_registers_many_loses_their_own_and_no_others(app):
    documents = Registered(app, 1)
    await put(documents, "{ a }")

    await put(Registered(app, 1), "{ a }", "{ b }", "{ c }", whose=ASH)

    assert await known(app, "{ a }", "{ b }", "{ c }") == [True, False, True]


async def test_what_went_is_registered_anew(app):
    await put(Registered(app, 2), "{ a }", "{ b }")
    await app.redis.delete(f"{app.config.namespace}:documents:text:{hash_of('{ a }')}")

    await put(Registered(app, 2), "{ a }", "{ c }")

    assert await known(app, "{ a }", "{ b }", "{ c }") == [True, False, True]


async def test_what_ran_out_is_no_longer_on_an_account(app):
    account = f"{app.config.namespace}:documents:of:{RIPLEY}"
    await app.redis.zadd(account, {"long ago": time.time() - 86_401})

    await put(Registered(app, 2), "{ b }")

    assert await app.redis.zrange(account, 0, -1) == [hash_of("{ b }").encode()]


async def test_large_documents_are_not_registered(app):
    large, small = "{ " + "a " * 5_000 + "}", "{ " + "a " * 1_000 + "}"

    await put(Registered(app, 250), large, small, whose=None)
    await put(Registered(app, 250), large + "é" * 30_000)

    assert await known(app, large, small) == [False, True]
    await put(Registered(app, 250), large)
    assert await known(app, large) == [True]


async def test_a_document_is_written_once_in_a_while_however_often_it_comes(app):
    documents = Registered(app, 250)
    await put(documents, TEXT)
    await app.redis.flushdb()

    await put(documents, TEXT)

    assert await documents.get(hash_of(TEXT)) == TEXT
    assert not await keys(app)


async def test_little_is_at_hand(app, monkeypatch):
    monkeypatch.setattr(registered, "AT_HAND_CHARS", 12)
    documents = Registered(app, 250)
    await put(documents, "{ a }", "{ b }")
    await documents.get(hash_of("{ a }"))
    await put(documents, "{ c }")
    await app.redis.flushdb()

    found = [await documents.get(hash_of(text)) for text in ("{ a }", "{ b }", "{ c }")]

    assert found == ["{ a }", None, "{ c }"]


async def test_what_is_not_of_its_hash_is_not_believed(app):
    name = f"{app.config.namespace}:documents:text:{hash_of(TEXT)}"
    await app.redis.set(name, "{ evil }")
    other = await known(app, TEXT)
    await app.redis.set(name, b"\xff")

    assert [*other, *await known(app, TEXT)] == [False, False]


async def test_without_redis_nothing_is_known_and_nothing_fails(app, caplog):
    async with open_app(replace(app.config, redis_url="redis://127.0.0.1:1")) as alone:
        documents = Registered(alone, 250)
        await put(documents, TEXT)

        assert await documents.get(hash_of(TEXT)) is None

    assert caplog.text.count("send whole documents without Redis") == 1
    assert await known(app, TEXT) == [False]


async def test_a_redis_that_hangs_keeps_nobody_waiting_twice(app):
    async def hang(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_app(replace(app.config, redis_url=f"redis://127.0.0.1:{port}")) as slow:
        documents = Registered(slow, 250)
        await documents.get(hash_of(TEXT))

        await put(documents, TEXT)

        assert await documents.get(hash_of(TEXT)) is None
        assert documents._shortcut.failures == 1
