"""Which columns of a read's records are looked at by what a query selects of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from app.api.edge import EDGE, EdgeDefinition
from app.api.shown import needs_of, row_of
from app.core.projection import Columns, given_out, union
from app.core.records import folded as folded_of
from app.core.records import told_as
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

Fragments = Mapping[str, FragmentDefinitionNode]


def needed(
    schema: GraphQLSchema,
    field: GraphQLField,
    nodes: Sequence[FieldNode],
    fragments: Fragments,
    *,
    is_paged: bool,
) -> Columns:
    """None for all: where anything is selected of which it isn't known what it looks at.

    Conditions are not looked at: whatever may be selected counts.
    """
    kind, selected = cast("Any", get_named_type(cast("Any", field.type))), list(_below(nodes, fragments))
    if is_paged:
        kind, selected = _of_page(kind, selected, fragments)
    kinds = (
        [kind]
        if is_object_type(kind)
        else list(schema.get_possible_types(kind))
        if is_abstract_type(kind)
        else []
    )
    found: Columns = frozenset() if kinds else None
    for node in selected:
        for each in kinds:
            if (definition := each.fields.get(node.name.value)) is not None:
                along = folded(each, definition, [node], fragments)
                found = union(found, _needs(each, definition, node) if along is None else along)
    return found


def folded(
    kind: GraphQLObjectType, field: GraphQLField, nodes: Sequence[FieldNode], fragments: Fragments
) -> Columns:
    """The columns of the one related row that an edge shows, as reads know them that read it along with its object's.

    None where they don't, and where anything but columns is selected of it.
    """
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    edge = definition.metadata.get(EDGE) if isinstance(definition, StrawberryField) else None
    if not isinstance(edge, EdgeDefinition) or edge.folded is None:
        return None
    row, below = row_of(_shown(kind)), cast("Any", get_named_type(cast("Any", field.type)))
    if row is None or edge.folded not in folded_of(row):
        return None
    found: Columns = frozenset()
    for node in _below(nodes, fragments):
        selected = below.fields.get(node.name.value)
        if selected is not None:
            plain = selected.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            found = union(found, _needs(below, selected, node) if _is_column(plain) else None)
    if found is None:
        return None
    # By its id it is known whether there is one.
    found = (
        found
        if "id" in found or any(each.startswith(given_out("id", "")) for each in found)
        else found | {"id"}
    )
    return frozenset(told_as(edge.folded, each) for each in found)


def _is_column(definition: Any) -> bool:
    return isinstance(definition, StrawberryField) and definition.is_basic_field


def _of_page(kind: Any, selected: Sequence[FieldNode], fragments: Fragments) -> tuple[Any, list[FieldNode]]:
    """What is selected of a connection's items."""
    item = cast("Any", get_named_type(kind.fields["nodes"].type))
    nodes = [each for each in selected if each.name.value == "nodes"]
    edges = [each for each in selected if each.name.value == "edges"]
    nodes += [each for each in _below(edges, fragments) if each.name.value == "node"]
    return item, list(_below(nodes, fragments))


def _below(nodes: Sequence[FieldNode], fragments: Fragments) -> Iterator[FieldNode]:
    seen: set[str] = set()
    for node in nodes:
        yield from _fields(node.selection_set, fragments, seen)


def _fields(
    selection_set: SelectionSetNode | None, fragments: Fragments, seen: set[str]
) -> Iterator[FieldNode]:
    for node in selection_set.selections if selection_set else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, fragments, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            # Once each: fragments of fragments of fragments would be as many as a document's author likes.
            seen.add(node.name.value)
            yield from _fields(fragments[node.name.value].selection_set, fragments, seen)


def _needs(kind: GraphQLObjectType, field: GraphQLField, node: FieldNode) -> Columns:
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryField):
        return None
    shown = _shown(kind)
    edge = definition.metadata.get(EDGE)
    if isinstance(edge, EdgeDefinition) and edge.otherwise is not None and not node.arguments:
        return frozenset({edge.otherwise})
    if isinstance(edge, EdgeDefinition) and edge.key is not None:
        return union(needs_of(shown, edge.key), edge.needs)
    return needs_of(shown, definition.python_name) if definition.is_basic_field else None


def _shown(kind: GraphQLObjectType) -> type:
    return kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].origin
