"""The files of one folder judge each other's names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.identify.kinds import LibraryKind
from app.identify.parse import read, read_together
from app.identify.reading import SURE, Reading
from tests.identify.test_identify_properties import NAMES


def episodes(folder: str, names: list[str]) -> list[Reading]:
    return read_together(folder, names, LibraryKind.EPISODE)


def numbers(reading: Reading) -> tuple[int | None, tuple[int, ...], tuple[int, ...]]:
    return reading.season, reading.episodes, reading.absolutes


def test_a_run_that_starts_at_the_first_of_a_hundred_holds_its_season():
    readings = episodes("", [f"Name {number}.mkv" for number in range(101, 127)])

    assert [numbers(reading) for reading in readings] == [(1, (number,), ()) for number in range(1, 27)]
    assert all(reading.title == "Name" and reading.confidence >= SURE for reading in readings)
    assert "from 101 to 126" in " ".join(readings[0].evidence)


def test_a_run_in_the_midst_of_a_hundred_counts_through_the_series():
    alone = read("Show - 220 - Title.mkv", LibraryKind.EPISODE)

    readings = episodes("", [f"Show - {number} - Title.mkv" for number in (218, 219, 220, 221)])

    assert numbers(alone) == (2, (20,), ())
    assert [numbers(reading) for reading in readings] == [(None, (), (n,)) for n in (218, 219, 220, 221)]


def test_a_run_across_a_hundred_counts_through_the_series():
    readings = episodes("Show", [f"Show {number}.mkv" for number in (8, 9, 98, 99, 100, 101, 102)])

    assert [reading.absolute for reading in readings] == [8, 9, 98, 99, 100, 101, 102]
    assert {reading.title for reading in readings} == {"Show"}


def test_several_seasons_of_hundreds_hold_their_seasons():
    readings = episodes("Show", [f"show.{number}.hdtv.mkv" for number in (103, 104, 205, 206)])

    assert [numbers(reading) for reading in readings] == [
        (1, (3,), ()),
        (1, (4,), ()),
        (2, (5,), ()),
        (2, (6,), ()),
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["105.mkv", "106.mkv", "107.mkv"], [5, 6, 7]), (["99.mkv", "100.mkv", "101.mkv"], [99, 100, 101])],
)
def test_in_a_season_folder_the_run_decides_whether_the_season_is_repeated(
    names: list[str], expected: list[int]
):
    readings = episodes("Show/Season 1", names)

    assert [reading.episodes for reading in readings] == [(number,) for number in expected]
    assert {reading.season for reading in readings} == {1}


@pytest.mark.parametrize("dash", [" - ", " ", "."])
def test_a_number_that_never_changes_is_the_titles(dash: str):
    readings = episodes("", [f"Apollo 13{dash}{number:02}.mkv" for number in (1, 2, 3)])

    assert [(reading.title, reading.season, reading.episodes) for reading in readings] == [
        ("Apollo 13", 1, (1,)),
        ("Apollo 13", 1, (2,)),
        ("Apollo 13", 1, (3,)),
    ]


def test_what_the_names_begin_with_is_the_series_when_episodes_are_titled_before_their_number():
    readings = episodes(
        "", ["Show - Pilot - S01E01.mkv", "Show - Cat - S01E02.mkv", "Show - Dog - S01E03.mkv"]
    )

    assert {reading.title for reading in readings} == {"Show"}
    assert [reading.episode_title for reading in readings] == ["Pilot", "Cat", "Dog"]


def test_a_day_that_can_be_read_one_way_alone_decides_how_its_siblings_are_read():
    day_first = episodes("", ["Talk 04.03.2012.mkv", "Talk 25.03.2012.mkv"])
    month_first = episodes("", ["Talk 04.03.2012.mkv", "Talk 04.25.2012.mkv"])
    close_together = episodes("", ["Talk 01.03.2012.mkv", "Talk 01.04.2012.mkv", "Talk 01.05.2012.mkv"])

    assert [str(reading.air_date) for reading in day_first] == ["2012-03-04", "2012-03-25"]
    assert [str(reading.air_date) for reading in month_first] == ["2012-04-03", "2012-04-25"]
    assert [str(reading.air_date) for reading in close_together] == ["2012-01-03", "2012-01-04", "2012-01-05"]
    assert all(reading.confidence >= SURE for reading in (*day_first, *month_first, *close_together))


def test_the_only_year_of_a_title_is_its_siblings_too():
    series = episodes("", ["Show (2009) S01E01.mkv", "Show S01E02.mkv", "Other S01E01.mkv"])
    remakes = episodes("", ["Show (2009) S01E01.mkv", "Show (1978) S01E01.mkv", "Show S01E02.mkv"])
    films = read_together("", ["Ben-Hur (1959) cd1.avi", "Ben-Hur cd2.avi"], LibraryKind.MOVIE)

    assert [reading.year for reading in series] == [2009, 2009, None]
    assert [reading.year for reading in remakes] == [2009, 1978, None]
    assert [(film.year, film.part) for film in films] == [(1959, 1), (1959, 2)]


def test_files_of_one_film_that_differ_in_a_last_letter_are_its_parts():
    films = read_together("Ben-Hur (1959)", ["bh-a.avi", "bh-b.avi"], LibraryKind.MOVIE)

    assert [(film.title, film.year, film.part) for film in films] == [
        ("Ben-Hur", 1959, 1),
        ("Ben-Hur", 1959, 2),
    ]


def test_numbers_that_merely_count_films_are_not_of_their_titles():
    listed = read_together("Bond", ["1. Dr. No.avi", "2. Goldfinger.avi", "3. 1917.mkv"], LibraryKind.MOVIE)
    titled = read_together(
        "", ["12 Angry Men.avi", "21 Jump Street.avi", "9 Songs (2004).mkv"], LibraryKind.MOVIE
    )

    assert [film.title for film in listed] == ["Dr. No", "Goldfinger", "1917"]
    assert [film.title for film in titled] == ["12 Angry Men", "21 Jump Street", "9 Songs"]


@settings(max_examples=100, deadline=None)
@given(
    folder=NAMES, names=st.lists(NAMES | st.text(max_size=40), max_size=8), kind=st.sampled_from(LibraryKind)
)
def test_any_folder_is_read_without_an_error_and_alike_each_time(
    folder: str, names: list[str], kind: LibraryKind
):
    first = read_together(folder, names, kind)

    second = read_together(folder, names, kind)

    assert first == second
    assert len(first) == len(names)
    assert all(0.0 <= reading.confidence <= 1.0 for reading in first)


@settings(max_examples=100, deadline=None)
@given(name=NAMES.filter(lambda name: name.strip(" ./\\") != ""), kind=st.sampled_from(LibraryKind))
def test_a_name_without_siblings_is_read_as_it_is_alone(name: str, kind: LibraryKind):
    name = name.replace("/", " ").replace("\\", " ")

    assert read_together("", [name], kind) == [read(name, kind)]
