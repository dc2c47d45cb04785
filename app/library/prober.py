"""Reading media files in processes of their own, so that a file that crashes its reader disturbs nothing else."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from weakref import WeakKeyDictionary

from app.core.app import App
from app.identify.kinds import LibraryKind
from app.identify.parse import read
from app.identify.reading import Reading
from app.library.media import MediaInfo
from app.library.probe import ProbeError, probe
from app.library.problems import Problem, Reason

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
    """A pool of processes; one that dies or hangs is replaced, and the file that did it is found out."""

    def __init__(self, processes: int, timeout_s: float) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._timeout_s = timeout_s
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    async def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Answers in the order of the questions; never raises for what is in a file."""
        first = [asyncio.ensure_future(self._wait(self._submit(question))) for question in questions]
        await self._watch(set(first))
        answers = [task.result() for task in first]
        suspects = [at for at, answer in enumerate(answers) if answer is None]
        if suspects:
            async with self._alone:
                for at in suspects:
                    answers[at] = await self._ask_alone(questions[at])
        return [answer for answer in answers if answer is not None]

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def _watch(self, pending: set[asyncio.Task[Answer | None]]) -> None:
        """Wait for all; when none has ended for longer than any may take, the processes hang and are killed."""
        try:
            while pending:
                done, pending = await asyncio.wait(
                    pending, timeout=self._timeout_s + GRACE_S, return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    _kill_processes()
        finally:
            for task in pending:
                task.cancel()

    def _submit(self, question: Question) -> Future[Answer] | None:
        try:
            return self._running().submit(answer, question, self._timeout_s)
        except BrokenProcessPool:
            self.close()
            return None

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = self._make(self._processes)
        return self._pool

    def _make(self, processes: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(processes, mp_context=context, initializer=_die_with_parent)

    async def _wait(self, future: Future[Answer] | None) -> Answer | None:
        """None where the process died before it answered, whichever file it was that killed it."""
        if future is None:
            return None
        try:
            return await asyncio.wrap_future(future)
        except BrokenProcessPool:
            self.close()
            return None

    async def _ask_alone(self, question: Question) -> Answer:
        pool = self._make(1)
        try:
            future = asyncio.wrap_future(pool.submit(answer, question, self._timeout_s))
            return await asyncio.wait_for(future, self._timeout_s + GRACE_S)
        except BrokenProcessPool:
            message = "Reading it crashed the reader. It is left alone until it changes."
            return self._unread(question, Reason.CRASHED_PROBER, message)
        except TimeoutError:
            _kill_processes()
            message = f"It could not be read within {self._timeout_s + GRACE_S:g} s."
            return self._unread(question, Reason.TIMED_OUT, message)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _unread(self, question: Question, reason: Reason, message: str) -> Answer:
        reading = read(question.path, question.kind) if question.kind else None
        return Answer(reading, None, Problem(question.path, reason, message))


def answer(question: Question, timeout_s: float) -> Answer:
    """What a process of the pool does with one file."""
    reading = read(question.path, question.kind) if question.kind else None
    if not question.is_probed:
        return Answer(reading, None, None)
    try:
        media = probe(Path(question.root) / question.path, timeout_s=timeout_s)
        message = "The end of the file is missing."
        cut_off = Problem(question.path, Reason.TRUNCATED, message) if media.is_truncated else None
        return Answer(reading, media, cut_off)
    except ProbeError as error:
        reason = Reason(error.reason.value)
        message = error.message[:1].upper() + error.message[1:] + "."
        return Answer(reading, None, Problem(question.path, reason, message))


def _kill_processes() -> None:
    """Kill every pool's processes: those that did not hang lose their work, and it is asked for again."""
    for process in multiprocessing.active_children():
        process.kill()


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
