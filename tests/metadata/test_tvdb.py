"""Asking TheTVDB, over a stand-in: what it costs, what comes back, and what goes wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.activity.actor import Actor
from app.core import clock
from app.core.app import open_app
from app.core.http_errors import (
    ProviderBroken,
    ProviderLimited,
    ProviderRefused,
    ProviderSaysNo,
    ProviderUnreachable,
)
from app.metadata import tvdb
from app.metadata.facts import GroupOrder, ImageKind, Kind
from app.metadata.provider import HasCollections, HasEpisodeGroups, NoKey, Provider, Wanted
from app.metadata.status import State, statuses
from app.metadata.tvdb import TVDB
from app.metadata.tvdb_login import RENEWED_AFTER
from app.settings.secrets import remove_secret, set_secret
from app.settings.writes import change_settings
from tests.metadata.standing import Standing, standing
from tests.metadata.tvdb_stand_in import KEY, PIN, TvdbStandIn, success
from tests.metadata.tvdb_wire import DVD, EPISODES, FOUND, GERMAN, MOVIE, SEASON, SERIES
from tests.outside import broken_off, hung_up, never, saying

LANGUAGES = ("en", "de")
TINKERS, KETTLE = "7700", "3300"
RECORDS = {"/series/7700": SERIES, "/movies/3300": MOVIE, "/seasons/7701": SEASON}
LISTED = {
    "/series/7700/episodes/official": EPISODES,
    "/series/7700/episodes/official/eng": EPISODES,
    "/series/7700/episodes/official/deu": GERMAN,
    "/series/7700/episodes/dvd": DVD,
}


async def keep_key(app, key=KEY):
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, "tvdb", key)


@pytest.fixture
async def thetvdb(app) -> AsyncIterator[Standing]:
    async with open_app(app.config) as own, standing(TvdbStandIn(RECORDS, LISTED)) as stand_in:
        async with own.transaction() as tx:
            urls = {"tvdb_url": f"{stand_in.url}/v4", "tvdb_image_url": f"{stand_in.url}/art"}
            await change_settings(tx, Actor(), urls | {"tvdb_rate": 1000.0})
        await keep_key(own)
        stand_in.app = own
        yield stand_in


def asked(thetvdb):
    """Without logins."""
    return [each.path.removeprefix("/v4") for each in thetvdb.asked if each.method == "GET"]


async def work(thetvdb):
    return await TVDB.work(thetvdb.app, Kind.TV, TINKERS, LANGUAGES)


async def impatient(thetvdb, monkeypatch, **other):
    service = replace(await TVDB.service(thetvdb.app), **other)

    async def told(_):
        return service

    monkeypatch.setattr(TVDB, "service", told, raising=False)


def update(id_, at, method="update", **other):
    return {"recordType": "", "recordId": id_, "method": method, "timeStamp": int(at.timestamp()), **other}


def test_it_is_a_provider_of_films_and_series_with_orders_of_episodes():
    provider: Provider = TVDB

    assert (provider.about.id, provider.about.kinds) == ("tvdb", set(Kind))
    assert isinstance(provider, HasEpisodeGroups)
    assert not isinstance(provider, HasCollections)


async def test_a_series_costs_two_requests_one_more_for_each_other_order_and_a_login(thetvdb):
    found = await work(thetvdb)

    assert sorted(asked(thetvdb)[:2]) == ["/series/7700/episodes/official/eng", "/series/7700/extended"]
    assert sorted(asked(thetvdb)[2:]) == ["/series/7700/episodes/absolute", "/series/7700/episodes/dvd"]
    assert thetvdb.service.logins == 1
    assert found.facts.title == "The Tinkers"
    assert [(each.facts.number, each.episode_count) for each in found.seasons] == [(0, 1), (1, 3), (2, 1)]
    assert all(image.url.startswith(f"{thetvdb.url}/art/banners/") for image in found.images)


async def test_a_season_costs_one_request_once_the_series_is_known_in_all_languages(thetvdb):
    await work(thetvdb)
    first = await TVDB.season(thetvdb.app, TINKERS, 1, LANGUAGES)
    before = len(thetvdb.asked)

    again = await TVDB.season(thetvdb.app, TINKERS, 1, LANGUAGES)

    assert sorted(asked(thetvdb)[4 : before - 1]) == [
        "/seasons/7701/extended",
        "/series/7700/episodes/official/deu",
    ]
    assert len(thetvdb.asked) == before + 1
    assert first == again
    assert [each.facts.title for each in first.episodes] == ["Kettles", None, None]
    assert first.episodes[2].translations == {"de": {"title": "Das Ende"}}


async def test_a_language_that_it_has_nothing_in_is_left_out(thetvdb):
    found = await TVDB.season(thetvdb.app, TINKERS, 1, ("ja", "en"))

    assert "/series/7700/episodes/official/jpn" in asked(thetvdb)
    assert [each.facts.title for each in found.episodes] == [None, None, None]
    assert found.episodes[0].translations == {"en": {"title": "Kettles", "overview": "A hole is mended."}}


async def test_episodes_are_read_page_by_page(thetvdb):
    thetvdb.service.page_size = 2

    found = await work(thetvdb)

    pages = [each.query["page"] for each in thetvdb.asked if each.path.endswith("/eng")]
    assert pages == ["0", "1", "2"]
    assert [each.episode_count for each in found.seasons] == [1, 3, 1]


async def test_a_film_costs_one_request(thetvdb):
    found = await TVDB.work(thetvdb.app, Kind.MOVIE, KETTLE, LANGUAGES)

    assert asked(thetvdb) == ["/movies/3300/extended"]
    assert (found.kind, found.facts.title) == (Kind.MOVIE, "The Kettle Affair")


async def test_a_search_is_by_title_and_year_and_else_by_title(thetvdb):
    thetvdb.service.searched = [FOUND]

    found = await TVDB.search(thetvdb.app, Wanted(Kind.TV, "tinkers", 2011, "en"))
    wrong_year = await TVDB.search(thetvdb.app, Wanted(Kind.TV, "tinkers", 1950))
    film = await TVDB.search(thetvdb.app, Wanted(Kind.MOVIE, "tinkers"))

    assert [each.id for each in found] == [each.id for each in wrong_year] == [TINKERS]
    assert found[0].titles == ("The Tinkers", "Die Kesselflicker")
    assert film == []
    assert len(asked(thetvdb)) == 4


async def test_a_work_is_found_by_an_id_that_is_nobody_else_s(thetvdb):
    thetvdb.service.remote = {"tt99944444": [{"episode": {"id": 1, "name": "x"}}, {"series": SERIES}]}

    assert (await TVDB.find(thetvdb.app, Kind.TV, "imdb", "tt99944444")).id == TINKERS
    assert await TVDB.find(thetvdb.app, Kind.MOVIE, "imdb", "tt99944444") is None
    assert await TVDB.find(thetvdb.app, Kind.TV, "imdb", "tt1") is None
    assert await TVDB.find(thetvdb.app, Kind.TV, "tmdb", "815") is None


@pytest.mark.parametrize(("kind", "id_", "most"), [(Kind.TV, TINKERS, 4), (Kind.MOVIE, KETTLE, 2)])
async def test_pictures_alone_can_be_asked_for(thetvdb, kind, id_, most):
    found = await TVDB.images(thetvdb.app, kind, id_, LANGUAGES)

    place = await TVDB.picture_place(thetvdb.app)
    assert len(asked(thetvdb)) == 1
    assert len(found) == most
    assert found[0].kind is ImageKind.POSTER
    assert all(image.url.startswith(f"{place.base}/") for image in found)


async def test_another_order_of_episodes(thetvdb):
    series = await work(thetvdb)
    dvd = next(each for each in series.groups if each.order is GroupOrder.DVD)

    found = await TVDB.group(thetvdb.app, dvd.id)

    assert (dvd.group_count, dvd.episode_count) == (1, 4)
    assert asked(thetvdb).count("/series/7700/episodes/dvd") == 1
    assert [(each.number, each.episodes) for each in found.parts] == [(1, ((1, 3), (1, 1))), (2, ((2, 1),))]


async def test_changes_are_those_of_series_seasons_and_episodes_page_by_page(thetvdb):
    since = date(2024, 5, 1)
    at = datetime(2024, 5, 2, tzinfo=UTC)
    thetvdb.service.page_size = 2
    thetvdb.service.updates = {
        "series": [update(number, at) for number in range(1, 6)] + [update(9, at - timedelta(days=9))],
        "translatedseries": [update(6, at)],
        "seasons": [update(777, at, seriesId=7)],
        "episodes": [update(888, at, seriesId=8), update(889, at)],
        "movies": [update(99, at, "delete")],
    }

    found = await TVDB.changes(thetvdb.app, Kind.TV, since)
    films = await TVDB.changes(thetvdb.app, Kind.MOVIE, since)

    assert found.ids == {str(number) for number in range(1, 9)}
    assert films.ids == {"99"}
    assert found.until == clock.now().date()
    pages = [each.query["page"] for each in thetvdb.asked if each.query.get("type") == "series"]
    assert pages == ["0", "1", "2"]


async def test_of_more_changes_than_can_be_read_it_is_told_how_far_they_were(thetvdb, monkeypatch):
    monkeypatch.setattr(tvdb, "MOST_PAGES_OF_CHANGES", 2)
    thetvdb.service.page_size = 1
    first = datetime(2024, 5, 2, tzinfo=UTC)
    thetvdb.service.updates = {"series": [update(n, first + timedelta(days=n)) for n in range(1, 9)]}

    found = await TVDB.changes(thetvdb.app, Kind.TV, date(2024, 5, 1))

    assert (found.ids, found.until) == ({"1", "2"}, date(2024, 5, 4))


async def test_an_id_that_was_deleted_says_so(thetvdb):
    with pytest.raises(ProviderSaysNo) as told:
        await TVDB.work(thetvdb.app, Kind.TV, "123", LANGUAGES)

    assert told.value.is_gone


async def test_an_id_that_was_merged_into_another_is_followed(thetvdb):
    at = clock.now() - timedelta(days=1)
    merged = update(55, at, "delete", mergeToId=7700, mergeToEntityType="series")
    elsewhere = update(56, at, "delete", mergeToId=3300, mergeToEntityType="movies")
    thetvdb.service.updates = {"series": [update(54, at, "delete"), elsewhere, merged]}

    found = await TVDB.work(thetvdb.app, Kind.TV, "55", LANGUAGES)

    assert (found.id, found.facts.title) == (TINKERS, "The Tinkers")
    for gone in ("54", "56"):
        with pytest.raises(ProviderSaysNo):
            await TVDB.work(thetvdb.app, Kind.TV, gone, LANGUAGES)
    assert asked(thetvdb).count("/updates") == 1


async def test_a_season_that_is_not_there(thetvdb):
    with pytest.raises(ProviderSaysNo) as told:
        await TVDB.season(thetvdb.app, TINKERS, 9, LANGUAGES)

    assert told.value.is_gone


async def test_what_is_no_id_is_asked_of_nobody(thetvdb):
    for wrong in ("../user", "1?x=2", "", "1/artworks", "１"):
        with pytest.raises(ProviderSaysNo):
            await TVDB.work(thetvdb.app, Kind.TV, wrong, LANGUAGES)
        with pytest.raises(ProviderSaysNo):
            await TVDB.group(thetvdb.app, f"7700-{wrong}")

    assert asked(thetvdb) == []


async def test_without_a_key_nobody_is_asked_and_it_is_said_what_is_missing(thetvdb):
    async with thetvdb.app.transaction() as tx:
        await remove_secret(tx, Actor(), "tvdb")

    with pytest.raises(NoKey, match="secret `tvdb`"):
        await work(thetvdb)

    assert thetvdb.asked == []


async def test_many_at_once_sign_in_once(thetvdb):
    await asyncio.gather(*(TVDB.search(thetvdb.app, Wanted(Kind.TV, f"Title {n}")) for n in range(8)))

    assert thetvdb.service.logins == 1


async def test_a_pin_goes_along_with_the_key(thetvdb):
    thetvdb.service.pin = PIN
    await keep_key(thetvdb.app, f"{KEY}:{PIN}")

    assert (await work(thetvdb)).id == TINKERS


async def test_a_token_that_has_ended_is_replaced_and_the_key_stays_good(thetvdb):
    await work(thetvdb)
    thetvdb.service.tokens.clear()

    found = await TVDB.work(thetvdb.app, Kind.MOVIE, KETTLE, LANGUAGES)
    [status] = await statuses(thetvdb.app, [TVDB])

    assert found.id == KETTLE
    assert thetvdb.service.logins == 2
    assert status.state is State.READY


async def test_a_token_is_renewed_before_it_ends(thetvdb, monkeypatch):
    await work(thetvdb)
    later = clock.now() + RENEWED_AFTER
    monkeypatch.setattr("app.metadata.tvdb_login.now", lambda: later)

    await TVDB.work(thetvdb.app, Kind.MOVIE, KETTLE, LANGUAGES)

    assert thetvdb.service.logins == 2


async def test_a_key_that_is_refused_is_not_shown_again_until_there_is_another(thetvdb):
    await keep_key(thetvdb.app, "wrong")
    for _ in range(3):
        with pytest.raises(ProviderRefused):
            await work(thetvdb)
    [refused] = await statuses(thetvdb.app, [TVDB])
    shown = len(thetvdb.asked)

    await keep_key(thetvdb.app)

    assert (await work(thetvdb)).id == TINKERS
    assert (shown, refused.state) == (1, State.KEY_REFUSED)


async def test_who_is_let_in_and_then_refused_has_a_key_that_is_not_taken(thetvdb):
    thetvdb.troubles["/v4/movies/3300/extended"] = saying({}, 403)

    with pytest.raises(ProviderRefused):
        await TVDB.work(thetvdb.app, Kind.MOVIE, KETTLE, LANGUAGES)

    [status] = await statuses(thetvdb.app, [TVDB])
    assert status.state is State.KEY_REFUSED
    assert asked(thetvdb) == ["/movies/3300/extended"] * 2


@pytest.mark.parametrize("data", [None, {}, {"token": ""}, {"token": 5}, {"token": "a\r\nb"}])
async def test_a_login_without_a_token_is_broken(thetvdb, data):
    async def odd(_):
        return success({"data": data})

    thetvdb.troubles["/v4/login"] = odd

    with pytest.raises(ProviderBroken, match="without a token"):
        await work(thetvdb)


async def test_neither_key_nor_pin_nor_token_is_in_any_log_or_cache(thetvdb, caplog):
    caplog.set_level(logging.DEBUG)
    thetvdb.service.pin = PIN
    await keep_key(thetvdb.app, f"{KEY}:{PIN}")
    await work(thetvdb)
    await TVDB.season(thetvdb.app, TINKERS, 1, LANGUAGES)
    thetvdb.troubles["*"] = saying("<html>", 200)
    with pytest.raises(ProviderBroken) as told:
        await TVDB.work(thetvdb.app, Kind.MOVIE, KETTLE, LANGUAGES)

    kept = await thetvdb.app.database.pool.fetchval(
        "SELECT string_agg(CAST(r AS text), '') FROM http.responses r"
    )
    everything = f"{caplog.text} {told.value} {kept}"
    assert not [secret for secret in (KEY, PIN, *thetvdb.service.tokens) if secret in everything]
    assert "/series/7700" in kept


TROUBLES = {
    "HTML": (saying("<html>Maintenance</html>"), ProviderBroken),
    "a list": (saying([1, 2]), ProviderBroken),
    "an object of something else": (saying({"hello": "world"}), ProviderBroken),
    "429 for an hour": (saying({}, 429, headers={"retry-after": "3600"}), ProviderLimited),
    "400": (saying({}, 400), ProviderSaysNo),
}


@pytest.mark.parametrize(("trouble", "error"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_what_goes_wrong_is_an_error_that_says_what(thetvdb, trouble, error):
    thetvdb.troubles["/v4/series/7700/extended"] = trouble

    with pytest.raises(error):
        await work(thetvdb)


STUMBLES = {
    "500": saying("oops", 500),
    "cut off": broken_off,
    "hung up": hung_up,
    "429 for no time": saying({}, 429, headers={"retry-after": "0"}),
}


@pytest.mark.parametrize("trouble", STUMBLES.values(), ids=STUMBLES.keys())
async def test_who_stumbles_once_is_asked_again(thetvdb, trouble):
    path = "/v4/movies/3300/extended"

    async def once(question):
        del thetvdb.troubles[path]
        return await trouble(question)

    thetvdb.troubles[path] = once

    assert (await TVDB.work(thetvdb.app, Kind.MOVIE, KETTLE, LANGUAGES)).id == KETTLE
    assert asked(thetvdb) == ["/movies/3300/extended"] * 2


async def test_who_is_too_slow_is_given_up(thetvdb, monkeypatch):
    await TVDB.search(thetvdb.app, Wanted(Kind.TV, "tinkers"))
    await impatient(thetvdb, monkeypatch, tries=1, request_s=0.2)
    thetvdb.troubles["*"] = never

    with pytest.raises(ProviderUnreachable, match=r"more than 0\.2 s"):
        await TVDB.work(thetvdb.app, Kind.MOVIE, KETTLE, LANGUAGES)
