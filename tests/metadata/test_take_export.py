"""Fetching a provider's list of all works, and all that can be wrong with it: then works are searched for."""

import gzip
import json
from datetime import timedelta

import pytest

from app.activity.actor import Actor
from app.core import http
from app.core.clock import now
from app.demo.answering import said
from app.metadata import enrich, guesses
from app.metadata import tmdb_export as lists
from app.metadata.facts import Kind
from app.metadata.guesses import Guess, guess
from app.metadata.take_export import ask_for_exports, take_export
from app.metadata.tmdb import TMDB
from app.metadata.wanted import ask_for
from app.metadata.whom import whom_to_ask
from app.settings.writes import change_settings
from tests import given
from tests.library.scanning import rows, value
from tests.metadata.enriching import TITLED, described, film, library, look
from tests.outside import broken_off, hung_up, saying

TITLE = TITLED[0].title


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    """Requests that fail are repeated at once, and as often as one likes."""
    monkeypatch.setattr(http, "pause_s", lambda *_: 0.0)
    monkeypatch.setattr(lists, "SERVICE", lists.Service("tmdb_exports", 1000.0, tries=2))


@pytest.fixture
async def films(tmdb):
    async with tmdb.app.transaction() as tx:
        await change_settings(tx, Actor(), {"tmdb_export_url": f"{tmdb.url}/exports"})
    return await library(tmdb.app)


def path(days_back=0):
    return f"/exports/movie_ids_{now().date() - timedelta(days=days_back):%m_%d_%Y}.json.gz"


def listing(*works, pack=gzip.compress, status=200):
    """works: titles, ids and popularities."""
    lines = [
        {"adult": False, "id": id_, "original_title": title, "popularity": many} for title, id_, many in works
    ]
    content = pack("".join(json.dumps(each) + "\n" for each in lines).encode())

    async def say(_):
        return said(status, content, {"content-type": "application/gzip"})

    return say


async def take(tmdb, kind=Kind.MOVIE):
    await take_export.run(tmdb.app, "tmdb", kind.value)


async def problem(app):
    return await value(app, "SELECT problem FROM metadata.exports")


async def known(app, title=TITLE):
    key = await value(app, "SELECT match_key FROM movies.movies WHERE title = $1", title)
    return await guess(app.db, "tmdb", Kind.MOVIE, [key])


async def test_what_waits_is_guessed_by_the_list_of_today(tmdb, films):
    await film(tmdb.app, films)
    tmdb.troubles[path()] = listing((TITLE, 7, 1.5), ("Something Else", 8, 1.0))

    await take(tmdb)

    assert tmdb.paths == [path()]
    assert await known(tmdb.app) == Guess("7", 0)
    assert await value(tmdb.app, "SELECT count(*) FROM metadata.guesses") == 1
    assert await problem(tmdb.app) is None
    assert await value(tmdb.app, "SELECT made_on FROM metadata.exports") == now().date()


@pytest.mark.parametrize("status", [404, 403])
async def test_before_today_s_list_is_there_yesterday_s_is_taken(tmdb, films, status):
    await film(tmdb.app, films)
    tmdb.troubles[path()] = saying({}, status)
    tmdb.troubles[path(1)] = listing((TITLE, 7, 1.5))

    await take(tmdb)

    assert tmdb.paths == [path(), path(1)]
    assert await known(tmdb.app) == Guess("7", 0)


@pytest.mark.parametrize(
    ("trouble", "asked"),
    [
        (saying({}, 404), 1),
        (saying({}, 500), 2),
        (saying("<html>Sign in to the hotel's network</html>"), 1),
        (listing(("Cut Off", 1, 1.0), pack=lambda content: gzip.compress(content)[:-9]), 1),
        (listing((TITLE, 7, 1.0), pack=lambda _: b"\x1f\x8b\xff\xff"), 1),
        (broken_off, 2),
        (hung_up, 2),
    ],
)
async def test_a_list_that_can_t_be_used_changes_nothing_and_is_told(tmdb, films, trouble, asked):
    await film(tmdb.app, films)
    tmdb.troubles[path()] = listing((TITLE, 7, 1.5))
    await take(tmdb)
    tmdb.asked.clear()
    tmdb.troubles = {path(): trouble}

    await take(tmdb)

    assert tmdb.paths.count(path()) == asked
    assert await known(tmdb.app) == Guess("7", 0)
    assert await problem(tmdb.app)


async def test_an_endless_list_ends(tmdb, films, monkeypatch):
    await film(tmdb.app, films)
    monkeypatch.setattr(lists, "SERVICE", lists.Service("tmdb_exports", 1000.0, most_bytes=2000))
    tmdb.troubles[path()] = listing(
        *((TITLE, number, 1.0) for number in range(999)), pack=lambda content: content
    )

    await take(tmdb)

    assert "longer than 2000 bytes" in await problem(tmdb.app)
    assert await known(tmdb.app) is None


async def test_a_slow_list_is_given_up(tmdb, films, monkeypatch):
    async def never(_):
        return b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"

    await film(tmdb.app, films)
    monkeypatch.setattr(lists, "SERVICE", lists.Service("tmdb_exports", 1000.0, request_s=0.05, tries=1))
    tmdb.troubles[path()] = never

    await take(tmdb)

    assert "takes more than 0.05 s" in await problem(tmdb.app)


async def test_where_nothing_waits_nothing_is_fetched(tmdb, films):
    await take(tmdb)

    assert tmdb.asked == []


async def test_lists_of_tmdb_s_are_not_asked_for_about_another_s_ids(tmdb):
    await film(tmdb.app, await library(tmdb.app))

    await take(tmdb)

    assert await TMDB.export(tmdb.app, Kind.MOVIE, now().date()) is None
    assert await problem(tmdb.app) == "It puts out no list."
    assert tmdb.asked == []


async def test_series_are_of_a_list_of_their_own(tmdb, films):
    shows = await library(tmdb.app, name="Shows", kind="tv")
    series = await given.series(tmdb.app, "Ebb", match_key="ebb", year=2015, library_id=shows)
    async with tmdb.app.transaction() as tx:
        await ask_for(tx, "tv", [series])
    line = {"id": 3, "original_name": "Ebb", "popularity": 2.5}
    path_of_series = path().replace("movie_ids", "tv_series_ids")
    tmdb.troubles[path_of_series] = saying(json.dumps(line))

    await take(tmdb, Kind.TV)

    assert tmdb.paths == [path_of_series]
    assert await guess(tmdb.app.db, "tmdb", Kind.TV, ["ebb"]) == Guess("3", 0)


async def test_many_that_wait_have_a_list_taken_once(tmdb, films, monkeypatch):
    jobs = "SELECT args FROM outbox.jobs WHERE name = 'metadata.take_export'"
    monkeypatch.setattr(guesses, "FEW", 1)
    await film(tmdb.app, films)
    await ask_for_exports(tmdb.app, await whom_to_ask(tmdb.app))
    few = await rows(tmdb.app, jobs)
    await film(tmdb.app, films, 1)

    for _ in range(2):
        await ask_for_exports(tmdb.app, await whom_to_ask(tmdb.app))

    assert few == []
    assert await guesses.being_taken(tmdb.app.db) == [("tmdb", Kind.MOVIE)]
    assert [each["args"] for each in await rows(tmdb.app, jobs)] == [["tmdb", "movie"]]


async def test_a_list_is_awaited_until_it_is_there_or_takes_too_long(tmdb, films):
    async def begun():
        async with tmdb.app.transaction() as tx:
            await guesses.begin_export(tx, "tmdb", Kind.MOVIE)
        return await guesses.being_taken(tmdb.app.db)

    tmdb.troubles[path()] = listing((TITLE, 7, 1.5))

    awaited = [await begun()]
    await take(tmdb)
    awaited += [await guesses.being_taken(tmdb.app.db), await begun()]
    await film(tmdb.app, films)
    await take(tmdb)
    awaited += [await guesses.being_taken(tmdb.app.db), await begun()]
    await rows(tmdb.app, "UPDATE metadata.exports SET asked_at = now() - interval '6 minutes'")
    awaited += [await guesses.being_taken(tmdb.app.db)]

    under_way = [("tmdb", Kind.MOVIE)]
    assert awaited == [under_way, [], under_way, [], under_way, []]


async def test_while_a_list_is_being_taken_those_come_first_that_it_is_of_no_use_for(
    tmdb, films, monkeypatch
):
    monkeypatch.setattr(guesses, "FEW", 1)
    monkeypatch.setattr(enrich, "WIDTH", 1)
    others = [await film(tmdb.app, films, place) for place in range(2)]
    known = await film(tmdb.app, films, 2, provider_ids={"tmdb": "1"})
    await rows(tmdb.app, "UPDATE metadata.looks SET urgency = 2")

    await look(tmdb.app)

    ended = "SELECT work_id FROM metadata.looks WHERE kind = 'movie' ORDER BY looked_at"
    assert [each["work_id"] for each in await rows(tmdb.app, ended)] == [known, *others]


async def test_a_film_of_the_list_costs_one_request(tmdb, films):
    movie = await film(tmdb.app, films)
    await look(tmdb.app)
    id_ = int((await described(tmdb.app, movie))["provider_ids"]["tmdb"])
    await rows(tmdb.app, "DELETE FROM movies.movies")
    movie = await film(tmdb.app, films)
    tmdb.troubles[path()] = listing((TITLE, id_, 1.5))
    await take(tmdb)
    tmdb.asked.clear()

    await look(tmdb.app)

    assert tmdb.paths == [f"/3/movie/{id_}"]
    assert (await described(tmdb.app, movie))["overview"]
    [evidence] = [
        row["evidence"]
        for row in await rows(tmdb.app, "SELECT evidence FROM metadata.links WHERE work_id = $1", movie)
    ]
    assert (
        evidence[-1]
        == "It was not searched for: in TMDb's list of all titles, it is the only one that is called so."
    )


@pytest.mark.parametrize("id_", [1, 999000101])
async def test_a_list_that_lies_costs_a_request_and_decides_nothing(tmdb, films, id_):
    movie = await film(tmdb.app, films)
    tmdb.troubles[path()] = listing((TITLE, id_, 1.5))
    await take(tmdb)
    tmdb.asked.clear()

    await look(tmdb.app)

    found = await described(tmdb.app, movie)
    assert found["overview"]
    assert found["provider_ids"]["tmdb"] != str(id_)
    assert tmdb.paths[:2] == [f"/3/movie/{id_}", "/3/search/movie"]
