"""How an executor that works level by level gets the values of our fields: edges by one read, attributes as columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import strawberry
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from app.api.context import Context
from app.api.edge import EDGE, EdgeDefinition
from app.api.needs import needed
from app.api.selection import is_selected
from app.api.shown import column_of
from app.core.errors import NotFound
from app.core.projection import Columns
from app.engine.sources import Asked, Batch, Method, Plain, Source, SourceOf, resolvers
from graphql import GraphQLField, GraphQLObjectType


def sources_of(schema: strawberry.Schema) -> SourceOf:
    """Fields with permissions or extensions of their own, and methods with arguments, are left to their resolvers."""
    roots = {kind for kind in _roots(schema) if kind is not None}

    def source_of(parent: GraphQLObjectType, name: str, field: GraphQLField) -> Source:
        definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if (
            parent in roots
            or not isinstance(definition, StrawberryField)
            or definition.extensions
            or definition.permission_classes
        ):
            return resolvers(parent, name, field)
        edge = definition.metadata.get(EDGE)
        if isinstance(edge, EdgeDefinition) and edge.key is not None:
            return Batch(_Level(schema, _class(parent), definition, edge, field).read)
        if definition.is_basic_field:
            return Plain(column_of(_class(parent), definition.python_name))
        call = _method(definition)
        return resolvers(parent, name, field) if call is None else Method(call)

    return source_of


def class_of(kind: GraphQLObjectType) -> type | None:
    """The class that a type was made of; None for what is of a generic one, or tells by itself what is of it."""
    definition = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of is not None:
        return None
    return None if definition.concrete_of or definition.is_graphql_generic else definition.origin


def _class(kind: GraphQLObjectType) -> type:
    return kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].origin


def _roots(schema: strawberry.Schema) -> tuple[GraphQLObjectType | None, ...]:
    core = schema._schema  # pyright: ignore[reportPrivateUsage]
    return core.query_type, core.mutation_type, core.subscription_type


def _method(field: StrawberryField) -> Callable[[Any], Any] | None:
    """The function behind a field that takes nothing but the object."""
    resolver = cast("Any", field).base_resolver
    if resolver is None or resolver.is_async or resolver.arguments or resolver.self_parameter is None:
        return None
    return resolver.wrapped_func if len(resolver.signature.parameters) == 1 else None


class _Level:
    """Reads an edge for all objects of a level."""

    def __init__(
        self,
        schema: strawberry.Schema,
        parent: type,
        field: StrawberryField,
        edge: EdgeDefinition,
        definition: GraphQLField,
    ) -> None:
        assert edge.key is not None
        self._keys = column_of(parent, edge.key)
        self._arguments, self._edge, self._definition = field.arguments, edge, definition
        self._schema = schema._schema  # pyright: ignore[reportPrivateUsage]
        # One of these is made for each place of a plan, where what is selected below is always the same.
        self._needed: tuple[Columns] | None = None
        self._scalars, self._config = schema.schema_converter.scalar_registry, schema.config

    async def read(self, objects: Sequence[Any], asked: Asked, arguments: Mapping[str, Any]) -> list[Any]:
        edge, context = self._edge, cast("Context", asked.context)
        given: Mapping[str, Any] = {}
        if arguments:
            given = convert_arguments(
                dict(arguments), self._arguments, scalar_registry=self._scalars, config=self._config
            )
        keys = self._keys(objects)
        found: Mapping[Any, Any] = {}
        is_read = edge.only_with is None or given.get(edge.only_with) is not None
        if is_read:
            with_total = edge.is_paged and is_selected(
                asked.nodes, asked.fragments, asked.variables.coerced, "totalCount"
            )
            passed = edge.arguments(given, with_total=with_total)
            wanted = [key for key in keys if key is not None]
            found = await context.load_all(edge.read, wanted, self._columns(asked), **passed)
        values = [None if key is None else found[key] for key in keys] if is_read else [None] * len(keys)
        gone = is_read and edge.needs_value
        own, column = edge.of_method(given), list[Any]()
        for each, key, value in zip(objects, keys, values, strict=True):
            try:
                if gone and value is None and key is not None:
                    raise NotFound(edge.convert.__name__.replace("_", " "), "for it any more")
                column.append(edge.convert(each, value, **own))
            except Exception as error:  # noqa: BLE001
                column.append(error)
        return column

    def _columns(self, asked: Asked) -> Columns:
        if not self._edge.is_projected:
            return None
        if self._needed is None:
            is_paged = self._edge.is_paged
            self._needed = (
                needed(self._schema, self._definition, asked.nodes, asked.fragments, is_paged=is_paged),
            )
        return self._needed[0]
