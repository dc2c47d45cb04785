"""Finds dynamic HDR metadata in a coded HEVC picture without decoding it (ITU-T H.265, annex B and section 7.3)."""

import re
from collections.abc import Iterator

_PREFIX_SEI, _DOLBY_VISION_RPU = (
    39,
    62,
)  # kinds of NAL units; 62 is one of those left unspecified, taken by Dolby
_REGISTERED_T35 = 4
# SMPTE ST 2094-40: country USA, provider Samsung, its HDR10+ message.
_HDR10_PLUS = b"\xb5\x00\x3c\x00\x01\x04"
_START_CODE = re.compile(rb"\x00\x00\x01")
_MAX_UNITS = 256


def dynamic_hdr(picture: bytes, length_size: int | None) -> tuple[bool, bool]:
    """Whether the picture carries a Dolby Vision RPU, and HDR10+ metadata.

    length_size: bytes of the length before each unit, as in MP4 and Matroska; None for start codes, as in MPEG-TS.
    """
    has_rpu = has_hdr10_plus = False
    units = _prefixed(picture, length_size) if length_size else _started(picture)
    for _, unit in zip(range(_MAX_UNITS), units, strict=False):
        kind = unit[0] >> 1 & 0x3F
        has_rpu = has_rpu or kind == _DOLBY_VISION_RPU
        if kind == _PREFIX_SEI:
            has_hdr10_plus = has_hdr10_plus or any(
                payload.startswith(_HDR10_PLUS)
                for code, payload in _messages(unit)
                if code == _REGISTERED_T35
            )
    return has_rpu, has_hdr10_plus


def length_size(configuration: bytes | None) -> int | None:
    """Of the units in a stream, from its HEVCDecoderConfigurationRecord; None if it has another or none."""
    if configuration is None or len(configuration) < 23 or configuration[0] != 1:
        return None
    return (configuration[21] & 3) + 1


def _prefixed(picture: bytes, size: int) -> Iterator[bytes]:
    position = 0
    while position + size < len(picture):
        end = position + size + int.from_bytes(picture[position : position + size], "big")
        if unit := picture[position + size : end]:
            yield unit
        position = end


def _started(picture: bytes) -> Iterator[bytes]:
    starts = [match.end() for match in _START_CODE.finditer(picture)]
    for start, end in zip(starts, [*starts[1:], len(picture)], strict=False):
        if unit := picture[start:end]:
            yield unit


def _messages(unit: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and payload of the messages in a SEI unit."""
    data = unit[2:].replace(b"\0\0\3", b"\0\0")
    position = 0
    while position + 2 < len(data):
        code, position = _number(data, position)
        size, position = _number(data, position)
        yield code, data[position : position + size]
        position += size


def _number(data: bytes, position: int) -> tuple[int, int]:
    """A sum of bytes that goes on after each 255."""
    value = 0
    while position < len(data):
        value += data[position]
        position += 1
        if data[position - 1] != 255:
            break
    return value, position
