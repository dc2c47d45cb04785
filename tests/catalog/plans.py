"""How PostgreSQL runs the statements of a read."""

import json
from collections.abc import Iterator
from typing import Any

from app.core.app import App
from app.core.db import Db


class Explaining:
    """Stands for the pool: keeps the plan of each statement and answers with what it really finds.

    generic: the plan that PostgreSQL keeps for whatever values there are, instead of the one for these.
    analyzed: with what each step really had to do; not of generic ones.
    """

    def __init__(self, app: App, *, generic: bool = False, analyzed: bool = False) -> None:
        self._pool = app.database.pool
        self._options = "ANALYZE, FORMAT JSON" if analyzed else "FORMAT JSON"
        self._plan = self._generic if generic else self._custom
        self.plans: list[dict[str, Any]] = []

    async def _custom(self, query: str, *args: Any) -> Any:
        return await self._pool.fetchval(f"EXPLAIN ({self._options}) {query}", *args)

    async def _generic(self, query: str, *args: Any) -> Any:
        nulls = f"({', '.join('NULL' for _ in args)})" if args else ""
        async with self._pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            await connection.execute(f"PREPARE explained AS {query}")
            found = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE explained{nulls}")
            await connection.execute("DEALLOCATE explained")
            await transaction.rollback()
        return found

    async def fetch(self, query: str, *args: Any, record_class: Any = None) -> list[Any]:
        found = await self._plan(query, *args)
        self.plans.append((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
        return await self._pool.fetch(query, *args, record_class=record_class)

    async def fetchrow(self, query: str, *args: Any, record_class: Any = None) -> Any:
        rows = await self.fetch(query, *args, record_class=record_class)
        return rows[0] if rows else None

    async def fetchval(self, query: str, *args: Any) -> Any:
        row = await self.fetchrow(query, *args)
        return row[0] if row else None

    async def execute(self, query: str, *args: Any) -> str:
        return await self._pool.execute(query, *args)

    @property
    def db(self) -> Db:
        return Db(self)

    @property
    def nodes(self) -> list[dict[str, Any]]:
        return [node for plan in self.plans for node in nodes_of(plan)]

    @property
    def kinds(self) -> set[str]:
        """What the plans do: Index Scan, Sort, Limit, ..."""
        return {node["Node Type"] for node in self.nodes}

    def rows_of(self, *tables: str) -> int:
        """How many rows of these were looked at, where the plans are analyzed."""
        looked = [node for node in self.nodes if node.get("Relation Name") in tables]
        removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
        each = [node["Actual Rows"] + sum(node.get(name, 0) for name in removed) for node in looked]
        return round(sum(rows * node["Actual Loops"] for rows, node in zip(each, looked, strict=True)))

    @property
    def indexes(self) -> set[str]:
        return {node["Index Name"] for node in self.nodes if "Index Name" in node}


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's, each before those below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)
