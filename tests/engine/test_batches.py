"""What batches are told, and when they needn't be read."""

from typing import Any

import pytest

from app.engine.engine import Engine, Prepared
from app.engine.sources import Asked, Batch, Plain, Source, attribute
from graphql import GraphQLField, GraphQLObjectType, build_schema, parse
from tests.engine.test_execution import SDL, Asking, Thing, root


def alone(found: list[bool]) -> Batch:
    async def read(objects: Any, asked: Asked, _arguments: Any) -> list[Any]:
        found.append(asked.is_alone)
        return [None] * len(objects)

    return Batch(read)


@pytest.mark.parametrize(
    ("selected", "expected"),
    [("sequel { name }", [True]), ("name sequel { name }", [True]), ("sequel { name } year", [False, False])],
)
async def test_a_batch_is_told_whether_others_are_waited_for(selected: str, expected: list[bool]) -> None:
    found: list[bool] = []
    asking = Asking(sequel=alone(found), year=alone(found))

    result = await asking.ask(f"{{ maybe {{ {selected} }} }}", root(maybe=Thing()))

    assert result.errors is None
    assert found == expected


async def test_a_batch_is_alone_again_when_the_others_have_ended() -> None:
    found: list[bool] = []
    asking = Asking(year=alone(found))
    text = "{ maybe { year } film { year sequel { year } } }"

    await asking.ask(text, root(film=Thing(more={"sequel": Thing()})))
    await asking.ask("{ film { year } }", root(film=Thing()))

    assert found[-1]


async def test_a_batch_that_is_a_column_with_its_arguments_is_not_read() -> None:
    read: list[Any] = []

    async def names(objects: Any, _asked: Asked, arguments: Any) -> list[Any]:
        read.append(dict(arguments))
        return [[Thing(name="read")] for _ in objects]

    def plain(arguments: Any) -> Plain | None:
        return Plain(lambda objects: [[] for _ in objects]) if arguments["first"] == 2 else None

    asking = Asking(films=Batch(names, plain=plain))

    assert (await asking.ask("{ films { name } }")).data == {"films": []}
    assert (await asking.ask("{ films(first: 3) { name } }")).data == {"films": [{"name": "read"}]}
    given = await asking.ask("query ($n: Int) { films(first: $n) { name } }", n=2)

    assert given.data == {"films": [{"name": "read"}]}
    assert read == [{"first": 3}, {"first": 2}]


async def test_what_a_source_vouches_for_is_not_asked_for_its_type() -> None:
    schema = build_schema(SDL)

    def source_of(_parent: GraphQLObjectType, name: str, _definition: GraphQLField) -> Source:
        return Plain(lambda _: [[Thing("Nothing")]], Thing) if name == "films" else attribute(name)

    schema.type_map["Film"].is_type_of = lambda value, _info: value.kind == "Film"
    engine = Engine(schema, source_of=source_of)
    prepared = engine.prepare(parse("{ films { name } }"))
    assert isinstance(prepared, Prepared)
    given = engine.variables(prepared, {})
    assert not isinstance(given, list)

    result = await engine.execute(prepared, given, root_value=root())

    assert result.data == {"films": [{"name": "a"}]}


async def test_arguments_are_those_of_each_run_however_often_it_runs() -> None:
    asking = Asking(films=lambda _: [])
    document = parse("query ($n: Int, $s: Boolean = true) { films(first: $n) { name @include(if: $s) } }")
    prepared = asking.engine.prepare(document)
    assert isinstance(prepared, Prepared)
    wanted = [1, 2, 1, None, *range(100), 1]

    for n in wanted:
        given = asking.engine.variables(prepared, {"n": n})
        assert not isinstance(given, list)
        await asking.engine.execute(prepared, given, root_value=root())

    assert [arguments["first"] for _, _, arguments in asking.calls] == wanted
