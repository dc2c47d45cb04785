"""Reads what a media file holds, with PyAV; whatever is in the file, it ends in MediaInfo or ProbeError."""

import errno
import os
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import ExitError, FFmpegError
from av.error import TimeoutError as LibavTimeout
from av.video.stream import VideoStream

from app.library.isobmff import read_isobmff
from app.library.layout import Layout
from app.library.matroska import read_matroska
from app.library.media import Attachment, Chapter, MediaInfo, StreamKind
from app.library.mishaps import OUT_OF_MEMORY
from app.library.riff import read_riff
from app.library.streams import clean, covers, milliseconds, read_streams


class ProbeFailure(StrEnum):
    UNREADABLE = "unreadable"  # the system won't let us read it
    EMPTY = "empty"
    NOT_MEDIA = "not_media"  # no video container that we know
    TRUNCATED = "truncated"  # a video container with its index or all of its streams cut off
    NO_VIDEO = "no_video"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"


class ProbeError(Exception):
    """Why a file could not be probed: a reason to act on, and a sentence for people."""

    def __init__(self, reason: ProbeFailure, message: str) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return self.message


# A playlist that calls itself a film could have libav open other files and hosts; these demuxers open nothing.
_DEMUXERS = "matroska,mov,avi,mpegts,mpeg,asf,flv,ogg,rm,mxf,nut,wtv"
# What libav reads to know its streams: its own defaults, stated because absurd files go to these limits.
OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": _DEMUXERS,
    "probesize": "5000000",
    "analyzeduration": "5000000",
    "max_streams": "500",
}
# Containers with an index say most of it in their heads: what is left is in the first key frame. To decode the others
# of the first seconds, as libav does to guess how late frames come, is two thirds of what opening costs.
QUICK = OPTIONS | {"skip_frame": "nokey", "analyzeduration": "1000000"}
_FAMILIES = {
    "mov,mp4,m4a,3gp,3g2,mj2": "mp4",
    "matroska,webm": "mkv",
    "mpeg": "mpegps",
    "asf": "wmv",
}
_MAX_CHAPTERS = 1000
_TAGS_WORTH_HAVING = {
    "title",
    "comment",
    "description",
    "synopsis",
    "date",
    "creation_time",
    "show",
    "season_number",
    "episode_sort",
    "episode_id",
    "genre",
    "artist",
    "director",
    "copyright",
    "encoder",
    "language",
}


def probe(
    path: Path, *, timeout_s: float = 30, also: Callable[[BinaryIO, int], None] | None = None
) -> MediaInfo:
    """Open the file and describe it. Raises ProbeError and nothing else.

    also: what else is to be done with the open file, given its size in bytes; OSError means that it can't be read.

    Blocks, and calls into C libraries that hostile files may crash or hang between two reads: run it in a process.
    """
    deadline = time.monotonic() + timeout_s
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # to open a pipe would be to wait for its other end
            raise ProbeError(ProbeFailure.UNREADABLE, "cannot be read: not a regular file")
        size = status.st_size
        with path.open("rb") as file:
            layout = _layout(file, size)
            if also is not None:
                also(file, size)
    except (OSError, ValueError) as error:
        raise ProbeError(ProbeFailure.UNREADABLE, f"cannot be read: {_reason(error)}") from error
    if size == 0:
        raise ProbeError(ProbeFailure.EMPTY, "the file is empty")
    try:
        return _probe(path, size, layout, deadline)
    except (LibavTimeout, ExitError) as error:
        raise ProbeError(ProbeFailure.TIMED_OUT, f"gave no answer within {timeout_s:g} s") from error
    except (FFmpegError, OSError, ValueError, RuntimeError, ArithmeticError, MemoryError) as error:
        raise _failure(error, layout) from error


def _layout(file: BinaryIO, size: int) -> Layout:
    return read_matroska(file, size) or read_isobmff(file, size) or read_riff(file, size) or Layout()


def _failure(error: Exception, layout: Layout) -> ProbeError:
    if layout.is_truncated:
        return ProbeError(ProbeFailure.TRUNCATED, "the end of the file is missing")
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return ProbeError(ProbeFailure.OUT_OF_MEMORY, OUT_OF_MEMORY)
    if (
        isinstance(error, OSError) and error.errno != errno.EINVAL
    ):  # which is a seek that damaged data asked for
        return ProbeError(ProbeFailure.UNREADABLE, f"cannot be read: {_reason(error)}")
    return ProbeError(ProbeFailure.NOT_MEDIA, f"not a video file: {_reason(error)}")


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError | FFmpegError) else str(error)
    return (text or type(error).__name__).lower()


def _probe(path: Path, size: int, layout: Layout, deadline: float) -> MediaInfo:
    media = None
    if layout.flavour is not None and not layout.is_truncated:
        with _opened(path, QUICK, deadline) as container:
            media = _describe(container, size, layout, deadline) if _is_known(container) else None
    if media is None:
        with _opened(path, OPTIONS, deadline) as container:
            media = _describe(container, size, layout, deadline)
    if not media.of_kind(StreamKind.VIDEO):
        if layout.is_truncated:
            raise ProbeError(ProbeFailure.TRUNCATED, "the end of the file is missing")
        raise ProbeError(ProbeFailure.NO_VIDEO, "the file holds no video")
    return media


def _opened(path: Path, options: dict[str, str], deadline: float) -> InputContainer:
    wait = deadline - time.monotonic()
    if wait <= 0:
        raise ExitError(0, "no time left")
    # An absolute name is never taken for a protocol ("concat:a.mkv") or an option.
    name = os.fspath(path.absolute())
    return av.open(name, "r", options=options, metadata_errors="replace", timeout=(wait, wait))


def _is_known(container: InputContainer) -> bool:
    """Whether a quick look told all that there is to know of each stream, which it does not of one that begins late."""
    return all(map(_is_seen, container.streams.video)) and all(map(_is_heard, container.streams.audio))


def _is_seen(stream: VideoStream) -> bool:
    context = stream.codec_context
    if not context or not context.pix_fmt or not stream.average_rate:
        return False
    # Others have no pixel format before their first picture.
    return context.codec.canonical_name != "vp8" or bool(context.field_order)


def _is_heard(stream: AudioStream) -> bool:
    context = stream.codec_context
    if not context or not context.sample_rate or not context.channels:
        return False
    # The head mostly says how many channels there are, and the first packet which; of AAC that says the profile, too.
    has_layout = not context.layout.name.endswith(" channels")
    return has_layout and (context.codec.canonical_name != "aac" or bool(stream.profile))


def _describe(container: InputContainer, size: int, layout: Layout, deadline: float) -> MediaInfo:
    duration_ms = container.duration // 1000 if container.duration and container.duration > 0 else None
    tags = _tags(container.metadata)
    family = container.format.name
    return MediaInfo(
        container=layout.flavour or _FAMILIES.get(family, family.split(",")[0]),
        size_bytes=size,
        duration_ms=duration_ms,
        bit_rate=container.bit_rate or (size * 8000 // duration_ms if duration_ms else None),
        is_truncated=layout.is_truncated,
        title=tags.pop("title", None),
        tags=tags,
        streams=read_streams(container, layout, deadline),
        chapters=_chapters(container),
        attachments=_attachments(container),
    )


def _tags(metadata: Mapping[str, str]) -> dict[str, str]:
    """Those that tell something about the work or the making; the others are the muxer's bookkeeping."""
    tags = ((key.lower(), clean(value)) for key, value in metadata.items())
    return {key: value for key, value in tags if value and key in _TAGS_WORTH_HAVING}


def _chapters(container: InputContainer) -> tuple[Chapter, ...]:
    found: list[Chapter] = []
    for chapter in container.chapters()[:_MAX_CHAPTERS]:
        start = milliseconds(chapter["start"], chapter["time_base"])
        end = milliseconds(chapter["end"], chapter["time_base"])
        if start is not None:
            title = clean(chapter["metadata"].get("title"))
            found.append(Chapter(0, start, max(start, end or start), title))
    found.sort(key=lambda chapter: chapter.start_ms)
    return tuple(replace(chapter, index=index) for index, chapter in enumerate(found))


def _attachments(container: InputContainer) -> tuple[Attachment, ...]:
    files = [
        Attachment(stream.index, clean(stream.name), clean(stream.mimetype))
        for stream in container.streams.attachments
    ]
    return tuple(sorted([*files, *covers(container)], key=lambda attachment: attachment.index))
