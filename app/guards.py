"""Bounds and prices of our schemas: edges cost a statement for their level, pages their items."""

from functools import cache
from typing import Any, cast

import strawberry
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from app.api.edge import EDGE, EdgeDefinition
from app.api.prices import PRICED, Told
from app.core.config import Config
from app.core.slices import DEFAULT, MOST
from app.web.graphql.documents import core_schema
from app.web.graphql.guard.bounds import Bounds
from app.web.graphql.guard.guard import Guard
from app.web.graphql.guard.prices import STATEMENT, Paging, Price, PriceOf
from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

# Looking at what is there, writing, the log and what others are told of it, and reading what is answered.
MUTATION = 10
_NOTHING = Told()


def guard_of(schema: strawberry.Schema, config: Config | None = None) -> Guard:
    """The guard of one of our schemas, with the bounds that the owner sets."""
    core = core_schema(schema)
    return Guard(core, Bounds() if config is None else bounds_of(config), prices_of(core))


def bounds_of(config: Config) -> Bounds:
    return Bounds(
        tokens=config.graphql_tokens,
        depth=config.graphql_depth,
        aliases=config.graphql_aliases,
        directives=config.graphql_directives,
        mutations=config.graphql_mutations,
        cost=config.graphql_cost,
        list_items=config.graphql_list_items,
        introspection=config.graphql_introspection,
    )


def prices_of(schema: GraphQLSchema) -> PriceOf:
    @cache
    def price_of(parent: str, name: str) -> Price:
        kind: Any = schema.type_map[parent]
        return _price(schema, kind, name, kind.fields[name])

    def known(parent: GraphQLObjectType | GraphQLInterfaceType, name: str, _field: GraphQLField) -> Price:
        return Price() if name.startswith("__") else price_of(parent.name, name)

    return known


def _price(
    schema: GraphQLSchema, parent: GraphQLObjectType | GraphQLInterfaceType, name: str, field: GraphQLField
) -> Price:
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryField):
        return Price()
    told: Told = definition.metadata.get(PRICED, _NOTHING)
    edge = definition.metadata.get(EDGE)
    statements = told.statements
    if statements is None:
        statements = _usual_statements(schema, parent, definition)
    return Price(
        once=STATEMENT * statements,
        each=STATEMENT * told.statements_each,
        items=told.items,
        paging=_paging(field),
        is_of_page="pageInfo" in parent.fields,
        counted_by=told.counted_by,
        only_with=edge.only_with if isinstance(edge, EdgeDefinition) else None,
    )


def _usual_statements(
    schema: GraphQLSchema, parent: GraphQLObjectType | GraphQLInterfaceType, definition: StrawberryField
) -> int:
    if parent is schema.mutation_type:
        return MUTATION
    if isinstance(definition.metadata.get(EDGE), EdgeDefinition):
        return 1
    resolver = cast("Any", definition).base_resolver
    return int(resolver is not None and (resolver.is_async or parent is schema.query_type))


def _paging(field: GraphQLField) -> Paging | None:
    first = field.args.get("first")
    if first is None:
        return None
    default = first.default_value if type(first.default_value) is int else DEFAULT
    return Paging(tuple(each for each in ("last", "first") if each in field.args), default, MOST)
