"""How much of a schema an operation asks for, which has a bound of its own: it costs no database."""

from collections.abc import Callable, Mapping
from statistics import fmean

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
)

# So often may an operation ask for what tools ask for when they want all of it.
GENEROSITY = 3
_DEEP = 2


def full_introspection() -> str:
    """What the most curious of tools asks for."""
    return get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    )


def items_told(schema: GraphQLSchema) -> Callable[[str, str], int]:
    """About how many items the lists of introspection have, by type and field; 1 for what is no list."""
    kinds = list(schema.type_map.values())
    composite = [each for each in kinds if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    inputs = [each for each in kinds if isinstance(each, GraphQLInputObjectType)]
    fields = [len(each.fields) for each in composite]
    told: Mapping[tuple[str, str], int] = {
        ("__Schema", "types"): len(kinds),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): _usual(fields),
        ("__Type", "inputFields"): _usual([len(each.fields) for each in inputs]),
        ("__Type", "enumValues"): _DEEP,
        ("__Type", "possibleTypes"): _DEEP,
        ("__Type", "interfaces"): _DEEP,
        ("__Field", "args"): _DEEP,
        ("__Directive", "args"): _DEEP,
        ("__Directive", "locations"): _DEEP,
    }
    return lambda kind, name: told.get((kind, name), 1)


def _usual(lengths: list[int]) -> int:
    return round(fmean(lengths)) + 1 if lengths else 1
