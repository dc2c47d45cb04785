"""What is left of an execution when it has ended."""

import gc
import weakref
from typing import Any

from app.engine.engine import Engine, Prepared
from graphql import build_schema, parse

SDL = """
input Secret { password: String! }
type Query { name: String }
type Mutation { signIn(input: Secret!): String }
"""


class Given:
    """An input object that can be referred to weakly."""

    def __init__(self, **values: Any) -> None:
        self.values = values


async def test_what_a_mutation_was_given_is_not_remembered() -> None:
    schema, given = build_schema(SDL), list[weakref.ref[Given]]()
    secret: Any = schema.type_map["Secret"]
    secret.out_type = lambda values: Given(**values)
    mutation = schema.mutation_type
    assert mutation is not None
    mutation.fields["signIn"].resolve = lambda _root, _info, input: given.append(weakref.ref(input))
    engine = Engine(schema)
    prepared = engine.prepare(parse("mutation ($p: String!) { signIn(input: {password: $p}) }"))
    assert isinstance(prepared, Prepared)

    variables = engine.variables(prepared, {"p": "a secret"})
    assert not isinstance(variables, list)
    await engine.execute(prepared, variables)
    gc.collect()

    assert [each() for each in given] == [None]
