"""The running application: what every edge and job is handed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from typing import ParamSpec, TypeVar

from arq.connections import ArqRedis

from app.core.config import Config
from app.core.crypto import Keyring, keyring
from app.core.db import Database, Db
from app.core.dispatch import Dispatcher
from app.core.ending import end
from app.core.events import Event
from app.core.outbox import Tx
from app.core.redis import open_redis
from app.core.stream import Stream

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
        self._exit = ExitStack()
        self._keyring: Keyring | None = None
        self._endings: list[Callable[[], Awaitable[None]]] = []
        self._on_commit: list[Callable[[Sequence[Event]], Awaitable[None]]] = []

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
        """One use case: commits its rows, events and jobs together, then has them published."""
        async with self.database.transaction() as db:
            tx = Tx(db, lambda: self.keyring)
            yield tx
            await tx.flush()
        if tx.pending:
            self.dispatcher.kick()
        for callback in self._on_commit:
            await callback(tx.events)

    def on_commit(self, callback: Callable[[Sequence[Event]], Awaitable[None]]) -> None:
        """Have something done before a transaction of this process is over for its caller.

        It gets the events, which come to it, as to all processes, by the stream as well: a crash may come before it.
        """
        self._on_commit.append(callback)

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
        tasks = [asyncio.create_task(app.dispatcher.run()), asyncio.create_task(app.stream.run())]
        try:
            yield app
        finally:
            await end(*tasks)
    finally:
        await app.aclose()
        await redis.aclose(close_connection_pool=True)
        await database.close()
