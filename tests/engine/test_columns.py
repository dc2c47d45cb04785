"""Columns are looked at by the kinds of values in them; what is odd takes the slow way."""

import asyncio
from types import SimpleNamespace, coroutine
from typing import Any

from graphql.pyutils import Undefined

from app.engine.engine import Engine
from app.engine.sources import Method, Plain, attribute
from graphql import build_schema
from tests.engine.answering import answered
from tests.engine.test_execution import Asking, Thing, root, told


class Film(Thing):
    pass


class Actor(Thing):
    pass


async def test_types_are_told_by_class_without_asking_and_asked_where_classes_are_strange() -> None:
    asked: list[Any] = []

    def resolve_type(value: Any, *_: Any) -> Any:
        asked.append(value)
        return value.kind

    def is_type_of(value: Any, _info: Any) -> bool:
        asked.append(value)
        return value.kind == "Film"

    asking = Asking()
    asking.schema.type_map["Found"].resolve_type = resolve_type
    asking.schema.type_map["Film"].is_type_of = is_type_of
    classes = {"Film": Film, "Actor": Actor}
    asking.engine = Engine(
        asking.schema, source_of=asking._source, class_of=lambda kind: classes.get(kind.name)
    )
    text = "{ found { __typename } films { name } }"
    known = root(found=[Film(), Actor("Actor"), None], films=[Film()])
    strange = root(found=[Film(), Thing("Actor")], films=[Thing(), Film()])

    by_class = await asking.ask(text, known)
    assert not asked
    by_asking = await asking.ask(text, strange)

    assert by_class.data == {
        "found": [{"__typename": "Film"}, {"__typename": "Actor"}, None],
        "films": [{"name": "a"}],
    }
    assert by_asking.data == {
        "found": [{"__typename": "Film"}, {"__typename": "Actor"}],
        "films": [{"name": "a"}, {"name": "a"}],
    }
    assert asked


async def test_values_that_are_equal_are_written_once() -> None:
    written: list[Any] = []

    def write(value: Any) -> Any:
        written.append(value)
        if value == "bad":
            raise ValueError("bad name")
        return value.upper()

    asking = Asking(names=lambda _: None)
    asking.schema = build_schema("scalar Word type Query { names: [Word] }")
    asking.schema.type_map["Word"].coerce_output_value = write
    asking.engine = Engine(asking.schema, source_of=lambda *_: attribute("names"))

    result = await asking.ask("{ names }", root(names=["a", "bad", None, "a", "bad"]))

    assert result.data == {"names": ["A", None, None, "A", None]}
    assert told(result) == [("bad name", ["names", 1]), ("bad name", ["names", 4])]
    assert written == ["a", "bad", "bad"]


async def test_numbers_that_are_equal_and_written_otherwise_are_written_each() -> None:
    asking = Asking()
    asking.schema = build_schema("scalar Number type Query { names: [Number] }")
    asking.engine = Engine(asking.schema, source_of=lambda *_: attribute("names"))

    result = await asking.ask("{ names }", root(names=[0.0, -0.0, 1.0]))

    assert result.data is not None
    assert [str(each) for each in result.data["names"]] == ["0.0", "-0.0", "1.0"]


async def test_an_attribute_that_an_object_lacks_fails_it_alone() -> None:
    class Bare:
        kind = "Film"

    result = await Asking().ask("{ films { year } }", root(films=[Thing(year=1), Bare()]))

    assert result.data == {"films": [{"year": 1}, {"year": None}]}
    assert [path for _, path in told(result)] == [["films", 1, "year"]]


async def test_what_a_source_keeps_is_not_changed() -> None:
    films = [Film(), None]
    asking = Asking()
    asking.schema = build_schema(
        "interface Named { name: String } type Film implements Named { name: String }"
        " type Query { some: [Holder] } type Holder { one: Named }"
    )
    asking.engine = Engine(
        asking.schema,
        source_of=lambda _, name, __: Plain(lambda _: films) if name == "one" else attribute(name),
        class_of=lambda kind: Film if kind.name == "Film" else None,
    )

    result = await asking.ask("{ some { one { name } } }", SimpleNamespace(some=[1, 2]))

    assert result.data == {"some": [{"one": {"name": "a"}}, {"one": None}]}
    assert [type(each) for each in films] == [Film, type(None)]


async def test_what_is_not_defined_is_null() -> None:
    asking = Asking(year=lambda _: Undefined, films=lambda _: [Undefined, Thing()])

    result = await asking.ask("{ maybe { name year } films { name } }", root(maybe=Thing()))

    assert result.data == {"maybe": {"name": "a", "year": None}, "films": None}
    assert told(result) == [("Cannot return null for non-nullable field Query.films.", ["films", 0])]


@coroutine
def generated(value: Any) -> Any:
    yield from asyncio.sleep(0).__await__()
    return value


async def test_generators_that_are_made_awaitable_are_awaited() -> None:
    asking = Asking(year=Method(lambda _: generated(1999)))

    result = await asking.ask("{ films { year } }", root(films=[Thing(), Thing()]))

    assert (result.data, result.errors) == ({"films": [{"year": 1999}, {"year": 1999}]}, None)


async def test_an_operation_of_a_kind_that_the_schema_has_not_is_refused_in_words() -> None:
    result = await Asking().ask("subscription { nothing }")

    assert (result.data, told(result)) == (
        None,
        [("Schema is not configured to execute subscription operation.", None)],
    )


async def test_values_that_can_not_be_written_are_told_each_whatever_was_raised() -> None:
    schema = build_schema("scalar Odd  type Query { odds: [Odd]  ints: [Int] }")

    def written(value: str) -> str:
        if value.startswith("end"):
            raise StopIteration
        return value.upper()

    odd: Any = schema.type_map["Odd"]
    odd.coerce_output_value = odd.serialize = written
    values = {"odds": ["a", "end", "b", None, "end too"], "ints": [1, 2**40, 2, 2**41]}

    data, told = await answered(schema, "{ odds ints }", values)

    assert data == {"odds": ["A", None, "B", None, None], "ints": [1, None, 2, None]}
    assert [path for _, path in told] == [["odds", 1], ["odds", 4], ["ints", 1], ["ints", 3]]
