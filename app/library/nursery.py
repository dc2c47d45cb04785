"""The program that forks the processes which open media files.

It has no threads, and has loaded all that reading a file takes, so that a new process costs milliseconds. It knows
which of them live, kills them when told, says how each one ended, and ends with all of them when the process that
started it does, however that ends.
"""

import gc
import json
import os
import selectors
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pkgutil import resolve_name
from types import FrameType

from app.core import own_python
from app.core.confine import die_with, limit_memory
from app.library.mishaps import failed, out_of_memory
from app.library.problems import Reason
from app.library.questions import (
    FAREWELL,
    LENGTH,
    Answer,
    Question,
    pack_answer,
    unpack_questions,
)

# An order is FORK, together with the new process's end of a socket, or KILL and the process's id.
ORDER = struct.Struct("<ci")
FORK, KILL = b"f", b"k"
# A report is a process's id, its wait status or one of these, and the most memory it used, in KiB.
REPORT = struct.Struct("<iiq")
READY, FORKED = -1, -2
# A process leaves after so many files, since libraries leak.
FILES_PER_PROCESS = 2000
FORK_AGAIN_S = 0.5

Work = Callable[[Question, float], Answer]


@dataclass(frozen=True, slots=True)
class Settings:
    """orders, reports: numbers of inherited descriptors. work: `module:name` of what answers a question.

    niceness: by how much others on the machine come first.
    """

    orders: int
    reports: int
    work: str
    timeout_s: float
    memory_mb: int
    niceness: int


def command(settings: Settings) -> list[str]:
    """The command line that starts the program, with the modules of the process that calls."""
    start = "import sys; from app.library.nursery import main; main(sys.argv[1])"
    return own_python.command(start, json.dumps(asdict(settings)))


def main(settings: str) -> None:
    wanted = Settings(**json.loads(settings))
    os.nice(wanted.niceness)
    work: Work = resolve_name(wanted.work)
    orders, reports = socket.socket(fileno=wanted.orders), socket.socket(fileno=wanted.reports)
    gc.collect()
    gc.freeze()
    _Nursery(wanted, work, orders, reports).run()


class _Nursery:
    def __init__(self, settings: Settings, work: Work, orders: socket.socket, reports: socket.socket) -> None:
        self._settings = settings
        self._work = work
        self._orders = orders
        self._reports = reports
        self._alive: set[int] = set()
        self._woken, wake = socket.socketpair()
        wake.setblocking(False)
        self._woken.setblocking(False)
        self._wake = wake

    def run(self) -> None:
        """Until nobody gives orders any more."""
        signal.signal(signal.SIGCHLD, _wake)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._orders, selectors.EVENT_READ, self._obey)
            selector.register(self._woken, selectors.EVENT_READ, self._reap)
            self._report(0, READY)
            while all(key.data() for key, _ in selector.select()):
                pass
        for pid in self._alive:
            os.kill(pid, signal.SIGKILL)
        os._exit(0)

    def _obey(self) -> bool:
        order, descriptors, *_ = socket.recv_fds(self._orders, ORDER.size, 1)
        while order and len(order) < ORDER.size and (more := self._orders.recv(ORDER.size - len(order))):
            order += more
        if len(order) < ORDER.size:
            return False
        what, pid = ORDER.unpack(order)
        if what == FORK:
            self._fork(descriptors[0])
        elif pid in self._alive:  # one that was reaped may have left its id to a stranger
            os.kill(pid, signal.SIGKILL)
        return True

    def _fork(self, descriptor: int) -> None:
        nursery = os.getpid()
        pid = _fork()
        if pid == 0:
            try:
                self._become_child(nursery, descriptor)
            finally:
                os._exit(1)
        os.close(descriptor)
        self._alive.add(pid)
        self._report(pid, FORKED)

    def _become_child(self, nursery: int, descriptor: int) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with(nursery)
        for each in (self._orders, self._reports, self._woken, self._wake):
            each.close()
        limit_memory(self._settings.memory_mb << 20)
        serve(socket.socket(fileno=descriptor), self._work, self._settings.timeout_s)
        os._exit(0)

    def _reap(self) -> bool:
        self._woken.recv(4096)
        for pid in list(self._alive):
            found, status, used = os.wait4(pid, os.WNOHANG)
            if found:
                self._alive.discard(pid)
                # Kilobytes on Linux and the BSDs, bytes on macOS.
                most = used.ru_maxrss // 1024 if sys.platform == "darwin" else used.ru_maxrss
                self._report(pid, status, most)
        return True

    def _report(self, pid: int, status: int, memory_kib: int = 0) -> None:
        try:
            self._reports.sendall(REPORT.pack(pid, status, memory_kib))
        except OSError:  # nobody is there; the orders have ended, too
            return


def _wake(number: int, frame: FrameType | None) -> None:
    """A signal without a handler would not wake anybody."""


def _fork() -> int:
    """Until the system has room for another process."""
    while True:
        try:
            return os.fork()
        except OSError as error:
            sys.stderr.write(f"No process can be made to open media files: {error}\n")
            time.sleep(FORK_AGAIN_S)


def serve(connection: socket.socket, work: Work, timeout_s: float) -> None:
    """Answer questions, each as soon as it can be, until nobody asks, memory ran out, or it has been enough."""
    answered = 0
    while answered < FILES_PER_PROCESS and (questions := _receive(connection)):
        for question in questions:
            answer, packed = _answered(work, question, timeout_s)
            connection.sendall(packed)
            if answer.problem is not None and answer.problem.reason is Reason.OUT_OF_MEMORY:
                answered = FILES_PER_PROCESS
                break
            answered += 1
    if answered >= FILES_PER_PROCESS:
        connection.sendall(FAREWELL)


def _answered(work: Work, question: Question, timeout_s: float) -> tuple[Answer, bytes]:
    try:
        answer = work(question, timeout_s)
        return answer, pack_answer(answer)
    except MemoryError:
        answer = out_of_memory(question)
    except Exception as error:  # noqa: BLE001
        answer = failed(question, error)
    return answer, pack_answer(answer)


def _receive(connection: socket.socket) -> Sequence[Question]:
    """Nothing once the other side is gone."""
    header = _exactly(connection, LENGTH.size)
    content = _exactly(connection, LENGTH.unpack(header)[0]) if header else b""
    return unpack_questions(content) if content else ()


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        part = connection.recv(size)
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
