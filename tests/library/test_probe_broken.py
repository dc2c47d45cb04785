"""Files that are no films, or no longer: always a reason, never another exception."""

import os
import random
import struct
from pathlib import Path

import pytest

from app.demo.clip import Attachment, Audio, AudioCodec, Chapter, Clip, Video, VideoCodec
from app.demo.encode import encode
from app.library.media import StreamKind
from app.library.probe import ProbeError, ProbeFailure, probe

PLAYLIST = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\n/etc/hostname\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile /etc/hostname\n"
SUBTITLES = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"


@pytest.fixture(scope="module")
def clips(tmp_path_factory) -> dict[str, bytes]:
    """Whole files by suffix."""
    folder = tmp_path_factory.mktemp("whole")
    clip = Clip(chapters=(Chapter(0, "One"), Chapter(500, "Two")), duration_s=1)
    avi = Clip(Video(VideoCodec.MPEG4), duration_s=1)
    for name, described in (("a.mkv", clip), ("a.mp4", clip), ("a.ts", clip), ("a.avi", avi)):
        encode(described, folder / name)
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


def reason_of(path: Path) -> ProbeFailure:
    with pytest.raises(ProbeError) as caught:
        probe(path)
    assert str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mkv", b"", ProbeFailure.EMPTY),
        ("text.mkv", b"This is no film.\n" * 50, ProbeFailure.NOT_MEDIA),
        ("html.mp4", b"<!doctype html><html><body>404</body></html>", ProbeFailure.NOT_MEDIA),
        ("noise.avi", random.Random(7).randbytes(200_000), ProbeFailure.NOT_MEDIA),
        ("zeros.mp4", bytes(100_000), ProbeFailure.NOT_MEDIA),
        ("subtitles.mkv", SUBTITLES, ProbeFailure.NOT_MEDIA),
        ("playlist.mkv", PLAYLIST, ProbeFailure.NOT_MEDIA),
        ("concat.mp4", CONCAT, ProbeFailure.NOT_MEDIA),
        ("one-byte.ts", b"G", ProbeFailure.NOT_MEDIA),
    ],
)
def test_what_is_no_film_is_named_for_what_it_is(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)

    assert reason_of(path) is reason


def test_what_is_missing_or_no_file_is_unreadable(tmp_path):
    folder = tmp_path / "folder.mkv"
    folder.mkdir()
    pipe = tmp_path / "pipe.mkv"
    os.mkfifo(pipe)

    assert reason_of(pipe) is ProbeFailure.UNREADABLE
    assert reason_of(tmp_path / "missing.mkv") is ProbeFailure.UNREADABLE
    assert reason_of(folder) is ProbeFailure.UNREADABLE
    assert reason_of(Path("nul\0.mkv")) is ProbeFailure.UNREADABLE


def test_sound_alone_is_no_video(tmp_path):
    path = tmp_path / "song.mkv"
    encode(Clip(None, (Audio(AudioCodec.FLAC),), duration_s=0.5), path)

    assert reason_of(path) is ProbeFailure.NO_VIDEO


def test_sound_with_a_cover_is_no_video(tmp_path):
    path = tmp_path / "song.mkv"
    cover = Attachment("cover.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 picture")
    encode(Clip(None, (Audio(AudioCodec.FLAC),), attachments=(cover,), duration_s=0.5), path)

    assert reason_of(path) is ProbeFailure.NO_VIDEO


def test_an_mp4_without_its_index_is_truncated(tmp_path, clips):
    path = tmp_path / "half.mp4"
    path.write_bytes(clips[".mp4"][: len(clips[".mp4"]) // 2])

    assert reason_of(path) is ProbeFailure.TRUNCATED


@pytest.mark.parametrize("length", [20, 60, 200])
def test_a_matroska_without_its_tracks_is_truncated(tmp_path, clips, length):
    path = tmp_path / "head.mkv"
    path.write_bytes(clips[".mkv"][:length])

    assert reason_of(path) is ProbeFailure.TRUNCATED


@pytest.mark.parametrize("suffix", [".mkv", ".avi"])
def test_a_film_that_ends_too_early_is_described_and_flagged(tmp_path, clips, suffix):
    path = tmp_path / f"half{suffix}"
    path.write_bytes(clips[suffix][: len(clips[suffix]) * 2 // 3])

    found = probe(path)

    assert found.is_truncated
    assert [stream.codec for stream in found.of_kind(StreamKind.AUDIO)] == ["aac"]


def test_a_film_whose_index_comes_first_is_described_and_flagged(tmp_path, clips):
    """As it looks while it is being copied."""
    whole = clips[".mp4"]
    index = whole.index(b"moov") - 4
    fast_start = whole[:32] + whole[index:] + whole[32:index]
    path = tmp_path / "copying.mp4"
    path.write_bytes(fast_start[:-1000])

    found = probe(path)

    assert found.is_truncated
    assert found.duration_ms == pytest.approx(1000, abs=50)


def test_the_deadline_holds(tmp_path, clips):
    path = tmp_path / "a.ts"
    path.write_bytes(clips[".ts"])

    with pytest.raises(ProbeError) as caught:
        probe(path, timeout_s=0)

    assert caught.value.reason is ProbeFailure.TIMED_OUT


def test_names_in_other_encodings_are_read_as_far_as_they_can_be(tmp_path):
    path = tmp_path / "latin.mkv"
    encode(Clip(tags={"title": "Traeume"}, chapters=(Chapter(0, "Foehn"),), duration_s=0.5), path)
    path.write_bytes(path.read_bytes().replace(b"Traeume", b"Tr\xe4umen").replace(b"Foehn", b"F\xf6hn!"))

    found = probe(path)

    assert found.title == "Tr\N{REPLACEMENT CHARACTER}umen"
    assert found.chapters[0].title == "F\N{REPLACEMENT CHARACTER}hn!"


def test_an_absurd_box_size_does_not_lead_astray(tmp_path, clips):
    path = tmp_path / "absurd.mp4"
    path.write_bytes(clips[".mp4"] + struct.pack(">I4sQ", 1, b"free", 2**63))

    assert probe(path).is_truncated


@pytest.mark.parametrize("size", [2**44, 2**62, 2**64 - 1])
def test_a_size_that_no_seek_can_reach_is_not_followed(tmp_path, size):
    nested = struct.pack(">I4sQ", 1, b"moov", size) + struct.pack(">I4sQ", 1, b"free", size - 32) + bytes(64)
    path = tmp_path / "nested.mp4"
    path.write_bytes(struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + nested)

    assert reason_of(path) is ProbeFailure.TRUNCATED


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".avi", ".ts"])
def test_damage_anywhere_ends_in_a_description_or_a_reason(tmp_path, clips, suffix):
    chance, whole, path = random.Random(suffix), clips[suffix], tmp_path / f"damaged{suffix}"
    outcomes = set[str]()

    for _ in range(40):
        damaged = bytearray(whole[: chance.randrange(1, len(whole) + 1)])
        for _ in range(chance.randrange(60)):
            damaged[min(len(damaged) - 1, int(chance.expovariate(1 / 800)))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            outcomes.add(probe(path, timeout_s=5).container)
        except ProbeError as error:
            outcomes.add(error.reason)

    assert outcomes <= {suffix[1:], "mpegts", "mov", "webm", *ProbeFailure}
    assert len(outcomes) > 1
