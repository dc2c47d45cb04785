"""A series whose files are numbered as its discs are, from choosing that order to what its episodes are called."""

from app.activity.actor import Actor
from app.demo.series import SERIES
from app.metadata.choose_order import choose_order, fetch_order
from app.metadata.facts import GroupOrder
from app.metadata.wanted import ask_for
from tests import given
from tests.library.scanning import rows
from tests.metadata.enriching import look

HARBOUR = SERIES[0]
NUMBER = dict(HARBOUR.facts.ids)["tmdb"]
TITLES = "SELECT season_number, number, title FROM tv.episodes ORDER BY season_number, number"
ORDER = "SELECT episode_orders FROM metadata.details WHERE work_id = $1"
AIRED = {
    (1, 1): "The Wrong Boat",
    (1, 2): "Nine Kettles",
    (1, 3): "High Water",
    (1, 4): "Low Water",
    (2, 1): "The Other Harbour",
    (2, 2): "A Quiet Word",
}


async def titles(app):
    return {(each["season_number"], each["number"]): each["title"] for each in await rows(app, TITLES)}


async def as_a_scan_makes_it(app):
    """Known by its id, with episodes that nobody has named."""
    library_id = await given.library(app, kind="tv")
    ids = {"provider_ids": {"tmdb": NUMBER}}
    key = await given.series(app, HARBOUR.title, seasons=(4, 2), library_id=library_id, **ids)
    await rows(app, "UPDATE tv.episodes SET title = NULL")
    async with app.transaction() as tx:
        await ask_for(tx, "tv", [key])
    return key


async def choose(app, series_id, order_id):
    async with app.transaction() as tx:
        await choose_order(tx, Actor(), series_id, order_id)
    await fetch_order.run(app, str(series_id))
    await look(app)


async def test_episodes_are_called_as_those_that_the_files_mean(tmdb):
    app = tmdb.app
    series_id = await as_a_scan_makes_it(app)
    await look(app)
    as_aired = await titles(app)
    [told] = await rows(app, ORDER, series_id)
    orders = {each["kind"]: each["id"] for each in told["episode_orders"]}

    await choose(app, series_id, orders[GroupOrder.DVD])
    by_discs = await titles(app)
    await choose(app, series_id, None)

    assert as_aired == AIRED
    # The last one of each season comes first on the discs.
    assert by_discs == {
        (1, 1): "Low Water",
        (1, 2): "The Wrong Boat",
        (1, 3): "Nine Kettles",
        (1, 4): "High Water",
        (2, 1): "A Quiet Word",
        (2, 2): "The Other Harbour",
    }
    assert await titles(app) == AIRED
