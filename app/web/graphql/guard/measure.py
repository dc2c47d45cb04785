"""How large the operations of a document are, in one pass before it is validated.

Each fragment is measured once, however often it is spread, so that the pass is linear in the document. What a fragment
comes to depends on nothing but itself: what is below a page waits to be multiplied by it where the fragment is spread.
"""

# graphql-core leaves parts of its types open.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from graphql.language import FragmentSpreadNode

from app.web.graphql.guard.bounds import Bounds, Exceeded, Limit, exceeded
from app.web.graphql.guard.inputs import check_literals
from app.web.graphql.guard.prices import FREE, Price, PriceOf
from app.web.graphql.guard.sizes import size_of
from app.web.graphql.guard.tape import Amount, Factor, Tape
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)


@dataclass(frozen=True, slots=True)
class Extent:
    """What a selection of fields comes to with all that is below it.

    nesting: selections within each other, those of fragments too. own: fields that are not below others of it.
    told: how much of the schema it asks for. once: what is done once for each place. flat: the cost for each object
    that has the selection. paged: the cost that is multiplied by the page of the field above.
    """

    nesting: int = 0
    depth: int = 0
    own: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    told: int = 0
    once: int = 0
    flat: Amount = 0
    paged: Amount = 0


@dataclass(slots=True)
class _Sums:
    """An extent in the making. flat, paged: to be summed at the end."""

    nesting: int = 0
    depth: int = 0
    own: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    told: int = 0
    once: int = 0
    flat: list[tuple[Factor, Amount]] = field(default_factory=list[tuple[Factor, Amount]])
    paged: list[tuple[Factor, Amount]] = field(default_factory=list[tuple[Factor, Amount]])

    def count(self, below: Extent, *, deeper: int) -> None:
        """Add all but what depends on where it is."""
        self.nesting = max(self.nesting, below.nesting)
        self.depth = max(self.depth, below.depth + deeper)
        self.fields += below.fields
        self.aliases += below.aliases
        self.directives += below.directives
        self.once += below.once

    def absorb(self, fragment: Extent) -> None:
        """Add a fragment, whose fields are the selection's own."""
        self.count(fragment, deeper=0)
        self.own += fragment.own
        self.told += fragment.told
        self.flat.append((1, fragment.flat))
        self.paged.append((1, fragment.paged))

    def extent(self, tape: Tape) -> Extent:
        return Extent(
            self.nesting + 1,
            self.depth,
            self.own,
            self.fields,
            self.aliases,
            self.directives,
            self.told,
            self.once,
            tape.total(self.flat),
            tape.total(self.paged),
        )


class Measuring:
    """Measures the selections of one document, which need not be valid.

    visited: how many fields and fragments were looked at. names: how often each response name was met.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        price_of: PriceOf,
        items_told: Callable[[str, str], int],
        bounds: Bounds,
        document: DocumentNode,
    ) -> None:
        self._schema, self._price_of, self._items_told, self._bounds = schema, price_of, items_told, bounds
        self._defined = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        self._fragments = {node.name.value: node for node in self._defined}
        self._measured: dict[str, Extent] = {}
        self._open: set[str] = set()
        self._level = 0
        self.visited = 0
        self.names: Counter[str] = Counter()
        self.tape = Tape()

    def fragments(self) -> None:
        """Measure all fragments, also those that no operation has. Raises Exceeded."""
        for node in self._defined:
            check_literals(node, self._bounds)
            if self._fragments[node.name.value] is node:
                self._fragment(node.name.value)
            else:
                # Two of one name are refused by validation, which looks at both before it says so.
                self.selection(None, node.selection_set)

    def selection(self, kind: GraphQLNamedType | None, selected: SelectionSetNode) -> Extent:
        """Raises Exceeded."""
        self._level += 1
        if self._level > self._bounds.nesting:
            raise Exceeded(exceeded(Limit.NESTING, self._level, self._bounds.nesting, selected))
        sums = _Sums()
        for node in selected.selections:
            self.visited += 1
            check_literals(node, self._bounds)
            sums.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                self._field(kind, node, sums)
            else:
                sums.absorb(self._of_fragment(kind, node))
        self._level -= 1
        return sums.extent(self.tape)

    def _of_fragment(self, kind: GraphQLNamedType | None, node: SelectionNode) -> Extent:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            inner = kind if condition is None else self._schema.get_type(condition.name.value)
            return self.selection(inner, node.selection_set)
        return self._fragment(node.name.value) if isinstance(node, FragmentSpreadNode) else Extent()

    def _fragment(self, name: str) -> Extent:
        """Nothing for one that isn't there, or that goes in a circle, which validation refuses."""
        if name in self._measured or name in self._open or name not in self._fragments:
            return self._measured.get(name, Extent())
        node = self._fragments[name]
        self._open.add(name)
        kind = self._schema.get_type(node.type_condition.name.value)
        self._measured[name] = found = self.selection(kind, node.selection_set)
        self._open.discard(name)
        if found.nesting > self._bounds.nesting:
            raise Exceeded(exceeded(Limit.NESTING, found.nesting, self._bounds.nesting, node))
        return found

    def _field(self, kind: GraphQLNamedType | None, node: FieldNode, sums: _Sums) -> None:
        name = node.name.value
        self.names[node.alias.value if node.alias else name] += 1
        definition = self._schema.get_field(kind, name) if is_composite_type(kind) else None
        target = None if definition is None else get_named_type(definition.type)
        below = Extent() if node.selection_set is None else self.selection(target, node.selection_set)
        sums.count(below, deeper=1)
        sums.own += 1
        sums.fields += 1
        sums.aliases += node.alias is not None
        if definition is None or kind is None or target is None:
            return
        if kind.name.startswith("__") or target.name.startswith("__"):
            sums.told += self._items_told(kind.name, name) * (1 + below.told)
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            price = self._price_of(kind, name, definition)
            if price.only_with is None or _gives(node, price.only_with):
                sums.once += price.once
            self._charge(price, node, definition, below, sums)

    def _charge(
        self, price: Price, node: FieldNode, definition: GraphQLField, below: Extent, sums: _Sums
    ) -> None:
        sums.flat.append((1, price.each))
        if not is_composite_type(get_named_type(definition.type)):
            sums.flat.append((1, int(node.alias is not None and node.alias.value != node.name.value)))
            return
        size = size_of(price, node, self._bounds.list_items)
        is_list = is_list_type(get_nullable_type(definition.type))
        page = size if price.paging is not None and not is_list else FREE.items
        one = self.tape.total([(1, 1), (1, below.flat), (page, below.paged)])
        if price.is_of_page and is_list:
            sums.paged.append((1, one))
        else:
            sums.flat.append((size if is_list else 1, one))


def _gives(node: FieldNode, argument: str) -> bool:
    return any(each.name.value == argument for each in node.arguments or ())
