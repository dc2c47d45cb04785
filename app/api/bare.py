"""Rows and pages as objects of the graph: where all of a level are such, nothing is made of them but the response.

A `Movie` is then the row that a Movie would show, a `Connection[Movie]` the page that it would be of. What looks at an
object, a method or a resolver, gets one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from strawberry.schema.schema_converter import GraphQLCoreConverter

from app.api.edge import EdgeDefinition
from app.api.pagination import Connection, connect
from app.api.shown import Varied, column_of, row_of
from app.core.paging import Slice
from app.core.records import held_in
from app.engine.sources import Answers, Plain, Resolver
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_object_type


@dataclass(frozen=True, slots=True)
class Bare:
    """What stands for objects of a type: instances of a class. show: makes the object."""

    kind: type
    show: Callable[[Any], Any]

    def objects(self, column: Sequence[Any]) -> Sequence[Any]:
        if column and type(column[0]) is self.kind:
            return list(map(self.show, column))
        return column

    def seen(self, call: Callable[[Any], Any]) -> Callable[[Any], Any]:
        kind, show = self.kind, self.show
        return lambda each: call(show(each) if type(each) is kind else each)


def origin(kind: Any) -> Any:
    """The class that a type of the schema was made of."""
    definition = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return getattr(definition, "origin", None)


@lru_cache(maxsize=1024)
def bare(kind: GraphQLObjectType) -> Bare | None:
    """None for types of which only objects are given out."""
    own = origin(kind)
    row = None if own is None else row_of(own)
    if own is not None and row is not None:
        return Bare(row, own.of)
    item = _item(kind)
    return None if item is None else Bare(Slice, lambda page: connect(page, item.of))


def answers_of(edge: EdgeDefinition, field: GraphQLField) -> Answers | None:
    """What is known of what the edge's read answers, if that is given out as it is."""
    kind: Any = get_named_type(field.type)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(edge.shows, Varied):
        return Answers(frozenset({edge.shows.row}), edge.shows.names)
    if edge.shows is None or not is_object_type(kind):
        return None
    shown = _item(kind) if edge.is_paged else origin(kind)
    found = bare(kind)
    if shown is not edge.shows or found is None:
        return None
    row = None if edge.folded is None else row_of(edge.shows)
    return Answers(frozenset({found.kind, *(() if row is None else held_in(row))}))


def objects_of(kind: GraphQLObjectType) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Makes objects of what stands for them."""
    found = bare(kind)
    return (lambda column: column) if found is None else found.objects


def plain(kind: GraphQLObjectType, name: str, attribute: str) -> Plain:
    """An attribute of objects, or what it is of what stands for them."""
    item = _item(kind)
    if item is None or name != "nodes":
        return Plain(column_of(origin(kind), attribute))
    row = row_of(item)

    def nodes(pages: Sequence[Any]) -> list[Any]:
        if type(pages[0]) is Slice:
            return [page.items for page in pages]
        return [page.nodes for page in pages]

    return Plain(nodes, None if row is None else Answers(frozenset({row})))


def seeing(shown: Bare | None, source: Resolver) -> Resolver:
    """The resolver, called with objects."""
    if shown is None:
        return source
    kind, show, resolve = shown.kind, shown.show, source.resolve

    def resolved(each: Any, info: Any, **arguments: Any) -> Any:
        return resolve(show(each) if type(each) is kind else each, info, **arguments)

    return Resolver(resolved)


def _item(kind: GraphQLObjectType) -> Any:
    """The class of a connection's items, if they show rows."""
    definition: Any = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if definition is None or getattr(definition, "concrete_of", None) is None:
        return None
    if definition.concrete_of.origin is not Connection:
        return None
    item: Any = get_named_type(kind.fields["nodes"].type)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    own = origin(item)
    return own if is_object_type(item) and own is not None and row_of(own) is not None else None
