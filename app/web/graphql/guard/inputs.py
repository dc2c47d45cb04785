"""How large the values are that come with an operation."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from app.web.graphql.guard.bounds import Bounds, Limit, check
from graphql import (
    FieldNode,
    ListValueNode,
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


def check_literals(node: FieldNode, bounds: Bounds) -> None:
    """The same for a field's arguments; how many values there are in all is bounded by the document's tokens."""
    level = [each.value for each in node.arguments or () if isinstance(each.value, _LITERALS)]
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


def _within(holder: ListValueNode | ObjectValueNode) -> Iterable[ValueNode]:
    return holder.values if isinstance(holder, ListValueNode) else (each.value for each in holder.fields)


_HOLDERS = frozenset({list, dict})
_LITERALS = (ListValueNode, ObjectValueNode)
