"""Asking TVmaze, over a stand-in: what it costs, what comes back, and what goes wrong."""

import copy
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.activity.actor import Actor
from app.core import clock
from app.core.app import open_app
from app.core.http_errors import ProviderBroken, ProviderLimited, ProviderSaysNo, ProviderUnreachable
from app.metadata.facts import ImageKind, Kind
from app.metadata.provider import HasCollections, HasEpisodeGroups, Provider, Wanted
from app.metadata.status import State, statuses
from app.metadata.tvmaze import PARTS, TVMAZE
from app.settings.writes import change_settings
from tests.metadata.standing import Standing, standing
from tests.metadata.tvmaze_stand_in import TvmazeStandIn
from tests.metadata.tvmaze_wire import SHOW
from tests.outside import broken_off, hung_up, never, saying

LANGUAGES = ("en", "de", "fr", "es", "ja")
ROW = "4100"


@pytest.fixture
async def tvmaze(app) -> AsyncIterator[Standing]:
    async with open_app(app.config) as own, standing(TvmazeStandIn({4100: SHOW})) as stand_in:
        async with own.transaction() as tx:
            urls = {"tvmaze_url": stand_in.url, "tvmaze_image_url": f"{stand_in.url}/static"}
            await change_settings(tx, Actor(), urls | {"tvmaze_rate": 1000.0})
        stand_in.app = own
        yield stand_in


async def work(tvmaze):
    return await TVMAZE.work(tvmaze.app, Kind.TV, ROW, LANGUAGES)


async def impatient(tvmaze, monkeypatch, **other):
    service = replace(await TVMAZE.service(tvmaze.app), **other)

    async def told(_):
        return service

    monkeypatch.setattr(TVMAZE, "service", told, raising=False)


def test_it_is_a_provider_of_series_alone_and_needs_no_key():
    provider: Provider = TVMAZE

    assert provider.about.kinds == {Kind.TV}
    assert provider.about.secret_name is None
    assert not isinstance(provider, HasCollections | HasEpisodeGroups)


async def test_a_show_costs_one_request_and_its_seasons_none(tvmaze):
    found = await work(tvmaze)
    seasons = [await TVMAZE.season(tvmaze.app, ROW, each.facts.number, LANGUAGES) for each in found.seasons]

    [asked] = tvmaze.asked
    assert (asked.path, asked.repeated["embed[]"]) == ("/shows/4100", PARTS)
    assert found.facts.title == "Lantern Row"
    assert [each.facts.number for each in seasons] == [0, 1, 2]
    assert [len(each.episodes) for each in seasons] == [each.episode_count for each in found.seasons]
    assert all(image.url.startswith(f"{tvmaze.url}/static/uploads/") for image in found.images)


async def test_a_show_is_asked_for_anew_and_its_seasons_are_those_of_the_last_answer(tvmaze, monkeypatch):
    await work(tvmaze)
    more = copy.deepcopy(SHOW)
    more["_embedded"]["episodeswithspecials"][3]["name"] = "The Second Lamp"
    tvmaze.service.shows = {4100: more}
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr("app.core.http_cache.now", lambda: later)

    await work(tvmaze)
    found = await TVMAZE.season(tvmaze.app, ROW, 2, LANGUAGES)

    assert len(tvmaze.asked) == 2
    assert found.episodes[0].facts.title == "The Second Lamp"


async def test_a_search_is_by_title_and_of_series(tvmaze):
    found = await TVMAZE.search(tvmaze.app, Wanted(Kind.TV, "lantern", 1950))
    nothing = await TVMAZE.search(tvmaze.app, Wanted(Kind.TV, "No Such Show"))
    film = await TVMAZE.search(tvmaze.app, Wanted(Kind.MOVIE, "lantern"))

    assert [(each.id, each.title, each.year) for each in found] == [(ROW, "Lantern Row", 2015)]
    assert (nothing, film) == ([], [])
    assert tvmaze.paths == ["/search/shows", "/search/shows"]


async def test_a_search_of_the_last_hour_is_not_asked_again(tvmaze):
    for _ in range(3):
        await TVMAZE.search(tvmaze.app, Wanted(Kind.TV, "Lantern Row"))

    assert len(tvmaze.asked) == 1


@pytest.mark.parametrize(("source", "id_"), [("imdb", "tt99933333"), ("tvdb", "99900")])
async def test_a_show_is_found_by_another_database_s_id_over_a_redirect(tvmaze, source, id_):
    found = await TVMAZE.find(tvmaze.app, Kind.TV, source, id_)

    assert found.id == ROW
    assert tvmaze.paths == ["/lookup/shows", "/shows/4100"]


async def test_an_id_that_nobody_knows_and_sources_that_it_does_not_ask_by(tvmaze):
    assert await TVMAZE.find(tvmaze.app, Kind.TV, "imdb", "tt1") is None
    assert await TVMAZE.find(tvmaze.app, Kind.TV, "wikidata", "Q1") is None
    assert await TVMAZE.find(tvmaze.app, Kind.MOVIE, "imdb", "tt99933333") is None
    assert len(tvmaze.asked) == 1


async def test_pictures_alone_can_be_asked_for(tvmaze):
    found = await TVMAZE.images(tvmaze.app, Kind.TV, ROW, ("de",))

    assert [each.kind for each in found] == [
        ImageKind.POSTER,
        ImageKind.BANNER,
        ImageKind.POSTER,
        ImageKind.BACKDROP,
        ImageKind.LOGO,
    ]
    assert tvmaze.paths == ["/shows/4100/images"]
    assert await TVMAZE.images(tvmaze.app, Kind.MOVIE, "1", ("de",)) == []


@pytest.mark.parametrize(
    ("days", "asked", "ids"),
    [
        (0, "day", {"1"}),
        (3, "week", {"1", "2"}),
        (20, "month", {"1", "2", "3"}),
        (400, None, {"1", "2", "3", "4"}),
    ],
)
async def test_changes_are_asked_for_as_far_back_as_need_be(tvmaze, monkeypatch, days, asked, ids):
    now = datetime(2024, 5, 20, 15, 0, tzinfo=UTC)
    monkeypatch.setattr("app.metadata.tvmaze.now", lambda: now)
    tvmaze.service.now = int(now.timestamp())
    ages_h = {1: 2, 2: 60, 3: 15 * 24, 4: 300 * 24, 5: 500 * 24}
    tvmaze.service.updated = {id_: tvmaze.service.now - hours * 3600 for id_, hours in ages_h.items()}

    found = await TVMAZE.changes(tvmaze.app, Kind.TV, now.date() - timedelta(days=days))

    assert found.ids == ids
    assert found.until == date(2024, 5, 20)
    assert tvmaze.asked[0].query.get("since") == asked


async def test_films_have_no_changes(tvmaze):
    assert (await TVMAZE.changes(tvmaze.app, Kind.MOVIE, date(2024, 1, 1))).ids == frozenset()
    assert tvmaze.asked == []


async def test_an_id_that_was_deleted_says_so(tvmaze):
    with pytest.raises(ProviderSaysNo) as told:
        await TVMAZE.work(tvmaze.app, Kind.TV, "123", LANGUAGES)

    assert told.value.is_gone


async def test_an_id_that_was_merged_into_another_is_followed(tvmaze):
    async def moved(asked):
        del tvmaze.troubles["/shows/55"]
        return await saying({}, 301, headers={"location": "/shows/4100"})(asked)

    tvmaze.troubles["/shows/55"] = moved

    found = await TVMAZE.work(tvmaze.app, Kind.TV, "55", LANGUAGES)

    assert (found.id, len(found.seasons)) == (ROW, 3)


async def test_films_and_seasons_that_are_not_there(tvmaze):
    with pytest.raises(ProviderSaysNo, match="no films"):
        await TVMAZE.work(tvmaze.app, Kind.MOVIE, ROW, LANGUAGES)
    with pytest.raises(ProviderSaysNo) as told:
        await TVMAZE.season(tvmaze.app, ROW, 9, LANGUAGES)

    assert told.value.is_gone


async def test_what_is_no_id_is_asked_of_nobody(tvmaze):
    for wrong in ("../people/1", "1?x=2", "", "1/images", "１", "tt1"):
        with pytest.raises(ProviderSaysNo):
            await TVMAZE.work(tvmaze.app, Kind.TV, wrong, LANGUAGES)

    assert tvmaze.asked == []


TROUBLES = {
    "HTML": (saying("<html>Maintenance</html>"), ProviderBroken),
    "a list": (saying([1, 2]), ProviderBroken),
    "nothing": (saying(None), ProviderBroken),
    "an object of something else": (saying({"hello": "world"}), ProviderBroken),
    "429 for an hour": (saying({}, 429, headers={"retry-after": "3600"}), ProviderLimited),
    "422": (saying({}, 422), ProviderSaysNo),
}


@pytest.mark.parametrize(("trouble", "error"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_what_goes_wrong_is_an_error_that_says_what(tvmaze, trouble, error):
    tvmaze.troubles["*"] = trouble

    with pytest.raises(error):
        await work(tvmaze)


async def test_a_search_that_answers_no_list_finds_nothing(tvmaze):
    tvmaze.troubles["*"] = saying({"score": 1})

    assert await TVMAZE.search(tvmaze.app, Wanted(Kind.TV, "Lantern Row")) == []


STUMBLES = {
    "500": saying("oops", 500),
    "cut off": broken_off,
    "hung up": hung_up,
    "429 for no time": saying({}, 429, headers={"retry-after": "0"}),
}


@pytest.mark.parametrize("trouble", STUMBLES.values(), ids=STUMBLES.keys())
async def test_who_stumbles_once_is_asked_again(tvmaze, trouble):
    async def once(asked):
        del tvmaze.troubles["*"]
        return await trouble(asked)

    tvmaze.troubles["*"] = once

    assert (await work(tvmaze)).id == ROW
    assert len(tvmaze.asked) == 2


async def test_who_is_too_slow_is_given_up(tvmaze, monkeypatch):
    await impatient(tvmaze, monkeypatch, tries=1, request_s=0.2)
    tvmaze.troubles["*"] = never

    with pytest.raises(ProviderUnreachable, match=r"more than 0\.2 s"):
        await work(tvmaze)


async def test_without_a_key_it_is_ready(tvmaze):
    [found] = await statuses(tvmaze.app, [TVMAZE])

    assert found.state is State.READY
