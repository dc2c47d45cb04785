"""Our own processes as children: watched, started again when they crash, and gone when we are."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, fields
from typing import Any, cast

from app.commands.terminal import say
from app.core.config import Config
from app.core.lifeline import GRACE_S, LIFELINE, READY, settings_line
from app.core.plain import Trouble

MODULES = {"server": "app.main", "worker": "app.worker"}

_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 15.0
_STABLE_S = 60.0
_LONGEST_LINE = 1 << 20
_LAST_WORDS_S = 0.5


@dataclass(frozen=True, slots=True)
class Program:
    """A module of ours to run. fds: listening sockets that it gets, by the same numbers."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    fds: tuple[int, ...] = ()

    @property
    def argv(self) -> list[str]:
        sockets = [f"--fd={fd}" for fd in self.fds]
        return [sys.executable, "-m", self.module, *self.arguments, *sockets, LIFELINE]


@dataclass(slots=True)
class Child:
    """A program that runs until `stop`.

    It is in a session of its own, so that Ctrl-C reaches only us and we end everything in order. Its standard input
    is a pipe that ends with us, however we end, and the child ends by that.
    """

    program: Program
    config: Config
    on_line: Callable[[str], None] = lambda _line: None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _ahead: asyncio.subprocess.Process | None = None

    @asynccontextmanager
    async def ahead(self) -> AsyncGenerator[None]:
        """Begin to load it, so that it is ready soon after `run` or `keep`, with the configuration as it is then."""
        self._ahead = await self._spawn()
        try:
            yield
        finally:
            if (unused := self._ahead) is not None:  # pyright: ignore[reportUnnecessaryComparison]
                await _end(unused)

    async def run(self) -> int:
        """Run it once. Returns its exit status."""
        process, self._ahead = self._ahead or await self._spawn(), None
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(settings_line(environment(self.config)))
        readers = [
            asyncio.create_task(_read(process.stdout, self._heard)),
            asyncio.create_task(_read(process.stderr, say)),
        ]
        try:
            status = await process.wait()
            await asyncio.wait(readers, timeout=_LAST_WORDS_S)
            return status
        finally:
            await _end(process)
            for reader in readers:
                reader.cancel()

    async def keep(self) -> None:
        """Run it again whenever it ends. Raises Trouble when it ends before it was ever ready."""
        pause_s = 0.0
        while True:
            began = time.monotonic()
            status = await self.run()
            if not self.ready.is_set():
                raise Trouble(f"The {self.program.name} could not start (status {status}).")
            if time.monotonic() - began > _STABLE_S:
                pause_s = 0.0
            say(f"The {self.program.name} ended unexpectedly ({_how(status)}); it is started again.")
            await asyncio.sleep(pause_s)
            pause_s = min(max(2 * pause_s, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)

    async def _spawn(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.program.argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=self.program.fds,
            start_new_session=True,
            limit=_LONGEST_LINE,
        )

    def _heard(self, line: str) -> None:
        if line == READY:
            self.ready.set()
        else:
            self.on_line(line)


@asynccontextmanager
async def kept(*children: Child) -> AsyncGenerator[None]:
    """Keep children running during the block; they are stopped in the order given, then nothing of them is left.

    A child that can't start ends the block with an ExceptionGroup of its Trouble.
    """
    async with asyncio.TaskGroup() as group:
        keepers = [group.create_task(child.keep(), name=f"keep {child.program.name}") for child in children]
        try:
            yield
        finally:
            for keeper in keepers:
                keeper.cancel()
                await asyncio.wait({keeper})


async def until_signalled(work: Coroutine[Any, Any, None]) -> int:
    """Do the work until it ends or a signal ends it; the exit status comes back, 130 after Ctrl-C."""
    task = asyncio.ensure_future(work)
    received: list[signal.Signals] = []

    def end(number: signal.Signals) -> None:
        if not received:  # ending takes a few seconds at most; more signals don't make it faster
            task.cancel()
        received.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end, number)
    try:
        await task
    except asyncio.CancelledError:
        if not received:
            raise
        return 130 if received[0] == signal.SIGINT else 0
    return 0


def environment(config: Config) -> dict[str, str]:
    """The configuration as variables, for a child that reads them as we did."""
    return {f"MARQUEE_{each.name.upper()}": _written(getattr(config, each.name)) for each in fields(config)}


def _written(value: Any) -> str:
    return ",".join(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else str(value)


async def _end(process: asyncio.subprocess.Process) -> None:
    """By SIGTERM, and if it takes no notice of that, or we are in a hurry, for good."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S + 2):
                await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()


async def _read(stream: asyncio.StreamReader, heard: Callable[[str], None]) -> None:
    while line := await stream.readline():
        heard(line.decode(errors="replace").rstrip("\n"))


def _how(status: int) -> str:
    if status >= 0:
        return f"status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
