"""What a process that opens media files does with one question."""

import logging
from pathlib import Path
from typing import BinaryIO

from app.library.content_hash import content_hash
from app.library.frames import frame_hashes
from app.library.media import MediaInfo
from app.library.mishaps import failed, out_of_memory, sentence
from app.library.probe import ProbeError, probe
from app.library.problems import Problem, Reason
from app.library.questions import Answer, Question

log = logging.getLogger(__name__)


def answer(question: Question, timeout_s: float) -> Answer:
    """Never raises, whatever is in the file; may hang, crash, or be killed."""
    try:
        if question.frames:
            path = Path(question.root) / question.path
            return Answer(None, None, frames=frame_hashes(path, question.frames, timeout_s))
        return _probed(question, timeout_s)
    except MemoryError:
        return out_of_memory(question)
    except Exception as error:
        log.exception("%s can't be read.", question.path)
        return failed(question, error)


def _probed(question: Question, timeout_s: float) -> Answer:
    hashes: list[int | None] = []

    def also(file: BinaryIO, size: int) -> None:
        hashes.append(content_hash(file, size))

    media: MediaInfo | None = None
    problem: Problem | None = None
    try:
        media = probe(Path(question.root) / question.path, timeout_s=timeout_s, also=also)
        if media.is_truncated:
            problem = Problem(question.path, Reason.TRUNCATED, "The end of the file is missing.")
    except ProbeError as error:
        problem = Problem(question.path, Reason(error.reason.value), sentence(error.message))
    return Answer(media, problem, next(iter(hashes), None))
