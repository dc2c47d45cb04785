"""Scoring: what is meant, what a person is asked about, and what is another work."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.metadata.facts import Kind
from app.metadata.score import (
    MATCHED,
    PLAUSIBLE,
    UNCERTAIN,
    Sought,
    Status,
    Told,
    decide,
    next_to_fetch,
    rank,
    rate,
)

MINUTE = 60


def film(*titles: str, year: int | None = None, minutes: int | None = None, **more: object) -> Sought:
    runtimes = (minutes * MINUTE,) if minutes else ()
    return replace(Sought(Kind.MOVIE, titles, year, runtimes_s=runtimes), **more)


def series(*titles: str, year: int | None = None, **seasons: int) -> Sought:
    """seasons: `s1=8`."""
    return Sought(
        Kind.TV, titles, year, seasons={int(name[1:]): highest for name, highest in seasons.items()}
    )


def told(
    id_: str, title: str, year: int | None = None, *also: str, minutes: int | None = None, **more: object
) -> Told:
    runtime = minutes * MINUTE if minutes else None
    return replace(Told("tmdb", id_, title, (title, *also), year=year, runtime_s=runtime), **more)


def outcome(sought: Sought, *works: Told) -> tuple[Status, str | None]:
    """The status, and which one is best."""
    verdict = decide(sought, [rate(sought, each) for each in works])
    return verdict.status, verdict.rated[0].told.id if verdict.rated else None


ALIEN, ALIENS = told("348", "Alien", 1979, minutes=117), told("679", "Aliens", 1986, minutes=137)
THING_1982, THING_2011 = (
    told("1091", "The Thing", 1982, minutes=109),
    told("60935", "The Thing", 2011, minutes=103),
)
TITANIC_1953, TITANIC_1997 = (
    told("16535", "Titanic", 1953, minutes=98),
    told("597", "Titanic", 1997, minutes=194),
)
TWINS = told("1", "The Long Winter", 2012, minutes=92), told("2", "The Long Winter", 2012, minutes=118)
OFFICE_GB = told("2996", "The Office", 2001, countries=("GB",), seasons={1: 6, 2: 6})
OFFICE_US = told("2316", "The Office", 2005, countries=("US",), seasons={1: 6, 2: 22, 3: 25})
HARD = [
    (
        "the year tells remakes apart",
        film("The Thing", year=2011),
        (THING_1982, THING_2011),
        "matched",
        "60935",
    ),
    ("and the older one", film("The Thing", year=1982), (THING_2011, THING_1982), "matched", "1091"),
    ("no year, two of the title", film("Titanic"), (TITANIC_1997, TITANIC_1953), "uncertain", None),
    ("no year, but a runtime", film("Titanic", minutes=193), (TITANIC_1997, TITANIC_1953), "matched", "597"),
    (
        "no year, one of the title",
        film("The Shawshank Redemption"),
        (told("278", "The Shawshank Redemption", 1994),),
        "matched",
        "278",
    ),
    ("a year that is next to it", film("The Thing", year=1983), (THING_1982, THING_2011), "matched", "1091"),
    ("a wrong year is no match", film("The Thing", year=2023), (THING_1982, THING_2011), "unmatched", None),
    ("a year off by two is for a person", film("The Thing", year=1984), (THING_1982,), "uncertain", "1091"),
    ("the singular", film("Alien", year=1979), (ALIENS, ALIEN), "matched", "348"),
    ("the plural", film("Aliens", year=1986), (ALIEN, ALIENS), "matched", "679"),
    ("the plural without a year", film("Aliens"), (ALIEN, ALIENS), "matched", "679"),
    ("one letter more, and its year", film("Alien", year=1986), (ALIENS,), "uncertain", "679"),
    ("equal title and year", film("The Long Winter", year=2012), TWINS, "uncertain", None),
    (
        "told apart by how long it runs",
        film("The Long Winter", year=2012, minutes=119),
        TWINS,
        "matched",
        "2",
    ),
    ("equal but for its length", film("The Long Winter", year=2012, minutes=60), TWINS, "uncertain", None),
    (
        "Roman numbers",
        film("Rocky II", year=1979),
        (told("1367", "Rocky 2", 1979), told("1366", "Rocky", 1976)),
        "matched",
        "1367",
    ),
    (
        "another part of a series",
        film("Rocky II", year=1982),
        (told("1371", "Rocky III", 1982),),
        "uncertain",
        "1371",
    ),
    ("a number too few", film("Toy Story"), (told("863", "Toy Story 2", 1999),), "uncertain", "863"),
    ("without its article", film("Matrix", year=1999), (told("603", "The Matrix", 1999),), "matched", "603"),
    (
        "the article decides",
        film("The Visitor", year=2007),
        (told("1", "Visitor", 2007), told("2", "The Visitor", 2007)),
        "matched",
        "2",
    ),
    (
        "a very short title",
        film("Up", year=2009),
        (told("14160", "Up", 2009), told("9", "Us", 2009)),
        "matched",
        "14160",
    ),
    ("a very short title without a year", film("Up"), (told("14160", "Up", 2009),), "uncertain", "14160"),
    (
        "a very short title that runs as long",
        film("Up", minutes=96),
        (told("14160", "Up", 2009, minutes=96),),
        "matched",
        "14160",
    ),
    (
        "its original title",
        film("千と千尋の神隠し", year=2001),
        (told("129", "Spirited Away", 2001, "千と千尋の神隠し"),),
        "matched",
        "129",
    ),
    (
        "a title in another language",
        film("Le Voyage de Chihiro", year=2001),
        (told("129", "Spirited Away", 2001, further=("Le Voyage de Chihiro",)),),
        "matched",
        "129",
    ),
    (
        "a longer cut",
        film("Kingdom of Heaven", year=2005, minutes=194),
        (told("1495", "Kingdom of Heaven", 2005, minutes=144),),
        "matched",
        "1495",
    ),
    (
        "half of it",
        film("Kingdom of Heaven", year=2005, minutes=72),
        (told("1495", "Kingdom of Heaven", 2005, minutes=144),),
        "uncertain",
        "1495",
    ),
    (
        "nothing alike",
        film("Our Holidays", year=2011),
        (told("5", "Nightfall Express", 2011),),
        "unmatched",
        "5",
    ),
    (
        "a series by its seasons",
        series("The Office", s1=6, s2=22, s3=25),
        (OFFICE_GB, OFFICE_US),
        "matched",
        "2316",
    ),
    ("a series that may be either", series("The Office", s1=2), (OFFICE_GB, OFFICE_US), "uncertain", None),
    (
        "a series by its country",
        replace(series("The Office US", "The Office"), countries=("US",)),
        (OFFICE_GB, OFFICE_US),
        "matched",
        "2316",
    ),
    (
        "counted through",
        replace(series("Iron Comet", year=1999, s1=130), counted_to=130),
        (told("7", "Iron Comet", 1999, seasons={1: 61, 2: 80}),),
        "matched",
        "7",
    ),
]


@pytest.mark.parametrize(
    ("sought", "works", "status", "best"), [each[1:] for each in HARD], ids=[each[0] for each in HARD]
)
def test_hard_cases(sought: Sought, works: tuple[Told, ...], status: str, best: str | None):
    found, first = outcome(sought, *works)

    assert found == Status(status)
    if best is not None:
        assert first == best


def test_an_id_that_is_given_is_certain_and_another_one_excludes():
    sought = film("Wrongly Named", provider_ids={"imdb": "tt0078748"})
    meant = told("348", "Alien", 1979, provider_ids={"imdb": "tt0078748"})
    other = told("9", "Wrongly Named", provider_ids={"imdb": "tt0000009"})

    assert rate(sought, meant).score == 1
    assert (
        rate(sought, meant).evidence[0] == "Its id at IMDB, tt0078748, is given by the name or an NFO file."
    )
    assert rate(sought, other).score < UNCERTAIN
    assert outcome(sought, other, meant) == (Status.MATCHED, "348")


def test_popularity_orders_equals_and_decides_nothing():
    liked = replace(TITANIC_1953, popularity=900.0)

    verdict = decide(film("Titanic"), [rate(film("Titanic"), each) for each in (TITANIC_1997, liked)])

    assert verdict.rated[0].told.id == liked.id
    assert verdict.status is Status.UNCERTAIN
    assert verdict.reason == "It may be “Titanic” (1953) or “Titanic” (1997)."


def test_evidence_is_in_sentences():
    sought = film("The Thing", year=1983, minutes=109)

    assert rate(sought, THING_1982).evidence == (
        "Its title is the same.",
        "Its year, 1982, is next to 1983.",
        "It runs 109 min, as what is there does.",
    )


def test_two_titles_of_a_work_tell_it_from_another():
    sought = film("Gloria", "Una gloria", year=2012)
    one, other = told("1", "Gloria", 2012, further=("Una gloria",)), told("2", "Gloria", 2012)

    assert outcome(sought, other, one) == (Status.MATCHED, "1")


def test_pieces_tell_nothing_of_how_long_a_film_is():
    sought = replace(film("The Thing", year=1982), runtimes_s=(2, 60, 600))

    assert rate(sought, THING_1982) == rate(film("The Thing", year=1982), THING_1982)


def test_any_version_may_run_as_long():
    sought = replace(film("The Thing", year=1982), runtimes_s=(40 * MINUTE, 109 * MINUTE))

    assert rate(sought, THING_1982).score > rate(film("The Thing", year=1982), THING_1982).score


def test_nobody_knowing_anything_is_said():
    verdict = decide(film("Our Holidays", year=2011), [])

    assert verdict.status is Status.UNMATCHED
    assert verdict.reason == "Nobody knows anything called “Our Holidays (2011)”."


def test_of_one_that_is_clear_by_name_only_that_is_fetched():
    sought = film("The Thing", year=1982)

    first = next_to_fetch(sought, (THING_2011, THING_1982), {})
    then = next_to_fetch(sought, (THING_2011, THING_1982), {"1091": THING_1982})

    assert first == THING_1982
    assert then is None


def test_of_equals_all_are_fetched():
    sought = film("Titanic", minutes=194)
    listed = (told("16535", "Titanic", 1953), told("597", "Titanic", 1997))

    first = next_to_fetch(sought, listed, {})
    assert first is not None
    then = next_to_fetch(sought, listed, {first.id: first})

    assert then is not None
    assert {first.id, then.id} == {"16535", "597"}


def test_where_nothing_is_alike_what_the_provider_put_first_is_fetched():
    sought = film("Le Voyage de Chihiro", year=2001)
    listed = (
        told("129", "Spirited Away", 2001),
        told("5", "Nightfall Express", 2001),
        told("6", "Far Off", 1950),
    )

    first = next_to_fetch(sought, listed, {})
    then = next_to_fetch(sought, listed, {"129": told("129", "Spirited Away", 2001)})
    last = next_to_fetch(sought, listed, {each.id: each for each in listed[:2]})

    assert (first, then, last) == (listed[0], listed[1], None)


# How long it takes tells nothing.
QUIETLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TITLES = st.sampled_from(
    ["Alien", "Aliens", "Alien 3", "The Alien", "Up", "千と千尋", "", "!!", "Alien: Dawn"]
) | st.text(max_size=20)
YEARS = st.none() | st.integers(1890, 2030)
RUNTIMES = st.lists(st.integers(0, 30_000), max_size=3).map(tuple)
SEASONS = st.dictionaries(st.integers(0, 5), st.integers(0, 30), max_size=4)
IDS = st.dictionaries(st.sampled_from(["tmdb", "imdb", "tvdb"]), st.sampled_from(["1", "2"]), max_size=2)
COUNTRIES = st.lists(st.sampled_from(["US", "GB", "DE"]), max_size=2).map(tuple)
SOUGHT = st.builds(
    Sought,
    st.sampled_from(Kind),
    st.lists(TITLES, max_size=3).map(tuple),
    YEARS,
    IDS,
    RUNTIMES,
    SEASONS,
    st.none() | st.integers(0, 200),
    COUNTRIES,
)
TOLD = st.builds(
    lambda title, others, further, **more: Told(
        "tmdb", title=title, titles=(title, *others), further=tuple(further), **more
    ),
    TITLES,
    st.lists(TITLES, max_size=1),
    st.lists(TITLES, max_size=3),
    id=st.sampled_from(["1", "2", "3"]),
    year=YEARS,
    provider_ids=IDS,
    runtime_s=st.none() | st.integers(0, 30_000),
    seasons=SEASONS,
    countries=COUNTRIES,
    popularity=st.floats(0, 1000),
)


@QUIETLY
@given(SOUGHT, st.lists(TOLD, max_size=5))
def test_whatever_is_said_a_score_is_a_part_and_evidence_is_sentences(sought: Sought, works: list[Told]):
    verdict = decide(sought, [rate(sought, each) for each in works])

    assert all(0 <= each.score <= 1 for each in verdict.rated)
    assert all(sentence.endswith(".") for each in verdict.rated for sentence in each.evidence)
    assert (verdict.reason == "") == (verdict.status is Status.MATCHED)
    if verdict.status is Status.MATCHED:
        assert verdict.rated[0].score >= MATCHED


@QUIETLY
@given(SOUGHT, TOLD, TOLD)
def test_a_wrong_year_never_beats_a_right_one(sought: Sought, right: Told, wrong: Told):
    sought = replace(sought, year=2000, provider_ids={})
    right, wrong = replace(right, year=2000, id="1"), replace(wrong, year=1990, id="2")

    ranked = rank([rate(sought, wrong), rate(sought, right)])

    if rate(sought, right).likeness >= PLAUSIBLE:
        assert ranked[0].told.id == "1"
    assert decide(sought, [rate(sought, wrong)]).status is not Status.MATCHED


@QUIETLY
@given(SOUGHT, st.lists(TOLD, max_size=5, unique_by=lambda each: each.id))
def test_the_order_in_which_works_are_told_makes_no_difference(sought: Sought, works: list[Told]):
    ranked = rank(rate(sought, each) for each in works)

    assert rank(rate(sought, each) for each in reversed(works)) == ranked
