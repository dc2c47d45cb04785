"""One path's reading: its shape in JSON, its hints, its evidence and its confidence."""

import pytest

from app.identify import fallback
from app.identify.kinds import LibraryKind
from app.identify.parse import read
from app.identify.reading import Reading, Release

FIELD_NAMES = "kind title year season episodes absolute air_date edition part release confidence"


def test_the_json_object_holds_every_documented_field():
    printed = read("Some Show/Season 1/05 - Pilot.mkv", LibraryKind.EPISODE).as_json()

    assert [field for field in FIELD_NAMES.split() if field not in printed] == []
    assert printed["kind"] == "episode"
    assert (printed["title"], printed["season"], printed["episodes"]) == ("Some Show", 1, [5])
    assert printed["episode_title"] == "Pilot"
    assert printed["absolute"] is None
    assert printed["release"]["container"] == "mkv"


def test_a_release_name_is_taken_apart():
    name = "Film.2010.MULTi.German.2160p.AMZN.UHD.BluRay.REMUX.REPACK.DV.HDR10.TrueHD.7.1.Atmos.10bit.HEVC-GRP.mkv"

    release = read(name, LibraryKind.MOVIE).release

    assert release == Release(
        source="Blu-ray Remux",
        streaming_service="Amazon Prime Video",
        resolution="2160p",
        video_codec="H.265",
        audio_codec="TrueHD",
        hdr="Dolby Vision",
        bit_depth=10,
        group="GRP",
        version=2,
        container="mkv",
        proper=True,
        languages=("mul", "de"),
    )


def test_an_anime_release_keeps_group_version_and_hash():
    release = read("[Group] Sky Garden - 12v2 [1080p][ABCD1234].mkv", LibraryKind.EPISODE).release

    assert (release.group, release.version, release.crc32, release.resolution) == (
        "Group",
        2,
        "ABCD1234",
        "1080p",
    )


def test_a_scrambled_name_takes_the_release_from_its_folder():
    release = read("Film.2010.1080p.BluRay.x264-GRP/qwx.mkv", LibraryKind.MOVIE).release

    assert (release.resolution, release.source, release.group, release.container) == (
        "1080p",
        "Blu-ray",
        "GRP",
        "mkv",
    )


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("The Matrix (1999) {tmdb-603}/The Matrix.mkv", {"tmdb": "603"}),
        ("The Matrix (1999) {tmdb-603}/The Matrix {tmdb-604}.mkv", {"tmdb": "604"}),
        ("The Matrix (1999) [imdbid-tt0133093] [tmdbid=603].mkv", {"imdb": "tt0133093", "tmdb": "603"}),
        ("The Matrix (imdb tt0133093).mkv", {"imdb": "tt0133093"}),
        ("The Matrix {tvdb 169}/The Matrix.mkv", {"tvdb": "169"}),
        ("The.Matrix.tt0133093.mkv", {"imdb": "tt0133093"}),
        ("The Matrix {edition-Cut}.mkv", {}),
    ],
)
def test_ids_are_read_from_every_level_and_the_nearest_wins(path: str, ids: dict[str, str]):
    reading = read(path, LibraryKind.MOVIE)

    assert dict(reading.provider_ids) == ids
    assert reading.title == "The Matrix"


def test_an_id_of_the_series_folder_belongs_to_its_episodes():
    reading = read("Show (2009) [tvdbid-81189]/Season 1/Show S01E02.mkv", LibraryKind.EPISODE)

    assert reading.provider_id("tvdb") == "81189"
    assert any("81189" in sentence for sentence in reading.evidence)


def test_more_evidence_makes_a_reading_surer():
    sure = read("Night Shift (2009)/Season 1/Night Shift - S01E05.mkv", LibraryKind.EPISODE)
    fair = read("Night.Shift.S01E05.mkv", LibraryKind.EPISODE)
    weak = read("Night.Shift.105.mkv", LibraryKind.EPISODE)
    none = read("Night Shift.mkv", LibraryKind.EPISODE)

    assert sure.confidence > fair.confidence > weak.confidence > none.confidence
    assert all(reading.evidence for reading in (sure, fair, weak, none))


def test_a_contradiction_between_folder_and_name_lowers_confidence_and_is_said():
    agreed = read("Night Shift/Season 1/Night Shift - S01E05.mkv", LibraryKind.EPISODE)
    contradicted = read("Night Shift/Season 2/Night Shift - S01E05.mkv", LibraryKind.EPISODE)

    assert contradicted.season == 1
    assert contradicted.confidence < agreed.confidence
    assert any("season 2" in sentence for sentence in contradicted.evidence)


@pytest.mark.parametrize(
    ("path", "piece"), [("Show.S01E01a.mkv", 1), ("Show 1x05b.mkv", 2), ("Show.S01E01.mkv", None)]
)
def test_a_split_episode_keeps_its_letter(path: str, piece: int | None):
    assert read(path, LibraryKind.EPISODE).episode_part == piece


def test_the_second_reader_adds_numbers_and_says_so():
    reading = fallback.episode(Reading(LibraryKind.EPISODE), "Night.Shift.S01E05.mkv")

    assert (reading.title, reading.season, reading.episodes) == ("Night Shift", 1, (5,))
    assert "second reader" in reading.evidence[-1]


def test_the_second_reader_adds_a_year_and_never_one_to_come():
    found = fallback.film(Reading(LibraryKind.MOVIE, "x"), "Night Shift (2009).mkv")
    refused = fallback.film(Reading(LibraryKind.MOVIE, "x"), "Night Shift.mkv")

    assert (found.title, found.year) == ("Night Shift", 2009)
    assert (refused.title, refused.year) == ("x", None)


@pytest.mark.parametrize(
    "path", ["", "/", "...", "a/../b", "./.mkv", " / / ", ".mkv", "🎬.mkv", "\0", "\ud800.mkv"]
)
@pytest.mark.parametrize("kind", LibraryKind)
def test_odd_paths_are_read_too(path: str, kind: LibraryKind):
    assert read(path, kind).kind is kind
