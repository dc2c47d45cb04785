"""Probing of whole files: every codec and container, tracks, chapters, attachments."""

import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path

import av
import pytest

from app.demo.clip import (
    Attachment,
    Audio,
    AudioCodec,
    Chapter,
    Clip,
    DynamicRange,
    Subtitle,
    SubtitleCodec,
    Video,
    VideoCodec,
)
from app.demo.encode import encode
from app.library import media
from app.library import probe as probe_module
from app.library.media import HdrFormat, StreamKind
from app.library.probe import ProbeError, ProbeFailure, probe

Encoded = Callable[[str, Clip], Path]

FILM = Clip(
    audio=(
        Audio(AudioCodec.EAC3, "5.1", "eng", "Surround", is_default=True),
        Audio(AudioCodec.OPUS, "stereo", "ger"),
        Audio(AudioCodec.FLAC, "stereo", "eng", "With the director", is_commentary=True),
        Audio(AudioCodec.AC3, "stereo", "und", "Commentary by the crew"),
        Audio(AudioCodec.AAC, "7.1", "jpn"),
    ),
    subtitles=(
        Subtitle(SubtitleCodec.SRT, "fre", is_default=True, is_forced=True),
        Subtitle(SubtitleCodec.ASS, "eng", is_sdh=True),
        Subtitle(SubtitleCodec.WEBVTT, "spa", "Español (SDH)"),
        Subtitle(SubtitleCodec.SRT, "por", "Forced"),
        Subtitle(SubtitleCodec.SRT, "por", "Non-forced"),
    ),
    chapters=(Chapter(0, "Das Tor"), Chapter(700, "門"), Chapter(1500, "After")),
    attachments=(
        Attachment("Serif.ttf", "font/ttf", b"font"),
        Attachment("cover.jpg", "image/jpeg", b"picture"),
    ),
    tags={"title": "Ünder the Gate", "comment": "two\nlines\x07", "my_private_tag": "x"},
)


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Encoded:
    """encoded(name, clip): the path of the file; the same name is encoded once."""
    folder = tmp_path_factory.mktemp("clips")

    def get(name: str, clip: Clip) -> Path:
        path = folder / name
        if not path.exists():
            encode(clip, path)
        return path

    return get


def only(found: media.MediaInfo, kind: StreamKind) -> media.Stream:
    (stream,) = found.of_kind(kind)
    return stream


@pytest.mark.parametrize(
    ("name", "video", "expected"),
    [
        ("h264.mkv", Video(VideoCodec.H264, 1920, 1080), ("mkv", "h264", "Constrained Baseline", 4.0, 8)),
        ("h264.mp4", Video(VideoCodec.H264), ("mp4", "h264", "Constrained Baseline", 1.2, 8)),
        ("h264.mov", Video(VideoCodec.H264), ("mov", "h264", "Constrained Baseline", 1.2, 8)),
        ("h264.ts", Video(VideoCodec.H264), ("mpegts", "h264", "Constrained Baseline", 1.2, 8)),
        ("hevc.mkv", Video(VideoCodec.HEVC), ("mkv", "hevc", "Main", 2.0, 8)),
        ("hevc.mp4", Video(VideoCodec.HEVC), ("mp4", "hevc", "Main", 2.0, 8)),
        ("vp9.webm", Video(VideoCodec.VP9), ("webm", "vp9", "Profile 0", None, 8)),
        ("av1.webm", Video(VideoCodec.AV1), ("webm", "av1", "Main", 2.0, 8)),
        ("av1.mp4", Video(VideoCodec.AV1), ("mp4", "av1", "Main", 2.0, 8)),
        ("xvid.avi", Video(VideoCodec.MPEG4, 640, 480), ("avi", "mpeg4", "Simple Profile", 1.0, 8)),
    ],
)
def test_every_video_codec_is_read_from_its_containers(encoded, name, video, expected):
    sound = Audio(AudioCodec.OPUS if name.endswith("webm") else AudioCodec.AAC)
    path = encoded(name, Clip(video, (sound,), duration_s=0.5))

    found = probe(path)

    stream = only(found, StreamKind.VIDEO)
    assert (found.container, stream.codec, stream.profile, stream.level, stream.bit_depth) == expected
    assert (stream.width, stream.height) == (video.width, video.height)
    assert stream.frame_rate == 23.976
    assert stream.pixel_format == "yuv420p"
    assert stream.hdr is None
    assert found.size_bytes == path.stat().st_size
    assert 450 <= found.duration_ms <= 600
    assert found.bit_rate > 0
    assert not found.is_truncated


@pytest.mark.parametrize(
    ("name", "codec", "dynamic_range", "transfer", "hdr"),
    [
        ("hdr10.mkv", VideoCodec.HEVC, DynamicRange.HDR10, "smpte2084", HdrFormat.HDR10),
        ("hdr10.mp4", VideoCodec.HEVC, DynamicRange.HDR10, "smpte2084", HdrFormat.HDR10),
        ("hlg.mkv", VideoCodec.HEVC, DynamicRange.HLG, "arib-std-b67", HdrFormat.HLG),
        ("hdr10-av1.mkv", VideoCodec.AV1, DynamicRange.HDR10, "smpte2084", HdrFormat.HDR10),
        ("hlg-av1.mkv", VideoCodec.AV1, DynamicRange.HLG, "arib-std-b67", HdrFormat.HLG),
    ],
)
def test_hdr_is_told_from_its_signalling(encoded, name, codec, dynamic_range, transfer, hdr):
    path = encoded(name, Clip(Video(codec, dynamic_range=dynamic_range), (), duration_s=0.5))

    stream = only(probe(path), StreamKind.VIDEO)

    assert (stream.hdr, stream.hdr_fallback, stream.dolby_vision_profile) == (hdr, None, None)
    assert (stream.color_primaries, stream.color_transfer) == ("bt2020", transfer)
    assert (stream.color_space, stream.color_range) == ("bt2020nc", "tv")
    assert (stream.bit_depth, stream.pixel_format) == (10, "yuv420p10le")


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30_000, 1001), Fraction(60)])
def test_frame_rates_are_frames_per_second(encoded, rate):
    path = encoded(f"rate-{float(rate):.0f}.mp4", Clip(Video(rate=rate), (), duration_s=0.5))

    stream = only(probe(path), StreamKind.VIDEO)

    assert stream.frame_rate == round(float(rate), 3)


def test_audio_tracks_carry_codec_layout_language_and_purpose(encoded):
    path = encoded("film.mkv", FILM)

    tracks = probe(path).of_kind(StreamKind.AUDIO)

    assert [track.codec for track in tracks] == ["eac3", "opus", "flac", "ac3", "aac"]
    assert [track.channels for track in tracks] == [6, 2, 2, 2, 8]
    assert [track.channel_layout for track in tracks] == ["5.1(side)", "stereo", "stereo", "stereo", "7.1"]
    assert [track.language for track in tracks] == ["en", "de", "en", None, "ja"]
    assert [track.title for track in tracks[:2]] == ["Surround", None]
    assert [track.is_default for track in tracks] == [True, False, False, False, False]
    assert [track.is_commentary for track in tracks] == [False, False, True, True, False]
    assert {track.sample_rate for track in tracks} == {48_000}
    assert (tracks[0].bit_rate, tracks[4].profile) == (192_000, "LC")


def test_subtitles_carry_language_forced_and_sdh_from_flags_or_titles(encoded):
    path = encoded("film.mkv", FILM)

    tracks = probe(path).of_kind(StreamKind.SUBTITLE)

    assert [track.codec for track in tracks] == ["subrip", "ass", "webvtt", "subrip", "subrip"]
    assert [track.language for track in tracks] == ["fr", "en", "es", "pt", "pt"]
    assert [track.is_forced for track in tracks] == [True, False, False, True, False]
    assert [track.is_hearing_impaired for track in tracks] == [False, True, True, False, False]
    assert [track.is_default for track in tracks] == [True, False, False, False, False]


def test_subtitles_of_mp4(encoded):
    subtitle = Subtitle(SubtitleCodec.MOV_TEXT, "ger", "Für alle", is_sdh=True)
    path = encoded("text.mp4", Clip(subtitles=(subtitle,), duration_s=1))

    track = only(probe(path), StreamKind.SUBTITLE)

    assert (track.codec, track.language, track.title, track.is_hearing_impaired) == (
        "mov_text",
        "de",
        "Für alle",
        True,
    )


def test_chapters_are_in_order_and_in_milliseconds(encoded):
    path = encoded("film.mkv", FILM)

    chapters = probe(path).chapters

    assert chapters == (
        media.Chapter(0, 0, 700, "Das Tor"),
        media.Chapter(1, 700, 1500, "門"),
        media.Chapter(2, 1500, 2000, "After"),
    )


def test_a_thousand_chapters_are_enough(encoded):
    chapters = tuple(Chapter(number, f"Chapter {number}") for number in range(1500))
    path = encoded("chapters.mkv", Clip(audio=(), chapters=chapters, duration_s=1.5))

    found = probe(path).chapters

    assert len(found) == 1000
    assert [chapter.index for chapter in found] == list(range(1000))


def test_covers_are_attachments_and_never_video(encoded):
    path = encoded("film.mkv", FILM)

    found = probe(path)

    assert [(file.name, file.mime_type, file.is_cover) for file in found.attachments] == [
        ("Serif.ttf", "font/ttf", False),
        ("cover.jpg", "image/jpeg", True),
    ]
    assert len(found.of_kind(StreamKind.VIDEO)) == 1


def test_tags_are_clean_and_few(encoded):
    path = encoded("film.mkv", FILM)

    found = probe(path)

    assert found.title == "Ünder the Gate"
    assert found.tags["comment"] == "two lines"
    assert "my_private_tag" not in found.tags


@pytest.mark.parametrize("name", ["turned.mp4", "turned.mkv"])
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_counter_clockwise(encoded, name, degrees):
    path = encoded(f"{degrees}-{name}", Clip(Video(rotation=degrees), (), duration_s=0.2))

    stream = only(probe(path), StreamKind.VIDEO)

    assert stream.rotation == degrees


def test_any_name_is_a_name_and_never_a_protocol(encoded, tmp_path, monkeypatch):
    source = encoded("h264.mp4", Clip(duration_s=0.5))
    odd = tmp_path / "concat:a|b %03d.mp4"
    odd.write_bytes(source.read_bytes())
    monkeypatch.chdir(tmp_path)

    found = probe(Path(odd.name))

    assert found.container == "mp4"


def test_results_and_errors_travel_between_processes(encoded, tmp_path):
    path, missing = encoded("film.mkv", FILM), tmp_path / "missing.mkv"

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found, failure = pool.submit(probe, path), pool.submit(probe, missing).exception()

    assert found.result() == probe(path)
    assert isinstance(failure, ProbeError)
    assert failure.reason is ProbeFailure.UNREADABLE
    assert str(pickle.loads(pickle.dumps(failure))) == str(failure)


def test_threads_don_t_disturb_each_other(encoded):
    paths = [encoded("film.mkv", FILM), encoded("h264.mp4", Clip(duration_s=0.5))] * 8

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(probe, paths))

    assert found[0::2] == [found[0]] * 8
    assert found[1::2] == [found[1]] * 8


def test_a_result_is_plain_data(encoded):
    found = probe(encoded("film.mkv", FILM))

    plain = asdict(found)

    assert plain["streams"][1].channel_layout == "5.1(side)"
    assert plain["streams"][1].kind == "audio"


def test_a_quick_look_tells_all_that_a_long_one_does(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [path for path in demo.rglob("*") if path.suffix in (".mkv", ".mp4", ".webm")]
    whole = [path for path in files if "Unfinished" not in path.name and not path.name.startswith(".")]
    quick = [probe(path) for path in whole]

    monkeypatch.setattr(probe_module, "QUICK", probe_module.OPTIONS)

    assert len(whole) > 40
    assert quick == [probe(path) for path in whole]


@pytest.mark.parametrize(
    ("name", "codec", "layout"),
    [
        ("eac3.mkv", AudioCodec.EAC3, "5.1"),
        ("ac3.mkv", AudioCodec.AC3, "stereo"),
        ("aac.mkv", AudioCodec.AAC, "stereo"),
        ("aac.mp4", AudioCodec.AAC, "5.1"),
    ],
)
def test_a_track_that_begins_late_is_heard_like_others(encoded, tmp_path, name, codec, layout):
    tracks = (Audio(codec, layout), Audio(codec, layout))
    path = delayed(encoded(f"two {name}", Clip(audio=tracks, duration_s=2.5)), tmp_path / name, stream=2)

    first, late = probe(path).of_kind(StreamKind.AUDIO)

    assert (late.profile, late.channel_layout) == (first.profile, first.channel_layout)
    assert late.profile == ("LC" if codec is AudioCodec.AAC else None)
    assert layout in str(late.channel_layout)


def test_pictures_that_begin_late_are_seen_like_others(tmp_path):
    path = tmp_path / "vp8.mkv"
    with av.open(str(path), "w") as output:
        picture, sound = output.add_stream("libvpx", rate=10), output.add_stream("aac", rate=48_000)
        picture.width, picture.height = 64, 36
        silence = av.AudioFrame("fltp", "stereo", 4 * 48_000)
        silence.sample_rate = 48_000
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        output.mux([*sound.encode(silence), *sound.encode(None)])
        for number in range(20, 40):
            blank = av.VideoFrame(64, 36, "yuv420p")
            blank.pts, blank.time_base = number, Fraction(1, 10)
            output.mux(picture.encode(blank))
        output.mux(picture.encode(None))

    stream = only(probe(path), StreamKind.VIDEO)

    assert (stream.frame_rate, stream.pixel_format, stream.is_interlaced) == (10, "yuv420p", False)


def delayed(source: Path, target: Path, *, stream: int, by_s: int = 2) -> Path:
    """The same streams, one of which begins later."""
    with av.open(str(source)) as opened, av.open(str(target), "w") as output:
        copies = [output.add_stream_from_template(each, opaque=True) for each in opened.streams]
        packets = [packet for packet in opened.demux() if packet.dts is not None]
        for packet in packets:
            if packet.stream_index == stream:
                packet.pts += round(by_s / packet.time_base)
                packet.dts += round(by_s / packet.time_base)
        for packet in sorted(packets, key=lambda each: each.dts * each.time_base):
            packet.stream = copies[packet.stream_index]
            output.mux(packet)
    return target
