"""Asks a server as fast as it answers, over connections that stay open, and says how long each answer took.

A process of its own, so that it takes nothing from the server's loop. It looks at no more of an answer than its length
and its status: reads a plan from standard input, writes one line of JSON.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Any, cast

import uvloop

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
# How long the last answer may take.
PATIENCE_S = 60


@dataclass
class Tally:
    """What came back. elapsed_s: until the last. taken_s: of each answer; bytes: of bodies."""

    elapsed_s: float = 0.0
    taken_s: list[float] = field(default_factory=list)
    bytes: int = 0
    failed: str = ""


class Asker(asyncio.Protocol):
    """One connection: sends the next request as soon as the answer to the last is whole."""

    def __init__(self, requests: list[bytes], tally: Tally, until: float) -> None:
        self._requests = cycle(requests)
        self._tally = tally
        self._until = until
        self._received = bytearray()
        self._left = -1
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are of no class of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._tally.failed = self._tally.failed or f"The server closed a connection: {exc}"
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._left >= 0:
            self._left -= len(data)
        else:
            self._received += data
            self._read_head()
        if self._left == 0:
            self._answered()

    def _read_head(self) -> None:
        end = self._received.find(_HEAD_END)
        if end < 0:
            return
        head = bytes(self._received[:end]).lower()
        status, at = head[9:12], head.find(_LENGTH)
        if status != b"200" or at < 0:
            self._tally.failed = f"Status {status.decode()}, or no length: {bytes(self._received[:500])!r}"
            self._transport.close()
            return
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
        self._tally.bytes += length
        self._left = length - (len(self._received) - end - len(_HEAD_END))
        self._received.clear()

    def _answered(self) -> None:
        now = time.perf_counter()
        self._tally.taken_s.append(now - self._began)
        self._left = -1
        if now < self._until:
            self._ask()
        else:
            self.done.set_result(None)
            self._transport.close()

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(next(self._requests))


async def _run(plan: dict[str, Any]) -> Tally:
    host, port, bodies = plan["host"], plan["port"], [body.encode() for body in plan["bodies"]]
    head = f"POST {plan['path']} HTTP/1.1\r\nhost: {host}:{port}\r\n{plan['headers']}content-type: application/json\r\n"
    requests = [f"{head}content-length: {len(body)}\r\n\r\n".encode() + body for body in bodies]
    began = time.perf_counter()
    tally, until = Tally(), began + plan["seconds"]
    askers: list[Asker] = []
    for number in range(plan["connections"]):
        turned = requests[number % len(requests) :] + requests[: number % len(requests)]
        _, asker = await asyncio.get_running_loop().create_connection(
            lambda turned=turned: Asker(turned, tally, until), host, port
        )
        askers.append(asker)
    async with asyncio.timeout(plan["seconds"] + PATIENCE_S):
        await asyncio.gather(*(asker.done for asker in askers))
    tally.elapsed_s = time.perf_counter() - began
    return tally


if __name__ == "__main__":
    # Of a pipe that doesn't block, only the first 64 KB would arrive.
    os.set_blocking(sys.stdout.fileno(), True)
    print(json.dumps(asdict(uvloop.run(_run(json.loads(sys.stdin.read()))))))
