"""Choosing by which order a series' files are numbered, against TMDb's stand-in."""

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.http_errors import ProviderError
from app.core.ids import new_id
from app.demo.series import SERIES
from app.metadata.choose_order import choose_order, fetch_order
from app.metadata.details import save_details
from app.metadata.episode_order import aired_of
from app.metadata.episode_order_reads import chosen_orders
from app.metadata.facts import GroupOrder, Kind
from app.metadata.tmdb import TMDB
from tests import given
from tests.outside import saying

HARBOUR = dict(SERIES[0].facts.ids)["tmdb"]
JOBS = "SELECT name FROM outbox.jobs WHERE name LIKE 'metadata.%' ORDER BY name"
PROBLEM = "SELECT problem FROM metadata.episode_orders"


@pytest.fixture
async def harbour(tmdb):
    """A series of which TMDb told; the application, its id, and its orders by kind."""
    app = tmdb.app
    series_id = await given.series(app, "Harbour Street", provider_ids={"tmdb": HARBOUR})
    work = await TMDB.work(app, Kind.TV, HARBOUR, ("en",))
    async with app.transaction() as tx:
        await save_details(tx, Kind.TV, series_id, work)
    return app, series_id, {group.order: group.id for group in work.groups}


async def choose(app, series_id, order_id):
    async with app.transaction() as tx:
        return await choose_order(tx, Actor(), series_id, order_id)


async def order_of(app, series_id):
    return (await chosen_orders(app.db, [series_id]))[series_id]


async def jobs(app):
    return [row[0] for row in await app.db.rows(text(JOBS))]


async def test_what_a_chosen_order_means_is_fetched_and_the_series_described_anew(harbour):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    at_once = await order_of(app, series_id)
    before = await jobs(app)

    await fetch_order.run(app, str(series_id))
    await fetch_order.run(app, str(series_id))

    order = await order_of(app, series_id)
    assert (at_once, before) == (None, ["metadata.fetch_episode_order"])
    assert (order.provider, order.id, order.kind) == ("tmdb", orders[GroupOrder.DVD], GroupOrder.DVD)
    # The last one of each season comes first on the discs.
    assert [aired_of(order, 1, number) for number in range(1, 6)] == [(1, 4), (1, 1), (1, 2), (1, 3), None]
    assert aired_of(order, 2, 1) == (2, 2)
    assert "metadata.enrich" in await jobs(app)


async def test_an_order_that_counts_through(harbour):
    app, series_id, orders = harbour

    await choose(app, series_id, orders[GroupOrder.ABSOLUTE])
    await fetch_order.run(app, str(series_id))

    order = await order_of(app, series_id)
    assert [aired_of(order, 1, number) for number in (4, 5, 6, 7)] == [(1, 4), (2, 1), (2, 2), None]


async def test_going_back_to_the_order_in_which_it_aired(harbour):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    await fetch_order.run(app, str(series_id))

    await choose(app, series_id, None)
    await fetch_order.run(app, str(series_id))

    assert await order_of(app, series_id) is None
    assert await app.db.value(text("SELECT count(*) FROM metadata.episode_orders")) == 0


async def test_an_order_of_which_the_provider_does_not_tell(harbour):
    app, series_id, _ = harbour

    with pytest.raises(Invalid, match="no such order"):
        await choose(app, series_id, "nonsense")
    with pytest.raises(NotFound):
        await choose(app, new_id(), None)

    assert await jobs(app) == []


async def test_an_order_counts_as_long_as_its_provider_names_it(harbour):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    await fetch_order.run(app, str(series_id))

    await app.db.run(text("UPDATE metadata.details SET episode_orders = '[]'"))

    assert await order_of(app, series_id) is None


async def test_a_provider_that_says_nonsense_is_told_and_tried_again(harbour, tmdb):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])

    tmdb.troubles["*"] = saying("<html>")
    with pytest.raises(ProviderError):
        await fetch_order.run(app, str(series_id))
    problem = await app.db.value(text(PROBLEM))
    tmdb.troubles.clear()

    assert problem.startswith("What this order means can't be fetched: tmdb")
    assert await order_of(app, series_id) is None


async def test_an_order_that_is_gone_is_told_and_not_asked_for_again(harbour, tmdb):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    tmdb.troubles["*"] = saying({"status_code": 34}, 404)

    await fetch_order.run(app, str(series_id))

    assert "tmdb" in await app.db.value(text(PROBLEM))
    assert await jobs(app) == ["metadata.fetch_episode_order"]


async def test_what_was_fetched_for_an_earlier_choice_is_not_kept(harbour, tmdb):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    stand_in = tmdb.service

    async def chosen_meanwhile(asked):
        tmdb.troubles.clear()
        await choose(app, series_id, orders[GroupOrder.ABSOLUTE])
        return await stand_in.answer(asked)

    tmdb.troubles["*"] = chosen_meanwhile
    await fetch_order.run(app, str(series_id))
    meanwhile = await order_of(app, series_id)
    await fetch_order.run(app, str(series_id))

    assert meanwhile is None
    assert (await order_of(app, series_id)).kind is GroupOrder.ABSOLUTE
