"""What the tests of the outbox share: quiet applications, a proxy before Redis, events and ways to wait."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import orjson

from app.core.app import App
from app.core.config import Config
from app.core.db import Database
from app.core.dispatch import channel
from app.core.events import Delivered, Event
from app.core.redis import open_redis
from tests.patience import PATIENCE_S


@dataclass(frozen=True)
class Noted(Event, name="test.noted"):
    text: str
    ids: tuple[UUID, ...] = ()


@asynccontextmanager
async def quiet(config: Config) -> AsyncIterator[App]:
    """`open_app` without its background tasks."""
    database = await Database.open(
        config.database_url, size=config.database_pool_size, timeout_s=config.database_timeout_s
    )
    redis = open_redis(config.redis_url, timeout_s=config.redis_timeout_s)
    try:
        yield App(config, database, redis)
    finally:
        await redis.aclose(close_connection_pool=True)
        database.pool.terminate()


async def note(app: App, *texts: str) -> None:
    """One transaction that emits an event for each text."""
    async with app.transaction() as tx:
        for text in texts:
            tx.emit(Noted(text))


async def take(listener: AsyncIterator[Delivered], count: int) -> list[Delivered]:
    async with asyncio.timeout(PATIENCE_S):
        return [await anext(listener) for _ in range(count)]


def texts(delivered: list[Delivered]) -> list[str]:
    return [each.event.text for each in delivered if isinstance(each.event, Noted)]


async def until(ask: Callable[[], Awaitable[Any]], *, within_s: float = PATIENCE_S) -> Any:
    """Ask until the answer is true, and return it."""
    async with asyncio.timeout(within_s):
        while not (answer := await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return answer


class Ear:
    """Everything that is published on an application's channel."""

    def __init__(self, app: App) -> None:
        self._pubsub = app.redis.pubsub(ignore_subscribe_messages=False)
        self._channel = channel(app.config.namespace)

    async def __aenter__(self) -> "Ear":
        await self._pubsub.subscribe(self._channel)
        assert (await self._pubsub.get_message(timeout=PATIENCE_S))["type"] == "subscribe"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pubsub.aclose()

    async def heard(self) -> list[dict[str, Any]]:
        """What has come so far; Redis answers in order, so a pong says that there is no more."""
        await self._pubsub.ping("end")
        messages: list[dict[str, Any]] = []
        while (message := await self._pubsub.get_message(timeout=PATIENCE_S))["type"] != "pong":
            messages.append(orjson.loads(message["data"]))
        return messages


class Proxy:
    """A TCP port on loopback that leads to Redis and can be cut or stalled."""

    def __init__(self, redis_url: str) -> None:
        self._target = urlsplit(redis_url)
        self._open = asyncio.Event()
        self._open.set()
        self._links: set[asyncio.Task[Any]] = set()
        self._is_cut = False
        self.calls = 0

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._link, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self.cut()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        port = self._server.sockets[0].getsockname()[1]
        db = parse_qs(self._target.query).get("db", ["0"])[0]
        return f"redis://127.0.0.1:{port}/{db}"

    async def cut(self) -> None:
        """Drop every connection, and refuse new ones until `mend`."""
        self._is_cut = True
        links = list(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    def stall(self) -> None:
        """Keep connections, and accept new ones, but let nothing through."""
        self._open.clear()

    def mend(self) -> None:
        self._is_cut = False
        self._open.set()

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.calls += 1
        self._links.add(task)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            if not self._is_cut:
                await self._pass(reader, writer)
        writer.close()
        self._links.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._target.scheme == "unix":
            there, back = await asyncio.open_unix_connection(self._target.path)
        else:
            there, back = await asyncio.open_connection(self._target.hostname, self._target.port or 6379)
        try:
            ways = [
                asyncio.create_task(self._copy(reader, back)),
                asyncio.create_task(self._copy(there, writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            back.close()

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self._open.wait()
            target.write(data)
            await target.drain()
