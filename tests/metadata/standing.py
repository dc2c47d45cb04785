"""A stand-in that can be told to answer otherwise, and remembers what it was asked."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from app.core.app import App
from app.demo.answering import Asked, answering
from tests.outside import Says


class Service(Protocol):
    async def answer(self, asked: Asked) -> bytes: ...


class Standing:
    """troubles: what it says at a path instead; `*` is all of them. asked: what was asked so far.

    end: has it serve no more, where a test may have that.
    """

    app: App
    end: Callable[[], Awaitable[None]]

    def __init__(self, service: Service) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.troubles: dict[str, Says] = {}
        self.service = service

    async def answer(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        trouble = self.troubles.get(asked.path) or self.troubles.get("*")
        return await (trouble(asked) if trouble else self.service.answer(asked))

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


@asynccontextmanager
async def standing(service: Service) -> AsyncIterator[Standing]:
    stand_in = Standing(service)
    async with answering(stand_in.answer) as url:
        stand_in.url = url
        yield stand_in
