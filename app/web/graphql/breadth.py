"""The engine as an executor of the transports; what it doesn't take goes to graphql-core, and is counted."""
# graphql-core leaves the type of its executors' context open.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from graphql.execution.values import VariableValues

from app.engine.conditions import Left
from app.engine.engine import Engine, Prepared
from app.web.graphql.documents import Operation
from app.web.graphql.executor import CoreExecutor, Result, Results, refused_variables
from graphql import ExecutionResult, located_error

log = logging.getLogger(__name__)


class BreadthExecutor:
    """left: how many operations went to graphql-core, by reason. context_of_event: as CoreExecutor has it."""

    def __init__(
        self,
        engine: Engine,
        core: CoreExecutor,
        *,
        context_of_event: Callable[[Any], Any] = lambda context: context,
    ) -> None:
        self._engine, self._core, self._context_of_event = engine, core, context_of_event
        self.left: Counter[Left] = Counter()

    async def execute(self, operation: Operation, context: Any) -> Result:
        prepared = self._prepared(operation)
        if prepared is None:
            return await self._core.execute(operation, context)
        variables = self._engine.variables(prepared, operation.variables)
        if isinstance(variables, list):
            return refused_variables(variables)
        return _result(await self._engine.execute(prepared, variables, context=context))

    async def subscribe(self, operation: Operation, context: Any) -> Results | Result:
        """The source is graphql-core's, each event is executed by the engine."""
        prepared = self._prepared(operation)
        if prepared is None:
            return await self._core.subscribe(operation, context)
        source = await self._core.source(operation, context)
        if isinstance(source, Result):
            return source
        return self._results(prepared, source.variables, source.events, context)

    def _prepared(self, operation: Operation) -> Prepared | None:
        prepared = self._engine.prepare(operation.document, operation.name, lasts=operation.is_trusted)
        if isinstance(prepared, Prepared):
            return prepared
        self.left[prepared] += 1
        log.debug(
            "The operation %s is left to graphql-core: %s", operation.name or "without a name", prepared
        )
        return None

    async def _results(
        self, prepared: Prepared, variables: VariableValues, events: AsyncGenerator[Any, None], context: Any
    ) -> Results:
        async with aclosing(events) as events:
            try:
                async for event in events:
                    own = self._context_of_event(context)
                    found = await self._engine.execute(prepared, variables, context=own, root_value=event)
                    yield _result(found)
            except Exception as error:  # noqa: BLE001  # the source itself has failed
                yield Result(None, (located_error(error, [prepared.operation]),))


def _result(result: ExecutionResult) -> Result:
    return Result(result.data, tuple(result.errors or ()), result.extensions)
