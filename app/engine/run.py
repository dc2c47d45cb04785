"""One execution: what is the same for all its fields."""
# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportUnknownArgumentType=false

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, cast

from graphql.execution.values import VariableValues
from graphql.pyutils import Path, is_awaitable
from graphql.type import GraphQLResolveInfoHelpers

from app.engine.failing import Failures
from app.engine.sources import Asked
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
)


class Run(Failures):
    """arguments: of fields whose arguments name variables, worked out once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDefinitionNode],
        operation: OperationDefinitionNode,
        variables: VariableValues,
        context: Any,
        root_value: Any,
    ) -> None:
        super().__init__()
        self._schema = schema
        self._fragments = fragments
        self._operation = operation
        self.variables = variables
        self._context = context
        self._root_value = root_value
        self.arguments: dict[int, Mapping[str, Any] | Exception] = {}
        self.hide_suggestions = False
        # How many fields are being waited for beside another one.
        self.beside = 0

    def asked(self, nodes: Sequence[FieldNode]) -> Asked:
        return Asked(
            self._context, nodes, self._fragments, self._operation, self.variables, is_alone=not self.beside
        )

    async def together(self, waiting: Sequence[Awaitable[Any]]) -> list[Any]:
        """The outcomes of fields that are waited for at once."""
        others = len(waiting) - 1
        self.beside += others
        try:
            return await together(waiting)
        finally:
            self.beside -= others

    def info(
        self,
        name: str,
        nodes: list[FieldNode],
        return_type: GraphQLOutputType,
        parent_type: GraphQLObjectType,
        path: Path | None,
    ) -> GraphQLResolveInfo[Any]:
        """What resolvers are told, as graphql-core tells it."""
        return GraphQLResolveInfo(
            name,
            nodes,
            return_type,
            parent_type,
            cast("Path", path),
            self._schema,
            self._fragments,
            self._root_value,
            self._operation,
            self.variables,
            self._context,
            is_awaitable,
            None,
            HELPERS,
        )


async def settled(column: list[Any]) -> list[Any]:
    """The column with whatever is awaitable in it awaited, all at once; what these raise takes their place."""
    waiting = awaitables(column)
    if not waiting:
        return column
    column = list(column)
    if len(waiting) == 1:
        column[waiting[0]] = await _outcome(column[waiting[0]])
        return column
    outcomes = await together([column[index] for index in waiting])
    for index, outcome in zip(waiting, outcomes, strict=True):
        column[index] = outcome
    return column


def awaitables(column: Sequence[Any]) -> list[int]:
    """Where awaitables are. The kinds of values are looked at first, of which there are few."""
    kinds = {kind for kind in set(map(type, column)) if kind not in _PLAIN and _may_wait(kind)}
    if not kinds:
        return []
    return [index for index, value in enumerate(column) if type(value) in kinds and is_awaitable(value)]


async def together(waiting: Sequence[Awaitable[Any]]) -> list[Any]:
    """The outcomes of all; exceptions take the place of values. A cancellation ends all of them before it goes on."""
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
            raise outcome
    return cast("list[Any]", outcomes)


async def _outcome(value: Awaitable[Any]) -> Any:
    try:
        return await value
    except Exception as error:  # noqa: BLE001
        return error


def _may_wait(kind: type) -> bool:
    # Generators that `types.coroutine` made awaitable are told by their code, not by their type.
    return hasattr(kind, "__await__") or kind.__name__ == "generator"


async def _gather(values: Sequence[Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*values))


def _track(_values: Sequence[Any]) -> None:
    """Nothing is left behind: all that was begun is awaited before an execution ends."""


_PLAIN = frozenset({type(None), str, int, float, bool, list, tuple, dict})
HELPERS = GraphQLResolveInfoHelpers(_gather, _track)
