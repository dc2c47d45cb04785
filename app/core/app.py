"""The running application: what every edge and job is handed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from arq.connections import ArqRedis

from app.core.config import Config
from app.core.crypto import Keyring, keyring
from app.core.db import Database, Db
from app.core.dispatch import Dispatcher
from app.core.ending import end
from app.core.metrics import Metrics
from app.core.outbox import Tx
from app.core.redis import open_redis
from app.core.stream import Stream
from app.core.voids import Voids

P = ParamSpec("P")
T = TypeVar("T")


class App:
    """Configuration, database, Redis, the outbox's dispatcher and the event stream of one process."""

    def __init__(self, config: Config, database: Database, redis: ArqRedis) -> None:
        self.config = config
        self.database = database
        self.redis = redis
        self.dispatcher = Dispatcher(database, redis, config.namespace, config.event_retention_s)
        self.stream = Stream(database, redis, config.namespace)
        self.metrics = Metrics()
        self.voids = Voids(redis, config.namespace, self.stream)
        self._exit = ExitStack()
        self._own: dict[Callable[[App], Any], Any] = {}
        self._keyring: Keyring | None = None
        self._endings: list[Callable[[], Awaitable[None]]] = []

    @property
    def db(self) -> Db:
        return self.database.db

    @property
    def keyring(self) -> Keyring:
        """What seals and opens stored secrets. Raises ConfigError, OSError where there are no keys to be had."""
        if self._keyring is None:
            self._keyring = keyring(self.config)
        return self._keyring

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        """One use case: commits its rows, events and jobs together, then has them published.

        What they make void is so in all processes before this is over.
        """
        async with self.database.transaction() as db:
            tx = Tx(db, lambda: self.keyring)
            yield tx
            await tx.flush()
        if tx.pending:
            self.dispatcher.kick()
        if tags := [tag for event in tx.events for tag in event.voids()]:
            await self.voids.tell(tags)

    def own(self, make: Callable[["App"], T]) -> T:
        """What a slice has of its own for this application, made when it is first asked for."""
        found = self._own.get(make)
        if found is None:
            found = self._own[make] = make(self)
        return found

    def on_close(self, callback: Callable[[], object]) -> None:
        """Have something closed when the application closes, the newest first."""
        self._exit.callback(callback)

    def on_end(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Have something ended that takes awaiting, before the servers are left."""
        self._endings.append(callback)

    def close(self) -> None:
        self._exit.close()

    async def aclose(self) -> None:
        """All that `on_close` and `on_end` were told of."""
        self.close()
        for ending in reversed(self._endings):
            await ending()

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(function, *args, **kwargs)


@asynccontextmanager
async def open_app(config: Config) -> AsyncGenerator[App]:
    """Connect to the servers that the configuration names, dispatch and listen until the block ends."""
    database = await Database.open(
        config.database_url, size=config.database_pool_size, timeout_s=config.database_timeout_s
    )
    redis = open_redis(config.redis_url, timeout_s=config.redis_timeout_s)
    app = App(config, database, redis)
    try:
        await app.stream.start()
        running = (app.dispatcher.run(), app.stream.run(), app.voids.listen())
        tasks = [asyncio.create_task(each) for each in running]
        try:
            yield app
        finally:
            await end(*tasks)
            await app.voids.leave()
    finally:
        await app.aclose()
        await redis.aclose(close_connection_pool=True)
        await database.close()
