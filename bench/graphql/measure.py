"""What a server gives: answers a second, how long each takes, and what that costs in CPU time and memory."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.graphql.queries import Query
from bench.graphql.servers import Running
from bench.stage import cpu_s

ROOT = Path(__file__).parents[2]
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Figure:
    """One load. p50_ms, p99_ms: of an answer. server_us, database_us: CPU time for each answer. size: bytes of one."""

    rate: float
    p50_ms: float
    p99_ms: float
    server_us: float
    database_us: float
    size: float

    @property
    def cpu_us(self) -> float:
        return self.server_us + self.database_us

    def __str__(self) -> str:
        cpu = f"{self.server_us:8,.0f} +{self.database_us:7,.0f}"
        return f"{self.rate:9,.1f}{self.p50_ms:9.2f}{self.p99_ms:9.2f}  {cpu}"


async def answer(running: Running, query: Query) -> Any:
    """The data of the first of its requests. Raises RuntimeError for errors."""
    headers = {"content-type": "application/json"}
    if running.headers:
        name, _, value = running.headers.strip().partition(": ")
        headers[name] = value
    async with httpx.AsyncClient(timeout=120) as client:
        url = f"http://127.0.0.1:{running.port}{running.path}"
        told = (await client.post(url, content=query.bodies[0], headers=headers)).json()
    if "errors" in told or not told.get("data"):
        raise RuntimeError(f"{running.name}, {query.title}: {json.dumps(told)[:2000]}")
    return told["data"]


async def load(
    running: Running, query: Query, connections: int, seconds: float, database: psutil.Process
) -> Figure:
    """Raises RuntimeError where a request fails."""
    plan: dict[str, Any] = {"host": "127.0.0.1", "port": running.port, "path": running.path}
    plan |= {"headers": running.headers, "bodies": query.bodies}
    plan |= {"connections": connections, "seconds": seconds}
    before = cpu_s(running.process), cpu_s(database)
    asker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.graphql.load"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    said, _ = await asker.communicate(json.dumps(plan).encode())
    after = cpu_s(running.process), cpu_s(database)
    told = json.loads(said)
    if told["failed"]:
        raise RuntimeError(f"{running.name}, {query.title}: {told['failed']}")
    return _figure(told, (after[0] - before[0], after[1] - before[1]))


def _figure(told: dict[str, Any], spent_s: tuple[float, float]) -> Figure:
    taken: list[float] = sorted(told["taken_s"])
    number = len(taken)
    return Figure(
        number / told["elapsed_s"],
        1000 * at(taken, 0.5),
        1000 * at(taken, 0.99),
        1e6 * spent_s[0] / number,
        1e6 * spent_s[1] / number,
        told["bytes"] / number,
    )


def at(taken: Sequence[float], share: float) -> float:
    """taken: in order."""
    return taken[min(len(taken) - 1, int(len(taken) * share))]


def rss_mb(process: psutil.Process) -> float:
    """With all that it started."""
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / MB
