"""Which aired episodes are meant by numbers of another order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.facts import EpisodeFacts, SeasonFacts
from app.metadata.episode_order import ChosenOrder, aired_of, aired_seasons, in_order
from app.metadata.facts import FoundEpisode, FoundSeason, GroupOrder, GroupPart

PARTS = (
    GroupPart(0, "Specials", ((0, 2),)),
    GroupPart(1, "Disc one", ((1, 2), (1, 1), (0, 1))),
    GroupPart(2, "Disc two", ((2, 1), (1, 3))),
)
DISCS = ChosenOrder("tmdb", "d", GroupOrder.DVD, PARTS)
THROUGH = ChosenOrder("tmdb", "a", GroupOrder.ABSOLUTE, PARTS)
PLACES = st.integers(min_value=-3, max_value=40)


@pytest.mark.parametrize(
    ("order", "place", "aired"),
    [
        (None, (4, 7), (4, 7)),
        (DISCS, (1, 1), (1, 2)),
        (DISCS, (1, 3), (0, 1)),
        (DISCS, (1, 4), None),
        (DISCS, (1, 0), None),
        (DISCS, (2, 2), (1, 3)),
        (DISCS, (3, 1), None),
        (DISCS, (0, 1), (0, 2)),
        (THROUGH, (1, 3), (0, 1)),
        (THROUGH, (1, 4), (2, 1)),
        (THROUGH, (1, 5), (1, 3)),
        (THROUGH, (1, 6), None),
        (THROUGH, (0, 1), (0, 2)),
        (THROUGH, (2, 1), (2, 1)),
    ],
)
def test_the_episode_that_is_meant(order, place, aired):
    assert aired_of(order, *place) == aired


@given(st.sampled_from([DISCS, THROUGH]), PLACES, PLACES)
def test_any_number_means_an_episode_of_the_order_or_none(order, season, number):
    places = [place for part in order.parts for place in part.episodes]

    assert aired_of(order, season, number) in [*places, None]


def test_no_two_numbers_of_a_part_mean_the_same():
    for order in (DISCS, THROUGH):
        for season in (0, 1, 2):
            meant = [aired_of(order, season, number) for number in range(10)]
            found = [place for place in meant if place is not None]
            assert len(found) == len(set(found))


def test_only_the_seasons_that_are_meant_are_asked_for():
    assert aired_seasons(None, [(3, 1), (1, 1), (3, 2)]) == [1, 3]
    assert aired_seasons(DISCS, [(2, 2), (9, 9)]) == [1]
    assert aired_seasons(DISCS, [(1, 3), (2, 1)]) == [0, 2]


def aired(season, *numbers):
    facts = (
        EpisodeFacts(season, number, date(2020, season + 1, number), 90 + number, f"{season}x{number}")
        for number in numbers
    )
    episodes = tuple(FoundEpisode(f"{each.season}-{each.number}", each) for each in facts)
    return FoundSeason("tmdb", f"s{season}", SeasonFacts(season, f"Season {season}"), episodes)


FOUND = [aired(0, 1, 2), aired(1, 1, 2, 3), aired(2, 1)]


def told(seasons):
    return {
        (each.facts.season, each.facts.number): each.facts.title
        for season in seasons
        for each in season.episodes
    }


def test_without_an_order_seasons_stay_as_they_are():
    assert in_order(None, [(1, 1)], FOUND) == FOUND


def test_episodes_get_the_numbers_of_the_files():
    places = [(1, 1), (1, 3), (2, 2), (2, 2), (7, 7)]

    seasons = in_order(DISCS, places, FOUND)

    assert told(seasons) == {(1, 1): "1x2", (1, 3): "0x1", (2, 2): "1x3"}
    assert [each.facts for each in seasons] == [
        SeasonFacts(1, "Disc one", air_date=date(2020, 1, 1)),
        SeasonFacts(2, "Disc two", air_date=date(2020, 2, 3)),
    ]
    assert [each.facts.absolute_number for season in seasons for each in season.episodes] == [92, 91, 93]


def test_what_counts_through_is_one_season_and_numbered_absolutely():
    [season] = in_order(THROUGH, [(1, 4), (1, 5)], FOUND)

    assert told([season]) == {(1, 4): "2x1", (1, 5): "1x3"}
    assert [each.facts.absolute_number for each in season.episodes] == [4, 5]
    assert season.facts.title is None


def test_what_the_provider_did_not_tell_is_left_out():
    assert told(in_order(DISCS, [(1, 1), (2, 1)], FOUND[:2])) == {(1, 1): "1x2"}
