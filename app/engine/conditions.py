"""What a document's directives say of its shape: by which variables it differs, and whether the engine takes it."""

from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues
from graphql.language import Visitor, VisitorAction, visit

from graphql import DirectiveNode, DocumentNode, FragmentDefinitionNode, VariableNode

CONDITIONS = frozenset({"skip", "include"})
# They answer in parts, or leave null where none may be.
LEFT = frozenset({"defer", "stream", "experimental_disableErrorPropagation"})


@dataclass(frozen=True, slots=True)
class Shape:
    """names: of the variables that @skip and @include ask."""

    names: tuple[str, ...]

    def variant(self, variables: VariableValues) -> tuple[Any, ...]:
        """What tells plans of the operation apart."""
        return tuple(variables.coerced.get(name) for name in self.names)


class _Directives(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.is_left = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in CONDITIONS:
            self.names |= {
                each.value.name.value for each in node.arguments or () if isinstance(each.value, VariableNode)
            }
        self.is_left = self.is_left or node.name.value in LEFT

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> VisitorAction:
        self.is_left = self.is_left or bool(node.variable_definitions)
        return None


def shape_of(document: DocumentNode) -> Shape | None:
    """None for documents that the engine leaves to others."""
    found = _Directives()
    visit(document, found)
    return None if found.is_left else Shape(tuple(sorted(found.names)))
