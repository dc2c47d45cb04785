"""Works that a list of all titles names: one request where that leaves no doubt, and nothing decided where it does."""

from dataclasses import replace

import pytest

from app.core.http_errors import ProviderUnreachable
from app.core.ids import new_id
from app.metadata.exported import Entry
from app.metadata.facts import Kind
from app.metadata.find import MOST_LISTED, find
from app.metadata.guesses import add_guesses, begin_export, count_edition
from app.metadata.score import Sought, Status
from tests.metadata.shelves import ListedShelf, Shelf, work
from tests.metadata.test_guesses import TODAY

FILM = Sought(Kind.MOVIE, ("The Long Winter",), 2012, runtimes_s=(92 * 60,))
WINTER = work("1", "The Long Winter", 2012, minutes=92, provider_ids={"imdb": "tt0000001"})
REMAKE = work("2", "The Long Winter", 1984, minutes=90)
TWIN = work("2", "The Long Winter", 2012, minutes=118)
SEARCH = "search The Long Winter 2012"


async def listed(app, **popularities):
    """What is called as the film is, `_1=2.5`."""
    edition = new_id()
    found = [Entry("thelongwinter", name[1:], many) for name, many in popularities.items()]
    async with app.transaction() as tx:
        await begin_export(tx, "tmdb", Kind.MOVIE)
        await add_guesses(tx, "tmdb", Kind.MOVIE, edition, found)
        await count_edition(tx, "tmdb", Kind.MOVIE, edition, TODAY)


async def ask(app, sought, *works, **options):
    shelf = ListedShelf(*works, **options)
    return shelf, await find(app, new_id(), sought, [shelf], ("en", "de"))


async def test_the_only_one_of_a_title_costs_one_request(app):
    await listed(app, _1=0.5)

    shelf, found = await ask(app, replace(FILM, runtimes_s=()), WINTER)

    assert shelf.asked == ["work 1"]
    assert (found.status, found.provider_id, found.work) == (Status.MATCHED, "1", shelf.works["1"])
    assert found.evidence[:2] == ("Its title is the same.", "So is its year.")
    assert found.evidence[-1].startswith("It was not searched for")


async def test_who_puts_out_no_list_is_searched(app):
    await listed(app, _1=0.5)
    shelf = Shelf(WINTER)

    await find(app, new_id(), FILM, [shelf], ("en",))

    assert shelf.asked == [SEARCH, "work 1"]


async def test_the_best_known_by_far_is_taken_where_it_runs_as_long(app):
    await listed(app, _1=50.0, _2=2.0)

    shelf, found = await ask(app, FILM, WINTER, TWIN)

    assert shelf.asked == ["work 1"]
    assert found.status is Status.MATCHED
    assert found.evidence[-1].endswith("it is one of 2 that are called so.")


async def test_the_best_known_by_far_is_no_answer_where_nothing_but_title_and_year_speaks_for_it(app):
    await listed(app, _1=50.0, _2=2.0)

    shelf, found = await ask(app, replace(FILM, runtimes_s=()), WINTER, TWIN)

    assert shelf.asked == ["work 1", SEARCH, "work 2"]
    assert (found.status, found.provider_id) == (Status.UNCERTAIN, None)


async def test_of_two_of_a_title_and_year_the_one_that_runs_as_long_is_found_however_little_known(app):
    await listed(app, _1=50.0, _2=2.0)

    shelf, found = await ask(app, replace(FILM, runtimes_s=(118 * 60,)), WINTER, TWIN)

    assert shelf.asked == ["work 1", SEARCH, "work 2"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "2")


async def test_a_popular_namesake_of_another_year_costs_one_request_more(app):
    await listed(app, _1=1.0, _2=80.0)

    shelf, found = await ask(app, FILM, WINTER, REMAKE)

    assert shelf.asked == ["work 2", SEARCH, "work 1"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")
    assert [each.id for each in found.candidates] == ["1"]


async def test_of_two_as_well_known_the_better_known_is_fetched_first(app):
    await listed(app, _1=10.0, _2=9.0)

    shelf, found = await ask(app, FILM, WINTER, REMAKE)

    assert shelf.asked == ["work 1"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


@pytest.mark.parametrize("runtimes_s", [(92 * 60,), (), (110 * 60,)])
async def test_where_the_better_known_is_of_another_year_the_other_one_is_fetched(app, runtimes_s):
    await listed(app, _1=9.0, _2=10.0)

    shelf, found = await ask(app, replace(FILM, runtimes_s=runtimes_s), WINTER, REMAKE)

    assert shelf.asked == ["work 2", "work 1"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


@pytest.mark.parametrize(("status", "asked"), [(404, []), (422, [SEARCH])])
async def test_a_namesake_that_can_t_be_had_is_no_rival_only_where_there_is_none(app, status, asked):
    await listed(app, _1=9.0, _2=10.0)
    shelf = ListedShelf(WINTER)
    shelf.says_no = status

    found = await find(app, new_id(), replace(FILM, runtimes_s=()), [shelf], ("en",))

    assert shelf.asked == ["work 2", "work 1", *asked]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


async def test_where_all_of_the_list_are_of_other_years_it_is_searched_for(app):
    await listed(app, _2=10.0, _3=9.0)

    shelf, found = await ask(app, FILM, WINTER, REMAKE, work("3", "The Long Winter", 1999, minutes=92))

    assert shelf.asked == ["work 2", "work 3", SEARCH, "work 1"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


async def test_who_runs_otherwise_is_searched_for_while_one_of_its_title_is_not_known(app):
    await listed(app, _1=10.0, _2=9.0)

    shelf, found = await ask(app, replace(FILM, runtimes_s=(110 * 60,)), WINTER, REMAKE)

    assert shelf.asked == ["work 1", SEARCH]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


async def test_of_three_the_third_is_fetched_where_the_first_two_are_of_other_years(app):
    await listed(app, _1=3.0, _2=10.0, _3=4.0)

    shelf, found = await ask(app, FILM, WINTER, REMAKE, work("3", "The Long Winter", 1999, minutes=92))

    assert shelf.asked == ["work 2", "work 3", "work 1"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


async def test_a_year_that_is_next_to_it_is_searched_for_without_it_and_not_fetched_twice(app):
    await listed(app, _1=1.0)

    shelf, found = await ask(app, replace(FILM, year=2013), WINTER)

    assert shelf.asked == ["work 1", "search The Long Winter"]
    assert (found.status, found.provider_id, found.work) == (Status.MATCHED, "1", shelf.works["1"])


async def test_a_guess_that_is_a_year_off_does_not_beat_the_right_year_that_a_search_shows(app):
    await listed(app, _1=1.0)
    translated = work(
        "2", "El largo invierno", 2013, "The Long Winter", minutes=92, original_title="The Long Winter"
    )

    shelf, found = await ask(app, replace(FILM, year=2013), WINTER, translated)

    assert shelf.asked == ["work 1", "search The Long Winter", "work 2"]
    assert found.provider_id != "1"


async def test_where_a_search_without_the_year_is_cut_off_it_is_searched_for_with_it(app):
    await listed(app, _1=1.0)
    others = [work(str(number), "The Long Winter", 1900 + number) for number in range(10, 10 + MOST_LISTED)]

    shelf, found = await ask(
        app, replace(FILM, year=2013), *others, WINTER, work("2", "The Long Winter", 2013, minutes=92)
    )

    assert shelf.asked == ["work 1", "search The Long Winter", "search The Long Winter 2013", "work 2"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "2")


async def test_another_cut_of_the_only_one_of_a_title_and_year_is_taken(app):
    await listed(app, _1=1.0)

    shelf, found = await ask(app, replace(FILM, runtimes_s=(110 * 60,)), WINTER)

    assert shelf.asked == ["work 1"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


@pytest.mark.parametrize(
    ("runtimes_s", "countries"),
    [((240 * 60,), ()), ((60 * 60,), ()), ((92 * 60,), ("FR",)), ((110 * 60,), ("FR",))],
)
async def test_what_runs_as_another_film_does_or_is_of_another_country_is_searched_for(
    app, runtimes_s, countries
):
    await listed(app, _1=1.0)
    film = work("1", "The Long Winter", 2012, minutes=92, countries=("US",))

    shelf, _ = await ask(app, replace(FILM, runtimes_s=runtimes_s, countries=countries), film)

    assert shelf.asked == ["work 1", SEARCH]


async def test_without_a_year_it_is_searched_for(app):
    await listed(app, _1=1.0)

    shelf, _ = await ask(app, replace(FILM, year=None), WINTER)

    assert shelf.asked == ["search The Long Winter", "work 1"]


async def test_an_id_of_its_own_goes_before_the_list(app):
    await listed(app, _2=1.0)

    shelf, found = await ask(app, replace(FILM, provider_ids={"tmdb": "1"}), WINTER)

    assert shelf.asked == ["work 1"]
    assert found.evidence[-1] != "It was not searched for"


async def test_an_id_of_another_database_is_found_in_one_request_where_the_work_has_it(app):
    await listed(app, _1=1.0)

    shelf, found = await ask(app, replace(FILM, provider_ids={"imdb": "tt0000001"}), WINTER)

    assert shelf.asked == ["work 1"]
    assert (found.status, found.score) == (Status.MATCHED, 1)


@pytest.mark.parametrize("ids", [{"imdb": "tt0000002"}, {}])
async def test_an_id_of_another_database_is_looked_up_where_the_work_has_another_or_none(app, ids):
    await listed(app, _1=1.0)
    sought = replace(FILM, provider_ids={"imdb": "tt0000009"})
    other = work("3", "The Long Winter", 2012, provider_ids={"imdb": "tt0000009"})

    shelf, found = await ask(app, sought, work("1", "The Long Winter", 2012, provider_ids=ids), other)

    assert shelf.asked == ["work 1", "find imdb tt0000009", "work 3"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "3")


async def test_what_was_guessed_and_is_then_looked_up_is_not_fetched_twice(app):
    await listed(app, _1=1.0)

    shelf, found = await ask(app, replace(FILM, year=2015, provider_ids={"imdb": "tt0000001"}), WINTER)

    assert shelf.asked == ["work 1", "find imdb tt0000001"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


async def test_an_id_of_the_list_that_leads_nowhere_is_searched_for(app):
    await listed(app, _9=1.0)

    shelf, found = await ask(app, FILM, WINTER)

    assert shelf.asked == ["work 9", SEARCH, "work 1"]
    assert found.status is Status.MATCHED


async def test_a_list_that_names_another_work_decides_nothing(app):
    await listed(app, _3=1.0)

    shelf, found = await ask(app, FILM, WINTER, work("3", "The Short Summer", 2012, minutes=92))

    assert shelf.asked == ["work 3", SEARCH, "work 1"]
    assert (found.status, found.provider_id) == (Status.MATCHED, "1")


async def test_an_id_that_was_merged_since_is_followed(app):
    await listed(app, _7=1.0)
    shelf = ListedShelf(WINTER)
    shelf.merged["7"] = "1"

    found = await find(app, new_id(), FILM, [shelf], ("en",))

    assert shelf.asked == ["work 7"]
    assert found.provider_id == "1"


async def test_who_is_down_decides_nothing(app):
    await listed(app, _1=1.0)

    shelf, found = await ask(app, FILM, WINTER, fails=ProviderUnreachable("tmdb", "it doesn't answer"))

    assert shelf.asked == ["work 1"]
    assert found.status is Status.PENDING
