"""Servers and files that a killed Marquee left behind."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.embedded.errors import EmbeddedError

log = logging.getLogger(__name__)
_POLL_S = 0.02


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended but was not waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "Z"


def runs(pid: int, argv: list[str]) -> bool:
    """Whether the process was started by these words, wherever the program is. A pid alone may be another's by now."""
    return f"/{_command_line(pid)}".endswith("/" + " ".join([Path(argv[0]).name, *argv[1:]]))


def _command_line(pid: int) -> str:
    if sys.platform == "linux":
        try:
            return (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .rstrip(b"\0")
                .replace(b"\0", b" ")
                .decode(errors="replace")
            )
        except OSError:
            return ""
    ps = subprocess.run(  # noqa: S603
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return ps.stdout.strip()


def processes_in(folder: Path, program: str) -> list[int]:
    """Pids of the `program` processes whose current directory is `folder`; [] on systems without /proc."""
    return [pid for pid, name, place in _processes() if name == program and place == folder]


def processes_below(folder: Path) -> list[int]:
    """Pids of all processes whose current directory is `folder` or below it; [] on systems without /proc."""
    return [pid for pid, _, place in _processes() if place.is_relative_to(folder)]


def _processes() -> Iterator[tuple[int, str, Path]]:
    """Pid, program and current directory of each process that we may know of."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            yield int(entry.name), (entry / "comm").read_text().strip(), (entry / "cwd").readlink()
        except OSError:  # ended meanwhile, or another user's
            continue


async def end(pids: Iterable[int], stop: Iterable[tuple[int, float]], what: str) -> None:
    """End processes that are not our children by one signal after the other, each with its seconds.

    Raises EmbeddedError if they outlive them all.
    """
    living = [pid for pid in pids if is_alive(pid)]
    for number, patience_s in stop:
        for pid in living:
            log.warning(
                "ending %s left over from an earlier run (process %d, %s)",
                what,
                pid,
                signal.Signals(number).name,
            )
            _signal(pid, number)
        deadline = time.monotonic() + patience_s
        while living and time.monotonic() < deadline:
            await asyncio.sleep(_POLL_S)
            living = [pid for pid in living if is_alive(pid)]
        if not living:
            return
    raise EmbeddedError(f"{what} of an earlier run does not end (processes {', '.join(map(str, living))}).")


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise EmbeddedError(
            f"Process {pid} of an earlier run belongs to another user; end it first."
        ) from error
