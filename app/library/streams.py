"""Turns libav's streams into ours."""

from __future__ import annotations  # av.Packet is generic to type checkers only

import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import cast

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.sidedata.sidedata import SideData, Type
from av.stream import Disposition
from av.stream import Stream as AvStream
from av.video.stream import VideoStream

from app.core import language_codes
from app.library import hdr, roles, sei
from app.library.layout import Layout, VideoTrack
from app.library.media import Attachment, Stream, StreamKind

_MAX_TEXT = 1000
_MAX_PACKETS = 300
_MAX_MS = 2**53  # what a JSON number still holds exactly
_MAX_FRAME_RATE = 1000
_INTERLACED = range(2, 6)  # AVFieldOrder: 0 is unknown, 1 progressive
_NOTHING = (False, False)
_RPU = {Type.DOVI_RPU_BUFFER, Type.DOVI_METADATA}
_COVER_TYPES = {
    "mjpeg": "image/jpeg",
    "png": "image/png",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "webp": "image/webp",
}


def read_streams(container: InputContainer, layout: Layout, deadline: float) -> tuple[Stream, ...]:
    """Video, audio and subtitles in file order; covers and data are left out.

    deadline: of time.monotonic(), after which no more frames are looked at.
    """
    videos = [stream for stream in container.streams.video if not _is_cover(stream)]
    tracks = layout.tracks if len(layout.tracks) == len(videos) else (VideoTrack(),) * len(videos)
    found = [_video(stream, track, deadline) for stream, track in zip(videos, tracks, strict=True)]
    found.extend(_audio(stream) for stream in container.streams.audio)
    found.extend(_common(stream, StreamKind.SUBTITLE) for stream in container.streams.subtitles)
    return tuple(sorted(found, key=lambda stream: stream.index))


def covers(container: InputContainer) -> list[Attachment]:
    """Pictures that libav presents as video streams."""
    return [
        Attachment(
            stream.index,
            clean(stream.metadata.get("filename")),
            clean(stream.metadata.get("mimetype")) or _COVER_TYPES.get(_codec(stream)),
            is_cover=True,
        )
        for stream in container.streams.video
        if _is_cover(stream)
    ]


def clean(text: str | None) -> str | None:
    """Printable text on one line, cut at a thousand characters; None if nothing is left."""
    printable = "".join(char if char.isprintable() else " " for char in (text or "")[: 4 * _MAX_TEXT])
    return " ".join(printable.split())[:_MAX_TEXT] or None


def milliseconds(time_units: int | None, time_base: Fraction | None) -> int | None:
    """None for what is unknown, negative or beyond all reason."""
    if time_units is None or time_base is None:
        return None
    value = round(time_units * time_base * 1000)
    return value if 0 <= value <= _MAX_MS else None


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))


def _codec(stream: AvStream) -> str:
    """The name of the format, which is not always that of its decoder (av1, libdav1d)."""
    return stream.codec_context.codec.canonical_name if stream.codec_context else "unknown"


def _common(stream: AvStream, kind: StreamKind) -> Stream:
    title = clean(stream.metadata.get("title") or stream.metadata.get("name"))
    flags = stream.disposition
    is_subtitle = kind is StreamKind.SUBTITLE
    return Stream(
        index=stream.index,
        kind=kind,
        codec=_codec(stream),
        profile=stream.profile if stream.codec_context else None,
        language=language_codes.normal(stream.language),
        title=title,
        duration_ms=_duration_ms(stream),
        bit_rate=_bit_rate(stream),
        is_default=bool(flags & Disposition.default),
        is_forced=bool(flags & Disposition.forced) or (is_subtitle and roles.is_forced(title)),
        is_hearing_impaired=bool(flags & (Disposition.hearing_impaired | Disposition.captions))
        or (is_subtitle and roles.is_hearing_impaired(title)),
        is_commentary=bool(flags & Disposition.comment) or roles.is_commentary(title),
    )


def _duration_ms(stream: AvStream) -> int | None:
    # Matroska keeps it in a tag, "00:00:02.021000000"; what libav says of such a stream may be the whole file's.
    hours, _, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        tagged = milliseconds(
            round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000), Fraction(1, 1000)
        )
    except (ValueError, OverflowError):
        tagged = None
    return milliseconds(stream.duration, stream.time_base) if tagged is None else tagged


def _bit_rate(stream: AvStream) -> int | None:
    known: int | None = getattr(stream.codec_context, "bit_rate", None)
    if known:
        return known
    tag = stream.metadata.get("BPS") or stream.metadata.get("BPS-eng") or ""  # of mkvmerge's statistics
    return int(tag) if tag.isascii() and tag.isdigit() and 0 < len(tag) < 16 else None


def _audio(stream: AudioStream) -> Stream:
    common = _common(stream, StreamKind.AUDIO)
    context = stream.codec_context
    if not context:
        return common
    return common._replace(
        channels=context.channels or None,
        channel_layout=context.layout.name if context.channels else None,
        sample_rate=context.sample_rate or None,
    )


def _video(stream: VideoStream, track: VideoTrack, deadline: float) -> Stream:
    common = _common(stream, StreamKind.VIDEO)
    context = stream.codec_context
    if not context:
        return common
    transfer = hdr.TRANSFERS.get(context.color_trc)
    bit_depth = (
        max((part.bits for part in context.format.components), default=None) if context.format else None
    )
    has_rpu = has_hdr10_plus = False
    if transfer == hdr.PQ or (transfer is None and common.codec == "hevc" and bit_depth == 10):
        has_rpu, has_hdr10_plus = _dynamic_hdr(stream, common.codec, deadline)
    format_, fallback = hdr.hdr_formats(
        transfer,
        dolby_vision=track.dolby_vision,
        has_rpu=has_rpu,
        has_hdr10_plus=has_hdr10_plus,
    )
    return common._replace(
        level=hdr.level(common.codec, context.level),
        width=context.width or None,
        height=context.height or None,
        frame_rate=_frame_rate(stream),
        is_interlaced=context.field_order in _INTERLACED if context.field_order else None,
        bit_depth=bit_depth,
        pixel_format=context.pix_fmt,
        color_space=hdr.SPACES.get(context.colorspace)
        if context.colorspace or context.pix_fmt == "gbrp"
        else None,
        color_range=hdr.RANGES.get(context.color_range),
        color_primaries=hdr.PRIMARIES.get(context.color_primaries),
        color_transfer=transfer,
        hdr=format_,
        hdr_fallback=fallback,
        dolby_vision_profile=track.dolby_vision.profile if track.dolby_vision else None,
        rotation=track.rotation,
    )


def _frame_rate(stream: VideoStream) -> float | None:
    rate = stream.average_rate or stream.guessed_rate
    return round(float(rate), 3) if rate and 0 < rate <= _MAX_FRAME_RATE else None


def _dynamic_hdr(stream: VideoStream, codec: str, deadline: float) -> tuple[bool, bool]:
    """Whether the first picture carries a Dolby Vision RPU, and HDR10+ metadata; not if it can't be read."""
    try:
        if codec == "hevc":
            first = next(_packets(stream, deadline), None)
            return (
                sei.dynamic_hdr(bytes(first), sei.length_size(stream.codec_context.extradata))
                if first
                else _NOTHING
            )
        frames = (frame for packet in _packets(stream, deadline) for frame in stream.decode(packet))
        carried = {
            data.type for frame in islice(frames, 1) for data in cast("Iterator[SideData]", frame.side_data)
        }
        return bool(carried & _RPU), Type.DYNAMIC_HDR_PLUS in carried
    except (FFmpegError, ValueError):  # a ValueError is a kind of side data that PyAV has no name for
        return _NOTHING


def _packets(stream: VideoStream, deadline: float) -> Iterator[Packet[VideoStream]]:
    """All streams are read, since libav would search the whole file for the packets of a stream that has none."""
    assert isinstance(stream.container, InputContainer)
    for packet in islice(stream.container.demux(), _MAX_PACKETS):
        if time.monotonic() > deadline:
            return
        if packet.stream_index == stream.index:
            yield cast("Packet[VideoStream]", packet)
