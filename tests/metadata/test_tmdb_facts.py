"""TMDb's answers as facts: whole ones, and those that lack or twist anything."""

from datetime import date

import pytest
from hypothesis import given, settings

from app.catalog.facts import CreditFacts
from app.metadata.facts import GroupOrder, ImageFacts, ImageKind, Kind, Release
from app.metadata.tmdb_images import image_sizes
from app.metadata.tmdb_json import day, identity, items, language, mapping, number, text, whole
from app.metadata.tmdb_parts import View, rating
from app.metadata.tmdb_season import collection, group, named, season
from app.metadata.tmdb_work import candidate, movie, series
from tests.metadata.twisting import SEEDS, twisted
from tests.metadata.wire import COLLECTION, GROUP, MOVIE, SEASON, SERIES

VIEW = View(("en", "de", "fr", "es", "ja", "pt"), "http://pictures")
ALL = View((), "http://pictures")


def test_a_film():
    found = movie(VIEW, MOVIE)

    facts = found.facts
    assert (found.provider, found.kind, found.id) == ("tmdb", Kind.MOVIE, "4711")
    assert (facts.title, facts.original_title, facts.sort_title) == (
        "The Last Tram",
        "O Último Elétrico",
        "Last Tram",
    )
    assert (facts.year, facts.released_on, facts.runtime_s) == (2014, date(2014, 6, 12), 97 * 60)
    assert (facts.original_language, facts.countries, facts.status) == ("pt", ("PT",), "Released")
    assert facts.ratings == {"tmdb": {"value": 7.123, "votes": 880}}
    assert facts.provider_ids == {"tmdb": "4711", "imdb": "tt99911111", "wikidata": "Q999999999"}
    assert facts.terms == {
        "genre": ("Drama", "Mystery"),
        "keyword": ("tram", "lisbon"),
        "studio": ("Azulejo Filmes",),
    }
    assert facts.collection.provider_ids == {"tmdb": "77"}
    assert found.collection_id == "77"
    assert facts.is_described


def test_a_film_s_texts_by_language_and_not_what_is_empty():
    assert movie(VIEW, MOVIE).facts.translations == {
        "de": {"title": "Die letzte Tram", "overview": "Noch einmal."},
        "en": {"overview": "A tram runs once more.", "tagline": "Mind the gap"},
        "pt": {"title": "O Último Bonde", "overview": "Mais uma vez."},
    }


def test_a_country_s_own_texts_where_they_are_wanted():
    found = movie(ALL, MOVIE).facts.translations

    assert found["de-at"] == {"title": "Die letzte Bim"}
    assert found["pt-br"] == found["pt"]
    assert set(found) == {"de", "de-at", "en", "pt", "pt-br"}


def test_all_titles_whatever_language_is_wanted():
    assert movie(View(("en",), ""), MOVIE).titles == (
        "The Last Tram",
        "O Último Elétrico",
        "Die letzte Tram",
        "Die letzte Bim",
        "O Último Bonde",
        "Tram 28",
    )


def test_credits_in_order_each_once_with_their_pictures():
    found = movie(VIEW, MOVIE)

    assert found.facts.credits == (
        CreditFacts("Nuno Perestrelo", "Acting", "Actor", "Vasco", 0, {"tmdb": "1"}),
        CreditFacts("Inês Carvalhal", "Acting", "Actor", "Luz", 1, {"tmdb": "2"}),
        CreditFacts("Somebody", "Acting", "Actor", None, 2, {"tmdb": "3"}),
        CreditFacts("Beatriz Salgueiro", "Directing", "Director", None, 3, {"tmdb": "4"}),
        CreditFacts("Beatriz Salgueiro", "Writing", "Screenplay", None, 4, {"tmdb": "4"}),
    )
    assert {id_: image.url for id_, image in found.profiles.items()} == {
        "1": "http://pictures/original/nuno.jpg"
    }


def test_of_a_country_s_certifications_that_of_its_cinemas_counts_and_the_strictest_of_those():
    found = movie(VIEW, MOVIE)

    assert found.facts.certifications == {"DE": "12", "US": "PG"}
    assert [(each.country, each.rating, each.release) for each in found.certifications] == [
        ("DE", "16", Release.PHYSICAL),
        ("DE", "6", Release.THEATRICAL),
        ("DE", "12", Release.THEATRICAL),
        ("US", "PG", Release.DIGITAL),
    ]
    assert found.certifications[2].note == "Director's cut"


def test_pictures_are_those_with_a_path_that_is_one():
    assert movie(VIEW, MOVIE).images == (
        ImageFacts(
            ImageKind.POSTER, "http://pictures/original/tram.jpg", "/tram.jpg", 2000, 3000, "en", None, 0
        ),
        ImageFacts(
            ImageKind.BACKDROP,
            "http://pictures/original/backOfTheTram.jpg",
            "/backOfTheTram.jpg",
            3840,
            2160,
            None,
            5.4,
            7,
        ),
    )


def test_videos_and_related_works():
    found = movie(VIEW, MOVIE)

    [video] = found.videos
    assert (video.site, video.key, video.kind, video.height) == ("youtube", "abc_DEF-123", "trailer", 1080)
    assert (video.is_official, video.published_on) == (True, date(2014, 5, 1))
    assert [(each.id, each.title, each.year) for each in found.similar] == [("5", "Another Tram", 1999)]
    assert [(each.id, each.title, each.year) for each in found.recommended] == [("6", "A Bus", None)]


def test_a_series():
    found = series(VIEW, SERIES)

    facts = found.facts
    assert (facts.title, facts.original_title, facts.year) == ("Low Tide", "Ebbe", 2015)
    assert facts.runtime_s == 48 * 60
    assert facts.certifications == {"DE": "12", "US": "TV-14"}
    assert facts.provider_ids == {"tmdb": "815", "imdb": "tt99922222", "tvdb": "99922"}
    assert facts.terms == {"genre": ("Crime",), "keyword": ("sea",), "network": ("Küste TV",)}
    assert [(each.name, each.job, each.character, each.billing) for each in facts.credits] == [
        ("Hauke Watt", "Actor", "Constable Sand / The Twin", 0),
        ("Frauke Deich", "Creator", None, 1),
        ("Silke Priel", "Director", None, 2),
        ("Silke Priel", "Assistant Director", None, 3),
    ]
    assert set(found.profiles) == {"9"}
    assert [(each.facts.number, each.episode_count) for each in found.seasons] == [(0, 1), (1, 8)]
    [one] = found.groups
    assert (one.id, one.order, one.episode_count) == ("5f00aa", GroupOrder.DVD, 9)


def test_a_season_with_its_episodes_in_other_languages():
    german = {"episodes": [{"episode_number": 1, "name": "Das falsche Boot", "overview": "Ein Boot."},
                           {"episode_number": 2, "name": "Folge 2", "overview": ""}]}  # fmt: skip

    found = season(VIEW, SEASON, {"de": german})

    assert (found.id, found.facts.number, found.provider_ids) == (
        "81501",
        1,
        {"tmdb": "81501", "tvdb": "777"},
    )
    assert found.translations == {"de": {"title": "Staffel 1", "overview": "Es beginnt."}}
    assert [each.url for each in found.images] == ["http://pictures/original/ebbe1.jpg"]
    first, second, third = found.episodes
    assert (first.facts.title, first.facts.overview, first.facts.runtime_s) == (
        "The Wrong Boat",
        "A boat.",
        2880,
    )
    assert first.facts.ratings == {"tmdb": {"value": 7.0, "votes": 3}}
    assert [(each.name, each.job, each.character) for each in first.facts.credits] == [
        ("Ole Mole", "Guest Star", "The Mayor"),
        ("Silke Priel", "Director", None),
    ]
    assert first.translations == {"de": {"title": "Das falsche Boot", "overview": "Ein Boot."}}
    assert set(first.profiles) == {"21"}
    assert (second.facts.title, second.translations, second.facts.air_date) == (None, {}, None)
    assert third.facts.title == "Episode 7"


@pytest.mark.parametrize(
    "name",
    ["Episode 3", "Folge 3", "Épisode 3", "Episodio 3", "第3話", "第 3 集", "Серия 3", "3화", "エピソード3"],
)
def test_an_episode_that_is_only_counted_has_no_title(name):
    assert named({"name": name}, 3) is None
    assert named({"name": name}, 4) == name


def test_a_group_in_its_own_order():
    found = group(GROUP)

    assert (found.order, found.name) == (GroupOrder.DVD, "DVD order")
    assert [(part.number, part.name, part.episodes) for part in found.parts] == [
        (1, "Disc 1", ((1, 2), (1, 3))),
        (2, "Disc 2", ((1, 1),)),
    ]


def test_a_collection_with_what_is_not_out_yet_at_its_end():
    found = collection(VIEW, COLLECTION)

    assert [each.id for each in found.parts] == ["1", "2", "3"]
    assert found.translations == {"de": {"title": "Tram Filmreihe"}}


def test_a_candidate():
    found = candidate(VIEW, Kind.TV, {**SERIES, "popularity": None})

    assert (found.id, found.year, found.popularity, found.votes) == ("815", 2015, 0.0, 12)
    assert found.titles == ("Low Tide", "Ebbe")
    assert found.poster.url == "http://pictures/original/ebbe.jpg"


@pytest.mark.parametrize(
    "found", [{}, {"id": 1}, {"title": "x"}, {"id": 0, "title": "x"}, {"id": "x", "title": "y"}]
)
def test_what_has_no_id_or_no_title_is_no_work(found):
    assert movie(VIEW, found) is None
    assert series(VIEW, found) is None
    assert candidate(VIEW, Kind.MOVIE, found) is None
    assert season(VIEW, found, {}) is None


@given(SEEDS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_that_is_missing_or_twisted_is_an_error(chance):
    for read in (movie, series):
        found = read(VIEW, twisted(chance, MOVIE if read is movie else SERIES))
        assert found is None or (found.id and found.facts.title and found.facts.match_key)
    one = season(VIEW, twisted(chance, SEASON), {"de": twisted(chance, SEASON)})
    assert one is None or all(each.facts.number is not None for each in one.episodes)
    group(twisted(chance, GROUP))
    collection(VIEW, twisted(chance, COLLECTION))


@pytest.mark.parametrize("name", sorted(MOVIE))
@pytest.mark.parametrize(
    "junk", [None, [], {}, "", 5, "x", [None, 1, {}], {"results": [None], "cast": {}, "x": 1}]
)
def test_a_film_survives_each_of_its_fields(name, junk):
    found = movie(VIEW, MOVIE | {name: junk})

    assert (found is None) == (name == "id" and junk != 5)


def test_values_that_are_none():
    value = {"t": " a\0b ", "n": "12", "f": 3.0, "b": True, "neg": -1, "nan": float("nan"), "d": "0000-00-00"}

    assert text(value, "x", "t") == "ab"
    assert (whole(value, "n"), whole(value, "f"), whole(value, "b"), whole(value, "neg")) == (
        12,
        3,
        None,
        None,
    )
    assert (number(value, "nan"), number(value, "b"), number(value, "f")) == (None, None, 3.0)
    assert (day(value, "d"), day({"d": "1066-10-14"}, "d")) == (None, None)
    assert (identity({"id": 0}), identity({"id": "7"}), identity({"id": True})) == (None, "7", None)
    assert (language({"iso_639_1": "cn"}), language({"iso_639_1": "xx"}), language({})) == ("yue", None, None)
    assert items({"a": [1, {}, None]}, "a") == [{}]
    assert mapping([1], "a") == {}


def test_a_rating_that_nobody_gave_is_none():
    assert rating({"vote_average": 0.0, "vote_count": 0}) == {}
    assert rating({"vote_average": 11, "vote_count": 2}) == {"tmdb": {"value": 10.0, "votes": 2}}


def test_sizes_that_can_t_be_read_are_left_out():
    sizes = image_sizes(
        {"images": {"poster_sizes": ["w342", "h632", "original", 5, "w92"], "still_sizes": None}}
    )

    assert sizes.widths[ImageKind.POSTER] == (92, 342)
    assert sizes.widths[ImageKind.STILL] == ()
