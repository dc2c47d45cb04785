"""A stand-in that can be told to answer otherwise, and remembers what it was asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.app import App
from app.demo.answering import Asked, answering
from app.demo.tmdb.server import Tmdb
from tests.outside import Says


class Standing:
    """troubles: what it says at a path instead; `*` is all of them. asked: what was asked so far."""

    app: App

    def __init__(self, tmdb: Tmdb) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.troubles: dict[str, Says] = {}
        self._tmdb = tmdb

    async def answer(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        trouble = self.troubles.get(asked.path) or self.troubles.get("*")
        return await (trouble(asked) if trouble else self._tmdb.answer(asked))

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


@asynccontextmanager
async def standing(tmdb: Tmdb) -> AsyncIterator[Standing]:
    stand_in = Standing(tmdb)
    async with answering(stand_in.answer) as url:
        stand_in.url = url
        yield stand_in
