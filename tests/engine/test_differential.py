"""Random operations, with failures and nulls in every place, are answered as graphql-core answers them."""

import inspect
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.engine import Engine
from app.engine.sources import Asked, Batch, Source, resolvers
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLObjectType,
    execute,
    parse,
    validate,
)
from tests.engine import world
from tests.engine.comparing import assert_same
from tests.engine.operations import operation

SCHEMA = world.schema()


def batched(parent: GraphQLObjectType, name: str, field: GraphQLField) -> Source:
    """Every other field in batches."""
    if sum(map(ord, f"{parent}.{name}")) % 2 or name.startswith("__"):
        return resolvers(parent, name, field)

    async def read(objects: Any, asked: Asked, arguments: Any) -> list[Any]:
        found = []
        for each in objects:
            info: Any = Info(name, SCHEMA, field.type)
            try:
                value = world.resolve(each, info, **arguments)
                found.append(await value if isinstance(value, world.Later) else value)
            except world.Broken as error:
                found.append(error)
        return found

    return Batch(read)


class Info:
    def __init__(self, field_name: str, schema: Any, return_type: Any) -> None:
        self.field_name, self.schema, self.return_type = field_name, schema, return_type


ENGINES = {"resolvers": Engine(SCHEMA), "batches": Engine(SCHEMA, source_of=batched)}
RUNS = settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("kind", ["query", "mutation"])
@pytest.mark.parametrize("way", ENGINES)
@RUNS
@given(seed=st.integers(0, 10**9), calm=st.sampled_from([4, 12, 1000]))
async def test_answers_are_those_of_graphql_core(way: str, kind: str, seed: int, calm: int) -> None:
    text, variables = operation(seed, SCHEMA, kind)
    document = parse(text)
    assert validate(SCHEMA, document) == []
    root = world.Thing(str(seed), "Query", calm)

    expected = execute(SCHEMA, document, root, variable_values=variables)
    if inspect.isawaitable(expected):
        expected = await expected
    engine = ENGINES[way]
    prepared = engine.prepare(document)
    assert prepared is not None
    coerced = engine.variables(prepared, variables)
    assert not isinstance(coerced, list)
    found = await engine.execute(prepared, coerced, root_value=root)

    assert isinstance(expected, ExecutionResult)
    assert_same(expected, found)
