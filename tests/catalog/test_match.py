"""Which known work is meant by what a source says."""

from uuid import UUID

import pytest

from app.catalog.facts import WorkFacts
from app.catalog.match import Catalog, Known, Match
from tests.catalog.said import work


def known(number: int, title: str, year: int | None = None, **ids: str) -> Known:
    return Known(UUID(int=number), title.casefold().replace(" ", ""), year, ids)


def found(wanted: WorkFacts, *works: Known) -> int | None:
    match = Catalog(works).find(wanted)
    return match.work.id.int if match else None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (work("Solaris", 1972), 1),
        (work("Solaris", 2002), 2),
        (work("Solaris", 1999), None),
        (work("Solaris"), None),
        (work("Stalker"), 3),
        (work("Stalker", 1979), 3),
        (work("Mirror", 1975), None),
        (work("Another", 1999, provider_ids={"tmdb": "593"}), 1),
        (work("Solaris", 1972, provider_ids={"tmdb": "999"}), None),
        (work("Solaris", 1972, provider_ids={"imdb": "tt1"}), 1),
        (work("Solaris", 1972, known_id=UUID(int=3)), 3),
        (work("Solaris", 1972, known_id=UUID(int=9)), 1),
    ],
)
def test_ids_decide_then_titles_and_years(wanted: WorkFacts, expected: int | None) -> None:
    works = (known(1, "Solaris", 1972, tmdb="593"), known(2, "Solaris", 2002), known(3, "Stalker", 1979))

    assert found(wanted, *works) == expected


def test_a_work_without_a_year_is_meant_by_any_year_but_not_before_one_of_that_year() -> None:
    works = (known(1, "Dune"), known(2, "Dune", 1984))

    assert found(work("Dune", 1984), *works) == 2
    assert found(work("Dune", 2021), *works) == 1


def test_a_certain_id_counts_more_than_a_providers() -> None:
    works = (known(1, "Alpha", tvdb="1"), known(2, "Beta"))

    assert found(work("Beta", provider_ids={"tvdb": "1"}, known_id=UUID(int=2)), *works) == 2


def test_ids_of_providers_that_are_not_unique_decide_nothing() -> None:
    works = (known(1, "Alpha", 2001, trakt="7"),)

    assert found(work("Beta", 2001, provider_ids={"trakt": "7"}), *works) is None
    assert found(work("Alpha", 2001, provider_ids={"trakt": "8"}), *works) == 1


def test_what_became_of_a_work_is_what_it_is_found_by() -> None:
    catalog = Catalog([known(1, "Alpha", 2001, tmdb="1")])

    catalog.put(known(1, "Beta", 2002, tmdb="2"))

    assert catalog.find(work("Alpha", 2001)) is None
    assert catalog.holder(("tmdb", "1")) is None
    assert catalog.holder(("tmdb", "2")) == UUID(int=1)
    assert catalog.find(work("Beta", 2002)) == Match(known(1, "Beta", 2002, tmdb="2"))


def test_what_files_were_before_is_a_last_resort_that_ids_exclude() -> None:
    catalog = Catalog([known(1, "Alpha", 2001, tmdb="1")])

    assert catalog.before(work("Beta", previous_id=UUID(int=1))) == known(1, "Alpha", 2001, tmdb="1")
    assert catalog.before(work("Beta", previous_id=UUID(int=1), provider_ids={"tmdb": "2"})) is None
    assert catalog.before(work("Beta", previous_id=UUID(int=7))) is None
    assert catalog.before(work("Beta")) is None


def gone(number: int, title: str, year: int | None = None, **ids: str) -> Known:
    there = known(number, title, year, **ids)
    return Known(there.id, there.match_key, year, ids, row={"slug": "gone"})


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (work("Dune", 1984), 2),
        (work("Dune", 2000), 1),
        (work("Dune"), 1),
        (work("Dune", 1999, provider_ids={"tmdb": "3"}), 3),
        (work("Alien"), 5),
        (work("Solaris", 1972), 6),
        (work("Solaris"), None),
    ],
)
def test_what_went_is_meant_where_nothing_that_is_there_is_as_surely(
    wanted: WorkFacts, expected: int | None
) -> None:
    works = (
        known(1, "Dune"),
        gone(2, "Dune", 1984),
        gone(3, "Sand", 2021, tmdb="3"),
        gone(5, "Alien", 1979),
        gone(6, "Solaris", 1972),
        known(7, "Solaris", 2002),
        known(8, "Solaris", 1968),
    )

    assert found(wanted, *works) == expected
