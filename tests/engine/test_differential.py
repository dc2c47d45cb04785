"""Random operations, with failures and nulls in every place, are answered as graphql-core answers them."""

import gc
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.engine import Engine, Prepared
from app.engine.sources import Asked, Batch, Source, resolvers
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLField,
    GraphQLObjectType,
    execute,
    parse,
    validate,
)
from tests.engine import world
from tests.engine.comparing import assert_same
from tests.engine.operations import VALUES, operation

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


ENGINES = (Engine(SCHEMA), Engine(SCHEMA, source_of=batched))
KINDS = ("query", "mutation", "subscription")
# One of them is refused by its scalar, as a literal only when the field is executed.
ODD = {**VALUES, "Odd": ["x", 7, "y", "no"]}
# One in so many values is null, and one fails.
CALM = (4, 12, 1000)
# Six comparisons for each; `--hypothesis-profile=many` is for thousands.
RUNS = settings(
    max_examples=settings().max_examples // 3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


async def core(document: DocumentNode, root: world.Thing, variables: dict[str, Any]) -> ExecutionResult:
    found = execute(SCHEMA, document, root, variable_values=variables)
    return await found if inspect.isawaitable(found) else found


async def breadth(
    engine: Engine, document: DocumentNode, root: world.Thing, variables: dict[str, Any]
) -> ExecutionResult:
    prepared = engine.prepare(document)
    assert isinstance(prepared, Prepared)
    coerced = engine.variables(prepared, variables)
    if isinstance(coerced, list):
        return ExecutionResult(None, coerced)
    return await engine.execute(prepared, coerced, root_value=root)


@pytest.mark.parametrize("kind", KINDS)
def test_the_operations_are_valid(kind: str) -> None:
    for seed in range(20):
        assert validate(SCHEMA, parse(operation(seed, SCHEMA, kind)[0])) == []


@pytest.fixture
def leavings() -> Iterator[None]:
    """What graphql-core never awaits of operations that fail is found while its warnings are not heard."""
    yield
    gc.collect()


# Such as the rest of a list whose field has failed beside it.
@pytest.mark.filterwarnings("ignore:coroutine 'Executor:RuntimeWarning")
@pytest.mark.usefixtures("leavings")
@pytest.mark.parametrize("kind", KINDS)
@RUNS
@given(seed=st.integers(0, 10**9))
async def test_answers_are_those_of_graphql_core(kind: str, seed: int) -> None:
    """Each operation on worlds of every calm, by resolvers and in batches; of a subscription, an event."""
    text, variables = operation(seed, SCHEMA, kind, ODD)
    document = parse(text)

    for calm in CALM:
        root = world.Thing(str(seed), kind.title(), calm)
        expected = await core(document, root, variables)
        for engine in ENGINES:
            assert_same(expected, await breadth(engine, document, root, variables))
