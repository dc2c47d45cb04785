"""Connections of a pool that were in use a moment ago, for whoever needs one next.

Taking one out of asyncpg's pool and giving it back costs more CPU time than a small statement: a proxy, a timer and a
task. So they stay out for a while: those for which nobody had a use go back.
"""

import asyncio
from typing import Any

import asyncpg
from asyncpg.exceptions import OutdatedSchemaCacheError

IDLE_S = 0.2


class Connections:
    """Runs single statements, and lends a connection for several."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._free: list[Any] = []
        # How many of these nobody needed since it was last looked.
        self._unused = 0
        self._waiting = 0
        self._look: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._is_closing = False

    @property
    def idle(self) -> int:
        """How many are out of the pool and in nobody's hands."""
        return len(self._free)

    async def fetch(self, query: str, *args: Any, record_class: Any = None) -> list[Any]:
        return await self._rows(query, args, 0, record_class)

    async def fetchrow(self, query: str, *args: Any, record_class: Any = None) -> Any:
        rows = await self._rows(query, args, 1, record_class)
        return rows[0] if rows else None

    async def fetchval(self, query: str, *args: Any) -> Any:
        rows = await self._rows(query, args, 1, None)
        return rows[0][0] if rows else None

    async def execute(self, query: str, *args: Any) -> str:
        async with self.lent() as connection:
            return await connection.execute(query, *args)

    def lent(self) -> "_Lent":
        """A connection for the length of a block; whatever was raised in it, the pool looks at it before the next."""
        return _Lent(self)

    async def _rows(self, query: str, args: tuple[Any, ...], limit: int, record_class: Any) -> list[Any]:
        connection = await self.take()
        try:
            rows = await _rows_of(connection, query, args, limit, record_class)
        except BaseException:
            await self.give(connection, is_sound=False)
            raise
        if self._waiting or self._is_closing or self._look is None:
            await self.give(connection, is_sound=True)
        else:
            self._free.append(connection)
        return rows

    async def take(self) -> Any:
        while self._free:
            connection = self._free.pop()
            self._unused = min(self._unused, len(self._free))
            if not _is_gone(connection):
                return connection
            await self._pool.release(connection)
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    async def give(self, connection: Any, *, is_sound: bool) -> None:
        """Those who wait for one wait for the pool's."""
        if not is_sound or self._waiting or self._is_closing or _is_gone(connection):
            await self._pool.release(connection)
            return
        self._free.append(connection)
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(IDLE_S, self._let_go)

    async def close(self) -> None:
        """Give all back. From now on none is kept."""
        self._is_closing = True
        if self._look is not None:
            self._look.cancel()
        await self._release(self._free)
        await asyncio.gather(*self._leaving)

    def _let_go(self) -> None:
        unused, self._free = self._free[: self._unused], self._free[self._unused :]
        self._unused, self._look = len(self._free), None
        if self._free:
            self._look = asyncio.get_running_loop().call_later(IDLE_S, self._let_go)
        if unused:
            leaving = asyncio.create_task(self._release(unused))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def _release(self, connections: list[Any]) -> None:
        while connections:
            await self._pool.release(connections.pop())


class _Lent:
    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._connection: Any = None

    async def __aenter__(self) -> Any:
        self._connection = await self._connections.take()
        return self._connection

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        connection, self._connection = self._connection, None
        await self._connections.give(connection, is_sound=kind is None)


async def _rows_of(
    connection: Any, query: str, args: tuple[Any, ...], limit: int, record_class: Any
) -> list[Any]:
    """Run a statement outside of a transaction. limit: of the rows that are wanted, 0 for all.

    What this connection has prepared is run at once; asyncpg's own way is five calls long, and leads around such that
    PostgreSQL no longer takes as they were prepared.
    """
    raw: Any = _raw(connection)
    if raw is not None and (known := raw._stmt_cache.get((query, record_class or asyncpg.Record, False))):
        try:
            return await raw._protocol.bind_execute(known, args, "", limit, False, None)
        except asyncpg.InvalidCachedStatementError:
            # Prepared anew below; asyncpg's own second try forgets the class of the rows.
            raw._drop_global_statement_cache()
        except OutdatedSchemaCacheError:
            await raw.reload_schema_state()
            raise
    if limit == 1:
        row = await connection.fetchrow(query, *args, record_class=record_class)
        return [] if row is None else [row]
    return await connection.fetch(query, *args, record_class=record_class)


def _raw(connection: Any) -> Any:
    """What asyncpg's pool hands out a proxy of; None once it has taken that back."""
    return connection._con


def _is_gone(connection: Any) -> bool:
    """asyncpg takes back by itself what has lost its server."""
    raw: Any = _raw(connection)
    return raw is None or raw.is_closed()
