"""The demo library as a whole: complete, small, and as declared."""

from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from app.demo.clip import DynamicRange, VideoCodec
from app.demo.expected import DEMO
from app.demo.library import MARKER, generate, is_current
from app.demo.plan import Media, tasks
from app.demo.works import ArtworkKind
from app.library.media import HdrFormat, StreamKind
from app.library.probe import ProbeError, probe

MEDIA = {task.path: task.content for task in tasks(DEMO) if isinstance(task.content, Media)}
WHOLE = {path: media.clip for path, media in MEDIA.items() if media.kept == 1}
SIZES = {ArtworkKind.POSTER: (600, 900), ArtworkKind.BACKDROP: (1280, 720), ArtworkKind.STILL: (640, 360)}
CODECS = {
    VideoCodec.H264: "h264",
    VideoCodec.HEVC: "hevc",
    VideoCodec.VP9: "vp9",
    VideoCodec.AV1: "av1",
    VideoCodec.MPEG4: "mpeg4",
}
HDR = {DynamicRange.SDR: None, DynamicRange.HDR10: HdrFormat.HDR10, DynamicRange.HLG: HdrFormat.HLG}


def files_under(root: Path) -> dict[str, int]:
    return {str(path.relative_to(root)): path.stat().st_size for path in root.rglob("*") if path.is_file()}


def test_every_declared_file_is_there_and_no_other(demo):
    declared = {task.path for task in tasks(DEMO)}

    assert set(files_under(demo)) == declared | {MARKER}
    assert len(declared) == len(tasks(DEMO))


def test_it_is_a_few_megabytes(demo):
    assert 1_000_000 < sum(files_under(demo).values()) < 12_000_000


def test_a_second_run_changes_nothing(demo):
    before = {path: path.stat().st_mtime_ns for path in demo.rglob("*")}
    made = []

    generate(demo, lambda done, total, name: made.append(name))

    assert made == []
    assert {path: path.stat().st_mtime_ns for path in demo.rglob("*")} == before
    assert is_current(demo)


def test_it_holds_what_a_demo_should_show():
    clips = list(WHOLE.values())
    suffixes = {Path(path).suffix for path in WHOLE}
    episodes = list(chain.from_iterable(file.episodes for series in DEMO.series for file in series.files))
    subtitles = list(chain.from_iterable(clip.subtitles for clip in clips))
    sidecars = list(chain.from_iterable(file.sidecars for film in DEMO.films for file in film.files))

    assert len(DEMO.films) >= 12
    assert len(DEMO.series) >= 4
    assert {clip.video.codec for clip in clips} == set(VideoCodec)
    assert {clip.video.dynamic_range for clip in clips} == set(DynamicRange)
    assert {".mkv", ".mp4", ".webm", ".avi", ".ts"} <= suffixes
    assert {Path(sidecar.path).suffix for sidecar in sidecars} == {".srt", ".ass", ".vtt"}
    assert {audio.layout for clip in clips for audio in clip.audio} >= {"stereo", "5.1"}
    assert any(subtitle.is_forced for subtitle in subtitles)
    assert any(subtitle.is_sdh for subtitle in subtitles)
    assert any(sidecar.is_forced for sidecar in sidecars)
    assert any(sidecar.is_sdh for sidecar in sidecars)
    assert any(file.edition for film in DEMO.films for file in film.files)
    assert any(file.part == 2 for film in DEMO.films for file in film.files)
    assert any(len(file.episodes) == 2 for series in DEMO.series for file in series.files)
    assert any(episode.season == 0 for episode in episodes)
    assert any(episode.absolute for episode in episodes)
    assert any(episode.air_date and not episode.season for episode in episodes)


@pytest.mark.parametrize("path", sorted(WHOLE))
def test_every_film_probes_as_it_was_declared(demo, path):
    clip = WHOLE[path]

    found = probe(demo / path)

    (video,) = found.of_kind(StreamKind.VIDEO)
    assert (video.codec, video.width, video.height) == (
        CODECS[clip.video.codec],
        clip.video.width,
        clip.video.height,
    )
    assert video.hdr == HDR[clip.video.dynamic_range]
    assert found.duration_ms == pytest.approx(clip.duration_s * 1000, abs=120)
    assert [track.channel_layout.removesuffix("(side)") for track in found.of_kind(StreamKind.AUDIO)] == [
        audio.layout for audio in clip.audio
    ]
    assert [(track.is_forced, track.is_hearing_impaired) for track in found.of_kind(StreamKind.SUBTITLE)] == [
        (subtitle.is_forced or subtitle.title == "Signs & Songs", subtitle.is_sdh)
        for subtitle in clip.subtitles
    ]
    assert [chapter.title for chapter in found.chapters] == [chapter.title for chapter in clip.chapters]
    assert [file.name for file in found.attachments] == [file.name for file in clip.attachments]
    assert not found.is_truncated


def test_what_is_broken_fails_with_its_reason(demo):
    for problem in DEMO.problems:
        with pytest.raises(ProbeError) as caught:
            probe(demo / problem.path)

        assert caught.value.reason == problem.reason


def test_pictures_have_the_usual_sizes(demo):
    works = chain(DEMO.films, DEMO.series)
    stills = [file.still for series in DEMO.series for file in series.files if file.still]

    for artwork in [*chain.from_iterable(work.artwork for work in works), *stills]:
        with Image.open(demo / artwork.path) as picture:
            assert (picture.format, picture.size) == ("JPEG", SIZES[artwork.kind])


def test_nfo_files_tell_the_declared_facts(demo):
    for film in DEMO.films:
        if film.facts is None:
            continue
        root = ElementTree.parse(demo / film.nfo_path).getroot()

        assert (root.tag, root.findtext("title"), root.findtext("year")) == (
            "movie",
            film.title,
            str(film.year),
        )
        assert tuple(genre.text for genre in root.iter("genre")) == film.facts.genres
        assert root.findtext("originaltitle") == film.facts.original_title
        assert [(actor.findtext("name"), actor.findtext("role")) for actor in root.iter("actor")] == [
            (actor.name, actor.role) for actor in film.facts.actors
        ]
        assert film.facts.collection in (None, root.findtext("set/name"))


def test_a_file_of_two_episodes_has_both_in_its_nfo(demo):
    (double,) = [file for series in DEMO.series for file in series.files if len(file.episodes) == 2]

    text = (demo / double.nfo_path).read_text()

    assert text.count("<episodedetails>") == 2
    assert all(f"<title>{episode.title}</title>" in text for episode in double.episodes)
