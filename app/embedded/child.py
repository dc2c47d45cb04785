"""One server as a child process, behind a guard (guard.py) that ends it whenever we end."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded import guard
from app.embedded.errors import EmbeddedError
from app.embedded.identity import Identity

TAIL_LINES = 20


@dataclass(frozen=True, slots=True)
class Command:
    """`stop` is the order of signals to end it, `death_signal` the one it gets if its guard is killed."""

    argv: list[str]
    cwd: Path
    log: Path
    stop: tuple[tuple[int, float], ...]
    death_signal: int = signal.SIGTERM
    identity: Identity = field(default_factory=Identity)


class Child:
    """A running server. Its guard is in a session of its own: Ctrl-C in a terminal reaches neither."""

    def __init__(
        self, process: asyncio.subprocess.Process, pid: int, command: Command, log_start: int
    ) -> None:
        self.pid = pid
        self.guard_pid = process.pid
        self._process = process
        self._command = command
        self._log_start = log_start

    @classmethod
    async def spawn(cls, command: Command) -> "Child":
        """Raises EmbeddedError if the guard can't even begin."""
        log_start = command.log.stat().st_size if command.log.exists() else 0
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *guard.PYTHON_OPTIONS,
            guard.__file__,
            _order(command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
            env=_environment(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = await process.stdout.readline()
        except BaseException:
            process.stdin.close()  # the guard ends by that, and before it what it may have started
            await process.wait()
            raise
        if not line:
            raise EmbeddedError(f"The process that guards {command.argv[0]} ended: {await process.wait()}")
        return cls(process, int(line), command, log_start)

    @property
    def status(self) -> int | None:
        """How it ended, as a shell says it (128 + signal), or minus the signal that ended its guard; None before."""
        return self._process.returncode

    async def wait(self) -> int:
        return await self._process.wait()

    async def stop(self) -> int:
        """End it in order and wait for that; how long at most is the sum of the command's patience."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return await self._process.wait()

    def log_lines(self) -> list[str]:
        """The last lines it has said since it was started."""
        log = self._command.log
        if not log.exists():
            return []
        data = log.read_bytes()
        start = self._log_start if self._log_start <= len(data) else 0  # else it was rotated
        return data[start:].decode(errors="replace").splitlines()[-TAIL_LINES:]


def _order(command: Command) -> str:
    order: guard.Order = {
        "parent": os.getpid(),
        "argv": command.argv,
        "cwd": str(command.cwd),
        "log": str(command.log),
        "stop": list(command.stop),
        "death_signal": command.death_signal,
        "user": command.identity.user,
        "mapped": command.identity.mapped,
    }
    return json.dumps(order)


def _environment() -> dict[str, str]:
    """Nothing of the user's PG* or locale variables may reach the servers."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "TMPDIR": tempfile.gettempdir(),
        "LC_ALL": "C",
        "TZ": "UTC",
    }
