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
from app.api.selection import is_selected
from app.core.errors import NotFound
from app.engine.sources import Asked, Batch, Method, Source, SourceOf, attribute, resolvers
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
            return Batch(_Level(schema, definition, edge).read)
        if definition.is_basic_field:
            return attribute(definition.python_name)
        call = _method(definition)
        return resolvers(parent, name, field) if call is None else Method(call)

    return source_of


def class_of(kind: GraphQLObjectType) -> type | None:
    """The class that a type was made of; None for what is of a generic one, or tells by itself what is of it."""
    definition = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of is not None:
        return None
    return None if definition.concrete_of or definition.is_graphql_generic else definition.origin


def _roots(schema: strawberry.Schema) -> tuple[GraphQLObjectType | None, ...]:
    core = schema._schema  # pyright: ignore[reportPrivateUsage]
    return core.query_type, core.mutation_type, core.subscription_type


def _method(field: StrawberryField) -> Callable[[Any], Any] | None:
    """The function behind a field that takes nothing but the object."""
    resolver: Any = field.base_resolver
    if resolver is None or resolver.is_async or resolver.arguments or resolver.self_parameter is None:
        return None
    return resolver.wrapped_func if len(resolver.signature.parameters) == 1 else None


class _Level:
    """Reads an edge for all objects of a level."""

    def __init__(self, schema: strawberry.Schema, field: StrawberryField, edge: EdgeDefinition) -> None:
        self._arguments, self._edge = field.arguments, edge
        self._scalars, self._config = schema.schema_converter.scalar_registry, schema.config

    async def read(self, objects: Sequence[Any], asked: Asked, arguments: Mapping[str, Any]) -> list[Any]:
        edge, context = self._edge, cast("Context", asked.context)
        given = convert_arguments(
            dict(arguments), self._arguments, scalar_registry=self._scalars, config=self._config
        )
        assert edge.key is not None
        keys = [getattr(each, edge.key) for each in objects]
        found: Mapping[Any, Any] = {}
        is_read = edge.only_with is None or given.get(edge.only_with) is not None
        if is_read:
            with_total = edge.is_paged and is_selected(
                asked.nodes, asked.fragments, asked.variables.coerced, "totalCount"
            )
            passed = edge.arguments(given, with_total=with_total)
            found = await context.load_all(edge.read, [key for key in keys if key is not None], **passed)
        own = edge.of_method(given)
        return [
            self._converted(
                each, None if key is None or not is_read else found[key], own, is_read and key is not None
            )
            for each, key in zip(objects, keys, strict=True)
        ]

    def _converted(self, source: Any, value: Any, given: Mapping[str, Any], is_read: bool) -> Any:
        """What the object's field is, or why there is none."""
        try:
            if value is None and is_read and self._edge.needs_value:
                raise NotFound(self._edge.convert.__name__.replace("_", " "), "for it any more")
            return self._edge.convert(source, value, **given)
        except Exception as error:  # noqa: BLE001
            return error
