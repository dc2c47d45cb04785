"""From readings and NFO files to the facts of the catalog."""

from datetime import date

import pytest

from app.identify.kinds import LibraryKind
from app.identify.merge import with_nfo
from app.identify.nfo import read_nfo
from app.identify.parse import read
from app.identify.reading import Reading
from app.library.nfo_facts import (
    LONGEST_NAME,
    certifications,
    episode_facts,
    movie_facts,
    season_facts,
    series_facts,
    version_label,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, {}),
        ("", {}),
        ("US:PG-13", {"US": "PG-13"}),
        ("US:PG-13 / DE:FSK 12", {"US": "PG-13", "DE": "FSK 12"}),
        ("US:R/DE:16", {"US": "R", "DE": "16"}),
        ("PT:M/12", {"PT": "M/12"}),
        ("us:Rated R for violence", {"US": "R"}),
        ("Rated PG", {"US": "PG"}),
        ("PG-13", {"US": "PG-13"}),
        ("TV-MA", {"US": "TV-MA"}),
        ("FSK 16", {"DE": "16"}),
        ("FSK-6", {"DE": "6"}),
        ("12", {}),
        ("US:PG / US:R", {"US": "PG"}),
        (" / ", {}),
    ],
)
def test_certifications_name_their_country(text: str | None, expected: dict[str, str]) -> None:
    assert certifications(text) == expected


@pytest.mark.parametrize(
    ("height", "width", "hdr", "label"),
    [
        (1080, 1920, None, "1080p"),
        (800, 1920, None, "1080p"),
        (2160, 3840, "hdr10", "2160p HDR10"),
        (1600, 3840, "dolby_vision", "2160p Dolby Vision"),
        (720, 1280, None, "720p"),
        (576, 720, None, "576p"),
        (None, None, None, "from its name"),
    ],
)
def test_a_version_is_called_by_its_quality(
    height: int | None, width: int | None, hdr: str | None, label: str
) -> None:
    assert version_label(height, width, hdr, "from its name") == label


def test_a_name_alone_describes_nothing() -> None:
    facts = movie_facts(read("The Alpha (2001) {tmdb-5}/The Alpha (2001).mkv", LibraryKind.MOVIE), None)

    assert facts is not None
    assert (facts.title, facts.year, facts.sort_title) == ("The Alpha", 2001, "Alpha")
    assert facts.provider_ids == {"tmdb": "5"}
    assert not facts.is_described


def test_without_a_title_there_is_no_work() -> None:
    assert movie_facts(Reading(LibraryKind.MOVIE), None) is None
    assert series_facts(Reading(LibraryKind.EPISODE), None) is None


def test_credits_are_billed_cast_first_in_the_order_given() -> None:
    nfo = read_nfo(
        b"<movie><title>Alpha</title><director>D</director><credits>W</credits>"
        b"<actor><name>Second</name><order>1</order></actor><actor><name>First</name><order>0</order></actor></movie>"
    )

    facts = movie_facts(Reading(LibraryKind.MOVIE, "Alpha"), nfo)

    assert facts is not None
    assert [(each.name, each.job, each.billing) for each in facts.credits] == [
        ("First", "Actor", 0),
        ("Second", "Actor", 1),
        ("D", "Director", 2),
        ("W", "Writer", 3),
    ]


def test_names_longer_than_an_index_takes_are_cut() -> None:
    long = "n" * 5000
    nfo = read_nfo(
        f"<movie><title>{long}</title><sorttitle>{long}</sorttitle><genre>{long}</genre>"
        f'<actor><name>{long}</name></actor><uniqueid type="imdb">{long}</uniqueid></movie>'.encode()
    )

    facts = movie_facts(with_nfo(Reading(LibraryKind.MOVIE, "Alpha"), nfo), nfo)

    assert facts is not None
    assert len(facts.title) == len(facts.sort_title) == len(facts.match_key) == LONGEST_NAME
    assert [len(name) for name in facts.terms["genre"]] == [LONGEST_NAME]
    assert [len(credit.name) for credit in facts.credits] == [LONGEST_NAME]
    assert facts.provider_ids == {}


def test_a_runtime_that_no_film_has_is_none() -> None:
    nfo = read_nfo(b"<movie><title>Alpha</title><runtime>999999999</runtime></movie>")

    facts = movie_facts(Reading(LibraryKind.MOVIE, "Alpha"), nfo)

    assert facts is not None
    assert facts.runtime_s is None


def test_each_episode_of_a_file_gets_its_own_description() -> None:
    nfo = read_nfo(
        b"<episodedetails><season>2</season><episode>3</episode><title>Three</title></episodedetails>"
        b"<episodedetails><season>2</season><episode>4</episode><title>Four</title><aired>2001-02-03</aired>"
        b"</episodedetails>"
    )
    reading = with_nfo(read("Show/Season 2/Show.S02E03E04.mkv", LibraryKind.EPISODE), nfo)

    first, second = episode_facts(reading, nfo)

    assert (first.season, first.number, first.title) == (2, 3, "Three")
    assert (second.season, second.number, second.title) == (2, 4, "Four")
    assert second.air_date == date(2001, 2, 3)
    assert first.is_described
    assert second.is_described


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Show/Show.S01E02.mkv", [(1, 2, None)]),
        ("Show/Show.S00E01.mkv", [(0, 1, None)]),
        ("News/News.2024.03.04.mkv", [(2024, None, date(2024, 3, 4))]),
        ("Show/Show.S01E02-E04.mkv", [(1, 2, None), (1, 3, None), (1, 4, None)]),
    ],
)
def test_an_episode_is_numbered_or_dated(
    path: str, expected: list[tuple[int, int | None, date | None]]
) -> None:
    facts = episode_facts(read(path, LibraryKind.EPISODE), None)

    assert [(each.season, each.number, each.air_date) for each in facts] == expected


def test_an_absolute_number_counts_in_the_first_season() -> None:
    (facts,) = episode_facts(read("[Tanuki] Show - 13 [720p].mkv", LibraryKind.EPISODE), None)

    assert (facts.season, facts.number, facts.absolute_number) == (1, 13, 13)


def test_a_seasons_nfo_describes_it() -> None:
    facts = season_facts(
        read_nfo(b"<season><seasonnumber>2</seasonnumber><title>The Sea</title><plot>Wet.</plot></season>")
    )

    assert facts is not None
    assert (facts.number, facts.title, facts.overview) == (2, "The Sea", "Wet.")
    assert season_facts(read_nfo(b"<tvshow><title>Show</title></tvshow>")) is None
