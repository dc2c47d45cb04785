"""TVmaze's answers as facts: whole ones, and those that lack or twist anything."""

from datetime import date

import pytest
from hypothesis import given, settings

from app.catalog.facts import CreditFacts, SeasonFacts
from app.metadata.facts import ImageFacts, ImageKind, Kind
from app.metadata.tmdb_parts import View
from app.metadata.tvmaze_parts import department
from app.metadata.tvmaze_season import season
from app.metadata.tvmaze_show import candidate, series
from tests.metadata.tvmaze_wire import SHOW
from tests.metadata.twisting import SEEDS, twisted

VIEW = View(("en", "de", "fr", "es", "ja"), "http://pictures")
OVERVIEW = "Lantern Row follows a lamplighter.\n\nNothing stays lit & nobody sleeps."


def test_a_show():
    found = series(VIEW, SHOW)

    facts = found.facts
    assert (found.provider, found.kind, found.id) == ("tvmaze", Kind.TV, "4100")
    assert (facts.title, facts.original_title, facts.year) == ("Lantern Row", "Lantern Row", 2015)
    assert (facts.overview, facts.released_on, facts.runtime_s) == (OVERVIEW, date(2015, 4, 2), 52 * 60)
    assert (facts.original_language, facts.countries, facts.status) == ("en", ("GB",), "Running")
    assert (facts.popularity, facts.ratings) == (84.0, {"tvmaze": {"value": 7.9}})
    assert facts.provider_ids == {"tvmaze": "4100", "imdb": "tt99933333", "tvdb": "99900"}
    assert facts.terms == {
        "genre": ("Drama", "Mystery"),
        "network": ("Saltmarsh Television", "Saltmarsh Online"),
    }
    assert facts.translations == {"en": {"title": "Lantern Row", "overview": OVERVIEW}}
    assert found.titles == ("Lantern Row", "Die Laternengasse", "The Row")
    assert found.homepage == "https://lantern.example"
    assert facts.is_described


def test_the_cast_comes_first_then_makers_and_each_part_once():
    found = series(VIEW, SHOW)

    assert found.facts.credits == (
        CreditFacts("Odile Marsh", "Acting", "Actor", "Wick", 0, {"tvmaze": "11"}),
        CreditFacts("Perrin Vale", "Acting", "Actor", "The Mayor", 1, {"tvmaze": "12"}),
        CreditFacts("Ida Quill", "Writing", "Creator", None, 2, {"tvmaze": "13"}),
        CreditFacts("Ida Quill", "Production", "Executive Producer", None, 3, {"tvmaze": "13"}),
        CreditFacts("Sten Bow", "Camera", "Director of Photography", None, 4, {"tvmaze": "14"}),
    )
    assert set(found.profiles) == {"11", "13"}
    assert found.profiles["11"].url == "http://pictures/uploads/images/original_untouched/2/odile.jpg"


def test_pictures_are_of_the_known_server_the_main_one_first():
    path = "/uploads/images/original_untouched"

    assert series(VIEW, SHOW).images == (
        ImageFacts(ImageKind.POSTER, f"http://pictures{path}/1/row.jpg", f"{path}/1/row.jpg", 1360, 2000),
        ImageFacts(ImageKind.BANNER, f"http://pictures{path}/5/banner.jpg", f"{path}/5/banner.jpg", 758, 140),
        ImageFacts(
            ImageKind.POSTER, f"http://pictures{path}/5/second.jpg", f"{path}/5/second.jpg", 680, 1000
        ),
        ImageFacts(ImageKind.BACKDROP, f"http://pictures{path}/5/back.jpg", f"{path}/5/back.jpg", 1920, 1080),
        ImageFacts(ImageKind.LOGO, f"http://pictures{path}/5/letters.png", f"{path}/5/letters.png", 800, 300),
    )


def test_the_one_picture_stands_where_none_were_embedded():
    found = series(VIEW, SHOW | {"_embedded": {}})

    assert [(each.kind, each.key) for each in found.images] == [
        (ImageKind.POSTER, "/uploads/images/original_untouched/1/row.jpg")
    ]


def test_of_a_show_in_another_language_no_text_is_said_to_be_english_but_the_summary():
    found = series(VIEW, SHOW | {"language": "Japanese"}).facts

    assert (found.original_language, found.original_title) == ("ja", None)
    assert found.translations == {"en": {"overview": OVERVIEW}}


def test_where_english_is_not_the_first_language_its_text_is_told_as_a_translation_alone():
    second, unwanted = View(("de", "en"), ""), View(("de",), "")

    assert (
        series(second, SHOW).facts.overview,
        series(second, SHOW).facts.translations["en"]["overview"],
    ) == (
        None,
        OVERVIEW,
    )
    assert (series(unwanted, SHOW).facts.overview, series(unwanted, SHOW).facts.translations) == (
        OVERVIEW,
        {},
    )


def test_seasons_in_order_counted_as_they_are_with_specials_apart():
    found = series(VIEW, SHOW).seasons

    assert [(each.id, each.facts.number, each.episode_count) for each in found] == [
        ("specials", 0, 1),
        ("9001", 1, 2),
        ("9002", 2, 1),
    ]
    assert found[1].facts == SeasonFacts(1, "First Light", "It begins.", date(2015, 4, 2))
    assert found[1].poster.key == "/uploads/images/original_untouched/3/first.jpg"


def test_where_no_episodes_are_told_a_season_has_as_many_as_were_ordered():
    embedded = SHOW["_embedded"] | {"episodeswithspecials": []}

    assert [each.episode_count for each in series(VIEW, SHOW | {"_embedded": embedded}).seasons] == [8, 6]


def test_a_season_with_its_episodes():
    found = season(VIEW, SHOW, 1)

    assert (found.provider, found.id, found.provider_ids) == ("tvmaze", "9001", {"tvmaze": "9001"})
    assert found.translations == {"en": {"overview": "It begins."}}
    first, second = found.episodes
    assert (first.id, first.kind, first.facts.key) == ("501", "regular", (1, 1))
    assert (first.facts.title, first.facts.overview) == ("Wicks", "A match is struck.")
    assert (first.facts.runtime_s, first.facts.air_date) == (45 * 60, date(2015, 4, 2))
    assert first.facts.provider_ids == {"tvmaze": "501"}
    assert first.translations == {"en": {"title": "Wicks", "overview": "A match is struck."}}
    assert [each.kind for each in first.images] == [ImageKind.STILL]
    assert (second.facts.title, second.translations) == (None, {})
    assert second.facts.ratings == {"tvmaze": {"value": 8.25}}


def test_a_title_that_is_not_announced_is_none():
    [one] = season(VIEW, SHOW, 2).episodes

    assert (one.facts.title, one.facts.air_date, one.facts.runtime_s) == (None, None, None)


def test_specials_are_told_apart_by_their_days():
    [one] = season(VIEW, SHOW, 0).episodes

    assert one.facts.key == (0, "2015-12-25")
    assert (one.facts.title, one.kind) == ("A Winter Lamp", "significant_special")


def test_a_season_that_is_not_there():
    assert season(VIEW, SHOW, 7) is None
    assert season(VIEW, SHOW | {"_embedded": {}}, 0) is None


def test_a_candidate():
    found = candidate(VIEW, SHOW)

    assert (found.id, found.title, found.year, found.popularity) == ("4100", "Lantern Row", 2015, 84.0)
    assert (found.original_language, found.overview) == ("en", OVERVIEW)
    assert found.poster.key == "/uploads/images/original_untouched/1/row.jpg"


@pytest.mark.parametrize(
    "found", [{}, {"id": 1}, {"name": "x"}, {"id": 0, "name": "x"}, {"id": "x", "name": "y"}]
)
def test_what_has_no_id_or_no_title_is_no_show(found):
    assert series(VIEW, found) is None
    assert candidate(VIEW, found) is None


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("Co-Executive Producer", "Production"),
        ("Director", "Directing"),
        ("Production Designer", "Art"),
        ("Staff Writer", "Writing"),
        ("Gaffer", "Crew"),
    ],
)
def test_departments_are_named_as_everywhere(job, expected):
    assert department(job) == expected


@given(SEEDS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_that_is_missing_or_twisted_is_an_error(chance):
    show = twisted(chance, SHOW)

    found = series(VIEW, show)
    seasons = [season(VIEW, show, number) for number in range(3)]

    assert found is None or (found.id and found.facts.title and found.facts.match_key)
    for each in (one for one in seasons if one is not None):
        keys = [episode.facts.key for episode in each.episodes]
        assert len(set(keys)) == len(keys)
        assert all(episode.id for episode in each.episodes)


@pytest.mark.parametrize("name", sorted(SHOW))
@pytest.mark.parametrize(
    "junk", [None, [], {}, "", 5, "x", [None, 1, {}], {"average": "x", "country": [], "x": 1}]
)
def test_a_show_survives_each_of_its_fields(name, junk):
    found = series(VIEW, SHOW | {name: junk})

    usable = {"id": 5, "name": "x"}
    assert (found is None) == (name in usable and junk != usable[name])
