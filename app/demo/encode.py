"""Turn the description of a clip into a media file, the same bytes every time as far as encoders allow."""

from __future__ import annotations  # av.Packet is generic to type checkers only

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import SubtitleSet
from av.video.stream import VideoStream
from PIL import Image

from app.demo.clip import Audio, AudioCodec, Chapter, Clip, DynamicRange, Subtitle, Video, VideoCodec
from app.demo.draw import frame
from app.demo.tone import SAMPLE_RATE, chord

MUXERS = {
    ".mkv": "matroska",
    ".mka": "matroska",
    ".webm": "webm",
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".mov": "mov",
    ".avi": "avi",
    ".ts": "mpegts",
}
_MASTERING_DISPLAY = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
_QUIET_X265 = "log-level=none:info=0:pools=1:frame-threads=1"
_VIDEO_OPTIONS = {
    VideoCodec.H264: {"preset": "ultrafast", "crf": "30"},
    VideoCodec.HEVC: {"preset": "ultrafast", "crf": "32"},
    VideoCodec.VP9: {"deadline": "realtime", "cpu-used": "8", "crf": "45", "b": "0"},
    VideoCodec.AV1: {"preset": "11", "crf": "50"},
    VideoCodec.MPEG4: {"q": "9"},
}
# Code points of ITU-T H.273: primaries, transfer, matrix; 1 of libav's colour ranges is "limited".
_BT2020, _PQ, _HLG, _LIMITED = 9, 16, 18, 1
_STILLS_PER_S = 4
_MS = Fraction(1, 1000)
_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, \
MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def encode(clip: Clip, path: Path) -> None:
    """Write the clip. The suffix of the path chooses the container; raises ValueError for one that it can't be."""
    muxer = MUXERS.get(path.suffix.lower())
    if muxer is None:
        raise ValueError(f"no container for {path.name!r}")
    os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 writes its settings to stderr and obeys nothing else
    with av.open(str(path), "w", format=muxer, options={"fflags": "+bitexact"}) as output:
        output.metadata.update(clip.tags)
        packets = _packets(clip, output)
        _add_chapters(output, clip.chapters, clip.duration_s)
        for attachment in clip.attachments:
            output.add_attachment(attachment.name, attachment.mime_type, attachment.data)
        output.start_encoding()
        for packet in sorted((packet for track in packets for packet in track), key=_decoded_at):
            output.mux(packet)


def _packets(clip: Clip, output: OutputContainer) -> list[Iterator[Packet[Stream]]]:
    """Adds the streams at once; the packets come when iterated, which must be after the header is written."""
    tracks: list[Iterator[Packet[Stream]]] = []
    if clip.video:
        tracks.append(_video(_add_video(output, clip.video), clip.video, clip.duration_s))
    tracks.extend(_audio(_add_audio(output, audio), clip.duration_s) for audio in clip.audio)
    tracks.extend(
        _subtitle(_add_subtitle(output, subtitle), subtitle, clip.duration_s) for subtitle in clip.subtitles
    )
    return tracks


def _decoded_at(packet: Packet[Stream]) -> Fraction:
    return (packet.dts or 0) * packet.time_base


def _add_video(output: OutputContainer, video: Video) -> VideoStream:
    stream: VideoStream = output.add_stream(video.codec.value, rate=video.rate, options=_video_options(video))
    stream.width, stream.height = video.width, video.height
    context = stream.codec_context
    context.flags |= Flags.bitexact
    context.pix_fmt = _pixel_format(video)
    if video.dynamic_range is not DynamicRange.SDR:
        context.color_primaries = context.colorspace = _BT2020
        context.color_trc = _PQ if video.dynamic_range is DynamicRange.HDR10 else _HLG
        context.color_range = _LIMITED
    if video.rotation:
        stream.set_display_rotation(video.rotation)
    stream.disposition = Disposition.default
    return stream


def _pixel_format(video: Video) -> str:
    return "yuv420p" if video.dynamic_range is DynamicRange.SDR else "yuv420p10le"


def _video_options(video: Video) -> dict[str, str]:
    options = dict(_VIDEO_OPTIONS[video.codec])
    if video.codec is VideoCodec.HEVC:
        options["x265-params"] = _QUIET_X265
        if video.dynamic_range is DynamicRange.HDR10:
            options["x265-params"] += f":hdr10=1:master-display={_MASTERING_DISPLAY}:max-cll=1000,400"
    return options


def _video(stream: VideoStream, video: Video, duration_s: float) -> Iterator[Packet[Stream]]:
    count = round(duration_s * video.rate)
    stills = max(1, round(duration_s * _STILLS_PER_S))
    shown, picture = -1, av.VideoFrame(video.width, video.height, _pixel_format(video))
    for number in range(count):
        if shown != (still := number * stills // count):
            image = frame(video.width, video.height, video.palette, still / stills, video.caption)
            shown, picture = still, _picture(image, _pixel_format(video))
        picture.pts, picture.time_base = number, 1 / video.rate
        yield from stream.encode(picture)
    yield from stream.encode(None)


def _picture(image: Image.Image, pixel_format: str) -> av.VideoFrame:
    rgb = cast("av.VideoFrame", av.VideoFrame.from_image(image))  # pyright: ignore[reportUnknownMemberType]
    return rgb.reformat(format=pixel_format)


def _add_audio(output: OutputContainer, audio: Audio) -> AudioStream:
    stream: AudioStream = output.add_stream(audio.codec.value, rate=SAMPLE_RATE)
    stream.codec_context.layout = audio.layout
    stream.codec_context.flags |= Flags.bitexact
    if audio.codec is not AudioCodec.FLAC:
        stream.codec_context.bit_rate = 32_000 * stream.codec_context.channels
    flags = Disposition(0)
    if audio.is_default:
        flags |= Disposition.default
    if audio.is_commentary:
        flags |= Disposition.comment
    _describe(stream, audio.language, audio.title, flags)
    return stream


def _audio(stream: AudioStream, duration_s: float) -> Iterator[Packet[Stream]]:
    samples = round(duration_s * SAMPLE_RATE)
    sound = av.AudioFrame("s16", stream.codec_context.layout.name, samples)
    sound.sample_rate, sound.pts = SAMPLE_RATE, 0
    sound.planes[0].update(chord(stream.codec_context.channels, samples))
    yield from stream.encode(sound)
    yield from stream.encode(None)


def _add_subtitle(output: OutputContainer, subtitle: Subtitle) -> SubtitleStream:
    stream: SubtitleStream = output.add_stream(subtitle.codec.value)
    stream.time_base = stream.codec_context.time_base = _MS
    stream.codec_context.subtitle_header = _ASS_HEADER
    flags = Disposition(0)
    if subtitle.is_default:
        flags |= Disposition.default
    if subtitle.is_forced:
        flags |= Disposition.forced
    if subtitle.is_sdh:
        flags |= Disposition.hearing_impaired
    _describe(stream, subtitle.language, subtitle.title, flags)
    return stream


def _subtitle(stream: SubtitleStream, subtitle: Subtitle, duration_s: float) -> Iterator[Packet[Stream]]:
    step_ms = round(duration_s * 1000) // max(1, len(subtitle.lines))
    for number, line in enumerate(subtitle.lines):
        cue = SubtitleSet.create(
            f"{number},0,Default,,0,0,0,,{line}".encode(), 0, step_ms * 3 // 4, number * step_ms
        )
        packet = cast("Packet[Stream]", stream.codec_context.encode_subtitle(cue))
        packet.stream, packet.time_base = stream, _MS
        yield packet


def _describe(stream: Stream, language: str | None, title: str | None, flags: Disposition) -> None:
    if language:
        stream.metadata["language"] = language
    if title:
        stream.metadata["title"] = title
    stream.disposition = flags


def _add_chapters(output: OutputContainer, chapters: tuple[Chapter, ...], duration_s: float) -> None:
    starts = [chapter.start_ms for chapter in chapters]
    ends = [*starts[1:], round(duration_s * 1000)]
    output.set_chapters(
        [
            {"id": number, "start": start, "end": end, "time_base": _MS, "metadata": {"title": chapter.title}}
            for number, (chapter, start, end) in enumerate(zip(chapters, starts, ends, strict=False), 1)
        ]
    )
