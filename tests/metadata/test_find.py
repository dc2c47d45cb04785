"""Asking providers which work is meant: what it costs, what comes of it, and what failures decide: nothing."""

from dataclasses import replace

import pytest

from app.core.http_errors import ProviderBroken, ProviderLimited, ProviderRefused, ProviderUnreachable
from app.core.ids import new_id
from app.metadata.facts import Kind
from app.metadata.find import NOBODY, find, find_work
from app.metadata.links import Found, save_link, say_link
from app.metadata.provider import NoKey
from app.metadata.score import Sought, Status
from app.metadata.tmdb import TMDB
from tests import given
from tests.metadata.shelves import Shelf, work

LANGUAGES = ("en", "de")
LIGHTHOUSE, HARBOUR = "999000001", "999000101"
WORK = new_id()
FILM = Sought(Kind.MOVIE, ("The Long Winter",), 2012)
WINTER = work("1", "The Long Winter", 2012, minutes=92, provider_ids={"imdb": "tt0000001"})
OTHER_WINTER = work("2", "The Long Winter", 2012, minutes=118)


async def ask(app, sought, *providers):
    return await find(app, WORK, sought, providers, LANGUAGES)


async def test_an_id_costs_one_request_and_brings_the_work(app):
    shelf = Shelf(WINTER)

    found = await ask(app, replace(FILM, provider_ids={"tmdb": "1"}), shelf)

    assert shelf.asked == ["work 1"]
    assert (found.status, found.provider, found.provider_id, found.score) == (Status.MATCHED, "tmdb", "1", 1)
    assert found.work == shelf.works["1"]


async def test_an_id_of_another_database_costs_two(app):
    shelf = Shelf(WINTER)

    found = await ask(app, replace(FILM, provider_ids={"imdb": "tt0000001"}), shelf)

    assert shelf.asked == ["find imdb tt0000001", "work 1"]
    assert found.status is Status.MATCHED
    assert found.evidence[0] == "Its id at IMDB, tt0000001, is given by the name or an NFO file."


async def test_a_title_costs_two(app):
    shelf = Shelf(WINTER, work("3", "The Long Summer", 2012))

    found = await ask(app, FILM, shelf)

    assert shelf.asked == ["search The Long Winter 2012", "work 1"]
    assert found.work == shelf.works["1"]
    assert [each.id for each in found.candidates] == ["1", "3"]


async def test_an_id_that_is_gone_is_searched_for_by_its_title(app):
    shelf = Shelf(WINTER)

    found = await ask(app, replace(FILM, provider_ids={"tmdb": "99"}), shelf)

    assert shelf.asked == ["work 99", "search The Long Winter 2012", "work 1"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")
    assert found.evidence[-1] == "There is no 99 at TMDB, as the name or an NFO file says."


async def test_an_id_that_was_merged_is_followed(app):
    shelf = Shelf(WINTER)
    shelf.merged["7"] = "1"

    found = await ask(app, replace(FILM, provider_ids={"tmdb": "7"}), shelf)

    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


async def test_equals_are_told_apart_by_how_long_they_run(app):
    shelf = Shelf(WINTER, OTHER_WINTER)

    found = await ask(app, replace(FILM, runtimes_s=(118 * 60,)), shelf)

    assert shelf.asked[0] == "search The Long Winter 2012"
    assert sorted(shelf.asked[1:]) == ["work 1", "work 2"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "2")


async def test_equals_that_nothing_tells_apart_are_for_a_person(app):
    shelf = Shelf(WINTER, OTHER_WINTER)

    found = await ask(app, FILM, shelf)

    assert (found.status, found.provider_id, found.work) == (Status.UNCERTAIN, None, None)
    assert found.evidence[0] == "It may be “The Long Winter” (2012) or “The Long Winter” (2012)."
    assert {each.id for each in found.candidates} == {"1", "2"}


async def test_a_title_that_the_provider_does_not_tell_at_first_is_found_by_fetching(app):
    shelf = Shelf(work("5", "Nightfall", 2012, "Der lange Winter"), work("6", "Sunrise", 2012))

    found = await ask(app, replace(FILM, titles=("Der lange Winter",)), shelf)

    assert shelf.asked == ["search Der lange Winter 2012", "search Der lange Winter", "work 5"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "5")


async def test_a_year_that_is_next_to_it_is_found_without_the_year(app):
    shelf = Shelf(work("1", "The Long Winter", 2013), work("6", "Sunrise", 2012))

    found = await ask(app, FILM, shelf)

    assert shelf.asked == ["search The Long Winter 2012", "search The Long Winter", "work 1"]
    assert found.status is Status.MATCHED


async def test_never_more_than_three_searches_and_three_works(app):
    shelf = Shelf(*(work(str(number), f"Nothing {number}", 2012) for number in range(9)))

    found = await ask(app, replace(FILM, titles=("Zyx", "Wvu", "Tsr", "Qpo")), shelf)

    assert len([each for each in shelf.asked if each.startswith("search")]) == 3
    assert len([each for each in shelf.asked if each.startswith("work")]) == 3
    assert found.status is Status.UNMATCHED


async def test_where_the_first_knows_nothing_the_next_is_asked(app):
    first, second = Shelf(name="tmdb"), Shelf(WINTER, name="tvmaze")

    found = await ask(app, FILM, first, second)

    assert (found.status, found.provider) == (Status.MATCHED, "tvmaze")


async def test_nobody_knowing_it_is_unmatched_with_the_reason(app):
    found = await ask(app, FILM, Shelf(), Shelf(name="tvmaze"))

    assert (found.status, found.problem) == (Status.UNMATCHED, None)
    assert found.evidence == ("Nobody knows anything called “The Long Winter (2012)”.",)


@pytest.mark.parametrize(
    "error",
    [
        ProviderUnreachable("tmdb", "it doesn't answer"),
        ProviderLimited("tmdb", 60.0),
        ProviderBroken("tmdb", "it answers a page"),
    ],
)
async def test_who_is_down_decides_nothing_and_no_lesser_one_decides_for_it(app, error):
    second = Shelf(WINTER, name="tvmaze")

    found = await ask(app, FILM, Shelf(fails=error), second)

    assert (found.status, found.problem) == (Status.PENDING, str(error))
    assert second.asked == []


@pytest.mark.parametrize(
    "error", [NoKey("TMDb", "it needs a key"), ProviderRefused("tmdb", "it doesn't take the key")]
)
async def test_who_has_no_key_is_passed_over_and_remembered(app, error):
    known = await ask(app, FILM, Shelf(fails=error), Shelf(WINTER, name="tvmaze"))
    unknown = await ask(app, FILM, Shelf(fails=error), Shelf(name="tvmaze"))

    assert (known.status, known.provider, known.problem) == (Status.MATCHED, "tvmaze", None)
    assert (unknown.status, unknown.problem) == (Status.PENDING, str(error))


async def test_where_nobody_is_asked_nothing_is_decided(app):
    found = await ask(app, FILM)

    assert (found.status, found.problem) == (Status.PENDING, NOBODY)


async def test_tmdb_finds_a_film_by_title_in_two_requests_and_then_in_one(tmdb):
    library = await given.library(tmdb.app)
    movie = await given.movie(
        tmdb.app, "The Lighthouse at Noon", match_key="thelighthouseatnoon", year=2019, library_id=library
    )

    first = await find_work(tmdb.app, Kind.MOVIE, movie, [TMDB], LANGUAGES)
    async with tmdb.app.transaction() as tx:
        await save_link(tx, first)
    again = await find_work(tmdb.app, Kind.MOVIE, movie, [TMDB], LANGUAGES)

    assert tmdb.paths == ["/3/search/movie", f"/3/movie/{LIGHTHOUSE}", f"/3/movie/{LIGHTHOUSE}"]
    assert (first.status, first.provider_id, first.is_known) == (Status.MATCHED, LIGHTHOUSE, False)
    assert (again.status, again.provider_id, again.is_known) == (Status.MATCHED, LIGHTHOUSE, True)
    assert again.work is not None
    assert again.work.facts.title == "The Lighthouse at Noon"


async def test_a_title_in_japanese_is_searched_for_in_japanese(tmdb):
    movie = await given.movie(tmdb.app, "正午の灯台", match_key="正午の灯台", year=2019)

    found = await find_work(tmdb.app, Kind.MOVIE, movie, [TMDB], LANGUAGES)

    assert tmdb.asked[0].query["language"] == "ja"
    assert (found.status, found.provider_id) == (Status.MATCHED, LIGHTHOUSE)


async def test_a_work_that_is_called_otherwise_now_is_looked_for_anew(tmdb):
    movie = await given.movie(tmdb.app, "The Lighthouse at Noon", match_key="thelighthouseatnoon", year=2019)
    async with tmdb.app.transaction() as tx:
        await save_link(
            tx,
            Found(
                Kind.MOVIE,
                movie,
                Status.MATCHED,
                "tmdb",
                "999000002",
                basis={"titles": ["Other"], "year": None, "ids": {}},
            ),
        )

    found = await find_work(tmdb.app, Kind.MOVIE, movie, [TMDB], LANGUAGES)

    assert (found.provider_id, found.is_known) == (LIGHTHOUSE, False)


async def test_what_a_person_chose_is_fetched_whatever_it_is_called(tmdb):
    movie = await given.movie(tmdb.app, "Something Else", match_key="somethingelse")
    async with tmdb.app.transaction() as tx:
        await say_link(tx, Found(Kind.MOVIE, movie, Status.MATCHED, "tmdb", LIGHTHOUSE))

    found = await find_work(tmdb.app, Kind.MOVIE, movie, [TMDB], LANGUAGES, anew=True)

    assert tmdb.paths == [f"/3/movie/{LIGHTHOUSE}"]
    assert found.is_known
    assert found.work is not None


async def test_what_a_person_chose_and_is_gone_is_a_problem_and_stays(tmdb):
    movie = await given.movie(tmdb.app, "Something Else", match_key="somethingelse")
    async with tmdb.app.transaction() as tx:
        await say_link(tx, Found(Kind.MOVIE, movie, Status.MATCHED, "tmdb", "1"))

    found = await find_work(tmdb.app, Kind.MOVIE, movie, [TMDB], LANGUAGES)

    assert (found.status, found.provider_id, found.work) == (Status.MATCHED, "1", None)
    assert found.problem is not None


async def test_what_a_person_rejected_is_never_asked_about(tmdb):
    movie = await given.movie(tmdb.app, "The Lighthouse at Noon", match_key="thelighthouseatnoon", year=2019)
    async with tmdb.app.transaction() as tx:
        await say_link(tx, Found(Kind.MOVIE, movie, Status.REJECTED))

    found = await find_work(tmdb.app, Kind.MOVIE, movie, [TMDB], LANGUAGES, anew=True)

    assert (found.status, found.work) == (Status.REJECTED, None)
    assert tmdb.paths == []


async def test_what_is_not_there_any_more_is_nothing(app):
    assert await find_work(app, Kind.MOVIE, new_id(), [Shelf()], LANGUAGES) is None
