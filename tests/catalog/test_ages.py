"""Ages out of the ratings of all countries, in Python and in the database alike."""

import pytest
from sqlalchemy import text

from app.catalog.ages import age_of, tables
from app.core.app import App
from tests import given

# The countries for which TMDb lists ratings, of films and of television.
FILM_COUNTRIES = (
    "AU BG BR CA CA-QC DE DK ES FI FR GB HU IN IT LT MY NL NO NZ PH PT RU SE US KR SK TH MX ID TR AR GR TW ZA SG IE"
    " PR JP VI CH IL HK MO LV LU"
)
TV_COUNTRIES = (
    "AU BR CA CA-QC DE ES FR GB HU KR LT NL PH PT RU SK TH US IT FI MY NZ NO BG MX IN DK SE ID TR AR PL MA GR IL TW ZA"
    " SG PR VI"
)
AGES = text("SELECT marquee_film_age(CAST(:said AS jsonb)), marquee_series_age(CAST(:said AS jsonb))")


@pytest.mark.parametrize(
    ("country", "rating", "age"),
    [
        *(("US", "G", 0), ("US", "PG", 8), ("US", "PG-13", 13), ("US", "R", 17), ("US", "NC-17", 18)),
        *(("DE", "0", 0), ("DE", "FSK 12", 12), ("DE", "16", 16), ("GB", "U", 0), ("GB", "12A", 12)),
        *(("GB", "R18", 18), ("FR", "TP", 0), ("FR", "-16", 16), ("ES", "APTA", 0), ("JP", "R15+", 15)),
        *(("BR", "L", 0), ("AU", "MA15+", 15), ("CA", "14A", 14), ("CA-QC", "13+", 13), ("NL", "AL", 0)),
        *(("IT", "VM14", 14), ("KR", "청소년관람불가", 18), ("IN", "UA", 12), ("IN", "U/A 16+", 16)),
        *(("TH", "Banned", 20), ("SE", "Från 11 år", 11), ("TR", "Genel İzleyici Kitlesi", 0)),
        *(("TH", "น 15+", 15), ("PT", "M/12", 12), ("FI", "K-16", 16), ("SG", "R21", 21), ("XX", "16", 16)),
    ],
)
def test_ratings_of_films_tell_an_age(country: str, rating: str, age: int) -> None:
    assert age_of({country: rating}, is_film=True) == age


@pytest.mark.parametrize(
    ("country", "rating", "age"),
    [
        *(
            ("US", "TV-Y", 0),
            ("US", "TV-Y7", 7),
            ("US", "tv-y7-fv", 7),
            ("US", "TV-PG", 8),
            ("US", "TV-14", 14),
        ),
        *(("US", "TV-MA", 17), ("CA", "C8", 8), ("AU", "AV15+", 15), ("KR", "19", 19), ("LT", "S", 18)),
        *(("BG", "Unrated", 0), ("ZA", "All", 0), ("SE", "Från 7 år", 7), ("SE", "FRÅN 15 ÅR", 15)),
        *(("TR", "Genel İzleyici", 0), ("TR", "Genel İzleyici Kitlesi", 0), ("TR", "GENEL İZLEYİCİ", 0)),
        *(("US", "R", 17), ("ID", "R", 13), ("ES", "TP", 0), ("PL", "16", 16), ("MX", "B-15", 15)),
    ],
)
def test_ratings_of_series_tell_an_age(country: str, rating: str, age: int) -> None:
    assert age_of({country: rating}, is_film=False) == age


def test_a_rating_that_only_the_other_kind_has_counts_too() -> None:
    assert age_of({"US": "TV-MA"}, is_film=True) == 17
    assert age_of({"BG": "C"}, is_film=False) == age_of({"BG": "C"}, is_film=True) == 12


def test_the_strictest_country_counts_and_what_is_not_known_is_left_out() -> None:
    assert age_of({"DE": "6", "US": "PG-13", "GB": "U"}, is_film=True) == 13
    assert age_of({"US": "NR", "DE": "6"}, is_film=True) == 6
    assert age_of({"US": "NR"}, is_film=True) is None
    assert age_of({"DE": "whatever", "": "12 or so"}, is_film=True) is None
    assert age_of({"TH": "-"}, is_film=False) is None
    assert age_of({}, is_film=True) is None


def test_every_country_that_has_ratings_elsewhere_is_there() -> None:
    assert tables(is_film=True).keys() >= {*FILM_COUNTRIES.split(), *TV_COUNTRIES.split()}
    assert all(
        0 <= age <= 21
        for film in (True, False)
        for of in tables(is_film=film).values()
        for age in of.values()
    )


async def test_the_database_says_the_same_of_every_rating(app: App) -> None:
    every = {
        (country, key) for film in (True, False) for country, of in tables(is_film=film).items() for key in of
    }
    every |= {
        ("DE", "FSK 16"),
        ("XX", "99"),
        ("XX", "123"),
        ("US", "NR"),
        ("US", "pg-13"),
        ("PT", "Públicos"),
        ("SE", "Från 7 år"),
        ("TR", "Genel İzleyici Kitlesi"),
        ("TH", "-"),
    }

    for country, rating in sorted(every):
        row = await app.db.row(AGES, said={country: rating})

        expected = [age_of({country: rating}, is_film=film) for film in (True, False)]
        assert row is not None
        assert list(row) == expected, (country, rating)


async def test_a_work_has_the_age_of_its_ratings_whoever_writes_them(app: App) -> None:
    movie = await given.movie(app, certifications={"DE": "12", "US": "R"})
    series = await given.series(app, certifications={"US": "TV-14"})

    assert await app.db.value(text("SELECT age FROM movies.movies WHERE id = :id"), id=movie) == 17
    assert await app.db.value(text("SELECT age FROM tv.series WHERE id = :id"), id=series) == 14

    await app.db.run(
        text('UPDATE movies.movies SET certifications = \'{"DE": "6"}\' WHERE id = :id'), id=movie
    )

    assert await app.db.value(text("SELECT age FROM movies.movies WHERE id = :id"), id=movie) == 6
