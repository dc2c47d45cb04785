"""Reads the head of Matroska and WebM files (RFC 9559, EBML: RFC 8794), as far as libav hides it."""

import math
import struct
from collections.abc import Iterator
from typing import BinaryIO

from app.library.hdr import DolbyVision, dolby_vision
from app.library.layout import MAX_ELEMENTS, Layout, VideoTrack, read_at

_EBML, _DOC_TYPE, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x4282, 0x18538067, 0x1F43B675
_TRACKS, _TRACK_ENTRY, _TRACK_TYPE, _VIDEO = 0x1654AE6B, 0xAE, 0x83, 0xE0
_PROJECTION, _POSE_ROLL = 0x7670, 0x7675
_ADDITION_MAPPING, _ADDITION_TYPE, _ADDITION_DATA = 0x41E4, 0x41E7, 0x41ED
_DOLBY_VISION_TYPES = {b"dvcC", b"dvvC", b"dvwC"}
_MAX_TRACKS_BYTES = 4 * 1024 * 1024

_Element = tuple[int, int, int | None]  # id, offset of the body, size of the body (None: unknown)


def read_matroska(file: BinaryIO, size: int) -> Layout | None:
    """None if the file is no Matroska. size: of the file, in bytes."""
    head = _element(read_at(file, 0, 12), 0)
    if head is None or head[0] != _EBML or head[2] is None:
        return None
    doc_type = _children(read_at(file, head[1], min(head[2], 256))).get(_DOC_TYPE, [b""])[0]
    start = head[1] + head[2]
    segment = _element(read_at(file, start, 12), 0)
    if segment is None or segment[0] != _SEGMENT:
        return Layout(_flavour(doc_type), is_truncated=True)
    body, length = start + segment[1], segment[2]
    return Layout(
        flavour=_flavour(doc_type),
        is_truncated=length is not None and body + length > size,
        tracks=_video_tracks(file, body, size if length is None else body + length),
    )


def _flavour(doc_type: bytes) -> str:
    return "webm" if doc_type.rstrip(b"\0") == b"webm" else "mkv"


def _video_tracks(file: BinaryIO, start: int, end: int) -> tuple[VideoTrack, ...]:
    for _ in range(MAX_ELEMENTS):
        element = _element(read_at(file, start, 12), 0) if start < end else None
        if element is None or element[0] == _CLUSTER or element[2] is None:
            return ()
        kind, offset, size = element
        if kind == _TRACKS:
            entries = _children(read_at(file, start + offset, min(size or 0, _MAX_TRACKS_BYTES))).get(
                _TRACK_ENTRY, []
            )
            tracks = [_children(entry) for entry in entries]
            return tuple(_video_track(track) for track in tracks if track.get(_TRACK_TYPE) == [b"\x01"])
        start += offset + (size or 0)
    return ()


def _video_track(track: dict[int, list[bytes]]) -> VideoTrack:
    video = _children(track.get(_VIDEO, [b""])[0])
    roll = _children(video.get(_PROJECTION, [b""])[0]).get(_POSE_ROLL, [b""])[0]
    return VideoTrack(_configuration(track), round(_float(roll)) % 360)


def _configuration(track: dict[int, list[bytes]]) -> DolbyVision | None:
    for mapping in map(_children, track.get(_ADDITION_MAPPING, [])):
        if mapping.get(_ADDITION_TYPE, [b""])[0].rjust(4, b"\0")[-4:] in _DOLBY_VISION_TYPES:
            return dolby_vision(mapping.get(_ADDITION_DATA, [b""])[0])
    return None


def _float(data: bytes) -> float:
    if len(data) not in (4, 8):
        return 0.0
    value: float = struct.unpack(">f" if len(data) == 4 else ">d", data)[0]
    return value if math.isfinite(value) else 0.0


def _children(data: bytes) -> dict[int, list[bytes]]:
    """The bodies of the elements in a master element, by id; what reaches past its end is left out."""
    children: dict[int, list[bytes]] = {}
    for kind, start, end in _elements(data):
        children.setdefault(kind, []).append(data[start:end])
    return children


def _elements(data: bytes) -> Iterator[tuple[int, int, int]]:
    position = 0
    for _ in range(MAX_ELEMENTS):
        element = _element(data, position)
        if element is None or element[2] is None or element[1] + element[2] > len(data):
            return
        kind, start, size = element
        position = start + (size or 0)
        yield kind, start, position


def _element(data: bytes, position: int) -> _Element | None:
    kind = _variable(data, position, 4)
    size = _variable(data, position + kind[1], 8) if kind else None
    if kind is None or size is None:
        return None
    marker = 1 << 7 * size[1]
    length = size[0] - marker
    return kind[0], position + kind[1] + size[1], None if length == marker - 1 else length


def _variable(data: bytes, position: int, longest: int) -> tuple[int, int] | None:
    """A variable-size integer with its length marker kept, and how many bytes it took."""
    if position >= len(data):
        return None
    length = 9 - data[position].bit_length()
    if length > longest or position + length > len(data):
        return None
    return int.from_bytes(data[position : position + length], "big"), length
