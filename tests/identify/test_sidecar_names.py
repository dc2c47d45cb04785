"""Subtitles and pictures beside videos."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identify.sidecars import Artwork, ArtworkKind, SubtitleName, artwork, owner, subtitle_sidecar

VIDEO = "Film (2001) - 1080p.mkv"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Film (2001) - 1080p.srt", SubtitleName()),
        ("Film (2001) - 1080p.en.srt", SubtitleName("en")),
        ("Film (2001) - 1080p.eng.forced.srt", SubtitleName("en", is_forced=True)),
        ("Film (2001) - 1080p.de.sdh.default.ass", SubtitleName("de", is_sdh=True, is_default=True)),
        ("Film (2001) - 1080p.pt-BR.srt", SubtitleName("pt-br")),
        ("Film (2001) - 1080p.zh-Hans.srt", SubtitleName("zh-hans")),
        ("Film (2001) - 1080p.es-419.srt", SubtitleName("es-419")),
        ("Film (2001) - 1080p.chs.srt", SubtitleName("zh-hans")),
        ("Film (2001) - 1080p.hi.srt", SubtitleName("hi")),
        ("Film (2001) - 1080p.en.hi.srt", SubtitleName("en", is_sdh=True)),
        ("Film (2001) - 1080p.Commentary.fr.vtt", SubtitleName("fr", title="Commentary")),
        ("Film (2001) - 1080p.German Forced.srt", SubtitleName("de", is_forced=True)),
        ("Film (2001) - 1080p_English_CC.srt", SubtitleName("en", is_sdh=True)),
        ("film (2001) - 1080P.EN.SRT", SubtitleName("en")),
        ("Subs/2_English.srt", SubtitleName("en")),
        ("Subs/Film (2001) - 1080p/3_German.sup", SubtitleName("de")),
        ("Subtitles/Film (2001) - 1080p.ja.srt", SubtitleName("ja")),
    ],
)
def test_a_subtitle_is_read_beside_its_video(name: str, expected: SubtitleName):
    assert subtitle_sidecar(VIDEO, name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Film (2001) - 720p.srt",
        "Film (2001) - 1080pX.srt",
        "Film (2001) - 1080p.jpg",
        "Other/2_English.srt",
        "x.srt",
    ],
)
def test_a_subtitle_of_another_video_is_none(name: str):
    assert subtitle_sidecar(VIDEO, name) is None


def test_the_longest_stem_owns_a_subtitle():
    videos = ["Film.mkv", "Film.2.mkv", "Other.mkv"]

    assert owner(videos, "Film.2.en.srt") == "Film.2.mkv"
    assert owner(videos, "Film.en.srt") == "Film.mkv"
    assert owner(videos, "Nothing.en.srt") is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("poster.jpg", Artwork(ArtworkKind.POSTER)),
        ("Film (2001)/folder.jpg", Artwork(ArtworkKind.POSTER)),
        ("cover.PNG", Artwork(ArtworkKind.POSTER)),
        ("fanart.jpg", Artwork(ArtworkKind.BACKDROP)),
        ("backdrop1.jpg", Artwork(ArtworkKind.BACKDROP)),
        ("fanart-2.jpg", Artwork(ArtworkKind.BACKDROP)),
        ("extrafanart/a.jpg", Artwork(ArtworkKind.BACKDROP)),
        ("logo.png", Artwork(ArtworkKind.LOGO)),
        ("clearlogo.png", Artwork(ArtworkKind.LOGO)),
        ("banner.jpg", Artwork(ArtworkKind.BANNER)),
        ("landscape.jpg", Artwork(ArtworkKind.THUMB)),
        ("clearart.png", Artwork(ArtworkKind.CLEARART)),
        ("disc.png", Artwork(ArtworkKind.DISC)),
        ("season01-poster.jpg", Artwork(ArtworkKind.SEASON_POSTER, 1)),
        ("season02.jpg", Artwork(ArtworkKind.SEASON_POSTER, 2)),
        ("Season 3-poster.jpg", Artwork(ArtworkKind.SEASON_POSTER, 3)),
        ("season-specials-poster.jpg", Artwork(ArtworkKind.SEASON_POSTER, 0)),
        ("season-all-poster.jpg", Artwork(ArtworkKind.POSTER)),
        ("season01-banner.jpg", Artwork(ArtworkKind.BANNER, 1)),
        ("Film (2001)-poster.jpg", Artwork(ArtworkKind.POSTER, stem="Film (2001)")),
        ("Film (2001)-fanart.jpg", Artwork(ArtworkKind.BACKDROP, stem="Film (2001)")),
        ("Show - S01E01-thumb.jpg", Artwork(ArtworkKind.STILL, stem="Show - S01E01")),
        ("Show - S01E01.jpg", None),
        ("poster.txt", None),
        ("holiday.jpg", None),
    ],
)
def test_a_picture_tells_what_it_shows(path: str, expected: Artwork | None):
    assert artwork(path) == expected


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_names_are_judged(video: str, other: str):
    found = subtitle_sidecar(video, other + ".srt")

    assert found is None or isinstance(found, SubtitleName)
    assert artwork(other + ".jpg") is None or isinstance(artwork(other + ".jpg"), Artwork)
