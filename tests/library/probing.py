"""What a prober's processes do in tests: files whose names say how reading them ends."""

import os
import signal
import time
from multiprocessing import parent_process
from pathlib import Path

from app.library.media import MediaInfo
from app.library.prober import Answer, Question


def act(question: Question, timeout_s: float) -> Answer:
    """`crash` ends the process, `hang` outlasts every limit, `raise` is a fault of ours; anything else is read."""
    name = Path(question.path).name
    if name.startswith("crash"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("hang"):
        time.sleep(600)
    return Answer(None, MediaInfo("mkv", os.getpid()), None)


def note_pid(question: Question, timeout_s: float) -> Answer:
    """Leaves the process's id in the root, then hangs."""
    (Path(question.root) / f"{os.getpid()}.pid").touch()
    parent = parent_process()
    assert parent is not None
    time.sleep(600)
    return Answer(None, None, None)
