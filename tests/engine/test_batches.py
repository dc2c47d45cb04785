"""What batches are told, and when they needn't be read."""

from typing import Any

import pytest

from app.engine.engine import Engine, Prepared
from app.engine.sources import Answers, Asked, Batch, Plain, Source, attribute
from graphql import GraphQLField, GraphQLObjectType, build_schema, parse
from tests.engine.test_execution import SDL, Asking, Thing, root

VOUCHED = Answers(frozenset({Thing}))


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
        return Plain(lambda _: [[Thing("Nothing")]], VOUCHED) if name == "films" else attribute(name)

    schema.type_map["Film"].is_type_of = lambda value, _info: value.kind == "Film"
    engine = Engine(schema, source_of=source_of)
    prepared = engine.prepare(parse("{ films { name } }"))
    assert isinstance(prepared, Prepared)
    given = engine.variables(prepared, {})
    assert not isinstance(given, list)

    result = await engine.execute(prepared, given, root_value=root())

    assert result.data == {"films": [{"name": "a"}]}


def of_kinds(found: list[Any], types: Any) -> tuple[Asking, list[str]]:
    """Asks for things whose types are told all at once, and what was asked one by one."""
    asking = Asking(found=Batch(one_of(found), Answers(frozenset({Thing}), types)))
    asked: list[str] = []
    asking.schema.type_map["Found"].resolve_type = lambda value, *_: asked.append(value.name) or value.kind
    return asking, asked


def one_of(found: list[Any]) -> Any:
    async def read(objects: Any, _asked: Asked, _arguments: Any) -> list[Any]:
        return [found for _ in objects]

    return read


FOUND = "{ found { __typename ... on Film { year } ... on Actor { name } } }"


async def test_types_of_a_column_are_told_all_at_once() -> None:
    told: list[list[Any]] = []

    def types(things: Any) -> list[str]:
        told.append(list(things))
        return [thing.kind for thing in things]

    film, actor = Thing(year=1979), Thing("Actor", name="Weaver")
    asking, asked = of_kinds([film, None, actor], types)

    result = await asking.ask(FOUND)

    assert result.data == {
        "found": [{"__typename": "Film", "year": 1979}, None, {"__typename": "Actor", "name": "Weaver"}]
    }
    assert (told, asked) == ([[film, actor]], [])


@pytest.mark.parametrize(
    "types", [lambda things: ["Query"] * len(things), lambda things: ["X"] * len(things)]
)
async def test_types_that_cannot_be_are_asked_for_one_by_one(types: Any) -> None:
    asking, asked = of_kinds([Thing(name="b", year=1979)], types)

    result = await asking.ask(FOUND)

    assert result.data == {"found": [{"__typename": "Film", "year": 1979}]}
    assert asked == ["b"]


async def test_objects_of_another_class_than_is_vouched_for_are_asked_for_their_types() -> None:
    class Other(Thing):
        pass

    asking, asked = of_kinds([Thing(), Other(name="o")], lambda things: ["Actor"] * len(things))

    result = await asking.ask("{ found { __typename } }")

    assert result.data == {"found": [{"__typename": "Film"}, {"__typename": "Film"}]}
    assert asked == ["a", "o"]


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


async def test_arguments_that_are_equal_are_not_taken_for_each_other() -> None:
    schema, found = build_schema("scalar Anything type Query { find(by: Anything): String }"), list[Any]()

    async def read(objects: Any, _asked: Asked, arguments: Any) -> list[Any]:
        found.append(arguments["by"])
        return [None] * len(objects)

    engine = Engine(schema, source_of=lambda *_: Batch(read))
    prepared = engine.prepare(parse("query ($by: Anything) { find(by: $by) }"))
    assert isinstance(prepared, Prepared)
    for each in (1, True, 1.0, 0, False):
        given = engine.variables(prepared, {"by": each})
        assert not isinstance(given, list)
        await engine.execute(prepared, given)

    assert [(type(each), each) for each in found] == [
        (int, 1),
        (bool, True),
        (float, 1.0),
        (int, 0),
        (bool, False),
    ]
