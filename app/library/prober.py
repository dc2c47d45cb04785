"""Reading media files in disposable processes, so that a file that crashes its reader disturbs nothing else."""

import asyncio
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from weakref import WeakKeyDictionary

from app.core.app import App
from app.library.children import Child, Ending, Item, Nursery, NurseryFailed
from app.library.mishaps import OUT_OF_MEMORY, sentence
from app.library.problems import Problem, Reason
from app.library.questions import Answer, Question

log = logging.getLogger(__name__)

# By its name, since it loads libav, which is nothing for those who open no file.
ANSWER = "app.library.answers:answer"
# How much longer than its own limit a probe may take before its process counts as hung.
GRACE_S = 2.0
# Questions that travel together. What a process holds of them waits when it hangs, though not for long.
MOST_TOGETHER = 8
FEW_HELD = 2
SLOW_S = 1.0
TICK_S = 0.25
# How often a file is asked for anew when its process was lost, and nothing says that the file did it.
MOST_LOSSES = 2
DECODER_NICENESS = 10
# A process that had used so much of its memory was ended by the want of more.
ALMOST_ALL = 0.9
CRASHED = "Reading it crashed the reader. It is left alone until it changes."


class Asking:
    """What one caller wants to know: answers in the order of its questions."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.answers: list[Answer | None] = [None] * len(questions)
        self.waiting = deque(Item(each, partial(self._settle, at)) for at, each in enumerate(questions))
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left = len(questions)

    def _settle(self, at: int, found: Answer) -> None:
        self.answers[at] = found
        self._left -= 1
        if not self._left and not self.done.done():
            self.done.set_result(None)


class Prober:
    """A few processes; one that dies, hangs or takes too much memory is replaced, and its file known to have done it.

    timeout_s: for one file; a process that exceeds it by grace_s is killed. memory_mb: what one process may use.
    niceness: by how much others on the machine come first. work: what a process does with a question; a function
    that a module has by name.
    """

    def __init__(
        self,
        processes: int,
        timeout_s: float,
        *,
        memory_mb: int = 1024,
        grace_s: float = GRACE_S,
        niceness: int = 0,
        work: str | Callable[[Question, float], Answer] = ANSWER,
    ) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._timeout_s = timeout_s
        self._limit_s = timeout_s + grace_s
        self._memory_mb = memory_mb
        self._niceness = niceness
        self._work = work if isinstance(work, str) else f"{work.__module__}:{work.__qualname__}"
        self._nursery: Nursery | None = None
        self._opening = asyncio.Lock()
        self._children: set[Child] = set()
        self._askings: set[Asking] = set()
        self._turns: deque[Asking] = deque()
        self._again: deque[Item] = deque()
        self._tick: asyncio.TimerHandle | None = None
        self._reopening: asyncio.Task[None] | None = None

    async def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Answers in the order of the questions; never raises for what is in a file.

        Several callers at once take turns. Raises NurseryFailed where the system lets us start no processes.
        """
        if not questions:
            return []
        await self._open()
        asking = Asking(questions)
        self._askings.add(asking)
        self._turns.append(asking)
        self._feed()
        try:
            await asking.done
        finally:
            self._askings.discard(asking)
            asking.waiting.clear()
        return [found for found in asking.answers if found is not None]

    async def warm(self) -> None:
        """Have all processes started before there is anything to ask. Raises NurseryFailed."""
        await self._open()
        while self._nursery is not None and len(self._children) < self._processes:
            self._children.add(self._nursery.fork())
        for child in list(self._children):
            await child.is_up.wait()

    def close(self) -> None:
        """Kill all processes; who still waits for an answer is cancelled."""
        for child in self._children:
            child.abandon()
        self._children.clear()
        for asking in self._askings:
            asking.done.cancel()
        if self._tick is not None:
            self._tick.cancel()
        if self._reopening is not None:
            self._reopening.cancel()
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None

    async def _open(self) -> None:
        async with self._opening:
            if self._nursery is None:
                self._nursery = await Nursery.start(
                    self,
                    work=self._work,
                    timeout_s=self._timeout_s,
                    memory_mb=self._memory_mb,
                    niceness=self._niceness,
                )

    def _feed(self) -> None:
        """Give work to whoever has little of it."""
        while self._nursery is not None and self._has_work():
            child = self._hungry(self._nursery)
            if child is None:
                break
            if items := self._next_items():
                child.ask(items)
        if self._tick is None and any(child.held for child in self._children):
            self._tick = asyncio.get_running_loop().call_later(TICK_S, self._look)

    def _has_work(self) -> bool:
        return bool(self._again or self._turns)

    def _hungry(self, nursery: Nursery) -> Child | None:
        """A process that idles, a new one where there may be more, or one that is soon to idle."""
        least = min(self._children, key=lambda child: len(child.held), default=None)
        if least is not None and not least.held:
            return least
        if len(self._children) < self._processes:
            child = nursery.fork()
            self._children.add(child)
            return child
        ready = (child for child in self._children if len(child.held) <= FEW_HELD and not child.is_slow)
        return min(ready, key=lambda child: len(child.held), default=None)

    def _next_items(self) -> list[Item]:
        while self._again:
            # Who was slow may have answered meanwhile.
            if not (item := self._again.popleft()).is_settled:
                return [item]
        if not self._turns:
            return []
        asking = self._turns.popleft()
        size = max(1, min(MOST_TOGETHER, len(asking.waiting) // (2 * self._processes)))
        items = [asking.waiting.popleft() for _ in range(min(size, len(asking.waiting)))]
        if asking.waiting:
            self._turns.append(asking)
        return items

    def _look(self) -> None:
        """Kill who takes too long, and let others do what waits behind one that may."""
        self._tick = None
        now = asyncio.get_running_loop().time()
        for child in list(self._children):
            if child.since is not None and now - child.since >= SLOW_S:
                child.listen()
            if child.since is None or child not in self._children:
                continue
            if now - child.since >= self._limit_s:
                message = (
                    f"It could not be read within {self._limit_s:g} s. It is left alone until it changes."
                )
                self._kill(child, Reason.TIMED_OUT, message)
            elif now - child.since >= SLOW_S and not child.is_slow:
                child.is_slow = True
                self._ask_again(list(child.held)[1:])
        self._feed()

    def _kill(self, child: Child, reason: Reason, message: str) -> None:
        if self._nursery is not None:
            self._nursery.kill(child)
        self._blame(child, reason, message)

    def _blame(self, child: Child, reason: Reason, message: str) -> None:
        """The file that a process was at is what ended it."""
        if child.held:
            item = child.held.popleft()
            item.settled(Answer(None, Problem(item.question.path, reason, message)))
        self._part_with(child)

    def _part_with(self, child: Child) -> None:
        child.abandon()
        self._children.discard(child)
        if not child.is_slow:
            self._ask_again(child.held)

    def _ask_again(self, items: Iterable[Item]) -> None:
        self._again.extend(item for item in items if not item.is_settled)

    def on_answer(self, child: Child) -> None:
        if len(child.held) <= FEW_HELD:
            self._feed()

    def on_farewell(self, child: Child) -> None:
        self._part_with(child)
        self._feed()

    def on_nonsense(self, child: Child) -> None:
        self._kill(child, Reason.CRASHED_PROBER, CRASHED)
        self._feed()

    def on_end(self, child: Child, ending: Ending) -> None:
        signalled = os.WTERMSIG(ending.status) if os.WIFSIGNALED(ending.status) else None
        if ending.memory_mb >= ALMOST_ALL * self._memory_mb:
            self._blame(child, Reason.OUT_OF_MEMORY, sentence(OUT_OF_MEMORY))
        elif signalled == signal.SIGKILL:
            self._lost(child)
        else:
            self._blame(child, Reason.CRASHED_PROBER, CRASHED)
        self._feed()

    def _lost(self, child: Child) -> None:
        """Somebody killed it, perhaps the system for want of memory; its file is to blame only if that goes on."""
        if child.held:
            child.held[0].losses += 1
            if child.held[0].losses >= MOST_LOSSES:
                self._blame(child, Reason.CRASHED_PROBER, CRASHED)
                return
            child.is_slow = False
        self._part_with(child)

    def on_nursery_lost(self) -> None:
        """All processes went with it."""
        log.warning("The program that opens media files has ended, and is started again.")
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None
        for child in list(self._children):
            self._lost(child)
        self._reopening = asyncio.create_task(self._reopen())

    async def _reopen(self) -> None:
        try:
            await self._open()
        except (NurseryFailed, OSError) as error:
            for asking in self._askings:
                if not asking.done.done():
                    asking.done.set_exception(NurseryFailed(str(error)))
            return
        self._feed()


_probers: WeakKeyDictionary[App, Prober] = WeakKeyDictionary()
_decoders: WeakKeyDictionary[App, Prober] = WeakKeyDictionary()


def prober(app: App) -> Prober:
    """The application's one prober, made when first needed and closed with it."""
    if app not in _probers:
        _probers[app] = _made(app, app.config.probe_processes, niceness=0)
    return _probers[app]


def decoder(app: App) -> Prober:
    """A process for what takes seconds and is in no hurry, so that no scan waits for it."""
    if app not in _decoders:
        _decoders[app] = _made(app, 1, niceness=DECODER_NICENESS)
    return _decoders[app]


def _made(app: App, processes: int, *, niceness: int) -> Prober:
    config = app.config
    made = Prober(processes, config.probe_timeout_s, memory_mb=config.probe_memory_mb, niceness=niceness)
    app.on_close(made.close)
    return made
