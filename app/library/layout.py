"""Facts of a container's own structure that libav does not hand on, from a few small bounded reads."""

from dataclasses import dataclass
from typing import BinaryIO

from app.library.hdr import DolbyVision


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """rotation: degrees counter-clockwise, 0 to 359."""

    dolby_vision: DolbyVision | None = None
    rotation: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """flavour: the container within its family: "webm" or "mkv", "mov" or "mp4"; None if it is another family.

    is_truncated: the structure reaches past the end of the file, or lacks what can only have been at its end.
    tracks: the video tracks, in file order.
    """

    flavour: str | None = None
    is_truncated: bool = False
    tracks: tuple[VideoTrack, ...] = ()


MAX_ELEMENTS = 4096
_NO_FILM_IS_LARGER = 2**40


def read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Nothing from beyond the end, however far damaged data points, which a seek might refuse."""
    if offset >= _NO_FILM_IS_LARGER:
        return b""
    file.seek(offset)
    return file.read(size)
