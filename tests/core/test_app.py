"""An application opens, dispatches, listens, and ends whatever its servers do."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.core.app import open_app
from tests.core.quiet import note, take, texts, until
from tests.patience import PATIENCE_S

CURSOR = text("SELECT dispatched_seq FROM outbox.cursor")


async def test_two_applications_hear_of_each_others_commits(quiet_config):
    async with open_app(quiet_config) as one, open_app(quiet_config) as other:
        listening = [asyncio.create_task(take(app.stream.listen(0), 2)) for app in (one, other)]
        await note(one, "from one")
        await until(lambda: _has_heard(other, 1))
        await note(other, "from the other")

        for delivered in await asyncio.gather(*listening):
            assert texts(delivered) == ["from one", "from the other"]


async def test_an_application_ends_while_both_servers_are_lost(quiet_config, proxy):
    async with asyncio.timeout(PATIENCE_S):
        async with open_app(replace(quiet_config, redis_url=proxy.url)) as app:
            await note(app, "words")
            await until(lambda: _has_heard(app, 1))
            proxy.stall()
            await note(app, "more")
            app.database.pool.terminate()

    assert app.database.pool.is_closing()
    proxy.mend()


async def test_an_application_that_cant_open_leaves_nothing_open(quiet_config):
    nowhere = replace(quiet_config, database_url="postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises(OSError, match="Connect call failed"):
        async with open_app(nowhere):
            pass


async def test_what_is_to_be_closed_is_closed_newest_first(quiet_config):
    closed = []
    async with open_app(quiet_config) as app:
        app.on_close(lambda: closed.append("first"))
        app.on_close(lambda: closed.append("second"))

        assert await app.in_thread(lambda a, b: a + b, 1, b=2) == 3
        assert closed == []

    assert closed == ["second", "first"]


async def _has_heard(app, seq):
    return app.stream.head >= seq
