"""What goes wrong with providers while works are looked at: nothing is lost, nobody waits in vain, the API says why."""

import asyncio

import pytest

from app.activity.actor import Actor
from app.api.node import global_id
from app.core import http
from app.core.http import Http
from app.core.http_breaker import FIRST_REST_S
from app.metadata import enrich as enriching
from app.metadata.facts import Kind
from app.metadata.score import Status
from app.metadata.tmdb import TMDB
from app.metadata.wanted import ask_for
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from tests import given
from tests.api.conftest import ask, execute
from tests.library.scanning import rows, value
from tests.metadata.conftest import keep_key
from tests.metadata.enriching import TITLED, described, film, library, look, looks
from tests.metadata.standing import standing
from tests.metadata.tvmaze_stand_in import TvmazeStandIn
from tests.outside import Hurried, broken_off, never, saying
from tests.patience import PATIENCE_S

__all__ = ["ask", "execute"]
LIGHTHOUSE, HARBOUR = "999000001", "999000101"
SEARCH = "/3/search/movie"
AS_READ = """
UPDATE library.files SET reading = (SELECT jsonb_build_object('title', title, 'year', year) FROM movies.movies)
"""
LATER = {"retry-after": "3600"}


@pytest.fixture
async def films(tmdb):
    """A library whose provider is asked without pauses, by a clock that only goes on when told."""
    tmdb.clock = Hurried()
    http._clients[tmdb.app] = asking = Http(tmdb.app, tmdb.clock)
    yield await library(tmdb.app, name="Films")
    await asking.aclose()


async def once_then(tmdb, trouble):
    """Trouble at the first search, and none after it."""

    async def say(asked):
        tmdb.troubles.clear()
        return await trouble(asked)

    tmdb.troubles[SEARCH] = say


async def due(app):
    await rows(app, "UPDATE metadata.looks SET due_at = now() WHERE failures > 0")


async def shown(execute):
    [node] = (await execute("metadata/metadata_looks"))["movies"]["nodes"]
    return node["metadataLook"]


async def state(execute, name="tmdb"):
    found = (await execute("settings/metadata_providers"))["metadataProviders"]
    return next(each["status"] for each in found if each["id"] == name)


async def again(app, kind, *ids):
    async with app.transaction() as tx:
        await ask_for(tx, kind, ids)
    await look(app)


@pytest.mark.parametrize(
    "trouble",
    [saying("oops", 500), saying({}, 429, headers={"retry-after": "2"}), broken_off],
    ids=["500", "429", "truncated"],
)
async def test_what_goes_wrong_once_is_not_even_noticed(tmdb, films, execute, trouble):
    movie_id = await film(tmdb.app, films)
    await once_then(tmdb, trouble)

    await look(tmdb.app)

    assert (await described(tmdb.app, movie_id))["overview"]
    assert (await shown(execute))["problem"] is None
    assert (await state(execute))["state"] == "READY"


async def slow(tmdb, monkeypatch):
    known = TMDB.service

    async def impatient(app):
        return http.replace(await known(app), request_s=0.2)

    monkeypatch.setattr(TMDB, "service", impatient, raising=False)
    tmdb.troubles["*"] = never


async def test_a_provider_that_is_down_is_told_of_and_all_is_done_once_it_is_back(tmdb, films, execute):
    many = [await film(tmdb.app, films, place) for place in range(12)]
    tmdb.troubles["*"] = saying("oops", 503)

    await look(tmdb.app)
    told = await state(execute)
    tried = [each for each in await looks(tmdb.app) if each["failures"]]
    served = await execute("metadata/metadata_looks")
    tmdb.asked.clear()
    await look(tmdb.app)
    asked_while_it_rests = len(tmdb.asked)
    tmdb.troubles.clear()
    tmdb.clock.seconds += FIRST_REST_S
    await due(tmdb.app)
    # The first tries whether it is back; all others come with the next half minute's.
    await look(tmdb.app)
    await look(tmdb.app)

    assert told["state"] == "UNREACHABLE"
    assert told["message"] == "TMDb can't be used: it answers 503."
    assert 0 < len(tried) < enriching.MOST_OUTAGES
    assert len(served["movies"]["nodes"]) == 12
    assert asked_while_it_rests == 0
    assert [bool((await described(tmdb.app, each))["overview"]) for each in many] == [True] * 12
    assert {each["problem"] for each in await looks(tmdb.app)} == {None}
    assert (await state(execute))["state"] == "READY"


async def test_a_provider_that_never_answers_is_not_waited_for(tmdb, films, execute, monkeypatch):
    await film(tmdb.app, films)
    await slow(tmdb, monkeypatch)

    await look(tmdb.app)

    found = await shown(execute)
    assert (found["code"], found["failureCount"]) == ("PROVIDER_UNREACHABLE", 1)
    assert "takes more than 0.2 s" in found["problem"]
    assert (await state(execute))["state"] == "UNREACHABLE"


async def test_nobody_at_the_address_is_told_and_the_works_wait(tmdb, films, execute):
    movie_id = await film(tmdb.app, films)
    async with tmdb.app.transaction() as tx:
        await change_settings(tx, Actor(), {"tmdb_url": "http://127.0.0.1:9/3"})

    await look(tmdb.app)

    assert "can't be asked" in (await shown(execute))["problem"]
    assert "can't be asked" in (await state(execute))["message"]
    assert (await described(tmdb.app, movie_id))["overview"] is None


async def test_html_is_told_as_that(tmdb, films, execute):
    await film(tmdb.app, films)
    tmdb.troubles["*"] = saying("<html>Sign in to the hotel's network</html>")

    await look(tmdb.app)

    assert (await shown(execute))["code"] == "PROVIDER_BROKEN"
    assert (await state(execute))["message"] == "TMDb can't be used: it answers HTML and no JSON."


async def test_a_key_that_is_refused_is_told_and_a_new_one_counts_at_once(tmdb, films, execute):
    movie_id = await film(tmdb.app, films)
    await keep_key(tmdb.app, "wrong")

    await look(tmdb.app)
    told = await state(execute)
    waiting = await shown(execute)
    await keep_key(tmdb.app)
    await look(tmdb.app)

    assert told["state"] == "KEY_REFUSED"
    assert (waiting["failureCount"], waiting["dueAt"], waiting["problem"]) == (0, None, None)
    assert (await described(tmdb.app, movie_id))["overview"]


async def test_who_wants_to_be_left_alone_for_long_is_and_the_works_wait_untouched(tmdb, execute):
    films = await library(tmdb.app, name="Films")
    many = [await film(tmdb.app, films, place) for place in range(3)]
    tmdb.troubles["*"] = saying({}, 429, headers=LATER)

    await look(tmdb.app)
    told, asked = await state(execute), len(tmdb.asked)
    await look(tmdb.app)

    assert told["state"] == "LIMITED"
    assert told["until"] is not None
    assert len(tmdb.asked) == asked <= len(many)
    assert {(each["failures"], each["owner"]) for each in await looks(tmdb.app)} == {(0, None)}


@pytest.mark.parametrize("status", [404, 410])
async def test_a_work_that_was_deleted_is_told_of_and_keeps_its_texts(tmdb, films, execute, status):
    movie_id = await film(tmdb.app, films)
    await rows(tmdb.app, AS_READ)
    await look(tmdb.app)
    before = await described(tmdb.app, movie_id)
    number = before["provider_ids"]["tmdb"]
    tmdb.troubles[f"/3/movie/{number}"] = saying({"status_code": 34}, status)

    await again(tmdb.app, "movie", movie_id)

    found = await shown(execute)
    assert found["code"] == "PROVIDER_SAYS_NO"
    assert found["problem"] == f"tmdb: it was {number}, which is not there any more."
    assert found["failureCount"] == 0
    after = await described(tmdb.app, movie_id)
    assert (after["overview"], after["translations"]) == (before["overview"], before["translations"])
    page = await execute("curation/metadata_queue", libraryId=global_id("Library", films))
    [queued] = page["library"]["metadataQueue"]["nodes"]
    assert any("not there any more" in each for each in queued["evidence"])


async def test_what_a_person_chose_and_was_deleted_stays_chosen_and_says_so(tmdb, films, execute):
    movie_id = await film(tmdb.app, films)
    await look(tmdb.app)
    await rows(tmdb.app, "UPDATE metadata.links SET decided_by = 'human'")
    number = (await described(tmdb.app, movie_id))["provider_ids"]["tmdb"]
    tmdb.troubles[f"/3/movie/{number}"] = saying({"status_code": 34}, 404)

    await again(tmdb.app, "movie", movie_id)

    assert "knows of no such thing" in (await shown(execute))["problem"]
    assert await value(tmdb.app, "SELECT provider_id FROM metadata.links") == number


@pytest.fixture
async def second(tmdb):
    """A series that TMDb knows, in a library that asks TVmaze first."""
    async with standing(TvmazeStandIn({})) as tvmaze:
        async with tmdb.app.transaction() as tx:
            wanted = {
                "metadata_providers": ["tvmaze", "tmdb"],
                "tvmaze_url": tvmaze.url,
                "tvmaze_rate": 1000.0,
            }
            await change_settings(tx, Actor(), wanted)
        shows = await library(tmdb.app, name="Shows", kind="tv")
        key = await given.series(tmdb.app, "Harbour Street", year=2015, library_id=shows)
        await given.link(tmdb.app, Kind.TV, key, status=Status.MATCHED, provider="tmdb", provider_id=HARBOUR)
        await rows(tmdb.app, "UPDATE metadata.links SET decided_by = 'human'")
        yield key


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (saying({}, 429, headers=LATER), "PROVIDER_LIMITED"),
        (saying({}, 401), "PROVIDER_REFUSED"),
        (saying("oops", 503), "PROVIDER_UNREACHABLE"),
    ],
    ids=["429", "401", "503"],
)
async def test_a_work_of_one_who_is_not_asked_first_is_not_taken_up_for_ever_while_that_is_away(
    tmdb, second, monkeypatch, trouble, code
):
    monkeypatch.setattr(http, "pause_s", lambda *_: 0.0)
    monkeypatch.setattr(enriching, "MOST_OUTAGES", 1)
    tmdb.troubles["*"] = trouble
    async with tmdb.app.transaction() as tx:
        await ask_for(tx, "tv", [second])

    async with asyncio.timeout(PATIENCE_S):
        await look(tmdb.app)

    [found] = await looks(tmdb.app)
    assert (found["code"], found["failures"], found["owner"]) == (code, 1, None)
    tmdb.troubles.clear()
    await rows(tmdb.app, "DELETE FROM http.standings")
    await tmdb.app.redis.flushdb()
    await due(tmdb.app)
    await keep_key(tmdb.app)
    await look(tmdb.app)
    assert {each["problem"] for each in await looks(tmdb.app)} == {None}


async def test_a_key_that_can_t_be_opened_keeps_the_works_and_ends_the_job(tmdb, films):
    async with tmdb.app.transaction() as tx:
        await change_settings(tx, Actor(), {"metadata_providers": ["fanart", "tmdb"]})
        await set_secret(tx, Actor(), tmdb.app.keyring, "fanart", "f" * 32)
    await film(tmdb.app, films)
    await rows(tmdb.app, "UPDATE settings.secrets SET sealed = sealed || 'x'::bytea WHERE name = 'tmdb'")

    async with asyncio.timeout(PATIENCE_S):
        await look(tmdb.app)

    [found] = await looks(tmdb.app)
    assert (found["owner"], found["failures"]) == (None, 0)
    assert tmdb.asked == []


async def test_what_failed_is_tried_again_though_nothing_is_looked_at_by_its_age(tmdb, films):
    movie_id = await film(tmdb.app, films)
    old = await film(tmdb.app, films, 1)
    await rows(
        tmdb.app,
        "UPDATE metadata.looks SET asked_at = NULL, looked_at = now(), due_at = now() WHERE work_id = $1",
        old,
    )
    async with tmdb.app.transaction() as tx:
        await change_settings(tx, Actor(), {"metadata_refresh": False})
    tmdb.troubles["*"] = saying("oops", 500)
    await look(tmdb.app)
    tmdb.troubles.clear()
    await due(tmdb.app)

    await look(tmdb.app)

    assert (await described(tmdb.app, movie_id))["overview"]
    assert (await described(tmdb.app, old))["overview"] is None


async def test_failures_of_one_are_forgotten_where_it_answers_in_between(tmdb, films, monkeypatch):
    monkeypatch.setattr(enriching, "WIDTH", 1)
    monkeypatch.setattr(enriching, "MOST_OUTAGES", 2)
    for place in range(6):
        await film(tmdb.app, films, place)
    broken = {TITLED[place].title for place in (0, 2, 4)}

    async def every_other(asked):
        return await (saying("<html>") if asked.query["query"] in broken else tmdb.service.answer)(asked)

    tmdb.troubles[SEARCH] = every_other

    await look(tmdb.app)

    assert all(each["looked_at"] or each["failures"] for each in await looks(tmdb.app))


async def test_a_refresh_waits_for_a_provider_that_is_down_and_says_what_it_could_not_do(
    tmdb, films, execute
):
    many = [await film(tmdb.app, films, place) for place in range(8)]
    await rows(tmdb.app, "UPDATE metadata.looks SET asked_at = NULL, due_at = 'infinity'")
    wanted = {"ids": [global_id("Movie", each) for each in many]}
    begun = (await execute("metadata/refresh_metadata", input=wanted))["refreshMetadata"]["refresh"]
    tmdb.troubles["*"] = saying("oops", 503)

    await look(tmdb.app)
    waiting = (await execute("metadata/metadata_refresh", id=begun["id"]))["metadataRefresh"]
    tmdb.troubles.clear()
    tmdb.clock.seconds += FIRST_REST_S
    await due(tmdb.app)
    for _ in range(2):
        await look(tmdb.app)
    ended = (await execute("metadata/metadata_refresh", id=begun["id"]))["metadataRefresh"]

    assert (waiting["status"], waiting["done"]) == ("RUNNING", 0)
    assert 0 < waiting["failed"] < enriching.MOST_OUTAGES
    assert {each["code"] for each in waiting["failures"]} == {"PROVIDER_UNREACHABLE"}
    assert all(each["nextTryAt"] for each in waiting["failures"])
    assert (ended["status"], ended["failed"], ended["failures"]) == ("COMPLETED", waiting["failed"], [])
    assert ended["done"] == ended["total"] - ended["failed"]
    assert [bool((await described(tmdb.app, each))["overview"]) for each in many] == [True] * 8
