"""What a media file holds, as read from its container: no tables, no libav."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class StreamKind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"
    SUBTITLE = "subtitle"


class HdrFormat(StrEnum):
    HDR10 = "hdr10"
    HDR10_PLUS = "hdr10_plus"
    HLG = "hlg"
    DOLBY_VISION = "dolby_vision"


class Stream(NamedTuple):
    """One video, audio or subtitle stream; fields of the other kinds stay None.

    language: ISO 639-1 or BCP 47 ("en", "pt-BR"), None where the file doesn't say.
    codec: libav's name of the format ("h264", "hevc", "eac3", "subrip", "hdmv_pgs_subtitle").
    level: as the codec's specification writes it (4.1 for H.264, 5.1 for HEVC and AV1).
    frame_rate: frames per second, rounded to thousandths (23.976).
    color_*: libav's names of the ITU-T H.273 code points ("bt2020", "smpte2084", "bt2020nc").
    hdr_fallback: what a screen without Dolby Vision shows of a Dolby Vision stream; None then means SDR or nothing.
    rotation: degrees counter-clockwise that a player turns the picture by, 0 to 359.
    A tuple, since a scan makes millions of them.
    """

    index: int  # pyright: ignore[reportIncompatibleMethodOverride]
    kind: StreamKind
    codec: str
    profile: str | None = None
    language: str | None = None
    title: str | None = None
    duration_ms: int | None = None
    bit_rate: int | None = None
    is_default: bool = False
    is_forced: bool = False
    is_hearing_impaired: bool = False
    is_commentary: bool = False
    level: float | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    is_interlaced: bool | None = None
    bit_depth: int | None = None
    pixel_format: str | None = None
    color_space: str | None = None
    color_range: str | None = None
    color_primaries: str | None = None
    color_transfer: str | None = None
    hdr: HdrFormat | None = None
    hdr_fallback: HdrFormat | None = None
    dolby_vision_profile: int | None = None
    rotation: int | None = None
    channels: int | None = None
    channel_layout: str | None = None
    sample_rate: int | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """index counts from 0 in order of time."""

    index: int
    start_ms: int
    end_ms: int
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the file: fonts for subtitles, and cover pictures (is_cover)."""

    index: int
    name: str | None = None
    mime_type: str | None = None
    is_cover: bool = False


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """A probed file.

    container: "mkv", "webm", "mp4", "mov", "avi", "mpegts", ... as a person would call it.
    bit_rate: bits per second over all streams.
    is_truncated: the container announces more bytes than the file has (cut off, or still being written).
    tags: the container's own, keys in lower case; the title is apart.
    """

    container: str
    size_bytes: int
    duration_ms: int | None = None
    bit_rate: int | None = None
    is_truncated: bool = False
    title: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    streams: tuple[Stream, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def of_kind(self, kind: StreamKind) -> tuple[Stream, ...]:
        """In the order of the file."""
        return tuple(stream for stream in self.streams if stream.kind is kind)
