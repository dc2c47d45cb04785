"""A server of pictures that is down, slow or holds everybody off: all of them come in the end, by nobody's doing."""

import asyncio
from dataclasses import replace

import pytest

from app.core import http
from app.core.http import Http
from app.core.http_breaker import FAILURES, FIRST_REST_S
from app.metadata.fetch_pictures import fetch_due_pictures, fetch_pictures
from app.metadata.provider import PICTURES_AT_ONCE
from app.metadata.rounds import look_around
from app.metadata.tmdb import TMDB
from tests import given
from tests.images.pictures import RED
from tests.library.scanning import rows, value, values
from tests.metadata.enriching import described, film, library, look
from tests.metadata.picturing import facts, save, showing
from tests.outside import Hurried, saying
from tests.patience import PATIENCE_S

COUNT = 12
MISSING = "SELECT count(*) FROM images.pictures WHERE image_id IS NULL"
OVERDUE = "UPDATE images.pictures SET fetch_at = now() - interval '2 minutes' WHERE fetch_at IS NOT NULL"


@pytest.fixture
async def place(tmdb, monkeypatch):
    """A server of as many pictures as films, all alike, and a clock that only goes on when told."""
    tmdb.clock = Hurried()
    http._clients[tmdb.app] = asking = Http(tmdb.app, tmdb.clock)
    known = TMDB.picture_place

    async def hurried(app):
        found = await known(app)
        return replace(found, service=replace(found.service, rate_per_s=1000.0, burst=100))

    monkeypatch.setattr(TMDB, "picture_place", hurried)
    tmdb.films = [await given.movie(tmdb.app) for _ in range(COUNT)]
    for movie_id in tmdb.films:
        await save(tmdb.app, movie_id, facts("/a.jpg"))
    tmdb.troubles["/t/p/w780/a.jpg"] = showing(RED)
    yield tmdb
    await asking.aclose()


async def fetch(place):
    await fetch_pictures.run(place.app, [str(each) for each in place.films])


async def until_all_are_there(place):
    """As a worker does, half minute by half minute."""
    for _ in range(4):
        place.clock.seconds += FIRST_REST_S
        await rows(place.app, OVERDUE)
        await rows(place.app, "DELETE FROM outbox.jobs")
        await look_around(place.app)
        if "metadata.fetch_due_pictures" in await values(place.app, "SELECT name FROM outbox.jobs"):
            await fetch_due_pictures.run(place.app)


async def test_while_it_is_down_few_are_tried_and_all_come_once_it_is_back(place):
    well = place.troubles["/t/p/w780/a.jpg"]
    place.troubles["/t/p/w780/a.jpg"] = saying("oops", 503)

    await fetch(place)
    failures = await values(place.app, "SELECT failures FROM images.pictures")
    asked = [path for path in place.paths if path.startswith("/t/p/")]
    place.troubles["/t/p/w780/a.jpg"] = well
    await until_all_are_there(place)

    assert await value(place.app, MISSING) == 0
    assert sum(failures) <= FAILURES + PICTURES_AT_ONCE
    assert max(failures) == 1
    assert len(asked) <= FAILURES + PICTURES_AT_ONCE


async def test_what_was_not_asked_for_says_why_and_comes_soon(place):
    place.troubles["/t/p/w780/a.jpg"] = saying("oops", 503)

    await fetch(place)
    await fetch(place)

    [(why, wait)] = {
        (row["failure"].partition(";")[0].rstrip("."), row["wait"])
        for row in await rows(
            place.app,
            "SELECT failure, fetch_at - tried_at <= interval '5 minutes' AS wait FROM images.pictures"
            " WHERE failure IS NOT NULL",
        )
    }
    assert (why, wait) == ("tmdb_pictures: it answers 503", True)


async def test_who_wants_to_be_left_alone_is_and_no_picture_is_blamed_for_it(place):
    place.troubles["/t/p/w780/a.jpg"] = saying({}, 429, headers={"retry-after": "1800"})

    await fetch(place)
    asked = len(place.asked)
    await fetch(place)
    place.troubles["/t/p/w780/a.jpg"] = showing(RED)
    failures = await values(place.app, "SELECT failures FROM images.pictures")
    place.clock.seconds += 1801
    await until_all_are_there(place)

    assert sum(failures) <= PICTURES_AT_ONCE
    assert len(place.asked) > asked
    assert await value(place.app, MISSING) == 0


async def test_a_provider_that_can_t_tell_where_its_pictures_are_is_no_picture_s_fault(place):
    place.troubles["/3/configuration"] = saying("oops", 500)

    await fetch(place)
    failures = await values(place.app, "SELECT failures FROM images.pictures")
    del place.troubles["/3/configuration"]
    place.clock.seconds += 60
    await until_all_are_there(place)

    assert set(failures) == {0}
    assert await value(place.app, MISSING) == 0


async def test_no_more_are_asked_for_at_once_than_a_slow_server_bears_and_works_go_on(place):
    begun, go, most = asyncio.Event(), asyncio.Event(), []
    under_way = 0

    async def slowly(asked):
        nonlocal under_way
        under_way += 1
        most.append(under_way)
        if under_way == PICTURES_AT_ONCE:
            begun.set()
        await go.wait()
        under_way -= 1
        return await showing(RED)(asked)

    place.troubles["/t/p/w780/a.jpg"] = slowly
    halves = place.films[: COUNT // 2], place.films[COUNT // 2 :]
    fetching = [
        asyncio.create_task(fetch_pictures.run(place.app, [str(each) for each in half])) for half in halves
    ]
    async with asyncio.timeout(PATIENCE_S):
        await begun.wait()
    movie_id = await film(place.app, await library(place.app))

    await look(place.app)
    overview = (await described(place.app, movie_id))["overview"]
    go.set()
    await asyncio.gather(*fetching)

    assert overview
    assert max(most) == PICTURES_AT_ONCE
    posters = "SELECT count(*) FROM images.pictures WHERE provider_key = '/a.jpg' AND image_id IS NULL"
    assert await value(place.app, posters) == 0
