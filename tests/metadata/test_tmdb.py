"""Asking TMDb, over its stand-in: what it costs, what comes back, and what goes wrong."""

from datetime import date, timedelta

import pytest

from app.activity.actor import Actor
from app.core import clock
from app.core.http_errors import (
    ProviderBroken,
    ProviderLimited,
    ProviderRefused,
    ProviderSaysNo,
)
from app.demo.answering import Asked
from app.demo.tmdb.server import KEY, Shelf, Tmdb
from app.metadata.facts import ImageKind, Kind
from app.metadata.provider import HasCollections, HasEpisodeGroups, NoKey, Provider, Wanted
from app.metadata.settings import TMDB_RATE
from app.metadata.tmdb import TMDB
from app.settings.secrets import remove_secret
from tests.metadata.conftest import keep_key
from tests.metadata.standing import standing
from tests.outside import broken_off, saying

LANGUAGES = ("en", "de", "fr", "es", "ja")
LIGHTHOUSE, ORCHARD, HARBOUR = "999000001", "999000002", "999000101"


def test_it_is_a_provider_of_all_that_there_is():
    provider: Provider = TMDB

    assert isinstance(provider, HasCollections)
    assert isinstance(provider, HasEpisodeGroups)
    assert provider.about.kinds == set(Kind)


async def test_a_film_in_five_languages_costs_one_request(tmdb):
    found = await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)

    assert tmdb.paths == ["/3/movie/999000001"]
    assert found.facts.title == "The Lighthouse at Noon"
    assert found.facts.year == 2019
    assert found.facts.runtime_s == 113 * 60
    assert found.facts.provider_ids == {"tmdb": LIGHTHOUSE, "imdb": "tt99900001"}
    assert set(found.facts.translations) == set(LANGUAGES)
    assert found.facts.translations["ja"]["title"] == "正午の灯台"
    assert found.facts.translations["de"]["tagline"] == "Manche Lichter brennen am Tag"
    assert {image.language for image in found.images if image.kind is ImageKind.POSTER} == set(LANGUAGES)
    assert all(image.url.startswith(f"{tmdb.url}/t/p/original/") for image in found.images)


async def test_texts_and_pictures_come_in_the_wanted_languages_alone(tmdb):
    found = await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, ("de", "ja"))

    assert found.facts.title == "Der Leuchtturm am Mittag"
    assert set(found.facts.translations) == {"de", "ja"}
    assert {image.language for image in found.images} == {"de", "ja", None}
    assert tmdb.asked[0].query["include_image_language"] == "de,ja,null"
    assert "The Lighthouse at Noon" in found.titles


async def test_languages_of_a_country_are_written_as_tmdb_has_them(tmdb):
    await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, ("pt-br", "es-419"))
    await TMDB.season(tmdb.app, HARBOUR, 1, ("pt-br", "es-419"))

    assert tmdb.asked[0].query["language"] == "pt-BR"
    assert {each.query["language"] for each in tmdb.asked[1:]} == {"pt-BR", "es"}
    assert tmdb.asked[0].query["include_image_language"] == "pt,es,null"


async def test_what_has_not_changed_is_taken_from_what_was_kept(tmdb):
    first = await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)

    second = await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)

    assert second == first
    assert "if-none-match" in tmdb.asked[1].headers


async def test_a_series_costs_one_request_too_and_tells_its_seasons(tmdb):
    found = await TMDB.work(tmdb.app, Kind.TV, HARBOUR, LANGUAGES)

    assert tmdb.paths == ["/3/tv/999000101"]
    assert [(each.facts.number, each.episode_count) for each in found.seasons] == [(0, 1), (1, 4), (2, 2)]
    assert found.facts.provider_ids == {"tmdb": HARBOUR, "imdb": "tt99900101", "tvdb": "99900101"}
    assert found.facts.terms["network"] == ("Saltmarsh Television",)
    assert [credit.character for credit in found.facts.credits][:2] == [
        "Constable Nell Fairweather",
        "The Mayor",
    ]


async def test_a_season_costs_one_request_and_one_for_each_further_language(tmdb):
    found = await TMDB.season(tmdb.app, HARBOUR, 1, ("en", "de", "ja"))

    assert len(tmdb.asked) == 3
    assert [bool(each.query.get("append_to_response")) for each in tmdb.asked].count(True) == 1
    assert [each.facts.title for each in found.episodes] == [
        "The Wrong Boat",
        "Nine Kettles",
        "High Water",
        "Low Water",
    ]
    assert found.episodes[0].translations["en"]["title"] == "The Wrong Boat"
    assert found.episodes[0].translations["de"] == {
        "title": "Das falsche Boot",
        "overview": "Nell verhaftet an ihrem ersten Tag das Boot des Bürgermeisters.",
    }
    assert found.episodes[0].translations["ja"]["title"] == "間違った船"
    assert found.episodes[0].images[0].kind is ImageKind.STILL
    assert found.episodes[0].facts.air_date == date(2015, 4, 2)


async def test_an_episode_that_nobody_has_named_has_no_title_in_any_language(tmdb):
    [tides] = await TMDB.search(tmdb.app, Wanted(Kind.TV, "Tides and Timetables"))

    found = await TMDB.season(tmdb.app, tides.id, 1, LANGUAGES)

    assert [each.facts.title for each in found.episodes] == ["The 6.12 to the Sea", "Request Stop"]
    assert all(set(each.translations) <= {"en"} for each in found.episodes)


async def test_a_search_finds_by_any_language_s_title_and_year(tmdb):
    by_title = await TMDB.search(tmdb.app, Wanted(Kind.MOVIE, "Leuchtturm am Mittag", 2019, "de"))
    by_wrong_year = await TMDB.search(tmdb.app, Wanted(Kind.MOVIE, "Leuchtturm am Mittag", 1950))
    remakes = await TMDB.search(tmdb.app, Wanted(Kind.MOVIE, "Kanal 9"))
    nothing = await TMDB.search(tmdb.app, Wanted(Kind.TV, "No Such Show"))

    assert [each.id for each in by_title] == [each.id for each in by_wrong_year] == [LIGHTHOUSE]
    assert by_title[0].titles == ("Der Leuchtturm am Mittag", "The Lighthouse at Noon")
    assert sorted(each.year for each in remakes) == [1984, 2019]
    assert nothing == []


async def test_a_search_of_the_last_hour_is_not_asked_again(tmdb):
    for _ in range(3):
        await TMDB.search(tmdb.app, Wanted(Kind.TV, "Harbour Street", 2015))

    assert len(tmdb.asked) == 1


async def test_a_work_is_found_by_another_database_s_id(tmdb):
    by_imdb = await TMDB.find(tmdb.app, Kind.MOVIE, "imdb", "tt99900001")
    by_tvdb = await TMDB.find(tmdb.app, Kind.TV, "tvdb", "99900101")

    assert (by_imdb.id, by_tvdb.id) == (LIGHTHOUSE, HARBOUR)
    assert await TMDB.find(tmdb.app, Kind.TV, "imdb", "tt99900001") is None
    assert await TMDB.find(tmdb.app, Kind.TV, "myspace", "1") is None


async def test_a_collection_has_its_films_in_order(tmdb):
    film = await TMDB.work(tmdb.app, Kind.MOVIE, ORCHARD, LANGUAGES)

    found = await TMDB.collection(tmdb.app, film.collection_id, LANGUAGES)

    assert film.facts.collection.title == found.facts.title == "Clockwork Orchard Collection"
    assert [(each.title, each.year) for each in found.parts] == [
        ("Clockwork Orchard", 2021),
        ("Clockwork Orchard: Second Harvest", 2023),
    ]


async def test_pictures_alone_can_be_asked_for_and_be_had(tmdb):
    found = await TMDB.images(tmdb.app, Kind.MOVIE, LIGHTHOUSE, ("de",))
    sizes = await TMDB.image_sizes(tmdb.app)

    assert {image.language for image in found} == {"de", None}
    poster = next(image for image in found if image.kind is ImageKind.POSTER)
    assert sizes.url(poster, 300) == f"{tmdb.url}/t/p/w342{poster.key}"
    assert sizes.url(poster, 3000) == poster.url


async def test_changes_are_read_page_by_page_and_from_no_longer_ago_than_tmdb_remembers(tmdb):
    shelf = Shelf({}, changed={"movie": tuple(range(1, 251))})
    tmdb.service = Tmdb(shelf)

    found = await TMDB.changes(tmdb.app, Kind.MOVIE, date(2020, 1, 1))

    assert found.ids == {str(number) for number in range(1, 251)}
    assert [each.query["page"] for each in tmdb.asked] == ["1", "2", "3"]
    start, end = (date.fromisoformat(tmdb.asked[0].query[name]) for name in ("start_date", "end_date"))
    assert end - start == timedelta(days=14)
    assert found.until == end


async def test_nothing_changed(tmdb):
    tmdb.service = Tmdb(Shelf({}))

    assert (await TMDB.changes(tmdb.app, Kind.TV, clock.now().date())).ids == frozenset()


async def test_an_id_that_was_deleted_says_so(tmdb):
    with pytest.raises(ProviderSaysNo) as told:
        await TMDB.work(tmdb.app, Kind.MOVIE, "123", LANGUAGES)

    assert told.value.is_gone
    assert len(tmdb.asked) == 1


async def test_what_is_no_id_is_asked_of_nobody(tmdb):
    for wrong in ("../account", "1?x=2", "", "1/images", "１"):
        with pytest.raises(ProviderSaysNo):
            await TMDB.work(tmdb.app, Kind.MOVIE, wrong, LANGUAGES)

    assert tmdb.asked == []


async def test_an_id_that_was_merged_into_another_is_followed(tmdb, demo_shelf):
    moved = {"/movie/555": f"/movie/{LIGHTHOUSE}"}
    tmdb.service = Tmdb(Shelf(demo_shelf.entries, moved=moved))

    found = await TMDB.work(tmdb.app, Kind.MOVIE, "555", LANGUAGES)

    assert found.id == LIGHTHOUSE
    assert set(found.facts.translations) == set(LANGUAGES)


async def test_without_a_key_nobody_is_asked_and_it_is_said_what_is_missing(tmdb):
    async with tmdb.app.transaction() as tx:
        await remove_secret(tx, Actor(), "tmdb")

    with pytest.raises(NoKey, match="secret `tmdb`"):
        await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)

    assert tmdb.asked == []


async def test_a_key_that_was_refused_is_not_shown_again_until_there_is_another(tmdb):
    await keep_key(tmdb.app, "0" * 32)
    for _ in range(3):
        with pytest.raises(ProviderRefused):
            await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)
    asked = len(tmdb.asked)

    await keep_key(tmdb.app, KEY)

    assert (await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)).id == LIGHTHOUSE
    assert asked == 1


async def test_keys_of_version_3_travel_in_the_query_and_access_tokens_in_a_header(tmdb, demo_shelf):
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJmaWxtcyJ9.c2lnbmVk"
    await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)
    tmdb.service = Tmdb(demo_shelf, token)
    await keep_key(tmdb.app, token)
    await TMDB.work(tmdb.app, Kind.MOVIE, ORCHARD, LANGUAGES)

    by_key, by_token = tmdb.asked
    assert (by_key.query["api_key"], by_key.headers.get("authorization")) == (KEY, None)
    assert (by_token.query.get("api_key"), by_token.headers["authorization"]) == (None, f"Bearer {token}")


TROUBLES = {
    "HTML": (saying("<html>Maintenance</html>"), ProviderBroken),
    "a list": (saying([1, 2]), ProviderBroken),
    "an object of something else": (saying({"hello": "world"}), ProviderBroken),
    "429 for an hour": (saying({}, 429, headers={"retry-after": "3600"}), ProviderLimited),
    "422": (saying({}, 422), ProviderSaysNo),
}


@pytest.mark.parametrize(("trouble", "error"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_what_goes_wrong_is_an_error_that_says_what(tmdb, trouble, error):
    tmdb.troubles["*"] = trouble

    with pytest.raises(error):
        await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)


@pytest.mark.parametrize("trouble", [saying("oops", 500), broken_off], ids=["500", "cut off"])
async def test_a_provider_that_stumbles_once_is_asked_again(tmdb, trouble):
    async def once(asked):
        del tmdb.troubles["*"]
        return await trouble(asked)

    tmdb.troubles["*"] = once

    assert (await TMDB.work(tmdb.app, Kind.MOVIE, LIGHTHOUSE, LANGUAGES)).id == LIGHTHOUSE
    assert len(tmdb.asked) == 2


async def test_too_much_to_append_is_refused_as_tmdb_does(tmdb):
    asked = {"append_to_response": ",".join(f"season/{number}" for number in range(21))}

    with pytest.raises(ProviderSaysNo, match="400"):
        await TMDB._ask(tmdb.app, "/tv/1", asked)


async def test_pictures_of_the_stand_in_are_pictures(demo_shelf):
    async with standing(Tmdb(demo_shelf)) as stand_in:
        path = next(iter(demo_shelf.pictures))
        answered = await stand_in.answer(Asked("GET", f"/t/p/w342{path}", {}, {}))

    assert answered.startswith(b"HTTP/1.1 200 ")
    assert answered.partition(b"\r\n\r\n")[2].startswith(b"\xff\xd8\xff")


async def test_it_is_asked_no_more_often_than_it_allows_and_a_missed_turn_is_made_up_for(tmdb):
    service = await TMDB.service(tmdb.app)

    assert service.burst > 1
    assert TMDB_RATE.default + service.burst - 1 <= 40
