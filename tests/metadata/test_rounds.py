"""What changed at providers is looked at out of turn, whatever their list says, and no day of it is left out."""

import asyncio
import json
from datetime import timedelta

import pytest

from app.activity.actor import Actor
from app.core import clock
from app.demo.answering import said
from app.metadata import rounds
from app.metadata.facts import Kind
from app.metadata.rounds import make_round
from app.metadata.score import Status
from app.settings.writes import change_settings
from tests import given
from tests.library.scanning import rows, value, values
from tests.outside import saying

FEED = "/3/movie/changes"
WANTED = "SELECT work_id FROM metadata.looks WHERE asked_at IS NOT NULL AND urgency = 3"
UNTIL = "SELECT until FROM metadata.feeds WHERE provider = 'tmdb' AND kind = 'movie'"


@pytest.fixture
async def film(tmdb, monkeypatch):
    """Whose provider's list was followed to the day before yesterday; it was looked at before that."""
    monkeypatch.setattr("app.core.http.pause_s", lambda *_: 0.0)
    made = await given.movie(tmdb.app, library_id=await given.library(tmdb.app))
    await given.look(tmdb.app, Kind.MOVIE, made, looked_at="2020-01-01", due_at="2999-01-01")
    await given.link(tmdb.app, Kind.MOVIE, made, status=Status.MATCHED, provider="tmdb", provider_id="7")
    until = clock.now().date() - timedelta(days=2)
    await rows(
        tmdb.app,
        "INSERT INTO metadata.feeds (provider, kind, until, asked_at)"
        " SELECT 'tmdb', k, $1, now() - interval '2 days' FROM unnest(ARRAY['movie', 'tv']) k",
        until,
    )
    await rows(tmdb.app, "DELETE FROM outbox.jobs")
    return made


def listing(*ids, size=100):
    """The ids that changed, page by page."""

    async def say(asked):
        page = int(asked.query["page"])
        found = [{"id": each} for each in ids[(page - 1) * size : page * size]]
        pages = -(-len(ids) // size)
        body = {"results": found, "page": page, "total_pages": pages, "total_results": len(ids)}
        return said(200, json.dumps(body).encode(), {"content-type": "application/json"})

    return say


async def test_of_thousands_that_changed_those_are_wanted_that_there_are(tmdb, film):
    tmdb.troubles[FEED] = listing(*range(1000, 4000), 7, *range(5000, 6000))

    await make_round.run(tmdb.app)

    assert await values(tmdb.app, WANTED) == [film]
    assert tmdb.paths.count(FEED) == 41
    assert await value(tmdb.app, UNTIL) == clock.now().date()


async def test_nothing_changed(tmdb, film):
    tmdb.troubles[FEED] = listing()

    await make_round.run(tmdb.app)

    assert await values(tmdb.app, WANTED) == []
    assert await value(tmdb.app, UNTIL) == clock.now().date()


@pytest.mark.parametrize(
    "trouble",
    [saying("oops", 500), saying("<html>"), saying({}), saying({"success": False})],
    ids=["500", "HTML", "empty", "no list"],
)
async def test_a_list_that_can_t_be_had_is_asked_for_from_the_same_day_again(tmdb, film, trouble):
    tmdb.troubles[FEED] = trouble
    day = await value(tmdb.app, UNTIL)

    await make_round.run(tmdb.app)
    stayed = await value(tmdb.app, UNTIL)
    tmdb.troubles[FEED] = listing(7)
    tmdb.asked.clear()
    await make_round.run(tmdb.app)

    assert stayed == day
    asked = next(each for each in tmdb.asked if each.path == FEED)
    assert asked.query["start_date"] == day.isoformat()
    assert await values(tmdb.app, WANTED) == [film]


async def test_a_list_whose_second_page_fails_counts_as_not_read(tmdb, film):
    first = listing(*range(100, 200), 7)
    day = await value(tmdb.app, UNTIL)

    async def half(asked):
        return await (first if asked.query["page"] == "1" else saying("oops", 500))(asked)

    tmdb.troubles[FEED] = half

    await make_round.run(tmdb.app)

    assert await value(tmdb.app, UNTIL) == day


@pytest.mark.parametrize("dies_with", [ConnectionError, asyncio.CancelledError])
async def test_who_dies_before_works_are_wanted_leaves_the_day_to_the_next(
    tmdb, film, monkeypatch, dies_with
):
    tmdb.troubles[FEED] = listing(7)
    day, asking = await value(tmdb.app, UNTIL), rounds.ask_for

    async def dies(*args, **how):
        await asking(*args, **how)
        raise dies_with

    monkeypatch.setattr(rounds, "ask_for", dies)
    with pytest.raises(dies_with):
        await make_round.run(tmdb.app)
    halfway = await value(tmdb.app, UNTIL), await values(tmdb.app, WANTED)
    monkeypatch.setattr(rounds, "ask_for", asking)
    await make_round.run(tmdb.app)

    assert halfway == (day, [])
    assert await values(tmdb.app, WANTED) == [film]


async def test_a_list_is_asked_for_once_a_day(tmdb, film):
    tmdb.troubles[FEED] = listing(7)
    await make_round.run(tmdb.app)
    tmdb.asked.clear()

    await make_round.run(tmdb.app)

    assert FEED not in tmdb.paths


async def test_what_was_looked_at_on_the_last_day_already_is_left(tmdb, film):
    await rows(tmdb.app, "UPDATE metadata.looks SET looked_at = now()")
    tmdb.troubles[FEED] = listing(7)

    await make_round.run(tmdb.app)

    assert await values(tmdb.app, WANTED) == []


async def test_nobody_is_asked_what_changed_where_nothing_is_looked_at_again(tmdb, film):
    async with tmdb.app.transaction() as tx:
        await change_settings(tx, Actor(), {"metadata_refresh": False})

    await make_round.run(tmdb.app)

    assert tmdb.asked == []
