"""What is left of an execution when it has ended."""

import gc
import weakref
from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest

from app.engine import fields
from app.engine.engine import MOST_PLANNED, MOST_VARIANTS, Engine, Prepared
from app.engine.fields import MOST_KNOWN
from app.engine.memory import LONGEST, Memory
from app.engine.sources import Asked, Batch
from graphql import build_schema, parse

SDL = """
input Secret { password: String! }
type Query { name: String find(by: Secret): String }
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


async def given_to_batches(passwords: Iterable[str]) -> list[Given | None]:
    """What of the arguments that a batch was given is still there when it was asked with all of these."""
    schema, given = build_schema(SDL), list[weakref.ref[Given]]()
    secret: Any = schema.type_map["Secret"]
    secret.out_type = lambda values: Given(**values)

    async def read(objects: Any, _asked: Asked, arguments: Any) -> list[Any]:
        given.append(weakref.ref(arguments["by"]))
        return [None] * len(objects)

    engine = Engine(schema, source_of=lambda *_: Batch(read))
    prepared = engine.prepare(parse("query ($p: String!) { find(by: {password: $p}) }"))
    assert isinstance(prepared, Prepared)
    for password in passwords:
        variables = engine.variables(prepared, {"p": password})
        assert not isinstance(variables, list)
        await engine.execute(prepared, variables)
    gc.collect()
    return [each() for each in given]


async def test_of_the_arguments_of_a_batch_few_are_remembered() -> None:
    found = await given_to_batches(map(str, range(3 * MOST_KNOWN)))

    assert 0 < sum(each is not None for each in found) <= MOST_KNOWN


async def test_of_the_arguments_of_all_batches_together_few_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fields, "MEMORY", Memory(most=5))

    found = await given_to_batches(map(str, range(12)))

    assert sum(each is not None for each in found) == 2


async def test_arguments_of_a_batch_that_are_long_are_not_remembered() -> None:
    found = await given_to_batches(["x" * LONGEST, "x" * (LONGEST + 1)])

    assert [each is not None for each in found] == [True, False]


NAMES = [f"v{number}" for number in range(5)]
DECLARED = ", ".join(f"${name}: Boolean!" for name in NAMES)
VARIED = " ".join(f"{name}: name @include(if: ${name})" for name in NAMES)
VARIANTS = [dict(zip(NAMES, each, strict=True)) for each in product((True, False), repeat=len(NAMES))]


def operation(engine: Engine, text: str) -> Prepared:
    prepared = engine.prepare(parse(text), None, {})
    assert isinstance(prepared, Prepared)
    return prepared


def planned(engine: Engine, prepared: Prepared, variables: dict[str, Any]) -> int:
    """How many fields there are plans of when it has one for these variables."""
    kind, given = prepared.schema.query_type, engine.variables(prepared, variables)
    assert kind is not None
    assert not isinstance(given, list)
    prepared.root(given, kind)
    return prepared.planned


def test_plans_of_a_large_operation_are_few_and_those_of_a_small_one_many() -> None:
    engine = Engine(build_schema(SDL))
    many = " ".join(f"a{number}: name" for number in range(MOST_PLANNED // 4))
    large = operation(engine, f"query ({DECLARED}) {{ {VARIED} {many} }}")
    small = operation(engine, f"query ({DECLARED}) {{ {VARIED} }}")

    of_large = [planned(engine, large, each) // (MOST_PLANNED // 4) for each in VARIANTS[:6]]
    of_small = [planned(engine, small, each) for each in VARIANTS]

    assert of_large == [1, 2, 3, 4, 1, 2]
    assert of_small[-1] == sum(sum(each.values()) for each in VARIANTS)


def test_of_one_operation_there_are_so_many_plans() -> None:
    names = [f"v{number}" for number in range(7)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    engine = Engine(build_schema(SDL))
    varied = " ".join(f"{name}: name @include(if: ${name})" for name in names)
    prepared = operation(engine, f"query ({declared}) {{ name {varied} }}")
    variants = [dict(zip(names, each, strict=True)) for each in product((False, True), repeat=7)]

    found = [planned(engine, prepared, each) for each in variants[: MOST_VARIANTS + 1]]

    assert found[:MOST_VARIANTS] == sorted(found[:MOST_VARIANTS])
    assert found[MOST_VARIANTS] == 1 + sum(variants[MOST_VARIANTS].values())


def test_all_plans_together_have_room_for_so_many_fields() -> None:
    engine = Engine(build_schema(SDL), most_planned=20)
    operations = [operation(engine, f"{{ a{number}: name b: name c: name }}") for number in range(9)]

    found = [(planned(engine, each, {}), sum(each.planned for each in operations)) for each in operations]

    assert found == [(3, total) for total in (3, 6, 9, 12, 15, 18, 21, 3, 6)]


def test_plans_of_operations_that_are_gone_push_out_no_others() -> None:
    engine = Engine(build_schema(SDL), most_planned=20)
    lasting = operation(engine, "{ name }")
    planned(engine, lasting, {})

    for _ in range(9):
        planned(engine, operation(engine, "{ a: name b: name c: name }"), {})
        gc.collect()

    assert lasting.planned == 1


def test_an_operation_is_prepared_once_for_each_engine_where_it_is_kept() -> None:
    first, second = Engine(build_schema(SDL)), Engine(build_schema(SDL))
    document, kept = parse("query A { name } query B { name }"), dict[Any, Any]()

    made = [
        (engine, name, engine.prepare(document, name, kept)) for engine in (first, second) for name in "AB"
    ]

    assert len({prepared for _, _, prepared in made}) == 4
    assert all(engine.prepare(document, name, kept) is prepared for engine, name, prepared in made)
    assert first.prepare(document, "A") is not first.prepare(document, "A")
