"""Every root field of the schema, and an operation that asks for it alone."""

from dataclasses import dataclass
from typing import Any

from app.api.node import global_id
from app.api.schema import schema
from app.core.ids import new_id
from app.web.graphql.documents import core_schema
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

CORE = core_schema(schema)


@dataclass(frozen=True)
class Root:
    operation: str
    name: str
    field: GraphQLField

    def __str__(self) -> str:
        return f"{self.operation}.{self.name}"

    @property
    def document(self) -> str:
        """Takes one variable for each argument that the field needs."""
        needed = {name: each.type for name, each in self.field.args.items() if _is_needed(each)}
        declared = ", ".join(f"${name}: {kind}" for name, kind in needed.items())
        passed = ", ".join(f"{name}: ${name}" for name in needed)
        selection = "" if is_leaf_type(get_named_type(self.field.type)) else " { __typename }"
        return (
            f"{self.operation}{f'({declared})' if declared else ''} "
            f"{{ answer: {self.name}{f'({passed})' if passed else ''}{selection} }}"
        )

    @property
    def variables(self) -> dict[str, Any]:
        return {
            name: value(each.type, self.id_type) for name, each in self.field.args.items() if _is_needed(each)
        }

    @property
    def id_type(self) -> str:
        """What an id in the field's arguments most likely is of."""
        if self.name in {"metadataRefresh", "cancelMetadataRefresh", "metadataRefreshChanged"}:
            return "MetadataRefresh"
        return "Scan" if self.name in {"scan", "cancelScan", "confirmRemoval"} else "Library"


def _is_needed(argument: Any) -> bool:
    return isinstance(argument.type, GraphQLNonNull) and argument.default_value is not None


def value(kind: GraphQLInputType, id_type: str) -> Any:
    """Something that GraphQL takes, made of as little as it needs."""
    if isinstance(kind, GraphQLNonNull):
        return value(kind.of_type, id_type)
    if isinstance(kind, GraphQLList):
        return [value(kind.of_type, id_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        fields = {name: each for name, each in kind.fields.items() if isinstance(each.type, GraphQLNonNull)}
        if kind.extensions["strawberry-definition"].is_one_of:
            fields = dict([next(iter(kind.fields.items()))])
        return {name: value(each.type, id_type) for name, each in fields.items()}
    plain: dict[str, Any] = {
        "ID": global_id(id_type, new_id()),
        "Int": 1,
        "Boolean": True,
        "Float": 1.0,
        "JSONObject": {},
    }
    return plain.get(getattr(kind, "name", ""), "x")


ROOTS = [
    Root(operation, name, field)
    for operation, kind in (
        ("query", CORE.query_type),
        ("mutation", CORE.mutation_type),
        ("subscription", CORE.subscription_type),
    )
    if kind is not None
    for name, field in kind.fields.items()
]
