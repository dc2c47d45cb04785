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
from app.metadata.ordered_season import season_of
from app.metadata.tmdb import TMDB
from app.settings.secrets import remove_secret
from tests import given
from tests.outside import saying

HARBOUR = dict(SERIES[0].facts.ids)["tmdb"]
ASKED = "SELECT kind, work_id FROM metadata.looks WHERE asked_at IS NOT NULL ORDER BY work_id"
JOBS = "SELECT name FROM outbox.jobs WHERE name LIKE 'metadata.%' ORDER BY name"
PROBLEM = "SELECT problem FROM metadata.episode_orders"


@pytest.fixture
async def harbour(tmdb):
    """A series of which TMDb told; the application, its id, and its orders by kind."""
    app = tmdb.app
    series_id = await given.series(app, "Harbour Street", seasons=(5, 2), provider_ids={"tmdb": HARBOUR})
    work = await save(app, series_id)
    return app, series_id, {group.order: group.id for group in work.groups}


async def save(app, series_id):
    work = await TMDB.work(app, Kind.TV, HARBOUR, ("en",))
    async with app.transaction() as tx:
        await save_details(tx, Kind.TV, {series_id: work})
    return work


async def choose(app, series_id, order_id):
    async with app.transaction() as tx:
        return await choose_order(tx, Actor(), series_id, order_id)


async def order_of(app, series_id):
    return (await chosen_orders(app.db, [series_id]))[series_id]


async def jobs(app):
    return [row[0] for row in await app.db.rows(text(JOBS))]


async def seasons_asked_for(app, series_id):
    """Whether all are, and nothing else is."""
    rows = await app.db.rows(
        text("SELECT id FROM tv.seasons WHERE series_id = :id ORDER BY id"), id=series_id
    )
    asked = [tuple(row) for row in await app.db.rows(text(ASKED))]
    await app.db.run(text("UPDATE metadata.looks SET asked_at = NULL"))
    return bool(asked) and asked == [("season", row[0]) for row in rows]


async def test_what_a_chosen_order_means_is_fetched_and_the_seasons_described_anew(harbour):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    at_once = await order_of(app, series_id), await seasons_asked_for(app, series_id)
    before = await jobs(app)

    await fetch_order.run(app, str(series_id))
    after = await seasons_asked_for(app, series_id)
    await fetch_order.run(app, str(series_id))

    order = await order_of(app, series_id)
    assert (at_once, before) == ((None, False), ["metadata.fetch_episode_order"])
    assert (after, await seasons_asked_for(app, series_id)) == (True, False)
    assert (order.provider, order.id, order.kind) == ("tmdb", orders[GroupOrder.DVD], GroupOrder.DVD)
    # The last one of each season comes first on the discs.
    assert [aired_of(order, 1, number) for number in range(1, 6)] == [(1, 4), (1, 1), (1, 2), (1, 3), None]
    assert aired_of(order, 2, 1) == (2, 2)


async def test_seasons_are_asked_for_as_the_files_are_numbered(harbour, tmdb):
    app, series_id, orders = harbour
    aired = await season_of(app, TMDB, series_id, HARBOUR, 1, ("en", "de"))
    await choose(app, series_id, orders[GroupOrder.DVD])
    await fetch_order.run(app, str(series_id))
    tmdb.asked.clear()

    season = await season_of(app, TMDB, series_id, HARBOUR, 1, ("en", "de"))
    nothing = await season_of(app, TMDB, series_id, HARBOUR, 9, ("en", "de"))

    assert titles(aired) == {1: "The Wrong Boat", 2: "Nine Kettles", 3: "High Water", 4: "Low Water"}
    assert titles(season) == {1: "Low Water", 2: "The Wrong Boat", 3: "Nine Kettles", 4: "High Water"}
    assert season.facts.number == 1
    assert set(tmdb.paths) == {f"/3/tv/{HARBOUR}/season/1"}
    assert nothing is None


async def test_what_counts_through_is_put_together_of_several_seasons(harbour, tmdb):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.ABSOLUTE])
    await fetch_order.run(app, str(series_id))

    season = await season_of(app, TMDB, series_id, HARBOUR, 1, ("en",))
    tmdb.troubles[f"/3/tv/{HARBOUR}/season/2"] = saying({"status_code": 34}, 404)
    without = await season_of(app, TMDB, series_id, HARBOUR, 1, ("en",))

    assert titles(season)[5] == "The Other Harbour"
    assert list(titles(without)) == [1, 2, 3, 4]


def titles(season):
    return {each.facts.number: each.facts.title for each in season.episodes}


async def test_what_an_order_means_is_asked_again_after_a_week(harbour):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    await fetch_order.run(app, str(series_id))
    await app.db.run(text("DELETE FROM outbox.jobs"))

    await save(app, series_id)
    soon = await jobs(app)
    await app.db.run(text("UPDATE metadata.episode_orders SET fetched_at = fetched_at - interval '8 days'"))
    await save(app, series_id)

    assert (soon, await jobs(app)) == ([], ["metadata.fetch_episode_order"])


async def test_an_order_that_counts_through(harbour):
    app, series_id, orders = harbour

    await choose(app, series_id, orders[GroupOrder.ABSOLUTE])
    await fetch_order.run(app, str(series_id))

    order = await order_of(app, series_id)
    assert [aired_of(order, 1, number) for number in (4, 5, 6, 7)] == [(1, 4), (2, 1), (2, 2), None]


async def test_an_order_that_is_chosen_once_more_goes_on_to_count(harbour):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    await fetch_order.run(app, str(series_id))
    known = await order_of(app, series_id)

    await choose(app, series_id, orders[GroupOrder.DVD])
    once_more = await order_of(app, series_id)
    await choose(app, series_id, orders[GroupOrder.ABSOLUTE])

    assert once_more == known
    assert await order_of(app, series_id) is None


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


async def test_without_a_key_and_of_a_provider_that_is_not_asked_any_more_it_is_told(harbour):
    app, series_id, orders = harbour
    await choose(app, series_id, orders[GroupOrder.DVD])
    async with app.transaction() as tx:
        await remove_secret(tx, Actor(), "tmdb")

    await fetch_order.run(app, str(series_id))
    no_key = await app.db.value(text(PROBLEM))
    await app.db.run(text("UPDATE metadata.episode_orders SET provider = 'gone'"))
    await fetch_order.run(app, str(series_id))

    assert no_key.startswith("What this order means can't be fetched: TMDb: it needs a key")
    assert (await app.db.value(text(PROBLEM))).startswith("What this order means can't be fetched: gone")


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
