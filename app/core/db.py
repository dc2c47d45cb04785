"""PostgreSQL: constant SQLAlchemy statements, compiled once, on asyncpg's own connections."""

from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg
import orjson
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.elements import ClauseElement

from app.core.connections import Connections
from app.core.counts import Counts
from app.core.projection import Columns, projected
from app.core.records import Record

R = TypeVar("R", bound=Record)
_DIALECT = asyncpg_dialect()
# A process that froze or that the network cut off must not keep its locks: all emit and dispatch under two of them.
_SETTINGS = {
    "application_name": "marquee",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table of every slice derives from."""

    metadata = MetaData(naming_convention=_NAMES)


class Row(Protocol):
    """A row by position and by name, as asyncpg gives it."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Any: ...
    def __len__(self) -> int: ...


class Source(Protocol):
    """What runs SQL text: an asyncpg pool or one connection."""

    async def fetch(self, query: str, *args: Any, record_class: Any = None) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any, record_class: Any = None) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...


@dataclass(frozen=True, eq=False, slots=True)
class Prepared:
    """A statement as PostgreSQL gets it: text with $1, $2, ..., the names behind them, and their defaults.

    A name without a default has to be given at each run. is_count: whether it counts all rows of a list.
    """

    sql: str
    names: tuple[str, ...]
    defaults: dict[str, Any]
    is_count: bool = False

    def bind(self, params: dict[str, Any]) -> list[Any]:
        unknown = params.keys() - self.names
        if unknown:
            raise TypeError(f"The statement takes no parameter {', '.join(sorted(unknown))}.")
        try:
            return [params[name] if name in params else self.defaults[name] for name in self.names]
        except KeyError as missing:
            raise TypeError(f"The statement needs the parameter {missing.args[0]}.") from None


class Lens(Protocol):
    """What is between someone who reads and the database: they get other statements to see less."""

    def through(self, prepared: Prepared) -> tuple[Prepared, dict[str, Any]]:
        """The other statement, and the values of the parameters that it has in addition."""
        ...


_prepared: WeakKeyDictionary[ClauseElement, Prepared] = WeakKeyDictionary()


def prepare(statement: ClauseElement | Prepared) -> Prepared:
    """Compile a statement; a statement object that lives on (a module's constant) is compiled once."""
    if isinstance(statement, Prepared):
        return statement
    known = _prepared.get(statement)
    if known is None:
        compiled = statement.compile(dialect=_DIALECT)
        names: tuple[str, ...] = tuple(getattr(compiled, "positiontup", None) or ())
        values = cast("dict[str, Any]", compiled.params or {})
        required = {name for name, bind in getattr(compiled, "binds", {}).items() if bind.required}
        defaults = {name: value for name, value in values.items() if name not in required}
        known = _prepared[statement] = Prepared(str(compiled), names, defaults)
    return known


@lru_cache(maxsize=1024)
def _prepared_for(kind: type[Record], statement: ClauseElement, columns: Columns) -> Prepared:
    return prepare(projected(statement, kind, columns))


@dataclass(slots=True)
class Counted:
    """How many statements ran."""

    statements: int = 0


_counted: ContextVar[Counted | None] = ContextVar("counted_statements", default=None)


@contextmanager
def counting_statements() -> Generator[Counted]:
    """Counts the statements of whatever is run within, tasks that begin there included."""
    counted = Counted()
    token = _counted.set(counted)
    try:
        yield counted
    finally:
        _counted.reset(token)


class Db:
    """Runs statements on a pool or, inside a transaction, on its one connection."""

    __slots__ = ("_base", "_counts", "_lens", "_source", "_told")

    def __init__(
        self,
        source: Source,
        on_statement: Callable[[str], None] | None = None,
        counts: Counts | None = None,
    ) -> None:
        self._source, self._counts = source, counts
        self._told = on_statement
        self._base: Db | None = None
        self._lens: Lens | None = None

    def seen_through(self, lens: Lens) -> "Db":
        """The same database for someone who sees less of it."""
        db = Db(self._source, counts=self._counts)
        db._base, db._lens = self, lens
        return db

    @property
    def on_statement(self) -> Callable[[str], None] | None:
        """Is told of every statement."""
        return self._told if self._base is None else self._base.on_statement

    @on_statement.setter
    def on_statement(self, told: Callable[[str], None] | None) -> None:
        self._told = told

    def _text(self, statement: ClauseElement | Prepared, params: dict[str, Any]) -> tuple[str, list[Any]]:
        prepared = prepare(statement)
        if self._lens is not None:
            prepared, values = self._lens.through(prepared)
            params = params | values
        told = self._told if self._base is None else self._base.on_statement
        if told is not None:
            told(prepared.sql)
        if (counted := _counted.get()) is not None:
            counted.statements += 1
        return prepared.sql, prepared.bind(params)

    async def rows(self, statement: ClauseElement | Prepared, /, **params: Any) -> Sequence[Row]:
        sql, args = self._text(statement, params)
        return await self._source.fetch(sql, *args)

    async def records(self, kind: type[R], statement: ClauseElement | Prepared, /, **params: Any) -> list[R]:
        """The same as rows of a class that names their columns."""
        sql, args = self._text(statement, params)
        return await self._source.fetch(sql, *args, record_class=kind)

    async def records_of(
        self, kind: type[R], statement: ClauseElement, columns: Columns, /, **params: Any
    ) -> list[R]:
        """The same with nulls for the rows' other columns; parameters that only they took are left out."""
        prepared = _prepared_for(kind, statement, columns)
        names = prepared.names
        sql, args = self._text(prepared, {name: value for name, value in params.items() if name in names})
        return await self._source.fetch(sql, *args, record_class=kind)

    async def record(self, kind: type[R], statement: ClauseElement | Prepared, /, **params: Any) -> R | None:
        """The first row, of a class that names its columns."""
        sql, args = self._text(statement, params)
        return await self._source.fetchrow(sql, *args, record_class=kind)

    async def row(self, statement: ClauseElement | Prepared, /, **params: Any) -> Row | None:
        sql, args = self._text(statement, params)
        return await self._source.fetchrow(sql, *args)

    async def value(self, statement: ClauseElement | Prepared, /, **params: Any) -> Any:
        """The first column of the first row; None where there is no row."""
        sql, args = self._text(statement, params)
        return await self._source.fetchval(sql, *args)

    async def count(self, statement: ClauseElement | Prepared, /, **params: Any) -> int:
        """The one number that a statement answers; counted once while nothing changes."""
        sql, args = self._text(statement, params)
        if self._counts is None:
            return await self._source.fetchval(sql, *args)
        return await self._counts.count(self._source, sql, args)

    async def run(self, statement: ClauseElement | Prepared, /, **params: Any) -> int:
        """Execute for its effect; answers the number of rows it touched."""
        sql, args = self._text(statement, params)
        status = await self._source.execute(sql, *args)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0


class PoolConnection(asyncpg.Connection):
    """Not reset between uses, which saves a round trip: what we do on it ends with its transaction.

    Only a turn to dispatch takes a session's lock and setting, and gives them back itself (app.core.dispatch.turn).
    """

    def get_reset_query(self) -> str:
        return ""


class Database:
    """The pool of one process."""

    def __init__(self, pool: Any, on_statement: Callable[[str], None] | None = None) -> None:
        self.pool = pool
        self.connections = Connections(pool)
        self.counts = Counts()
        self.db = Db(self.connections, on_statement, self.counts)

    @classmethod
    async def open(cls, url: str, *, size: int, timeout_s: float) -> "Database":
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            command_timeout=timeout_s,
            timeout=10,
            init=_prepare_connection,
            connection_class=PoolConnection,
            server_settings=_SETTINGS,
        )
        return cls(pool)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Db]:
        """One connection, one transaction; committed at the end of the block, rolled back by any exception."""
        async with self.connections.lent() as connection, connection.transaction():
            yield Db(connection, self.db.on_statement)

    async def close(self) -> None:
        await self.connections.close()
        await self.pool.close()


async def connect(url: str, timeout_s: float = 10) -> Any:
    """A connection outside the pool, for session locks and administration."""
    connection = await asyncpg.connect(url, timeout=timeout_s)
    await _prepare_connection(connection)
    return connection


async def _prepare_connection(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_dump_json, decoder=orjson.loads, format="text"
        )


def _dump_json(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> Any:
    """asyncpg's UUIDs are of a class of its own, which orjson doesn't take."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form.")
