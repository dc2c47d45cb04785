"""TheTVDB's answers as facts: whole ones, and those that lack or twist anything."""

from datetime import date

import pytest
from hypothesis import given, settings

from app.catalog.facts import CreditFacts, SeasonFacts
from app.metadata.countries import country_code
from app.metadata.facts import GroupOrder, ImageFacts, ImageKind, Kind, Release
from app.metadata.tmdb_parts import View
from app.metadata.tvdb_parts import code_of, tag_of
from app.metadata.tvdb_season import episodes_of, group, season
from app.metadata.tvdb_work import candidate, work
from tests.metadata.tvdb_wire import DVD, EPISODES, FOUND, GERMAN, MOVIE, SEASON, SERIES
from tests.metadata.twisting import SEEDS, twisted

VIEW = View(("en", "de", "fr", "es", "ja", "pt"), "http://pictures")


def series(view=VIEW, found=SERIES):
    return work(view, Kind.TV, found, EPISODES, {"dvd": DVD})


def test_a_series():
    found = series()

    facts = found.facts
    assert (found.provider, found.kind, found.id) == ("tvdb", Kind.TV, "7700")
    assert (facts.title, facts.original_title, facts.sort_title) == (
        "The Tinkers",
        "Die Kesselflicker",
        "Tinkers",
    )
    assert (facts.year, facts.released_on, facts.runtime_s) == (2011, date(2011, 9, 1), 44 * 60)
    assert (facts.original_language, facts.countries, facts.status) == ("de", ("DE",), "Ended")
    assert (facts.overview, facts.popularity, facts.ratings) == ("Three brothers roam the land.", 48231.0, {})
    assert facts.provider_ids == {
        "tvdb": "7700",
        "imdb": "tt99944444",
        "tmdb": "815",
        "tvmaze": "4100",
        "wikidata": "Q999999998",
    }
    assert facts.terms == {
        "genre": ("Drama", "Western"),
        "studio": ("Nordlicht Film",),
        "network": ("Küste TV", "Zweites Küste TV"),
    }
    assert facts.certifications == {"DE": "12", "US": "TV-14"}
    assert [each.release for each in found.certifications] == [Release.TELEVISION, Release.TELEVISION]
    assert found.homepage == "https://kessel.example"
    assert facts.is_described


def test_texts_by_language_without_further_names_among_them():
    found = series()

    assert found.facts.translations == {
        "de": {"title": "Die Kesselflicker", "overview": "Drei Brüder ziehen durchs Land."},
        "en": {"title": "The Tinkers", "overview": "Three brothers roam the land."},
        "pt": {"title": "Os Latoeiros"},
    }
    assert found.titles == (
        "The Tinkers",
        "Die Kesselflicker",
        "Os Latoeiros",
        "Tinkers",
        "Les Rétameurs",
    )


def test_in_the_plain_fields_is_the_first_language_or_what_came_where_nobody_translated_it():
    spanish, french_then_german = View(("es",), ""), View(("fr", "de"), "")

    untranslated, german_second = series(spanish).facts, series(french_then_german).facts

    assert (untranslated.title, untranslated.sort_title) == ("Die Kesselflicker", "Kesselflicker")
    assert (untranslated.overview, untranslated.translations) == ("Drei Brüder ziehen durchs Land.", {})
    assert (german_second.title, german_second.overview) == ("Die Kesselflicker", None)


def test_who_is_seen_comes_first_by_place_and_guests_of_one_episode_are_left_out():
    found = series()

    assert found.facts.credits == (
        CreditFacts("Korbinian Topf", "Acting", "Actor", "Matz", 0, {"tvdb": "1"}),
        CreditFacts("Anselm Pfann", "Acting", "Actor", "Veit", 1, {"tvdb": "2"}),
        CreditFacts("Tilda Rohr", "Acting", "Guest Star", "The Widow", 2, {"tvdb": "4"}),
        CreditFacts("Hedwig Zange", "Writing", "Creator", None, 3, {"tvdb": "5"}),
        CreditFacts("Rosa Blech", "Directing", "Director", None, 4, {"tvdb": "3"}),
        CreditFacts("Rosa Blech", "Writing", "Writer", None, 5, {"tvdb": "3"}),
    )
    assert {id_: image.url for id_, image in found.profiles.items()} == {
        "1": "http://pictures/banners/v4/actor/1/a.jpg"
    }


def test_pictures_of_the_wanted_languages_the_most_liked_first_and_none_of_seasons():
    banners = "/banners/v4/series/7700"

    assert series().images == (
        ImageFacts(
            ImageKind.POSTER,
            f"http://pictures{banners}/posters/d.jpg",
            f"{banners}/posters/d.jpg",
            680,
            1000,
            "de",
        ),
        ImageFacts(
            ImageKind.POSTER,
            f"http://pictures{banners}/posters/e.jpg",
            f"{banners}/posters/e.jpg",
            680,
            1000,
            "en",
        ),
        ImageFacts(
            ImageKind.BACKDROP,
            f"http://pictures{banners}/backgrounds/b.jpg",
            f"{banners}/backgrounds/b.jpg",
            680,
            1000,
            None,
        ),
        ImageFacts(
            ImageKind.LOGO,
            f"http://pictures{banners}/clearlogo/l.png",
            f"{banners}/clearlogo/l.png",
            680,
            1000,
            None,
        ),
    )


def test_the_one_picture_stands_where_no_poster_is_listed():
    [poster] = series(found=SERIES | {"artworks": None}).images

    assert poster.url == "http://pictures/banners/v4/series/7700/posters/main.jpg"


def test_trailers_on_sites_that_can_be_shown():
    [video] = series().videos

    assert (video.site, video.key, video.kind, video.language) == ("youtube", "abcDEF12345", "trailer", "de")


def test_seasons_are_those_as_aired_with_as_many_episodes_as_are_told():
    found = series().seasons

    assert [(each.id, each.facts.number, each.episode_count) for each in found] == [
        ("7700", 0, 1),
        ("7701", 1, 3),
        ("7702", 2, 1),
    ]
    assert found[1].facts == SeasonFacts(1, "Season 1", None, date(2011, 9, 1))
    assert found[1].poster.url == "http://pictures/banners/seasons/7701.jpg"


def test_other_orders_are_groups():
    found = series().groups

    assert [(each.id, each.order, each.name) for each in found] == [
        ("7700-dvd", GroupOrder.DVD, "DVD Order"),
        ("7700-absolute", GroupOrder.ABSOLUTE, "Absolute Order"),
    ]
    assert [(each.group_count, each.episode_count) for each in found] == [(1, 4), (1, 0)]


def test_a_film():
    found = work(View(("fr", "en"), "http://pictures"), Kind.MOVIE, MOVIE)

    facts = found.facts
    assert (found.kind, found.id, found.seasons, found.groups) == (Kind.MOVIE, "3300", (), ())
    assert (facts.title, facts.original_title) == ("L'Affaire de la bouilloire", "The Kettle Affair")
    assert (facts.sort_title, facts.tagline, facts.overview) == (
        "Affaire de la bouilloire",
        "Attention, chaud",
        "Ça bout.",
    )
    assert (facts.released_on, facts.runtime_s) == (date(2016, 3, 11), 104 * 60)
    assert (facts.countries, facts.certifications) == (("GB", "IE"), {"GB": "12A"})
    assert [each.release for each in found.certifications] == [Release.THEATRICAL]
    assert facts.terms == {"genre": ("Comedy",), "studio": ("Copper Pictures", "Tin Films")}
    assert [each.kind for each in found.images] == [ImageKind.POSTER, ImageKind.BACKDROP]


def test_a_season_with_its_episodes_in_two_languages():
    found = season(VIEW, SEASON, {"en": EPISODES, "de": GERMAN, "fr": []})

    assert (found.provider, found.id, found.provider_ids) == ("tvdb", "7701", {"tvdb": "7701"})
    assert found.facts == SeasonFacts(1, "The First Winter", "Snow falls.", date(2011, 9, 1))
    assert found.translations["de"] == {"title": "Der erste Winter"}
    assert [each.key for each in found.images] == [
        "/banners/v4/season/7701/posters/d.jpg",
        "/banners/v4/season/7701/posters/e.jpg",
    ]
    first, second, third = found.episodes
    assert (first.id, first.facts.key, first.facts.absolute_number) == ("51", (1, 1), 1)
    assert (first.facts.title, first.facts.overview) == ("Kettles", "A hole is mended.")
    assert (first.facts.runtime_s, first.facts.air_date) == (44 * 60, date(2011, 9, 1))
    assert first.translations == {
        "en": {"title": "Kettles", "overview": "A hole is mended."},
        "de": {"title": "Kessel", "overview": "Ein Loch wird geflickt."},
    }
    assert [each.url for each in first.images] == ["http://pictures/banners/v4/episode/51/screencap/s.jpg"]
    assert (second.facts.title, second.translations, second.kind) == (None, {}, None)
    assert (third.facts.title, third.translations, third.kind) == (
        None,
        {"de": {"title": "Das Ende"}},
        "finale",
    )


def test_a_season_without_pictures_listed_has_its_own():
    [one] = season(VIEW, SEASON | {"artwork": []}, {}).images

    assert (one.kind, one.key) == (ImageKind.POSTER, "/banners/seasons/7701.jpg")


def test_an_order_tells_episodes_by_how_they_were_aired():
    found = group("7700-dvd", "dvd", DVD, EPISODES)

    assert (found.id, found.order) == ("7700-dvd", GroupOrder.DVD)
    assert [(each.number, each.episodes) for each in found.parts] == [(1, ((1, 3), (1, 1))), (2, ((2, 1),))]
    assert group("7700-alternate", "alternate", DVD, EPISODES) is None


def test_episodes_of_all_pages_each_once_wherever_they_lie():
    pages = [
        {"data": {"series": {"id": 1}, "episodes": EPISODES[:3]}},
        {"data": {"series": {"episodes": EPISODES}}},
    ]

    assert [each["id"] for each in episodes_of(pages)] == [51, 52, 53, 54, 50]


def test_a_candidate_in_its_language_and_in_another():
    found, english = candidate(VIEW, Kind.TV, FOUND), candidate(VIEW, Kind.TV, FOUND, "en")

    assert (found.id, found.title, found.year, found.original_language) == (
        "7700",
        "Die Kesselflicker",
        2011,
        "de",
    )
    assert (english.titles, english.overview) == (
        ("The Tinkers", "Die Kesselflicker"),
        "Three brothers roam the land.",
    )
    assert found.poster.key == "/banners/v4/series/7700/posters/main.jpg"


def test_a_candidate_of_a_record_and_of_a_search_without_its_number():
    record, other = (
        candidate(VIEW, Kind.TV, SERIES),
        candidate(VIEW, Kind.MOVIE, {"id": "movie-5", "name": "x"}),
    )

    assert (record.id, record.year, record.original_language) == ("7700", 2011, "de")
    assert other.id == "5"


@pytest.mark.parametrize(
    "found", [{}, {"id": 1}, {"name": "x"}, {"id": 0, "name": "x"}, {"id": "x", "name": "y"}]
)
def test_what_has_no_id_or_no_title_is_no_work(found):
    assert series(found=found) is None
    assert candidate(VIEW, Kind.TV, found) is None
    assert season(VIEW, found, {}) is None


@pytest.mark.parametrize(
    ("code", "tag"),
    [("eng", "en"), ("deu", "de"), ("pt", "pt-br"), ("por", "pt"), ("zhtw", "zh-tw"), ("yue", "yue")],
)
def test_languages_as_it_calls_them_and_as_everybody_does(code, tag):
    assert tag_of(code) == tag
    assert code_of(tag) == code


def test_what_is_no_language_and_no_country():
    assert [tag_of(each) for each in (None, 5, "", "und", "x" * 50)] == [None] * 5
    assert [country_code(each) for each in ("USA", "gbr", "xyz", None, "")] == ["US", "GB", None, None, None]


@given(SEEDS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_that_is_missing_or_twisted_is_an_error(chance):
    episodes = episodes_of([twisted(chance, {"data": {"episodes": EPISODES}})])
    for kind, document in ((Kind.TV, SERIES), (Kind.MOVIE, MOVIE)):
        found = work(VIEW, kind, twisted(chance, document), episodes, {"dvd": episodes})
        assert found is None or (found.id and found.facts.title and found.facts.match_key)
    one = season(VIEW, twisted(chance, SEASON), {"en": episodes, "de": GERMAN})
    assert one is None or len({each.facts.key for each in one.episodes}) == len(one.episodes)
    group("1-dvd", "dvd", episodes_of([{"data": {"episodes": twisted(chance, DVD)}}]), episodes)
    candidate(VIEW, Kind.TV, twisted(chance, FOUND), "en")


@pytest.mark.parametrize("name", sorted(SERIES))
@pytest.mark.parametrize(
    "junk", [None, [], {}, "", 5, "x", [None, 1, {}], {"nameTranslations": [None], "country": [], "x": 1}]
)
def test_a_series_survives_each_of_its_fields(name, junk):
    usable = {"id": 5, "name": "x"}

    assert (series(found=SERIES | {name: junk}) is None) == (name in usable and junk != usable[name])
