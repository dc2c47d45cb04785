"""The engine as an executor of the transports; what it doesn't take goes to graphql-core, and is counted."""
# graphql-core leaves the type of its executors' context open.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import logging
from collections.abc import Callable
from contextlib import aclosing
from time import perf_counter
from typing import Any

from app.core.metrics import Metrics
from app.engine.engine import Engine, Prepared
from app.web.graphql.deadline import within
from app.web.graphql.documents import Operation
from app.web.graphql.executor import CoreExecutor, Events, Result, Results, late, refused_variables, time_for
from app.web.graphql.tally import CORE, ENGINE, Tally
from graphql import ExecutionResult, located_error

log = logging.getLogger(__name__)


class BreadthExecutor:
    """context_of_event, timeout_s: as CoreExecutor has them. tally: where operations are counted."""

    def __init__(
        self,
        engine: Engine,
        core: CoreExecutor,
        *,
        context_of_event: Callable[[Any], Any] = lambda context: context,
        tally: Tally | None = None,
        timeout_s: float | None = None,
    ) -> None:
        self._engine, self._core, self._context_of_event = engine, core, context_of_event
        self._tally, self._timeout_s = tally or Tally(Metrics()), timeout_s

    async def execute(self, operation: Operation, context: Any) -> Result:
        started = perf_counter()
        prepared = self._prepared(operation)
        if prepared is None:
            result = await self._core.execute(operation, context)
            self._tally.note(operation, CORE, result, started)
            return result
        variables = self._engine.variables(prepared, operation.variables)
        if isinstance(variables, list):
            result = refused_variables(variables)
        else:
            work = self._engine.execute(prepared, variables, context=context)
            result = _result(await within(time_for(operation, self._timeout_s), work, late))
        self._tally.note(operation, ENGINE, result, started)
        return result

    async def subscribe(self, operation: Operation, context: Any) -> Results | Result:
        """The source is graphql-core's, each event is executed by the engine."""
        prepared = self._prepared(operation)
        if prepared is None:
            return await self._core.subscribe(operation, context)
        source = await self._core.source(operation, context)
        if isinstance(source, Result):
            return source
        return self._results(operation, prepared, source, context)

    def _prepared(self, operation: Operation) -> Prepared | None:
        prepared = self._engine.prepare(operation.document, operation.name, operation.kept)
        if isinstance(prepared, Prepared):
            return prepared
        self._tally.leave(prepared.value)
        log.debug(
            "The operation %s is left to graphql-core: %s", operation.name or "without a name", prepared
        )
        return None

    async def _results(
        self, operation: Operation, prepared: Prepared, source: Events, context: Any
    ) -> Results:
        async with aclosing(source.events) as events:
            try:
                async for event in events:
                    started = perf_counter()
                    own = self._context_of_event(context)
                    work = self._engine.execute(prepared, source.variables, context=own, root_value=event)
                    result = _result(await within(self._timeout_s, work, late))
                    self._tally.note(operation, ENGINE, result, started)
                    yield result
            except Exception as error:  # noqa: BLE001  # the source itself has failed
                yield Result(None, (located_error(error, [prepared.operation]),))


def _result(result: ExecutionResult) -> Result:
    return Result(result.data, tuple(result.errors or ()), result.extensions)
