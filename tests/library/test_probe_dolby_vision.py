"""Dolby Vision and HDR10+, which no encoder here writes: real HEVC with the standards' bytes put in."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo.clip import Clip, DynamicRange, Video, VideoCodec
from app.demo.encode import encode
from app.library.hdr import DolbyVision, dolby_vision, hdr_formats, level
from app.library.media import HdrFormat, Stream, StreamKind
from app.library.probe import probe
from app.library.sei import dynamic_hdr

PATH_TO_SAMPLE_ENTRY = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hev1")


def record(profile: int, compatibility: int, dv_level: int = 6) -> bytes:
    """A configuration record with its base layer and metadata flags set."""
    packed = profile << 17 | dv_level << 11 | 0b101 << 8 | compatibility << 4
    return b"\x01\x00" + packed.to_bytes(3, "big") + bytes(19)


def with_configuration(mp4: bytes, configuration: bytes) -> bytes:
    """Adds a box to the sample entry. The index must come last, so that no offset into the media changes."""
    box = struct.pack(">I4s", 8 + len(configuration), b"dvvC") + configuration
    data, position = bytearray(mp4), 0
    for kind in PATH_TO_SAMPLE_ENTRY:
        position = data.index(kind, position)
        size = struct.unpack_from(">I", data, position - 4)[0]
        struct.pack_into(">I", data, position - 4, size + len(box))
    data[position - 4 + size : position - 4 + size] = box
    return bytes(data)


def remuxed(source: Path, target: Path) -> Path:
    with av.open(str(source)) as opened, av.open(str(target), "w") as output:
        template = opened.streams.video[0]
        stream = output.add_stream_from_template(template, opaque=True)
        for packet in opened.demux(template):
            if packet.dts is not None:
                packet.stream = stream
                output.mux(packet)
    return target


def hdr10_plus_message() -> bytes:
    """A SEI unit with the smallest valid SMPTE ST 2094-40 metadata: one window, nothing mapped."""
    bits = f"{1:02b}{1000:027b}0" + "".join(f"{value:017b}" for value in (1, 2, 3, 4)) + f"{0:04b}{0:010b}000"
    bits += "0" * (-len(bits) % 8)
    metadata = int(bits, 2).to_bytes(len(bits) // 8, "big")
    payload = b"\xb5\x00\x3c\x00\x01\x04\x01" + metadata
    return escaped(b"\x4e\x01" + bytes([4, len(payload)]) + payload + b"\x80")


def escaped(unit: bytes) -> bytes:
    """With emulation prevention, so that no start code appears inside."""
    out = bytearray()
    for byte in unit:
        if out[-2:] == b"\0\0" and byte <= 3:
            out.append(3)
        out.append(byte)
    return bytes(out)


def encode_marked(path: Path, unit: bytes) -> None:
    """HEVC with PQ and a further unit at the head of each picture."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream(
            "libx265", rate=24, options={"x265-params": "log-level=none", "preset": "ultrafast"}
        )
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p10le"
        stream.codec_context.color_trc = 16
        output.start_encoding()
        for number in [*range(5), None]:
            picture = None if number is None else av.VideoFrame(320, 180, "yuv420p10le")
            if picture:
                picture.pts, picture.time_base = number, Fraction(1, 24)
            for packet in stream.encode(picture):
                marked = av.Packet(b"\0\0\0\1" + unit + bytes(packet))
                marked.pts, marked.dts, marked.time_base = packet.pts, packet.dts, packet.time_base
                marked.stream, marked.is_keyframe = stream, packet.is_keyframe
                output.mux(marked)


def video_of(path: Path) -> Stream:
    (stream,) = probe(path).of_kind(StreamKind.VIDEO)
    return stream


@pytest.fixture(scope="module")
def hdr10_mp4(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("hdr10") / "base.mp4"
    encode(Clip(Video(VideoCodec.HEVC, dynamic_range=DynamicRange.HDR10), (), duration_s=0.5), path)
    return path


@pytest.mark.parametrize(
    ("profile", "compatibility", "fallback"),
    [(5, 0, None), (7, 6, HdrFormat.HDR10), (8, 1, HdrFormat.HDR10), (8, 2, None)],
)
@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_dolby_vision_is_read_from_its_configuration(
    tmp_path, hdr10_mp4, container, profile, compatibility, fallback
):
    path = tmp_path / "film.mp4"
    path.write_bytes(with_configuration(hdr10_mp4.read_bytes(), record(profile, compatibility)))
    if container == "mkv":
        path = remuxed(path, tmp_path / "film.mkv")

    stream = video_of(path)

    assert stream.hdr is HdrFormat.DOLBY_VISION
    assert stream.dolby_vision_profile == profile
    assert stream.hdr_fallback == fallback


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".ts"])
def test_hdr10_plus_is_told_from_its_frames(tmp_path, suffix):
    path = tmp_path / f"plus{suffix}"
    encode_marked(path, hdr10_plus_message())

    stream = video_of(path)

    assert stream.hdr is HdrFormat.HDR10_PLUS
    assert stream.color_transfer == "smpte2084"


@pytest.mark.parametrize("suffix", [".mkv", ".ts"])
def test_dolby_vision_metadata_counts_without_a_configuration(tmp_path, suffix):
    path = tmp_path / f"rpu{suffix}"
    encode_marked(path, b"\x7c\x01" + bytes(range(1, 40)))

    stream = video_of(path)

    assert (stream.hdr, stream.hdr_fallback) == (HdrFormat.DOLBY_VISION, HdrFormat.HDR10)
    assert stream.dolby_vision_profile is None


@settings(max_examples=300)
@given(picture=st.binary(max_size=400), size=st.sampled_from([None, 1, 2, 4]))
def test_any_bytes_are_a_picture_without_dynamic_hdr_or_with(picture, size):
    found = dynamic_hdr(picture, size)

    assert all(isinstance(flag, bool) for flag in found)
    if b"\x00\x3c\x00\x01\x04" not in picture.replace(b"\0\0\3", b"\0\0"):
        assert not found[1]


def test_a_configuration_record_is_read_bit_by_bit():
    assert dolby_vision(record(8, 4, dv_level=9)) == DolbyVision(profile=8, level=9, compatibility=4)
    assert dolby_vision(b"\x01\x00") is None
    assert dolby_vision(bytes(24)) is None


def test_what_is_left_without_dolby_vision_follows_the_base_layer():
    hlg_based = DolbyVision(profile=8, level=6, compatibility=4)

    assert hdr_formats("arib-std-b67", dolby_vision=hlg_based, has_rpu=True, has_hdr10_plus=False) == (
        HdrFormat.DOLBY_VISION,
        HdrFormat.HLG,
    )
    assert hdr_formats("smpte2084", dolby_vision=None, has_rpu=True, has_hdr10_plus=True) == (
        HdrFormat.DOLBY_VISION,
        HdrFormat.HDR10_PLUS,
    )
    assert hdr_formats("bt709", dolby_vision=None, has_rpu=False, has_hdr10_plus=False) == (None, None)


@pytest.mark.parametrize(
    ("codec", "value", "expected"),
    [
        ("h264", 41, 4.1),
        ("h264", 9, 1.1),
        ("hevc", 153, 5.1),
        ("av1", 13, 5.1),
        ("av1", 0, 2.0),
        ("av1", 31, None),
        ("vp9", 31, 3.1),
        ("vp9", -99, None),
        ("mpeg2video", 8, None),
    ],
)
def test_levels_read_as_in_the_specifications(codec, value, expected):
    assert level(codec, value) == expected
