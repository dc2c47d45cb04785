"""What a prober's processes do in tests: files whose names say how reading them ends."""

import ctypes
import os
import resource
import signal
import stat
import time
from pathlib import Path

from app.library.answers import answer
from app.library.media import MediaInfo
from app.library.questions import Answer, Question

GO_ON = "go on"


def act(question: Question, timeout_s: float) -> Answer:
    """`crash` ends the process, `hang` outlasts every limit, even for who holds Python's lock; others are read.

    `killed` is ended from outside, `once` the first time, `greedy` takes all memory there is, `swollen` dies of it,
    `wrong` is a fault of ours, `lie` says what is no answer (`lie-hang` hangs then), `slow` takes until there is a
    file GO_ON in the root. MediaInfo's size is the process's id.
    """
    name = Path(question.path).name
    if name.startswith("crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if name.startswith("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("lie"):
        os.write(connection(), b"\x05\0\0\0{lie}")
    if "hang" in name:
        ctypes.PyDLL(None).sleep(600)
    if name.startswith("greedy"):
        return greedy(question)
    if name.startswith("swollen"):
        swell()
        os.abort()
    if name.startswith("wrong"):
        raise RecursionError("too deep")
    if name.startswith("once") and not (marker := Path(question.root) / "killed once").exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("slow"):
        wait_for(Path(question.root) / GO_ON)
    return Answer(MediaInfo("mkv", os.getpid()), None)


def stumble(question: Question, timeout_s: float) -> Answer:
    """Real answers, but for files that begin with `crash`, `hang` or `greedy`. Notes what it opens beside the root."""
    with (Path(question.root).parent / "opened.txt").open("a") as opened:
        opened.write(f"{question.path}\n")
    with (Path(question.root) / question.path).open("rb") as file:
        head = file.read(10)
    for word in ("crash", "hang", "greedy"):
        if head.startswith(word.encode()):
            return act(Question(question.root, word), timeout_s)
    return answer(question, timeout_s)


def connection() -> int:
    """The descriptor by which this process answers: its only socket."""
    numbers = (int(path.name) for path in Path("/proc/self/fd").iterdir())
    return next(number for number in sorted(numbers) if is_socket(number))


def is_socket(number: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


def greedy(question: Question) -> Answer:
    taken = bytearray(1 << 40)
    return Answer(MediaInfo("mkv", len(taken)), None)


def swell() -> None:
    """Use nearly as much memory as is allowed."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    held = [bytearray(b"x" * (1 << 20)) for _ in range((limit >> 20) - 20)]
    assert held


class _Raises:
    """Not to be found by its name, as if a module were broken."""

    def __call__(self, question: Question, timeout_s: float) -> Answer:
        raise NotImplementedError


raise_at_import = _Raises()
raise_at_import.__qualname__ = "no such thing"


def note_pid(question: Question, timeout_s: float) -> Answer:
    """Leaves the process's id in the root, then hangs."""
    (Path(question.root) / f"{os.getpid()}.pid").touch()
    ctypes.PyDLL(None).sleep(600)
    return Answer(None, None)
