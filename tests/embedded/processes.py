"""Watching and ending processes: the servers', and a Marquee of our own that runs them."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.embedded.leftover import is_alive
from tests.patience import PATIENCE_S

PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from app.embedded.servers import embedded

async def main():
    async with embedded(Path(sys.argv[1]), durable=False):
        if sys.argv[2] == "fork" and (pid := os.fork()) == 0:
            import signal; signal.pause()
        print(pid if sys.argv[2] == "fork" else 0, flush=True)
        await asyncio.Event().wait()

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("stopped in order", flush=True)
"""


@dataclass
class Marquee:
    process: asyncio.subprocess.Process
    fork_pid: int
    servers: list[int]
    guards: list[int]


@asynccontextmanager
async def marquee(data_dir: Path, *, fork: bool = False):
    """A process that runs both servers, up and ready; it leads a process group, as one in a terminal does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(data_dir), "fork" if fork else "plain",
        stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    fork_pid = int(await process.stdout.readline())
    servers = [postmaster_pid(data_dir), valkey_pid(data_dir)]
    try:
        yield Marquee(process, fork_pid, servers, [parent_of(pid) for pid in servers])
    finally:
        if fork_pid:
            os.kill(fork_pid, signal.SIGKILL)
        if process.returncode is None:
            process.kill()
        await process.communicate()


def postmaster_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def valkey_pid(data_dir: Path) -> int:
    return int((data_dir / "valkey" / "valkey.pid").read_text())


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid: int) -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _parent_or_none(entry.name) == pid]


def _parent_or_none(pid: str) -> int | None:
    try:
        return parent_of(int(pid))
    except FileNotFoundError:
        return None


async def eventually(read: Callable[[], object], *, within_s: float = PATIENCE_S) -> object:
    """Poll until `read` returns something true."""
    deadline = time.monotonic() + within_s
    while not (value := read()):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
    return value


async def gone(pids: list[int]) -> bool:
    return await eventually(lambda: not any(is_alive(pid) for pid in pids))
