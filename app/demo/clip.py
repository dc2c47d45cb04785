"""What a demo file holds: the description that the encoder turns into media."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.demo.draw import Palette


class VideoCodec(StrEnum):
    H264 = "libx264"
    HEVC = "libx265"
    VP9 = "libvpx-vp9"
    AV1 = "libsvtav1"
    MPEG4 = "mpeg4"


class AudioCodec(StrEnum):
    AAC = "aac"
    AC3 = "ac3"
    EAC3 = "eac3"
    OPUS = "libopus"
    FLAC = "flac"


class SubtitleCodec(StrEnum):
    SRT = "srt"
    ASS = "ass"
    WEBVTT = "webvtt"
    MOV_TEXT = "mov_text"


class DynamicRange(StrEnum):
    SDR = "sdr"
    HDR10 = "hdr10"
    HLG = "hlg"


FILM_RATE = Fraction(24_000, 1001)
DUSK = Palette(top="#1d2b53", horizon="#ff77a8", far="#5f3c5c", near="#2a1a2e", glow="#fff1c1")


@dataclass(frozen=True, slots=True)
class Video:
    """rotation: degrees counter-clockwise that a player is asked to turn the picture by (mp4 and mkv)."""

    codec: VideoCodec = VideoCodec.H264
    width: int = 320
    height: int = 180
    rate: Fraction = FILM_RATE
    dynamic_range: DynamicRange = DynamicRange.SDR
    rotation: int = 0
    palette: Palette = DUSK
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Audio:
    """language: ISO 639-2 as written into the file; layout: libav's name of it ("stereo", "5.1")."""

    codec: AudioCodec = AudioCodec.AAC
    layout: str = "stereo"
    language: str | None = None
    title: str | None = None
    is_default: bool = False
    is_commentary: bool = False


@dataclass(frozen=True, slots=True)
class Subtitle:
    codec: SubtitleCodec = SubtitleCodec.SRT
    language: str | None = None
    title: str | None = None
    is_default: bool = False
    is_forced: bool = False
    is_sdh: bool = False
    lines: tuple[str, ...] = ("Did you hear that?", "It was only the wind.")


@dataclass(frozen=True, slots=True)
class Chapter:
    start_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    mime_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Clip:
    """A media file in words. The container follows from the name it is written to."""

    video: Video | None = field(default_factory=Video)
    audio: tuple[Audio, ...] = (Audio(),)
    subtitles: tuple[Subtitle, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    duration_s: float = 2.0
