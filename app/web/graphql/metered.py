"""Tells what operations cost where they ask: `"extensions": {"cost": true}`.

The answer's `extensions.cost` has what was requested (estimated before, see `guard`), what it actually came to, the
most that may be requested, and the number of SQL statements. Nothing is counted for those who don't ask.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, aclosing
from dataclasses import replace
from typing import Any, Protocol, cast

from app.web.graphql.documents import Operation
from app.web.graphql.executor import Executor, Result, Results
from app.web.graphql.guard.prices import STATEMENT


class Counted(Protocol):
    """How many statements have run so far."""

    statements: int


Counting = Callable[[], AbstractContextManager[Counted]]


class Metered:
    """most: what an operation may cost. counting: counts the statements of what runs within."""

    def __init__(self, executor: Executor, *, most: int, counting: Counting) -> None:
        self._executor, self._most, self._counting = executor, most, counting

    async def execute(self, operation: Operation, context: Any) -> Result:
        if not _asks(operation):
            return await self._executor.execute(operation, context)
        with self._counting() as counted:
            result = await self._executor.execute(operation, context)
        return self._with_cost(operation, result, counted.statements)

    async def subscribe(self, operation: Operation, context: Any) -> Results | Result:
        results = await self._executor.subscribe(operation, context)
        if isinstance(results, Result) or not _asks(operation):
            return results
        return self._each(operation, results)

    async def _each(self, operation: Operation, results: Results) -> Results:
        """Every event with its own cost."""
        async with aclosing(results):
            while True:
                with self._counting() as counted:
                    result = await anext(results, None)
                if result is None:
                    return
                yield self._with_cost(operation, result, counted.statements)

    def _with_cost(self, operation: Operation, result: Result, statements: int) -> Result:
        cost = {
            "requested": operation.cost,
            "actual": objects(result.data) + STATEMENT * statements,
            "most": self._most,
            "statements": statements,
        }
        return replace(result, extensions={**(result.extensions or {}), "cost": cost})


def objects(data: dict[str, Any] | None) -> int:
    """How many objects there are in an answer, itself not counted."""
    found, level = 0, [data] if data else []
    while level:
        below = [each for holder in level for each in _values(holder) if type(each) in _HOLDERS]
        found += sum(type(each) is dict for each in below)
        level = below
    return found


def _values(holder: Any) -> Any:
    return cast("dict[str, Any]", holder).values() if type(holder) is dict else holder


def _asks(operation: Operation) -> bool:
    return bool(operation.extensions) and operation.extensions.get("cost") is True


_HOLDERS = frozenset({dict, list})
