"""What an operation is answered, which has to be the same of both executors."""

import inspect
from typing import Any

from app.engine.engine import Engine, Prepared
from graphql import ExecutionResult, GraphQLSchema, execute, parse
from tests.engine.comparing import assert_same

Told = list[tuple[str, list[str | int] | None]]


async def answered(
    schema: GraphQLSchema, text: str, root: Any = None, name: str | None = None, /, **variables: Any
) -> tuple[Any, Told]:
    """The data, and each error's message and path, as the engine and graphql-core tell them."""
    document = parse(text)
    expected = execute(schema, document, root, None, variables, name)
    expected = await expected if inspect.isawaitable(expected) else expected
    engine = Engine(schema)
    prepared = engine.prepare(document, name)
    assert isinstance(prepared, Prepared)
    coerced = engine.variables(prepared, variables)
    if isinstance(coerced, list):
        found = ExecutionResult(None, coerced)
    else:
        found = await engine.execute(prepared, coerced, root_value=root)
    assert_same(expected, found)
    return found.data, [(error.message, error.path) for error in found.errors or ()]
