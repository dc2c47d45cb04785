"""Whether a query asks for a field below the one that is being resolved."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from app.api.context import Info
from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
)


def selects(info: Info, name: str) -> bool:
    """Whether the GraphQL field `name` is selected directly on the current field's type, or in a fragment there."""
    # Strawberry's own way makes a tree of objects per field.
    raw = cast("Any", info)._raw_info
    return is_selected(raw.field_nodes, raw.fragments, info.variable_values, name)


def is_selected(
    nodes: Sequence[FieldNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    name: str,
) -> bool:
    """The same of a field as the document mentions it."""
    search = _Search(fragments, variables)
    return any(name in search.fields(node.selection_set) for node in nodes)


class _Search:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]) -> None:
        self._fragments = fragments
        self._variables = variables
        self._seen: set[str] = set()

    def fields(self, selection_set: SelectionSetNode | None) -> Iterator[str]:
        for node in selection_set.selections if selection_set else ():
            if not self._is_wanted(node):
                continue
            if isinstance(node, FieldNode):
                yield node.name.value
            elif isinstance(node, InlineFragmentNode):
                yield from self.fields(node.selection_set)
            elif (spread := cast("Any", node).name.value) not in self._seen:
                # Once each: fragments of fragments of fragments would be as many as a document's author likes.
                self._seen.add(spread)
                yield from self.fields(self._fragments[spread].selection_set)

    def _is_wanted(self, node: Any) -> bool:
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include"):
                condition = self._value(directive.arguments[0].value)
                if condition is (directive.name.value == "skip"):
                    return False
        return True

    def _value(self, node: Any) -> bool:
        if isinstance(node, VariableNode):
            return bool(self._variables.get(node.name.value))
        return cast("BooleanValueNode", node).value
