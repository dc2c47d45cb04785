"""What the processes that open media files are asked and answer, and the bytes in which they do."""

import pickle
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.library.media import Attachment, Chapter, HdrFormat, MediaInfo, Stream, StreamKind
from app.library.problems import Problem, Reason

LENGTH = struct.Struct("<I")
# No description of a film comes near.
MOST_BYTES = 32 << 20
# Of what a film looks like at one place.
HASH_BITS = 64


@dataclass(frozen=True, slots=True)
class Question:
    """What is in the file at a path below a root? frames: or what does it look like, at so many places?"""

    root: str
    path: str
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """content_hash: of a file that could be read, whatever it is. frames: see app.library.frames."""

    media: MediaInfo | None
    problem: Problem | None
    content_hash: int | None = None
    frames: tuple[int | None, ...] = ()


def pack_questions(questions: Sequence[Question]) -> bytes:
    """One message with several questions."""
    content = pickle.dumps([(each.root, each.path, each.frames) for each in questions], protocol=5)
    return LENGTH.pack(len(content)) + content


def unpack_questions(content: bytes) -> list[Question]:
    return [Question(*said) for said in pickle.loads(content)]  # noqa: S301


def pack_answer(answer: Answer) -> bytes:
    """One message with one answer: plain JSON, so that a process that a file has taken over can do no more than lie.

    Raises TypeError for what JSON can't hold. Streams are lists, in the order of their fields.
    """
    content = orjson.dumps(
        {
            "media": answer.media,
            "problem": answer.problem,
            "content_hash": answer.content_hash,
            "frames": answer.frames,
        },
        default=tuple,
    )
    if len(content) > MOST_BYTES:
        raise TypeError("more than fits into a message")
    return LENGTH.pack(len(content)) + content


# What a process says before it leaves in order.
FAREWELL = LENGTH.pack(0)


def unpack_answer(content: bytes) -> Answer:
    """Raises ValueError, TypeError, KeyError or AttributeError for what no process of ours says."""
    said = orjson.loads(content)
    media, problem = said["media"], said["problem"]
    return Answer(
        _media(media) if media else None,
        _problem(problem) if problem else None,
        said["content_hash"],
        tuple(said["frames"]),
    )


def messages(buffer: bytearray) -> Iterator[bytes]:
    """Take the whole messages from the front of a buffer. Raises ValueError for one that is absurdly long."""
    start = 0
    try:
        while len(buffer) - start >= LENGTH.size:
            (length,) = LENGTH.unpack_from(buffer, start)
            if length > MOST_BYTES:
                raise ValueError("a message that is too long")
            end = start + LENGTH.size + length
            if len(buffer) < end:
                return
            content = bytes(buffer[start + LENGTH.size : end])
            start = end
            yield content
    finally:
        del buffer[:start]


def _problem(said: dict[str, str]) -> Problem:
    return Problem(said["path"], Reason(said["reason"]), said["message"])


def _media(said: dict[str, Any]) -> MediaInfo:
    said["streams"] = tuple(map(_stream, said["streams"]))
    said["chapters"] = tuple(Chapter(**each) for each in said["chapters"])
    said["attachments"] = tuple(Attachment(**each) for each in said["attachments"])
    return MediaInfo(**said)


def _stream(said: list[Any]) -> Stream:
    for place, values in _ENUMS:
        if said[place] is not None:
            said[place] = values[said[place]]
    return Stream(*said)


# Looked up and not called, which costs several times as much.
_ENUMS = tuple(
    (Stream._fields.index(name), {each.value: each for each in kind})
    for name, kind in (("kind", StreamKind), ("hdr", HdrFormat), ("hdr_fallback", HdrFormat))
)
