"""What a document's directives say of its shape: by which variables it differs, and why the engine may not take it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphql.execution.values import VariableValues
from graphql.language import Visitor, VisitorAction, visit

from graphql import DirectiveNode, DocumentNode, FragmentDefinitionNode, VariableNode

CONDITIONS = frozenset({"skip", "include"})


class Left(StrEnum):
    """Why an operation is left to another executor."""

    NO_OPERATION = "no_operation"
    IN_PARTS = "in_parts"
    """@defer and @stream, which answer in parts."""
    NO_PROPAGATION = "no_propagation"
    """@experimental_disableErrorPropagation, which leaves null where none may be."""
    FRAGMENT_VARIABLES = "fragment_variables"


LEFT = {
    "defer": Left.IN_PARTS,
    "stream": Left.IN_PARTS,
    "experimental_disableErrorPropagation": Left.NO_PROPAGATION,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """names: of the variables that @skip and @include ask."""

    names: tuple[str, ...]

    def variant(self, variables: VariableValues) -> tuple[Any, ...]:
        """What tells plans of the operation apart."""
        return tuple([variables.coerced.get(name) for name in self.names]) if self.names else ()


class _Directives(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.left: Left | None = None

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in CONDITIONS:
            self.names |= {
                each.value.name.value for each in node.arguments or () if isinstance(each.value, VariableNode)
            }
        self.left = self.left or LEFT.get(node.name.value)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> VisitorAction:
        if node.variable_definitions:
            self.left = self.left or Left.FRAGMENT_VARIABLES
        return None


def shape_of(document: DocumentNode) -> Shape | Left:
    found = _Directives()
    visit(document, found)
    return found.left or Shape(tuple(sorted(found.names)))
