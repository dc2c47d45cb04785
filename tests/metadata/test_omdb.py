"""Asking OMDb for ratings, over its stand-in: what comes back, and what goes wrong."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.activity.actor import Actor
from app.core.http_errors import (
    ProviderBroken,
    ProviderLimited,
    ProviderRefused,
    ProviderUnreachable,
)
from app.metadata.facts import Kind
from app.metadata.omdb import OMDB
from app.metadata.omdb_ratings import ratings
from app.metadata.provider import NoKey, Provider, Supplements
from app.metadata.status import State, statuses
from app.settings.secrets import remove_secret, set_secret
from tests.metadata.web_wire import OMDB_KEY, RATED, no
from tests.outside import broken_off, hung_up, never, saying

TRAM = {"tmdb": "4711", "imdb": "tt9991111"}


async def ask(omdb, ids=TRAM, kind=Kind.MOVIE):
    return await OMDB.supplement(omdb.app, kind, ids, ("en",))


def test_it_only_adds_to_works():
    assert isinstance(OMDB, Supplements)
    assert not isinstance(OMDB, Provider)


async def test_ratings_are_out_of_ten_with_the_votes_that_are_known(omdb):
    found = await ask(omdb)

    assert (found.provider, found.id, found.is_whole) == ("omdb", "tt9991111", False)
    assert found.facts.ratings == {
        "imdb": {"value": 7.8, "votes": 1_234_567},
        "rottentomatoes": {"value": 9.3, "votes": None},
        "metacritic": {"value": 7.4, "votes": None},
    }
    [asked] = omdb.asked
    assert asked.query == {"i": "tt9991111", "r": "json", "apikey": OMDB_KEY}


@pytest.mark.parametrize("ids", [{}, {"tmdb": "4711"}, {"imdb": "nm0000001"}, {"imdb": "tt1&s=x"}])
async def test_without_an_id_of_imdb_nobody_is_asked(omdb, ids):
    assert await ask(omdb, ids) is None
    assert omdb.asked == []


@pytest.mark.parametrize("why", ["Incorrect IMDb ID.", "Movie not found!", "Series not found!"])
async def test_an_id_that_it_does_not_know_is_no_failure(omdb, why):
    omdb.troubles["*"] = saying(no(why))

    assert await ask(omdb) is None


@pytest.mark.parametrize("twist", [{"Type": "series"}, {"imdbID": "tt9992222"}, {"Type": "game"}])
async def test_ratings_of_something_else_are_not_the_work_s(omdb, twist):
    omdb.service.entries["tt9991111"] = RATED | twist

    assert await ask(omdb) is None


async def test_a_series_is_one(omdb):
    omdb.service.entries["tt9991111"] = RATED | {"Type": "series"}

    assert set((await ask(omdb, kind=Kind.TV)).facts.ratings) == {"imdb", "rottentomatoes", "metacritic"}


async def test_a_key_that_has_used_up_its_day_is_no_wrong_key(omdb):
    omdb.service.left = 0

    for _ in range(2):
        with pytest.raises(ProviderLimited):
            await ask(omdb)
    [found] = await statuses(omdb.app, [OMDB])

    assert len(omdb.asked) == 1
    assert found.state is State.LIMITED


async def test_a_limit_that_comes_as_an_answer_is_one_too(omdb):
    omdb.troubles["*"] = saying(no("Daily request limit reached!"))

    with pytest.raises(ProviderLimited):
        await ask(omdb)


async def test_without_a_key_nobody_is_asked(omdb):
    async with omdb.app.transaction() as tx:
        await remove_secret(tx, Actor(), "omdb")

    with pytest.raises(NoKey, match="secret `omdb`"):
        await ask(omdb)

    assert omdb.asked == []


async def test_a_key_that_is_refused_is_not_shown_again(omdb):
    async with omdb.app.transaction() as tx:
        await set_secret(tx, Actor(), omdb.app.keyring, "omdb", "wrong")

    for _ in range(2):
        with pytest.raises(ProviderRefused) as told:
            await ask(omdb)
        assert "wrong" not in str(told.value)

    assert len(omdb.asked) == 1


TROUBLES = {
    "HTML": (saying("<html>Maintenance</html>"), ProviderBroken),
    "a list": (saying([1, 2]), ProviderBroken),
    "something else": (saying({"hello": "world"}), ProviderBroken),
    "its own failure": (saying(no("Error getting data.")), ProviderBroken),
    "a refusal with 200": (saying(no("Invalid API key!")), ProviderRefused),
    "403": (saying({}, 403), ProviderRefused),
    "429 for an hour": (saying({}, 429, headers={"retry-after": "3600"}), ProviderLimited),
    "500": (saying("oops", 500), ProviderUnreachable),
    "cut off": (broken_off, ProviderUnreachable),
    "hung up": (hung_up, ProviderUnreachable),
    "slow": (never, ProviderUnreachable),
}


@pytest.mark.parametrize(("trouble", "error"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_what_goes_wrong_is_an_error_that_says_what(omdb, monkeypatch, trouble, error):
    service = replace(await OMDB.service(omdb.app), tries=1, request_s=0.5 if trouble is never else 60.0)

    async def impatient(_):
        return service

    monkeypatch.setattr(OMDB, "service", impatient, raising=False)
    omdb.troubles["*"] = trouble

    with pytest.raises(error):
        await ask(omdb)


NOTHING = {"Ratings": [], "imdbRating": "N/A", "imdbVotes": "N/A", "Metascore": "N/A"}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (NOTHING, {}),
        ({}, {}),
        (NOTHING | {"imdbRating": "7.1"}, {"imdb": {"value": 7.1, "votes": None}}),
        (NOTHING | {"imdbVotes": "12"}, {}),
        (NOTHING | {"Metascore": "55"}, {"metacritic": {"value": 5.5, "votes": None}}),
        (NOTHING | {"imdbRating": "11.0", "Metascore": "101"}, {}),
        (
            {"Ratings": [{"Source": "Rotten Tomatoes", "Value": "0%"}]},
            {"rottentomatoes": {"value": 0, "votes": None}},
        ),
        ({"Ratings": [{"Source": "Rotten Tomatoes", "Value": "102%"}]}, {}),
        ({"Ratings": [{"Source": "Somebody", "Value": "5/10"}]}, {}),
        ({"Ratings": [{"Source": "Metacritic", "Value": "5/0"}]}, {}),
        (
            {"Ratings": [{"Source": "Metacritic", "Value": "N/A"}], "Metascore": "60"},
            {"metacritic": {"value": 6, "votes": None}},
        ),
        ({"imdbRating": "8.0", "imdbVotes": "1,23"}, {"imdb": {"value": 8, "votes": None}}),
    ],
)
def test_what_is_no_rating_is_not_there(said, read):
    assert ratings(said) == read


ANYTHING = st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.lists(st.text()))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    twisted=st.dictionaries(
        st.sampled_from(["Ratings", "imdbRating", "imdbVotes", "Metascore"]),
        st.one_of(
            ANYTHING,
            st.lists(st.dictionaries(st.sampled_from(["Source", "Value"]), ANYTHING)),
            st.from_regex(r"[0-9,./%]{1,12}", fullmatch=True),
        ),
    )
)
def test_whatever_comes_ratings_are_from_0_to_10(twisted):
    for each in ratings(RATED | twisted).values():
        assert 0 <= each["value"] <= 10
        assert each["votes"] is None or each["votes"] >= 0
