"""Variables of requests, taken as they are where an operation's declarations leave no doubt."""
# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownParameterType=false

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from math import isfinite
from types import NoneType
from typing import Any

from graphql.execution import get_variable_values
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, input_is_nested_too_deeply
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from graphql.utilities import coerce_input_value

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    VariableDefinitionNode,
)

# The value as it is declared; Undefined where it may be wrong.
Reader = Callable[[Any], Any]

# As many as graphql-core tells, each of which may print a value with thousands of fields.
MOST_ERRORS = 50


class Variables:
    """The variables of one operation. What may be wrong is graphql-core's, to be taken or refused in its words."""

    def __init__(
        self, schema: GraphQLSchema, declared: Sequence[VariableDefinitionNode], *, hide_suggestions: bool
    ) -> None:
        self._schema, self._declared, self._hide_suggestions = schema, declared, hide_suggestions
        self._known = [_Variable(schema, each) for each in declared]
        self._are_known = all(each.is_known for each in self._known)

    def coerced(self, raw: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The variables as the operation declares them, or what is wrong with them."""
        try:
            found = self._quickly(raw) if self._are_known else None
        except (GraphQLError, RecursionError):
            found = None
        if found is not None:
            return found
        return get_variable_values(
            self._schema, self._declared, dict(raw), MOST_ERRORS, hide_suggestions=self._hide_suggestions
        )

    def _quickly(self, raw: Mapping[str, Any]) -> VariableValues | None:
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for variable in self._known:
            name = variable.name
            value = raw.get(name, Undefined)
            if value is Undefined:
                if variable.is_wanted:
                    return None
                sources[name] = variable.absent
                coerced |= variable.default
                continue
            found = variable.read(value)
            if found is Undefined:
                return None
            sources[name] = VariableValueSource(variable.absent.signature, value)
            coerced[name] = found
        return VariableValues(sources, coerced)


class _Variable:
    """absent: what it is when it is left out. is_wanted: whether something would have to be made of that each time.
    default: what stands for it then, by its name.
    """

    def __init__(self, schema: GraphQLSchema, declared: VariableDefinitionNode) -> None:
        signature = get_variable_signature(schema, declared)
        self.is_known = not isinstance(signature, GraphQLError)
        if isinstance(signature, GraphQLError):
            return
        self.name = signature.name
        self.read = _reader(signature.type)
        self.absent = VariableValueSource(signature)
        given = get_variable_values(schema, [declared], {})
        self.default = given.coerced if isinstance(given, VariableValues) else {}
        is_shared = all(isinstance(each, _IMMUTABLE) for each in self.default.values())
        self.is_wanted = isinstance(given, list) or not is_shared


def _reader(kind: GraphQLInputType) -> Reader:
    if isinstance(kind, GraphQLNonNull):
        return _present(_reader(kind.of_type))
    if isinstance(kind, GraphQLList):
        return _listed(_reader(kind.of_type), kind)
    for scalar, reader in _SCALARS:
        if kind is scalar:
            return reader
    return _other(kind)


def _present(read: Reader) -> Reader:
    return lambda value: Undefined if value is None else read(value)


def _listed(read: Reader, kind: GraphQLInputType) -> Reader:
    other = _other(kind)

    def listed(value: Any) -> Any:
        if type(value) is not list:
            return other(value)
        found = [read(each) for each in value]
        return Undefined if any(each is Undefined for each in found) else found

    return listed


def _other(kind: GraphQLInputType) -> Reader:
    def other(value: Any) -> Any:
        return Undefined if input_is_nested_too_deeply(value, kind) else coerce_input_value(value, kind)

    return other


def _plain(kind: type) -> Reader:
    return lambda value: value if value is None or type(value) is kind else Undefined


def _integer(value: Any) -> Any:
    is_plain = value is None or (type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT)
    return value if is_plain else Undefined


def _number(value: Any) -> Any:
    return value if value is None or (type(value) is float and isfinite(value)) else Undefined


_IMMUTABLE = (str, int, float, bool, NoneType, Enum)
_SCALARS: tuple[tuple[GraphQLInputType, Reader], ...] = (
    (GraphQLString, _plain(str)),
    (GraphQLID, _plain(str)),
    (GraphQLBoolean, _plain(bool)),
    (GraphQLInt, _integer),
    (GraphQLFloat, _number),
)
