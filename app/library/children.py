"""The processes that open media files, as the process sees them that asks: what it holds of each, and how they end."""

import asyncio
import contextlib
import logging
import socket
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.library.nursery import FORK, FORKED, KILL, ORDER, READY, REPORT, Settings, command
from app.library.questions import Answer, Question, messages, pack_questions, unpack_answer

log = logging.getLogger(__name__)

START_S = 60.0
END_S = 5.0
_MOST_AT_ONCE = 1 << 18


class NurseryFailed(Exception):
    """The program that forks processes could not be started."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended: its wait status, and the most memory that it used."""

    status: int
    memory_mb: float


@dataclass(eq=False, slots=True)
class Item:
    """A question on its way. losses: how often its process was lost without any fault known of the file's."""

    question: Question
    settle: Callable[[Answer], None]
    is_settled: bool = False
    losses: int = 0

    def settled(self, answer: Answer) -> None:
        """The first answer counts."""
        if not self.is_settled:
            self.is_settled = True
            self.settle(answer)


class Family(Protocol):
    """Who hears of processes."""

    def on_answer(self, child: "Child") -> None: ...
    def on_farewell(self, child: "Child") -> None: ...
    def on_nonsense(self, child: "Child") -> None: ...
    def on_end(self, child: "Child", ending: Ending) -> None: ...
    def on_nursery_lost(self) -> None: ...


class Pipe:
    """Our end of a socket: writes without waiting, and hands on what arrives."""

    def __init__(
        self, end: socket.socket, hear: Callable[[bytes], None], lost: Callable[[], None] | None = None
    ) -> None:
        end.setblocking(False)
        self._end = end
        self._hear = hear
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self.is_open = True
        self._loop.add_reader(end, self.read)

    def write(self, data: bytes) -> None:
        self._unsent += data
        if self.is_open:
            self._write()

    def _write(self) -> None:
        try:
            del self._unsent[: self._end.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:  # nobody is there any more, as reading tells as well
            self._unsent.clear()
        if self._unsent:
            self._loop.add_writer(self._end, self._write)
        else:
            self._loop.remove_writer(self._end)

    def read(self) -> bool:
        """Hand on what has arrived; whether anything has."""
        if not self.is_open:
            return False
        try:
            data = self._end.recv(_MOST_AT_ONCE)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if data:
            self._hear(data)
            return True
        self.close()
        if self._lost is not None:
            self._lost()
        return False

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self._loop.remove_reader(self._end)
            self._loop.remove_writer(self._end)
            self._end.close()


class Child:
    """held: what it was asked and has not answered, in order; it is at the first of these, since `since`.

    is_slow: what it holds beyond the first was given to others as well. is_up: set once it runs, or never will.
    """

    def __init__(self, family: Family, end: socket.socket) -> None:
        self._family = family
        self._pipe = Pipe(end, self._hear)
        self._buffer = bytearray()
        self._loop = asyncio.get_running_loop()
        self.is_abandoned = False
        self.held: deque[Item] = deque()
        self.pid: int | None = None
        self.since: float | None = None
        self.is_slow = False
        self.is_up = asyncio.Event()

    def ask(self, items: Sequence[Item]) -> None:
        if not self.held and self.pid is not None:
            self.since = self._loop.time()
        self.held.extend(items)
        self._pipe.write(pack_questions([item.question for item in items]))

    def born(self, pid: int) -> None:
        self.pid = pid
        self.is_up.set()
        self.since = self._loop.time() if self.held else None

    def ended(self, ending: Ending) -> None:
        """It has died; what it said before is heard first."""
        while self._pipe.read():
            pass
        self._pipe.close()
        if not self.is_abandoned:
            self._family.on_end(self, ending)

    def listen(self) -> None:
        """Hear what it may have said while we were busy."""
        self._pipe.read()

    def abandon(self) -> None:
        """Hear nothing more of it."""
        self.is_abandoned = True
        self.is_up.set()
        self._pipe.close()

    def _hear(self, data: bytes) -> None:
        self._buffer += data
        try:
            for content in messages(self._buffer):
                self._take(content)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            log.warning("A process that opens media files says what none of them should: %s", error)
            self._family.on_nonsense(self)

    def _take(self, content: bytes) -> None:
        if not content:
            self._family.on_farewell(self)
            return
        item = self.held[0]
        answer = unpack_answer(content)
        self.held.popleft()
        self.since = self._loop.time() if self.held else None
        self.is_slow = self.is_slow and bool(self.held)
        item.settled(answer)
        self._family.on_answer(self)


class Nursery:
    """The running program that forks them."""

    def __init__(
        self, family: Family, program: subprocess.Popen[bytes], orders: socket.socket, reports: socket.socket
    ) -> None:
        self._family = family
        self._program = program
        self._orders = orders
        self._reports = Pipe(reports, self._hear, self._lost)
        self._buffer = bytearray()
        self._unborn: deque[Child] = deque()
        self._alive: dict[int, Child] = {}
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def start(
        cls, family: Family, *, work: str, timeout_s: float, memory_mb: int, niceness: int
    ) -> "Nursery":
        """Raises NurseryFailed."""
        orders, their_orders = socket.socketpair()
        reports, their_reports = socket.socketpair()
        with their_orders, their_reports:
            descriptors = (their_orders.fileno(), their_reports.fileno())
            settings = Settings(*descriptors, work, timeout_s, memory_mb, niceness)
            program = await asyncio.to_thread(_start, command(settings), descriptors)
        nursery = cls(family, program, orders, reports)
        try:
            async with asyncio.timeout(START_S):
                await nursery._ready
        except BaseException as error:
            nursery.close()
            if isinstance(error, TimeoutError):
                raise NurseryFailed("The program that opens media files does not start.") from error
            raise
        return nursery

    def fork(self) -> Child:
        """A new process; it can be asked at once."""
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):  # should the program have ended, we shall hear of it
            socket.send_fds(self._orders, [ORDER.pack(FORK, 0)], [theirs.fileno()])
        child = Child(self._family, ours)
        self._unborn.append(child)
        return child

    def kill(self, child: Child) -> None:
        """At once, or as soon as we hear of its birth: it may speak before that."""
        if child.pid is not None:
            with contextlib.suppress(OSError):
                self._orders.send(ORDER.pack(KILL, child.pid))

    def close(self) -> None:
        """End it, and with it all its processes."""
        self._reports.close()
        self._orders.close()
        if not self._ready.done():
            # It is still loading, and has nobody to end.
            self._program.kill()
        try:
            self._program.wait(END_S)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()

    def _hear(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= REPORT.size:
            pid, status, memory_kib = REPORT.unpack_from(self._buffer)
            del self._buffer[: REPORT.size]
            if status == READY:
                self._ready.set_result(None)
            elif status == FORKED:
                child = self._alive[pid] = self._unborn.popleft()
                child.born(pid)
                if child.is_abandoned:
                    self.kill(child)
            else:
                self._alive.pop(pid).ended(Ending(status, memory_kib / 1024))

    def _lost(self) -> None:
        if self._ready.done():
            self._family.on_nursery_lost()
        else:
            self._ready.set_exception(NurseryFailed("The program that opens media files has ended."))


def _start(arguments: list[str], descriptors: tuple[int, ...]) -> subprocess.Popen[bytes]:
    # In a session of its own, since Ctrl-C is for us to act upon.
    return subprocess.Popen(  # noqa: S603
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=descriptors,
        start_new_session=True,
    )
