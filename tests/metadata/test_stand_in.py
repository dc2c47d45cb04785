"""Who is asked about the demo library, and that nobody stands in for TMDb about anything else."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from app.activity.actor import Actor
from app.core.app import App, open_app
from app.demo.answering import answering
from app.demo.tmdb.server import KEY, Tmdb
from app.metadata.facts import Kind
from app.metadata.provider import Provider, Wanted
from app.metadata.registry import everyone_of
from app.metadata.stand_in import stand_in
from app.metadata.status import State, statuses
from app.metadata.tmdb import TMDB
from app.metadata.whom import whom_to_ask
from app.settings.writes import change_settings
from tests import given
from tests.library.scanning import rows
from tests.metadata.conftest import SHELF, keep_key
from tests.metadata.enriching import described, film, look
from tests.metadata.standing import Standing, standing


@pytest.fixture
async def told(app: App) -> AsyncIterator[Standing]:
    """A stand-in, and an application that was told of it as `marquee up` tells its children."""
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(standing(Tmdb(SHELF)))
        port = stand_in.url.rpartition(":")[2]
        async with open_app(replace(app.config, demo_tmdb=f"http://{KEY}@127.0.0.1:{port}")) as own:
            stand_in.app, stand_in.end = own, stack.aclose
            yield stand_in


async def demo_library(app: App):
    return await given.library(app, name="Demo Movies", path=str(app.config.demo_path / "movies"))


async def test_the_demo_library_s_works_are_told_of_without_a_key(told):
    library = await demo_library(told.app)

    found = await TMDB.search(told.app, Wanted(Kind.MOVIE, "The"))

    assert found
    assert [each.state for each in await statuses(told.app, [TMDB])] == [State.READY]
    assert TMDB in await everyone_of(told.app, library, Kind.MOVIE)
    assert [each.about.id for each in (await whom_to_ask(told.app))[library].order] == ["tmdb"]


async def test_nobody_stands_in_for_tmdb_about_a_library_of_one_s_own(told):
    await demo_library(told.app)
    own = await given.library(told.app, name="Mine", path="/media/movies")
    mixed = await given.library(told.app, name="Mixed", path=str(told.app.config.demo_path / "more"))
    await given.root(told.app, mixed, "/media/more")

    whom = await whom_to_ask(told.app)

    for library in (own, mixed):
        asked = await everyone_of(told.app, library, Kind.MOVIE)
        assert not any(isinstance(each, Provider) for each in asked)
        assert library not in whom


async def test_without_a_demo_library_nobody_stands_in(told):
    await given.library(told.app, name="Mine", path="/media/movies")

    assert await stand_in(told.app) is None
    assert [each.state for each in await statuses(told.app, [TMDB])] == [State.NO_KEY]


async def test_a_key_of_the_user_s_own_goes_to_tmdb_alone(told):
    await demo_library(told.app)
    await keep_key(told.app, "of-my-own")

    assert await stand_in(told.app) is None
    assert told.asked == []


async def test_an_address_of_the_user_s_own_counts(told):
    await demo_library(told.app)
    async with told.app.transaction() as tx:
        await change_settings(tx, Actor(), {"tmdb_url": "http://127.0.0.1:9/3"})

    assert await stand_in(told.app) is None


async def test_a_process_that_was_told_of_none_asks_no_database_for_one(app, statements):
    await demo_library(app)
    statements.clear()

    assert await stand_in(app) is None
    assert statements == []


async def test_a_stand_in_that_ends_is_told_of_and_asked_again_once_it_is_back(told, monkeypatch):
    monkeypatch.setattr("app.core.http.pause_s", lambda *_: 0.0)
    port = int(told.url.rpartition(":")[2])
    library = await demo_library(told.app)
    first, second = [await film(told.app, library, place) for place in range(2)]
    await rows(
        told.app, "UPDATE metadata.looks SET asked_at = NULL, due_at = 'infinity' WHERE work_id = $1", second
    )
    await look(told.app)
    await told.end()
    await rows(told.app, "UPDATE metadata.looks SET asked_at = now() WHERE work_id = $1", second)

    await look(told.app)
    [away] = await statuses(told.app, [TMDB])
    async with answering(told.answer, port), open_app(told.app.config) as another:
        await rows(told.app, "UPDATE metadata.looks SET due_at = now() WHERE failures > 0")
        await look(another)
        [back] = await statuses(told.app, [TMDB])

    assert (away.state, back.state) == (State.UNREACHABLE, State.READY)
    assert all([(await described(told.app, each))["overview"] for each in (first, second)])
