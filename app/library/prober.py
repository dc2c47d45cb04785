"""Reading media files in processes of their own, so that a file that crashes its reader disturbs nothing else."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from weakref import WeakKeyDictionary

from app.core.app import App
from app.identify.kinds import LibraryKind
from app.identify.parse import read
from app.identify.reading import Reading
from app.library.media import MediaInfo
from app.library.probe import ProbeError, probe
from app.library.problems import Problem, Reason

log = logging.getLogger(__name__)

# How much longer than its own limit a probe may take before its process counts as hung.
GRACE_S = 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """kind: None where the name is not to be read. is_probed: whether the file is to be opened."""

    root: str
    path: str
    kind: LibraryKind | None
    is_probed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    reading: Reading | None
    media: MediaInfo | None
    problem: Problem | None


class Prober:
    """A pool of processes; one that dies or hangs is replaced, and the file that did it is found out.

    timeout_s: for one file; a process that exceeds it by grace_s hangs. work: what a process does with a question.
    """

    def __init__(
        self,
        processes: int,
        timeout_s: float,
        *,
        grace_s: float = GRACE_S,
        work: Callable[[Question, float], Answer] | None = None,
    ) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._timeout_s = timeout_s
        self._limit_s = timeout_s + grace_s
        self._work = work or answer
        self._pool: ProcessPoolExecutor | None = None
        self._alone: ProcessPoolExecutor | None = None
        self._turn = asyncio.Lock()
        self._answered_at = 0.0

    async def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Answers in the order of the questions; never raises for what is in a file."""
        if self._pool is None and questions:
            self._pool = _make(self._processes)
            await _started(self._pool)
        first = [asyncio.ensure_future(self._wait(self._submit(question))) for question in questions]
        await self._watch(set(first))
        answers = [task.result() for task in first]
        suspects = [at for at, found in enumerate(answers) if found is None]
        if suspects:
            async with self._turn:
                for at in suspects:
                    answers[at] = await self._ask_alone(questions[at])
        return [found for found in answers if found is not None]

    def close(self) -> None:
        for pool in (self._pool, self._alone):
            if pool is not None:
                _kill(pool)
        self._pool = self._alone = None

    async def _watch(self, pending: set[asyncio.Task[Answer | None]]) -> None:
        """Wait for all. When the pool has answered nobody for longer than any file may take, it hangs and is killed."""
        clock = asyncio.get_running_loop()
        self._answered_at = clock.time()
        try:
            while pending:
                left_s = self._answered_at + self._limit_s - clock.time()
                _, pending = await asyncio.wait(
                    pending, timeout=max(0.01, left_s), return_when=asyncio.FIRST_COMPLETED
                )
                if pending and clock.time() - self._answered_at >= self._limit_s:
                    self._answered_at = clock.time()
                    self._drop_pool()
        finally:
            for task in pending:
                task.cancel()

    def _drop_pool(self) -> None:
        """Those of its processes that did not hang lose their work, and it is asked for again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            _kill(pool)

    def _submit(self, question: Question) -> Future[Answer] | None:
        try:
            if self._pool is None:
                self._pool = _make(self._processes)
            return self._pool.submit(self._work, question, self._timeout_s)
        except BrokenProcessPool:
            self._drop_pool()
            return None

    async def _wait(self, future: Future[Answer] | None) -> Answer | None:
        """None where the process died before it answered, whichever file it was that killed it."""
        if future is None:
            return None
        pool = self._pool
        try:
            return await asyncio.wrap_future(future)
        except BrokenProcessPool:
            if self._pool is pool:
                self._drop_pool()
            return None
        except asyncio.CancelledError:
            # Dropping a broken pool cancels what still waited in it; that is not somebody cancelling us.
            if not future.cancelled() or _is_being_cancelled():
                raise
            return None
        finally:
            self._answered_at = asyncio.get_running_loop().time()

    async def _ask_alone(self, question: Question) -> Answer:
        """In a process that reads nothing else, so that it is this file's fault if it ends."""
        if self._alone is None:
            self._alone = _make(1)
            await _started(self._alone)
        try:
            future = asyncio.wrap_future(self._alone.submit(self._work, question, self._timeout_s))
            return await asyncio.wait_for(future, self._limit_s)
        except BrokenProcessPool:
            message = "Reading it crashed the reader. It is left alone until it changes."
            found = _unread(question, Reason.CRASHED_PROBER, message)
        except TimeoutError:
            message = f"It could not be read within {self._limit_s:g} s."
            found = _unread(question, Reason.TIMED_OUT, message)
        _kill(self._alone)
        self._alone = None
        return found


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _make(processes: int) -> ProcessPoolExecutor:
    # Forking would copy the threads of a server in whatever state they are.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_die_with_parent)


async def _started(pool: ProcessPoolExecutor) -> None:
    """Wait for a process to be up, so that the time this takes counts for no file."""
    with contextlib.suppress(BrokenProcessPool):
        await asyncio.wrap_future(pool.submit(os.getpid))


def _kill(pool: ProcessPoolExecutor) -> None:
    """End a pool whose processes may hang, which an orderly shutdown would wait for."""
    processes: dict[int, BaseProcess] | None = getattr(pool, "_processes", None)
    for process in list((processes or {}).values()):
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


def _unread(question: Question, reason: Reason, message: str) -> Answer:
    """What is left of an answer: the name, unless reading that is what went wrong."""
    reading = read(question.path, question.kind) if question.kind and question.is_probed else None
    return Answer(reading, None, Problem(question.path, reason, message))


def answer(question: Question, timeout_s: float) -> Answer:
    """What a process of the pool does with one file."""
    try:
        reading = read(question.path, question.kind) if question.kind else None
        media, problem = _probed(question, timeout_s) if question.is_probed else (None, None)
        return Answer(reading, media, problem)
    except Exception as error:
        log.exception("%s can't be read.", question.path)
        message = f"Reading it failed unexpectedly: {type(error).__name__}."
        return Answer(None, None, Problem(question.path, Reason.UNREADABLE, message))


def _probed(question: Question, timeout_s: float) -> tuple[MediaInfo | None, Problem | None]:
    try:
        media = probe(Path(question.root) / question.path, timeout_s=timeout_s)
    except ProbeError as error:
        message = error.message[:1].upper() + error.message[1:] + "."
        return None, Problem(question.path, Reason(error.reason.value), message)
    if not media.is_truncated:
        return media, None
    return media, Problem(question.path, Reason.TRUNCATED, "The end of the file is missing.")


def _die_with_parent() -> None:
    """A killed worker can't tell its pool to end, so each process watches for itself."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


_probers: WeakKeyDictionary[App, Prober] = WeakKeyDictionary()


def prober(app: App) -> Prober:
    """The application's one prober, made when first needed and closed with it."""
    if app not in _probers:
        _probers[app] = Prober(app.config.probe_processes, app.config.probe_timeout_s)
        app.on_close(_probers[app].close)
    return _probers[app]
