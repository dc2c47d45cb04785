"""Reads the box structure of MP4 and QuickTime files (ISO/IEC 14496-12), as far as libav hides it."""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.library.hdr import DolbyVision, dolby_vision
from app.library.layout import MAX_ELEMENTS, Layout, VideoTrack, read_at

_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
_DOLBY_VISION_BOXES = {b"dvcC", b"dvvC", b"dvwC"}
_VISUAL_SAMPLE_ENTRY = 78  # bytes of fixed fields before its boxes


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


def read_isobmff(file: BinaryIO, size: int) -> Layout | None:
    """None if the file is no MP4 at all. size: of the file, in bytes."""
    if read_at(file, 4, 4) not in _FIRST_BOXES:
        return None
    boxes = list(_boxes(file, 0, size))
    movie = next((box for box in boxes if box.kind == b"moov"), None)
    brand = next((read_at(file, box.start, 4) for box in boxes if box.kind == b"ftyp"), b"qt  ")
    is_whole = movie is not None and all(box.end <= size for box in boxes)
    return Layout(
        flavour="mov" if brand == b"qt  " else "mp4",
        is_truncated=not is_whole,
        tracks=_video_tracks(file, movie) if movie else (),
    )


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[_Box]:
    """The boxes between two offsets; the last may reach past the end."""
    for _ in range(MAX_ELEMENTS):
        header = read_at(file, start, 16) if start + 8 <= end else b""
        if len(header) < 8:
            return
        size, kind = struct.unpack_from(">I4s", header)
        body = start + 8
        if size == 1 and len(header) == 16:
            size, body = struct.unpack_from(">Q", header, 8)[0], start + 16
        stop = start + size if size else end
        if stop < body:
            return
        yield _Box(kind, body, stop)
        start = stop


def _inside(file: BinaryIO, box: _Box | None, *path: bytes) -> _Box | None:
    for kind in path:
        if box is None:
            return None
        box = next((child for child in _boxes(file, box.start, box.end) if child.kind == kind), None)
    return box


def _video_tracks(file: BinaryIO, movie: _Box) -> tuple[VideoTrack, ...]:
    tracks = [box for box in _boxes(file, movie.start, movie.end) if box.kind == b"trak"]
    return tuple(
        VideoTrack(_configuration(file, box), _rotation(file, box)) for box in tracks if _is_video(file, box)
    )


def _is_video(file: BinaryIO, track: _Box) -> bool:
    handler = _inside(file, track, b"mdia", b"hdlr")
    return handler is not None and read_at(file, handler.start + 8, 4) == b"vide"


def _configuration(file: BinaryIO, track: _Box) -> DolbyVision | None:
    """Of the first sample entry that has one."""
    descriptions = _inside(file, track, b"mdia", b"minf", b"stbl", b"stsd")
    if descriptions is None:
        return None
    for entry in _boxes(file, descriptions.start + 8, descriptions.end):
        for box in _boxes(file, entry.start + _VISUAL_SAMPLE_ENTRY, entry.end):
            if box.kind in _DOLBY_VISION_BOXES:
                return dolby_vision(read_at(file, box.start, min(24, box.end - box.start)))
    return None


def _rotation(file: BinaryIO, track: _Box) -> int | None:
    """From the transformation matrix of the track header: a and b of it are cosine and sine of a clockwise turn."""
    header = _inside(file, track, b"tkhd")
    if header is None:
        return None
    version = read_at(file, header.start, 1)
    matrix = read_at(file, header.start + (52 if version == b"\x01" else 40), 8)
    if len(matrix) < 8:
        return None
    cosine, sine = struct.unpack(">ii", matrix)
    return round(-math.degrees(math.atan2(sine, cosine))) % 360
