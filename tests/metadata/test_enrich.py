"""Works looked at with their provider, and all that keeps them from it."""

import asyncio
from dataclasses import replace

import pytest

from app.activity.actor import Actor
from app.core import http
from app.core.app import open_app
from app.core.http_breaker import FAILURES
from app.demo.films import FILMS
from app.demo.series import SERIES
from app.metadata import enrich as enriching
from app.metadata.choices import choose
from app.metadata.looks import end_looks
from app.metadata.wanted import ask_for
from tests import given
from tests.library.scanning import announced, rows, value
from tests.metadata.conftest import keep_key
from tests.metadata.enriching import described, film, library, look, looks
from tests.outside import saying


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    """Requests that fail are repeated at once."""
    monkeypatch.setattr(http, "pause_s", lambda *_: 0.0)


@pytest.fixture
async def films(tmdb):
    return await library(tmdb.app, name="Films")


async def test_a_film_found_by_its_title_is_described_in_two_requests(tmdb, films):
    movie_id = await film(tmdb.app, films)

    await look(tmdb.app)

    found = await described(tmdb.app, movie_id)
    assert found["overview"]
    assert set(found["translations"]) >= {"de", "fr", "es", "ja"}
    assert found["provider_ids"]["tmdb"]
    assert found["sources"]["overview"][0] == "provider"
    assert len(tmdb.paths) == 2, tmdb.paths
    posters = "SELECT DISTINCT language FROM images.pictures WHERE kind = 'poster' AND provider = 'tmdb'"
    assert {row["language"] for row in await rows(tmdb.app, posters)} >= {"en", "de", "fr", "es", "ja"}


async def test_a_film_whose_id_is_known_takes_one_request(tmdb, films):
    first = await film(tmdb.app, films)
    await look(tmdb.app)
    number = (await described(tmdb.app, first))["provider_ids"]["tmdb"]
    await rows(tmdb.app, "DELETE FROM movies.movies")
    tmdb.asked.clear()

    movie_id = await film(tmdb.app, films, provider_ids={"tmdb": number})
    await look(tmdb.app)

    assert (await described(tmdb.app, movie_id))["overview"]
    assert tmdb.paths == [f"/3/movie/{number}"]


async def test_what_was_looked_at_is_left_until_it_is_due(tmdb, films):
    await film(tmdb.app, films)
    await look(tmdb.app)
    tmdb.asked.clear()

    await look(tmdb.app)

    assert tmdb.asked == []
    [found] = await looks(tmdb.app)
    assert found["due_at"] > found["looked_at"]
    assert found["owner"] is None
    assert found["asked_at"] is None


async def test_many_films_are_told_of_in_the_libraries_that_hold_them(tmdb, films):
    many = {await film(tmdb.app, films, place) for place in range(16)}
    await announced(tmdb.app)

    await look(tmdb.app)

    told = {key for event in await announced(tmdb.app) for key in event.updated}
    assert told == many
    assert {each["problem"] for each in await looks(tmdb.app)} == {None}


async def test_without_a_key_nothing_is_asked_and_all_of_it_is_once_there_is_one(tmdb, films):
    movie_id = await film(tmdb.app, films)
    await rows(tmdb.app, "DELETE FROM settings.secrets")

    await look(tmdb.app)

    [waiting] = await looks(tmdb.app)
    assert tmdb.asked == []
    assert (waiting["failures"], waiting["problem"]) == (0, None)
    await keep_key(tmdb.app)
    await look(tmdb.app)
    assert (await described(tmdb.app, movie_id))["overview"]


async def test_a_key_that_is_refused_leaves_the_works_as_they_were(tmdb, films):
    await keep_key(tmdb.app, "wrong")
    for place in range(4):
        await film(tmdb.app, films, place)

    await look(tmdb.app)
    asked = len(tmdb.asked)
    await look(tmdb.app)

    assert len(tmdb.asked) == asked
    assert {(each["failures"], each["owner"]) for each in await looks(tmdb.app)} == {(0, None)}


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (saying({}, 500), "PROVIDER_UNREACHABLE"),
        (saying("<html>Sign in to the hotel's network</html>"), "PROVIDER_BROKEN"),
        (saying('{"results": [{"id": 1', headers={"content-type": "application/json"}), "PROVIDER_BROKEN"),
    ],
)
async def test_an_answer_that_is_none_is_the_work_s_problem_and_tried_again(tmdb, films, trouble, code):
    movie_id = await film(tmdb.app, films)
    before = await described(tmdb.app, movie_id)
    tmdb.troubles["/3/search/movie"] = trouble

    await look(tmdb.app)

    [failed] = await looks(tmdb.app)
    assert (failed["code"], failed["failures"], failed["owner"]) == (code, 1, None)
    assert failed["problem"].startswith("tmdb: ")
    assert await described(tmdb.app, movie_id) == before
    tmdb.troubles.clear()
    await rows(tmdb.app, "UPDATE metadata.looks SET due_at = now()")
    await again(tmdb.app, movie_id)


async def again(app, movie_id):
    """In a process of its own, whose breaker knows of nothing."""
    async with open_app(replace(app.config)) as other:
        await look(other)
    assert (await described(app, movie_id))["overview"]
    assert [each["problem"] for each in await looks(app)] == [None]


async def test_while_the_provider_is_down_few_works_are_tried_and_none_is_lost(tmdb, films):
    for place in range(12):
        await film(tmdb.app, films, place)
    tmdb.troubles["*"] = saying({}, 503)

    await look(tmdb.app)

    found = await looks(tmdb.app)
    tried = [each for each in found if each["failures"]]
    assert len(found) == 12
    assert 0 < len(tried) < FAILURES
    assert {each["code"] for each in tried} == {"PROVIDER_UNREACHABLE"}
    assert [each["owner"] for each in found] == [None] * 12


async def test_a_film_that_nobody_knows_is_left_as_it_is_and_looked_for_again(tmdb, films):
    movie_id = await film(tmdb.app, films, title="Zzyzx Qwrk", match_key="zzyzxqwrk", year=1931)

    await look(tmdb.app)

    [found] = await looks(tmdb.app)
    assert found["looked_at"] is not None
    assert (await described(tmdb.app, movie_id))["overview"] is None
    assert await value(tmdb.app, "SELECT status FROM metadata.links") == "unmatched"


async def test_a_film_that_was_merged_into_another_is_followed(tmdb, films, demo_shelf, monkeypatch):
    movie_id = await film(tmdb.app, films)
    await look(tmdb.app)
    number = (await described(tmdb.app, movie_id))["provider_ids"]["tmdb"]
    other = next(
        path for path in demo_shelf.entries if path.startswith("/movie/") and not path.endswith(number)
    )
    monkeypatch.setitem(demo_shelf.moved, f"/movie/{number}", other)
    async with tmdb.app.transaction() as tx:
        await ask_for(tx, "movie", [movie_id])

    await look(tmdb.app)

    assert await value(tmdb.app, "SELECT provider_id FROM metadata.links") == other.rpartition("/")[2]


async def test_a_library_that_asks_nobody_is_not_asked_about(tmdb, films):
    await film(tmdb.app, films)
    async with tmdb.app.transaction() as tx:
        await choose(tx, Actor(), films, [], ("tmdb",))

    await look(tmdb.app)

    assert tmdb.asked == []


async def test_a_job_that_dies_before_it_stores_leaves_the_works_to_others(tmdb, films, monkeypatch):
    movie_id = await film(tmdb.app, films)

    async def dies(*_):
        raise ConnectionError

    monkeypatch.setattr(enriching, "end_looks", dies)
    with pytest.raises(ConnectionError):
        await look(tmdb.app)
    halfway = await described(tmdb.app, movie_id)
    monkeypatch.setattr(enriching, "end_looks", end_looks)
    await look(tmdb.app)

    assert halfway["overview"] is None
    assert (await described(tmdb.app, movie_id))["overview"]


async def test_two_jobs_share_the_works(tmdb, films):
    many = [await film(tmdb.app, films, place) for place in range(16)]

    await asyncio.gather(look(tmdb.app), look(tmdb.app))

    asked = [path for path in tmdb.paths if path.startswith("/3/movie/")]
    assert len(asked) == len(set(asked)) == len(many)


async def test_with_a_series_its_seasons_are_looked_at_in_all_languages(tmdb):
    series = next(each for each in SERIES if each.year and each.files[0].episodes[0].season == 1)
    shelf = await library(tmdb.app, kind="tv")
    key = await given.series(tmdb.app, series.title, year=series.year, seasons=(2,), library_id=shelf)
    async with tmdb.app.transaction() as tx:
        await ask_for(tx, "tv", [key])

    await look(tmdb.app)

    [season] = [each for each in await looks(tmdb.app) if each["kind"] == "season"]
    assert season["looked_at"] is not None
    assert season["problem"] is None
    [first, _] = await rows(tmdb.app, "SELECT title, sources FROM tv.episodes ORDER BY number")
    assert first["sources"]["title"][0] == "provider"
    assert await value(tmdb.app, "SELECT overview FROM tv.series")


async def test_a_collection_is_looked_at_once_for_all_of_its_films(tmdb, films):
    parts = [each for each in FILMS if each.facts and each.facts.collection]
    for part in parts:
        movie_id = await given.movie(tmdb.app, part.title, year=part.year, library_id=films)
        async with tmdb.app.transaction() as tx:
            await ask_for(tx, "movie", [movie_id])

    await look(tmdb.app)

    asked = [path for path in tmdb.paths if path.startswith("/3/collection/")]
    assert len(asked) == len(set(asked)) == len({part.facts.collection for part in parts}) > 0
    assert {each["looked_at"] is None for each in await looks(tmdb.app)} == {False}


def of_a_collection():
    """Two films of one."""
    having = [each for each in FILMS if each.facts and each.facts.collection]
    return [each for each in having if each.facts.collection == having[0].facts.collection][:2]


async def by_hand(app, film, library_id):
    movie_id = await given.movie(app, film.title, year=film.year, library_id=library_id)
    async with app.transaction() as tx:
        await ask_for(tx, "movie", [movie_id])


def collections(tmdb):
    return [path for path in tmdb.paths if path.startswith("/3/collection/")]


async def test_a_film_that_is_stored_while_its_collection_is_looked_at_has_it_looked_at_once(tmdb, films):
    first, other = of_a_collection()

    async def say(asked):
        if asked.path.startswith("/3/collection/"):
            await by_hand(tmdb.app, other, films)
            await look(tmdb.app)
        return await tmdb.service.answer(asked)

    await by_hand(tmdb.app, first, films)
    tmdb.troubles["*"] = say

    await look(tmdb.app)

    assert len(collections(tmdb)) == 1
    assert [each["kind"] for each in await looks(tmdb.app)] == ["collection", "movie", "movie"]
    assert {each["asked_at"] for each in await looks(tmdb.app)} == {None}


async def test_a_film_that_is_stored_just_after_its_collection_was_looked_at_has_it_looked_at_once(
    tmdb, films
):
    first, other = of_a_collection()
    await by_hand(tmdb.app, first, films)
    await look(tmdb.app)

    await by_hand(tmdb.app, other, films)
    await look(tmdb.app)

    assert len(collections(tmdb)) == 1
    assert {each["asked_at"] for each in await looks(tmdb.app)} == {None}


async def test_a_film_that_is_looked_at_by_hand_has_its_collection_looked_at_again_later(tmdb, films):
    first, other = of_a_collection()
    await by_hand(tmdb.app, first, films)
    await look(tmdb.app)
    await rows(tmdb.app, "UPDATE metadata.looks SET looked_at = looked_at - interval '2 minutes'")

    await by_hand(tmdb.app, other, films)
    await look(tmdb.app)

    assert len(collections(tmdb)) == 2
