"""What is counted of operations."""

from time import perf_counter
from typing import Any

from app.core.metrics import Metrics
from app.web.graphql.documents import Operation
from app.web.graphql.executor import CoreExecutor, Result, Results

ENGINE, CORE = "engine", "graphql-core"


class Tally:
    """Operations by kind, outcome and executor, how long they took, and which were left to graphql-core."""

    def __init__(self, metrics: Metrics) -> None:
        self._operations = metrics.counter(
            "marquee_graphql_operations_total",
            "Operations and events of subscriptions, by outcome: answered, with errors, or refused.",
            ("kind", "outcome", "executor"),
        )
        self._seconds = metrics.histogram(
            "marquee_graphql_seconds", "How long executing them took.", ("kind", "executor")
        )
        self._left = metrics.counter(
            "marquee_graphql_left_total", "Operations that the engine left to graphql-core.", ("reason",)
        )

    def note(self, operation: Operation, executor: str, result: Result, started: float) -> None:
        """started: as perf_counter has it."""
        kind = operation.kind.value
        outcome = "answered" if not result.errors else "errors" if result.executed else "refused"
        self._operations.add(kind, outcome, executor)
        self._seconds.note(perf_counter() - started, kind, executor)

    def leave(self, reason: str) -> None:
        self._left.add(reason)


class CountedCore:
    """graphql-core where it executes everything."""

    def __init__(self, core: CoreExecutor, tally: Tally) -> None:
        self._core, self._tally = core, tally

    async def execute(self, operation: Operation, context: Any) -> Result:
        started = perf_counter()
        result = await self._core.execute(operation, context)
        self._tally.note(operation, CORE, result, started)
        return result

    async def subscribe(self, operation: Operation, context: Any) -> Results | Result:
        """Events aren't counted: graphql-core is there to compare."""
        return await self._core.subscribe(operation, context)
