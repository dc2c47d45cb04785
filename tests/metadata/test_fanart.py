"""Asking fanart.tv for pictures, over its stand-in: what comes back, and what goes wrong."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from app.activity.actor import Actor
from app.core.http_errors import (
    ProviderBroken,
    ProviderLimited,
    ProviderRefused,
    ProviderUnreachable,
)
from app.metadata.facts import ImageFacts, Kind
from app.metadata.fanart import FANART
from app.metadata.fanart_pictures import View, pictures, season_pictures
from app.metadata.provider import NoKey, Provider, Supplements
from app.settings.secrets import remove_secret, set_secret
from tests.metadata.twisting import SEEDS, twisted
from tests.metadata.web_wire import FANART_KEY, MOVIE_ART, SERIES_ART, art
from tests.outside import broken_off, hung_up, never, saying

TRAM, TIDE = {"tmdb": "4711", "imdb": "tt9991111"}, {"tvdb": "99922"}
LANGUAGES = ("en", "de-at")
VIEW = View(LANGUAGES, "http://pictures")


def by_kind(images: tuple[ImageFacts, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in images:
        found.setdefault(each.kind.value, []).append(each.key)
    return found


async def ask(fanart, ids=TRAM, kind=Kind.MOVIE):
    return await FANART.supplement(fanart.app, kind, ids, LANGUAGES)


def test_it_only_adds_to_works():
    assert isinstance(FANART, Supplements)
    assert not isinstance(FANART, Provider)


async def test_a_film_s_pictures_cost_one_request_by_the_id_that_tmdb_has_for_it(fanart):
    found = await ask(fanart)

    assert fanart.paths == ["/v3.2/movies/4711"]
    assert (found.provider, found.id, found.is_whole) == ("fanart", "4711", False)
    assert by_kind(found.images) == {
        "poster": ["31"],
        "backdrop": ["42", "41"],
        "logo": ["12", "11", "21"],
        "clearart": ["81"],
        "thumb": ["61"],
        "banner": ["71"],
        "disc": ["51"],
    }


async def test_a_film_that_tmdb_does_not_know_is_asked_for_by_the_id_of_imdb(fanart):
    found = await ask(fanart, {"imdb": "tt9991111"})

    assert fanart.paths == ["/v3.2/movies/tt9991111"]
    assert len(found.images) == 10


async def test_a_series_has_pictures_of_its_own_and_of_its_seasons(fanart):
    found = await ask(fanart, TIDE, Kind.TV)

    assert by_kind(found.images) == {
        "poster": ["1"],
        "backdrop": ["2"],
        "logo": ["4", "5"],
        "clearart": ["9"],
        "thumb": ["6"],
        "banner": ["7"],
    }
    assert {number: by_kind(images) for number, images in found.season_images.items()} == {
        0: {"poster": ["12"]},
        1: {"poster": ["11", "10"], "thumb": ["14"]},
        2: {"banner": ["15"], "backdrop": ["3"]},
    }


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        (Kind.TV, TRAM),
        (Kind.MOVIE, {"tvdb": "99922"}),
        (Kind.MOVIE, {"tmdb": "../tv/1", "imdb": "tt1?x"}),
        (Kind.TV, {}),
    ],
)
async def test_without_an_id_that_it_knows_nobody_is_asked(fanart, kind, ids):
    assert await ask(fanart, ids, kind) is None
    assert fanart.asked == []


async def test_that_nobody_has_drawn_anything_is_no_failure(fanart):
    assert await ask(fanart, {"tmdb": "1"}) is None


async def test_pictures_come_from_where_the_settings_say_whatever_host_the_answer_names(fanart):
    found = await ask(fanart)

    assert {each.url.rpartition("/")[0] for each in found.images} == {f"{fanart.url}/assets/fanart"}


async def test_pictures_without_writing_and_in_the_wanted_languages(fanart):
    found = await ask(fanart)

    said = {each.key: each.language for each in found.images}
    assert (said["31"], said["41"], said["12"], said["11"]) == (None, None, "de", "en")
    assert "13" not in said


async def test_sizes_are_as_told_or_as_the_site_takes_them(fanart):
    found = {each.key: each for each in (await ask(fanart)).images}

    assert (found["31"].width, found["31"].height) == (2000, 3000)
    assert (found["42"].width, found["42"].height) == (3840, 2160)
    assert (found["12"].votes, found["12"].score) == (7, None)


async def test_keys_travel_in_headers_and_one_s_own_beside_the_project_s(fanart):
    await ask(fanart)
    async with fanart.app.transaction() as tx:
        await set_secret(tx, Actor(), fanart.app.keyring, "fanart_client", "mine")
    await ask(fanart, {"imdb": "tt9991111"})

    alone, both = fanart.asked
    assert (alone.headers["api-key"], alone.headers.get("client-key"), alone.query) == (FANART_KEY, None, {})
    assert (both.headers["api-key"], both.headers["client-key"]) == (FANART_KEY, "mine")


async def test_what_was_asked_for_in_the_last_hour_is_not_asked_for_again(fanart):
    assert await ask(fanart) == await ask(fanart)
    assert len(fanart.asked) == 1


async def test_without_a_key_nobody_is_asked(fanart):
    async with fanart.app.transaction() as tx:
        await remove_secret(tx, Actor(), "fanart")

    with pytest.raises(NoKey, match="secret `fanart`"):
        await ask(fanart)

    assert fanart.asked == []


async def test_a_key_that_is_refused_is_not_shown_again(fanart):
    async with fanart.app.transaction() as tx:
        await set_secret(tx, Actor(), fanart.app.keyring, "fanart", "wrong")

    for _ in range(2):
        with pytest.raises(ProviderRefused):
            await ask(fanart)

    assert len(fanart.asked) == 1


TROUBLES = {
    "HTML": (saying("<html>Maintenance</html>"), ProviderBroken),
    "a list": (saying([1, 2]), ProviderBroken),
    "429 for an hour": (saying({}, 429, headers={"retry-after": "3600"}), ProviderLimited),
    "500": (saying("oops", 500), ProviderUnreachable),
    "cut off": (broken_off, ProviderUnreachable),
    "hung up": (hung_up, ProviderUnreachable),
    "slow": (never, ProviderUnreachable),
}


@pytest.mark.parametrize(("trouble", "error"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_what_goes_wrong_is_an_error_that_says_what(fanart, monkeypatch, trouble, error):
    service = replace(await FANART.service(fanart.app), tries=1, request_s=0.5 if trouble is never else 60.0)

    async def impatient(_):
        return service

    monkeypatch.setattr(FANART, "service", impatient, raising=False)
    fanart.troubles["*"] = trouble

    with pytest.raises(error):
        await ask(fanart)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://assets.elsewhere.example/fanart/../../etc/passwd.jpg",
        "https://assets.elsewhere.example/fanart/drawing.svg",
        "https://[half/fanart/a.jpg",
        "https://assets.elsewhere.example/a b.jpg",
        "",
        None,
        7,
    ],
)
def test_what_is_no_address_of_a_picture_is_left_out(url):
    assert pictures(VIEW, Kind.MOVIE, {"movieposter": [{**art("1", "a.jpg"), "url": url}]}) == ()


def test_of_many_so_many_are_taken_of_each_season():
    many = [art(str(number), f"p-{number}.jpg", season=str(number % 2)) for number in range(1, 501)]

    found = season_pictures(VIEW, {"seasonposter": many})

    assert {number: len(images) for number, images in found.items()} == {0: 100, 1: 100}


@given(SEEDS)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_nothing_that_is_missing_or_twisted_is_an_error(chance):
    kind, document = chance.choice([(Kind.MOVIE, MOVIE_ART), (Kind.TV, SERIES_ART)])

    said = twisted(chance, document)

    assert all(each.url.startswith("http://pictures/") for each in pictures(VIEW, kind, said))
    assert all(0 <= number <= 9999 for number in season_pictures(VIEW, said))


def test_one_picture_that_is_twisted_takes_none_of_the_others_along():
    broken = {**MOVIE_ART, "hdmovielogo": [None, {"url": 1}, *MOVIE_ART["hdmovielogo"]], "movieposter": 7}

    found = by_kind(pictures(VIEW, Kind.MOVIE, broken))

    assert found == {
        kind: keys
        for kind, keys in by_kind(pictures(VIEW, Kind.MOVIE, MOVIE_ART)).items()
        if kind != "poster"
    }
