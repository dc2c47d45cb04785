"""What the transports ask of an engine, and graphql-core as one."""
# graphql-core leaves the type of its executors' context open.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import strawberry
from graphql.execution import (
    Executor as CoreExecution,
)
from graphql.execution import (
    create_source_event_stream,
    execute_root_selection_set,
    execute_subscription_event,
    map_source_to_response_event,
)
from graphql.execution.values import VariableValues

from app.web.graphql.deadline import within
from app.web.graphql.documents import Operation, OperationKind, coded, core_schema
from graphql import ExecutionResult, GraphQLError, located_error

BAD_USER_INPUT = "BAD_USER_INPUT"
# What graphql-core says of a variable, up to where it tells the value: of an input object all of it.
_WRONG_VALUE = re.compile(
    r"(?P<said>Variable '\$\w+' has invalid value[^:]*: .*?(?: value(?=: )|(?=[,;.]? [Ff]ound: ))).*",
    re.DOTALL | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Result:
    """A GraphQL response before it is written.

    executed: False when a request error kept the operation from starting; the response has no data then.
    """

    data: dict[str, Any] | None
    errors: tuple[GraphQLError, ...] = ()
    extensions: dict[str, Any] | None = None
    executed: bool = True

    @classmethod
    def refused(cls, *errors: GraphQLError) -> "Result":
        return cls(None, errors, executed=False)


def refused_variables(errors: Sequence[GraphQLError]) -> Result:
    """For what is wrong with an operation's variables; it doesn't tell their values."""
    return Result.refused(*(coded(_unsaid(error), BAD_USER_INPUT) for error in errors))


Results = AsyncGenerator[Result, None]


class Executor(Protocol):
    """Executes operations; errors of resolvers are part of the results, never raised.

    Cancelling a call, or closing a subscription's results, ends the work and everything it opened.
    """

    async def execute(self, operation: Operation, context: Any) -> Result:
        """Run a query or a mutation."""
        ...

    async def subscribe(self, operation: Operation, context: Any) -> Results | Result:
        """Start a subscription; a Result when it can't be started."""
        ...


class CoreExecutor:
    """Executes by graphql-core, resolver by resolver. Strawberry's schema extensions are not run.

    context_of_event: makes the context in which one event of a subscription is executed out of the
    subscription's own, so that nothing that was loaded for one event is served to the next.
    timeout_s: how long a query, the start of a subscription or an event may be worked on. An event that takes longer is
    an error; others follow.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        context_of_event: Callable[[Any], Any] = lambda context: context,
        hide_suggestions: bool = False,
        timeout_s: float | None = None,
    ) -> None:
        if schema.extensions or schema.directives:
            raise ValueError("Extensions and operation directives of Strawberry would have no effect here.")
        self._schema = core_schema(schema)
        # Strawberry's Info reads the variables and extensions that its own class adds.
        self._execution: type[CoreExecution[Any]] = schema.execution_context_class
        self._context_of_event = context_of_event
        self._hide_suggestions = hide_suggestions
        self._timeout_s = timeout_s

    async def execute(self, operation: Operation, context: Any) -> Result:
        execution = self._start(operation, context)
        if isinstance(execution, Result):
            return execution
        result = execute_root_selection_set(execution)
        if not isinstance(result, ExecutionResult):
            result = await within(time_for(operation, self._timeout_s), result, late)
        return _result(result)

    async def subscribe(self, operation: Operation, context: Any) -> Results | Result:
        execution = self._start(operation, context)
        if isinstance(execution, Result):
            return execution
        source = await self._events(execution)
        return source if isinstance(source, Result) else self._results(execution, source)

    async def source(self, operation: Operation, context: Any) -> "Events | Result":
        """A subscription's events, for another executor to answer; a Result when it can't be started."""
        execution = self._start(operation, context)
        if isinstance(execution, Result):
            return execution
        source = await self._events(execution)
        return source if isinstance(source, Result) else Events(source, execution.variable_values)

    async def _events(self, execution: CoreExecution[Any]) -> Any:
        source = create_source_event_stream(execution)
        if execution.is_awaitable(source):
            source = await within(self._timeout_s, source, late)
        return Result.refused(*(source.errors or ())) if isinstance(source, ExecutionResult) else source

    def _start(self, operation: Operation, context: Any) -> CoreExecution[Any] | Result:
        execution = self._execution.build(
            self._schema,
            operation.document,
            context_value=context,
            raw_variable_values=operation.variables,
            operation_name=operation.name,
            hide_suggestions=self._hide_suggestions,
            operation_extensions=operation.extensions,
        )
        if isinstance(execution, list):
            return refused_variables(execution)
        return execution

    async def _results(self, execution: CoreExecution[Any], source: Any) -> Results:
        events = map_source_to_response_event(execution, source, self._execute_event)
        async with aclosing(events):
            try:
                async for event in events:
                    yield _result(event)
            except Exception as error:  # noqa: BLE001  # graphql-core raises what the source itself raises
                yield Result(None, (located_error(error, [execution.operation]),))

    def _execute_event(self, execution: CoreExecution[Any]) -> Any:
        execution.context_value = self._context_of_event(execution.context_value)
        found = execute_subscription_event(execution)
        if isinstance(found, ExecutionResult):
            return found
        return within(self._timeout_s, found, late)


@dataclass(frozen=True, slots=True)
class Events:
    """What a subscription's field answered, and the variables that it was asked with."""

    events: AsyncGenerator[Any, None]
    variables: VariableValues


def time_for(operation: Operation, timeout_s: float | None) -> float | None:
    """A mutation is never cut off: nobody would know how far it got. Its statements have bounds of their own."""
    return None if operation.kind is OperationKind.MUTATION else timeout_s


def late(error: GraphQLError) -> ExecutionResult:
    """What is told of what took too long."""
    return ExecutionResult(None, [error])


def _unsaid(error: GraphQLError) -> GraphQLError:
    """Without the value that a client sent: what is wrong with it may be beside a password."""
    if (match := _WRONG_VALUE.fullmatch(error.message)) is None:
        return error
    said = match["said"] if match["said"].endswith("?") else f"{match['said']}."
    return GraphQLError(said, error.nodes, extensions=error.extensions)


def _result(result: ExecutionResult) -> Result:
    return Result(result.data, tuple(result.errors or ()), result.extensions)
