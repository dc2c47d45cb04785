"""An outside service that does what it is told, and a clock that doesn't make anybody wait."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from app.core.http import Http
from app.core.http_clock import Clock
from app.core.http_messages import Question, Service
from app.demo.answering import Asked, answering, said

SERVICE = Service("films", rate_per_s=50.0)
SECRET = "k3y-that-nobody-sees"
Says = Callable[[Asked], Awaitable[bytes]]


def saying(
    body: Any = None, status: int = 200, *, headers: Mapping[str, str] | None = None, packed: bool = False
) -> Says:
    """JSON, or text as it is."""

    async def say(_: Asked) -> bytes:
        plain = (body if isinstance(body, str) else json.dumps(body)).encode()
        kind = "text/html" if isinstance(body, str) else "application/json;charset=utf-8"
        wrapped = gzip.compress(plain) if packed else plain
        coding = {"content-encoding": "gzip"} if packed else {}
        return said(status, wrapped, {"content-type": kind} | coding | dict(headers or {}))

    return say


async def never(_: Asked) -> bytes:
    await asyncio.Event().wait()
    raise AssertionError


async def broken_off(_: Asked) -> bytes:
    return said(200, b'{"title": "The Clo', {"content-length": "1000", "connection": "close"})


async def hung_up(_: Asked) -> bytes:
    return b""


class Outside:
    """says: what comes next, request by request; the last goes on being said. asked: what was asked so far."""

    def __init__(self) -> None:
        self.url = ""
        self.says: list[Says] = [saying({"title": "Paper Moons"})]
        self.asked: list[Asked] = []

    async def answer(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        say = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        return await say(asked)

    def question(self, path: str = "/film/1", **rest: Any) -> Question:
        secret = {"authorization": f"Bearer {SECRET}"}
        return Question(self.url + path, **{"secret_headers": secret, **rest})


@asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    service = Outside()
    async with answering(service.answer) as url:
        service.url = url
        yield service


class Hurried(Clock):
    """Its time goes on only by what is slept, which takes none; Redis is told that time."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0
        self.slept: list[float] = []

    @property
    def shared_us(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return round(self.seconds * 1_000_000)

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    def share(self) -> float:
        return 1.0


@asynccontextmanager
async def client(app: Any, clock: Clock | None = None) -> AsyncIterator[Http]:
    made = Http(app, clock or Hurried())
    try:
        yield made
    finally:
        await made.aclose()
