"""How alike titles are: hard cases by name, and what holds for any two strings."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.metadata.likeness import OTHER_NUMBER, RENUMBERED, WITH_SUBTITLE, WITHOUT_ARTICLE, is_same, likeness

SAME = [
    ("Amélie", "amelie"),
    ("WALL·E", "Wall-E"),
    ("Fast & Furious", "Fast and Furious"),
    ("Mission: Impossible", "Mission Impossible"),
    ("M*A*S*H", "MASH"),
    ("Der Untergang", "DER UNTERGANG"),
    ("Straße der Nacht", "Strasse der Nacht"),
    ("Smørrebrød", "Smorrebrod"),
    ("千と千尋の神隠し", "千と千尋の神隠し"),
    ("Ｍｏｏｎ", "Moon"),
    ("!!!", "!!!"),
]
RENUMBERINGS = [
    ("Rocky II", "Rocky 2"),
    ("Rocky V", "Rocky 5"),
    ("Star Trek V: The Final Frontier", "Star Trek 5 The Final Frontier"),
    ("Back to the Future Part II", "Back to the Future 2"),
    ("Kill Bill: Vol. 2", "Kill Bill Volume 2"),
    ("Ocean's Eleven", "Oceans 11"),
    ("Doctor Who (2005)", "Doctor Who"),
    ("The Office (US)", "The Office"),
]
SANS_ARTICLE = [
    ("The Matrix", "Matrix"),
    ("Les Misérables", "Miserables"),
    ("Das Boot", "Boot"),
    ("Rocky 1", "Rocky"),
]
OTHER_PARTS = [
    ("Toy Story 2", "Toy Story 3"),
    ("Rocky II", "Rocky III"),
    ("Kill Bill: Vol. 1", "Kill Bill: Vol. 2"),
    ("Blade Runner", "Blade Runner 2049"),
    ("Alien 3", "Alien"),
]
DIFFERENT = [
    ("Up", "Us"),
    ("It", "If"),
    ("Heat", "Cats"),
    ("Stalker", "千と千尋の神隠し"),
    ("Moon", "Sunset"),
]
# How long it takes tells nothing.
QUIETLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY = st.text(max_size=60) | st.sampled_from([one for pair in RENUMBERINGS + OTHER_PARTS for one in pair])


@pytest.mark.parametrize(("one", "other"), SAME)
def test_case_accents_punctuation_and_width_make_no_difference(one: str, other: str):
    assert likeness(one, other) == 1


@pytest.mark.parametrize(("one", "other"), RENUMBERINGS)
def test_numbers_may_be_written_otherwise(one: str, other: str):
    assert likeness(one, other) == RENUMBERED
    assert is_same(one, other)


@pytest.mark.parametrize(("one", "other"), SANS_ARTICLE)
def test_an_article_makes_a_small_difference(one: str, other: str):
    assert likeness(one, other) == WITHOUT_ARTICLE


@pytest.mark.parametrize(("one", "other"), OTHER_PARTS)
def test_parts_of_a_series_are_others_however_alike(one: str, other: str):
    assert 0 < likeness(one, other) <= OTHER_NUMBER


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_short_titles_that_share_letters_are_not_alike(one: str, other: str):
    assert likeness(one, other) < 0.4


def test_an_s_at_the_end_of_a_short_title_is_another_title():
    assert likeness("Alien", "Aliens") < 0.8


def test_a_slip_in_a_long_title_is_a_slip():
    assert likeness("The Colour of Money", "The Color of Money") > 0.85
    assert likeness("The Shawshenk Redemption", "The Shawshank Redemption") > 0.85


def test_a_subtitle_may_be_left_out():
    long = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb"

    assert likeness("Dr. Strangelove", long) == WITH_SUBTITLE
    assert likeness("Andor", "Star Wars: Andor") == pytest.approx(0.75)


def test_words_may_stand_in_another_order():
    assert (
        likeness(
            "The Fellowship of the Ring, Lord of the Rings", "Lord of the Rings, The Fellowship of the Ring"
        )
        > 0.85
    )


def test_a_title_in_another_alphabet_is_spelt_out():
    assert likeness("Сталкер", "Stalker") > 0.8


@QUIETLY
@given(ANY, ANY)
def test_it_is_between_nothing_and_all_and_the_same_either_way_round(one: str, other: str):
    alike = likeness(one, other)

    assert 0 <= alike <= 1
    assert likeness(other, one) == alike


@QUIETLY
@given(ANY)
def test_every_title_is_like_itself(title: str):
    assert likeness(title, title) == 1
