"""Orders of a series' episodes in the graph, and choosing one."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.access.permissions import ALL, Permission
from app.access.rule import Access
from app.access.viewer import marquee
from app.activity.actor import Actor
from app.api.node import global_id
from app.core.ids import new_id
from tests import given

ORDERS = "query ($id: ID!) { series(by: {id: $id}) { episodeOrders { orderId kind isChosen problem } } }"
WHOLE = "{ allSeries { nodes { episodeOrders { name kind seasonCount episodeCount isChosen } } } }"
ENTRIES = "SELECT action, key, before, after FROM activity.entries WHERE action LIKE 'series.%' ORDER BY id"


@pytest.fixture
async def series_id(app):
    key = await given.series(app, "Harbour Street", provider_ids={"tmdb": "7"})
    seasons = [{"id": f"{number}", "number": number, "episode_count": 10 - number} for number in (0, 1, 2)]
    orders = [given.episode_order("d", name="Discs"), given.episode_order("a", kind="absolute")]
    await given.details(app, key, "tv", seasons=seasons, episode_orders=orders)
    return key


async def choose(execute, series_id, order_id, viewer=None):
    wanted = {"seriesId": global_id("Series", series_id), "orderId": order_id}
    found = await execute("metadata/choose_episode_order", input=wanted, viewer=viewer)
    return found["chooseEpisodeOrder"]


def chosen(series):
    return [each["orderId"] for each in series["episodeOrders"] if each["isChosen"]]


async def test_the_orders_that_there_are(ask, series_id):
    [found] = (await ask(WHOLE))["allSeries"]["nodes"]

    aired, discs, through = found["episodeOrders"]
    assert aired == {
        "name": None,
        "kind": "AIRED",
        "seasonCount": 2,
        "episodeCount": 17,
        "isChosen": True,
    }
    assert (discs["name"], discs["kind"], discs["isChosen"]) == ("Discs", "DVD", False)
    assert through["kind"] == "ABSOLUTE"


async def test_of_a_series_that_nobody_told_of_there_are_none(app, ask):
    key = await given.series(app)

    found = await ask(ORDERS, id=global_id("Series", key))

    assert found["series"]["episodeOrders"] == []


async def test_an_order_is_chosen_and_another_and_none(app, execute, series_id):
    discs = await choose(execute, series_id, "d")
    through = await choose(execute, series_id, "a")
    aired = await choose(execute, series_id, None)

    assert [chosen(each["series"]) for each in (discs, through, aired)] == [["d"], ["a"], [None]]
    entries = [dict(row) for row in await app.db.rows(text(ENTRIES))]
    assert {(each["action"], each["key"]) for each in entries} == {
        ("series.episode_order_chosen", str(series_id))
    }
    told = [
        [side["order"] and side["order"]["order_id"] for side in (each["before"], each["after"])]
        for each in entries
    ]
    assert told == [[None, "d"], ["d", "a"], ["a", None]]


async def test_why_an_order_has_no_effect_yet_is_told(app, ask, execute, series_id):
    await choose(execute, series_id, "d")
    await app.db.run(text("UPDATE metadata.episode_orders SET problem = 'Nobody answers.'"))

    found = await ask(ORDERS, id=global_id("Series", series_id))

    assert [each["problem"] for each in found["series"]["episodeOrders"]] == [None, "Nobody answers.", None]


async def test_what_can_not_be_chosen_is_told(execute, series_id):
    unknown = await choose(execute, series_id, "nonsense")
    gone = await choose(execute, new_id(), "d")

    assert (unknown["__typename"], unknown["field"]) == ("InvalidInput", "orderId")
    assert gone["__typename"] == "NotFound"


@pytest.mark.parametrize(
    "viewer",
    [
        replace(marquee(), permissions=ALL - {Permission.CONTENT_MODERATE}, actor=Actor()),
        replace(marquee(), access=Access(max_age=12), actor=Actor()),
    ],
)
async def test_those_who_do_not_correct_the_catalog_choose_nothing(app, execute, series_id, viewer):
    found = await choose(execute, series_id, "d", viewer)

    assert found["__typename"] == "PermissionDenied"
    assert await app.db.value(text("SELECT count(*) FROM metadata.episode_orders")) == 0


async def test_the_id_of_a_series_that_was_merged_means_the_one_that_it_became(app, execute, series_id):
    former = new_id()
    await app.db.run(
        text("INSERT INTO catalog.redirects (kind, id, into_id, became) VALUES ('series', :id, :way, :way)"),
        id=former,
        way=series_id,
    )

    found = await choose(execute, former, "d")

    assert found["series"]["id"] == global_id("Series", series_id)
    assert chosen(found["series"]) == ["d"]
