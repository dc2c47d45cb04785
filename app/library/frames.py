"""What a film looks like at a few places, as numbers that survive another codec, size, rate or container."""

import math
import os
import time
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

from app.library.probe import OPTIONS
from app.library.questions import HASH_BITS

SIDE = 32
# Between two key frames of most films are fewer; where there are more, a place goes without a number.
MOST_DECODED = 400
# Containers without an index (MPEG-TS) are searched, and may be entered behind the place: then from further ahead.
CLOSE_S = 0.6
EARLY_S = (0.0, 8.0, 30.0)
# The standard deviation of what is black, white or a plain title card, on a scale of 256 greys.
FLAT = 6.0

# Low frequencies of the discrete cosine transform but the mean, by diagonals: what is left of a picture when it is
# made small and coarse. https://www.phash.org
_WANTED = sorted(
    ((u, v) for u in range(11) for v in range(11) if u or v), key=lambda place: (sum(place), place)
)[:HASH_BITS]
_COSINES = [[math.cos(math.pi * u * (2 * x + 1) / (2 * SIDE)) for x in range(SIDE)] for u in range(11)]


def frame_hashes(path: Path, count: int, timeout_s: float) -> tuple[int | None, ...]:
    """A number of 64 bits, signed, for each of so many places, spread evenly; None where nothing is to be seen.

    Two of them differ in few bits where the pictures are alike. Empty for what has no video that can be read. Places
    that are not reached in time stay None. Blocks, and may hang or crash: run it in a process.
    """
    deadline = time.monotonic() + timeout_s
    try:
        name = os.fspath(path.absolute())
        with av.open(name, "r", options=OPTIONS, metadata_errors="replace", timeout=timeout_s) as container:
            stream = _film(container)
            if stream is None or not container.duration or container.duration <= 0:
                return ()
            stream.codec_context.skip_frame = "NONREF"
            stream.codec_context.thread_count = 1
            return tuple(_hashes(container, stream, count, deadline))
    except (FFmpegError, OSError, ValueError, RuntimeError, ArithmeticError):
        return ()


def _film(container: InputContainer) -> VideoStream | None:
    """The first video that is no cover picture."""
    streams = (each for each in container.streams.video if not each.disposition & Disposition.attached_pic)
    return next(streams, None)


def _hashes(
    container: InputContainer, stream: VideoStream, count: int, deadline: float
) -> Iterator[int | None]:
    duration_s, start_s = (container.duration or 0) / av.time_base, (container.start_time or 0) / av.time_base
    for place in range(count):
        at_s = start_s + duration_s * (2 * place + 1) / (2 * count)
        frame = _frame_at(container, stream, at_s, deadline)
        yield None if frame is None else frame_hash(_grey(frame))


def _frame_at(
    container: InputContainer, stream: VideoStream, at_s: float, deadline: float
) -> VideoFrame | None:
    for early_s in EARLY_S:
        try:
            container.seek(round(max(0.0, at_s - early_s) * av.time_base))
            found = _decoded(container, stream, at_s, deadline)
        except (FFmpegError, ValueError, RuntimeError):
            found = None
        if found is not None and found.time < at_s + CLOSE_S:
            return found
    return None


def _decoded(
    container: InputContainer, stream: VideoStream, at_s: float, deadline: float
) -> VideoFrame | None:
    """The first frame of that time or later."""
    for number, frame in enumerate(container.decode(stream)):
        if time.monotonic() > deadline or number >= MOST_DECODED:
            return None
        if frame.pts is not None and frame.time >= at_s:
            return frame
    return None


def _grey(frame: VideoFrame) -> bytes:
    small = frame.reformat(width=SIDE, height=SIDE, format="gray", interpolation=Interpolation.AREA)
    plane = small.planes[0]
    data, width = bytes(plane), plane.line_size
    return b"".join(data[row * width : row * width + SIDE] for row in range(SIDE))


def frame_hash(grey: bytes) -> int | None:
    """grey: 32 rows of 32 bytes. None for what is nearly of one grey, in which noise would decide."""
    mean = sum(grey) / len(grey)
    if sum((value - mean) ** 2 for value in grey) / len(grey) < FLAT**2:
        return None
    rows = [grey[at : at + SIDE] for at in range(0, len(grey), SIDE)]
    across = [[sum(map(_times, row, cosines)) for row in rows] for cosines in _COSINES]
    found = [sum(map(_times, across[u], _COSINES[v])) for u, v in _WANTED]
    middle = sorted(found)[HASH_BITS // 2]
    bits = sum(1 << place for place, value in enumerate(found) if value > middle)
    return bits - (1 << HASH_BITS) if bits >> (HASH_BITS - 1) else bits


def _times(first: float, second: float) -> float:
    return first * second
