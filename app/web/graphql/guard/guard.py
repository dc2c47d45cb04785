"""Refuses what is too large, before anything is done for it: texts, documents, and operations with their variables."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.web.graphql.guard.bounds import Bounds, Limit, check
from app.web.graphql.guard.inputs import check_literals, check_variables
from app.web.graphql.guard.measure import Extent, Measuring
from app.web.graphql.guard.prices import FREE, PriceOf, free
from app.web.graphql.guard.tape import Amount, Tape
from app.web.graphql.guard.text import check_text
from app.web.graphql.guard.told import GENEROSITY, full_introspection, items_told
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    value_from_ast_untyped,
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an operation costs, as far as its variables don't say. defaults: of these."""

    amount: Amount
    tape: Tape
    defaults: Mapping[str, Any]

    def of(self, variables: Mapping[str, Any]) -> int:
        if isinstance(self.amount, int):
            return self.amount
        return self.tape.value(self.amount, {**self.defaults, **variables} if self.defaults else variables)


@dataclass(frozen=True, slots=True)
class Measured:
    """A document within bounds: what its operations cost. visited: how much was looked at to tell."""

    costs: Mapping[int, Cost]
    visited: int


class Guard:
    """Knows a schema's bounds and prices."""

    def __init__(self, schema: GraphQLSchema, bounds: Bounds | None = None, price_of: PriceOf = free) -> None:
        self.bounds = bounds or Bounds()
        self._schema, self._price_of, self._items_told = schema, price_of, items_told(schema)
        self._most_told = GENEROSITY * self._all_told() if self.bounds.introspection else 0

    def check_text(self, text: str) -> None:
        """Raises Exceeded for what had better not be parsed."""
        check_text(text, self.bounds)

    def measure(self, document: DocumentNode) -> Measured:
        """What the document's operations cost. Raises Exceeded for what had better not be validated."""
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        fragments = sum(isinstance(each, FragmentDefinitionNode) for each in document.definitions)
        bounds = self.bounds
        check(
            [
                (Limit.OPERATIONS, len(operations), bounds.operations),
                (Limit.FRAGMENTS, fragments, bounds.fragments),
            ]
        )
        measuring = self._measuring(document)
        measuring.fragments()
        common, pairs = Counter(measuring.names), sum(map(_pairs, measuring.names.values()))
        costs: dict[int, Cost] = {}
        for operation in operations:
            check_literals(operation, bounds)
            measuring.names.clear()
            extent = measuring.selection(
                self._schema.get_root_type(operation.operation), operation.selection_set
            )
            repeated = pairs + sum(
                _pairs(count + common[name]) - _pairs(common[name]) for name, count in measuring.names.items()
            )
            check(self._found(operation, extent, repeated), operation)
            amount = measuring.tape.total([(1, extent.once), (1, extent.flat), (FREE.items, extent.paged)])
            costs[id(operation)] = Cost(amount, measuring.tape, _defaults(operation))
        return Measured(costs, measuring.visited)

    def check(
        self, measured: Measured, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> int:
        """What an operation of a valid document costs. Raises Exceeded."""
        check_variables(variables, self.bounds)
        cost = measured.costs[id(operation)].of(variables)
        if cost > self.bounds.cost:
            check([(Limit.COST, cost, self.bounds.cost)])
        return cost

    def _found(
        self, operation: OperationDefinitionNode, extent: Extent, repeated: int
    ) -> Iterable[tuple[Limit, int, int]]:
        bounds = self.bounds
        mutations = extent.own if operation.operation is OperationType.MUTATION else 0
        directives = extent.directives + len(operation.directives or ())
        directives += sum(len(each.directives or ()) for each in operation.variable_definitions or ())
        return (
            (Limit.NESTING, extent.nesting, bounds.nesting),
            (Limit.DEPTH, extent.depth, bounds.depth),
            (Limit.MUTATIONS, mutations, bounds.mutations),
            (Limit.FIELDS, extent.fields, bounds.fields),
            (Limit.ALIASES, extent.aliases, bounds.aliases),
            (Limit.DIRECTIVES, directives, bounds.directives),
            (Limit.REPEATED_FIELDS, repeated, bounds.repeated_fields),
            (Limit.INTROSPECTION, extent.told, self._most_told),
        )

    def _measuring(self, document: DocumentNode) -> Measuring:
        return Measuring(self._schema, self._price_of, self._items_told, self.bounds, document)

    def _all_told(self) -> int:
        document = parse(full_introspection())
        query = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        return self._measuring(document).selection(self._schema.query_type, query.selection_set).told


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _defaults(operation: OperationDefinitionNode) -> Mapping[str, Any]:
    """Of variables; not coerced, since the document isn't valid yet."""
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in operation.variable_definitions or ()
        if each.default_value is not None
    }
