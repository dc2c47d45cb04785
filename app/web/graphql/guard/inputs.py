"""How large the values are that come with an operation."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from app.web.graphql.guard.bounds import Bounds, Limit, check
from graphql import (
    ListValueNode,
    Node,
    ObjectValueNode,
    ValueNode,
)


def check_variables(variables: Mapping[str, Any], bounds: Bounds) -> None:
    """Raises Exceeded. Values that are no lists and objects cost next to nothing."""
    level = [value for value in variables.values() if type(value) in _HOLDERS]
    if level:
        _check(level, len(variables), bounds)


def _check(level: list[Any], values: int, bounds: Bounds) -> None:
    """Level by level, for values may be nested deeper than calls can be."""
    depth = 0
    while level:
        depth += 1
        lengths = [len(each) for each in level]
        values += sum(lengths)
        longest = max(_length(each) for each in level)
        check(
            [
                (Limit.INPUT_DEPTH, depth, bounds.input_depth),
                (Limit.LIST_ITEMS, longest, bounds.list_items),
                (Limit.INPUT_VALUES, values, bounds.input_values),
            ]
        )
        level = [each for holder in level for each in _items(holder) if type(each) in _HOLDERS]


def _length(holder: Any) -> int:
    return len(cast("list[Any]", holder)) if type(holder) is list else 0


def _items(holder: Any) -> Iterable[Any]:
    return cast("dict[str, Any]", holder).values() if type(holder) is dict else holder


def check_literals(node: Node, bounds: Bounds) -> None:
    """The same for what a document itself gives: arguments, also of directives, and what variables are without values.

    How many values there are in all is bounded by the document's tokens.
    """
    level = [value for value in _given(node) if isinstance(value, _LITERALS)]
    depth = 0
    while level:
        depth += 1
        longest = max(len(each.values) if isinstance(each, ListValueNode) else 0 for each in level)
        found = [
            (Limit.INPUT_DEPTH, depth, bounds.input_depth),
            (Limit.LIST_ITEMS, longest, bounds.list_items),
        ]
        check(found, node)
        level = [each for holder in level for each in _within(holder) if isinstance(each, _LITERALS)]


def _given(node: Node) -> Iterator[ValueNode | None]:
    """What stands right at a field, a fragment, an operation or a definition of a variable."""
    for each in getattr(node, "arguments", None) or ():
        yield each.value
    for directive in getattr(node, "directives", None) or ():
        yield from _given(directive)
    for variable in getattr(node, "variable_definitions", None) or ():
        yield variable.default_value
        yield from _given(variable)


def _within(holder: ListValueNode | ObjectValueNode) -> Iterable[ValueNode]:
    return holder.values if isinstance(holder, ListValueNode) else (each.value for each in holder.fields)


_HOLDERS = frozenset({list, dict})
_LITERALS = (ListValueNode, ObjectValueNode)
