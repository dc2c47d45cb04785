"""The specification's chapter on execution: arguments, resolved values, and what these are completed to.

https://spec.graphql.org/draft/#sec-Executing-Fields. Both executors have to answer as it says.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLScalarType, GraphQLSchema, build_schema
from tests.engine.answering import answered

SDL = """
enum Colour { RED BLUE }
scalar Odd
input Size { w: Int! = 1 h: Int tags: [String!] = ["x"] of: Size colour: Colour = RED }
input Pick @oneOf { id: ID name: String }
interface Node { id: ID }
type Leaf implements Node { id: ID other: String }
type Twig implements Node { id: ID }
union Part = Leaf | Twig
type Tree { id: ID }
type Query {
  give(a: Int = 7, b: Int!, list: [Int!], size: Size, pick: Pick, colour: Colour = BLUE, odd: Odd): String
  maybe(a: Int! = 7): String
  int: Int float: Float text: String id: ID yes: Boolean colour: Colour odd: Odd
  ints: [Int] grid: [[Int]] node: Node nodes: [Node] part: Part leaf: Leaf
}
"""


def odd_of(value: Any) -> Any:
    if value == "bad":
        raise ValueError("That is not odd.")
    return f"odd {value}"


def made(**is_type_of: Any) -> GraphQLSchema:
    schema = build_schema(SDL)
    odd, colour = schema.type_map["Odd"], schema.type_map["Colour"]
    assert isinstance(odd, GraphQLScalarType)
    assert isinstance(colour, GraphQLEnumType)
    odd.coerce_input_value, odd.coerce_output_value = (
        odd_of,
        lambda value: None if value == "" else odd_of(value),
    )
    colour.values["RED"].value, colour.values["BLUE"].value = 0xFF0000, 0x0000FF
    for name, told in is_type_of.items():
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        kind.is_type_of = told
    return schema


SCHEMA = made()


# Coercing field arguments


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("b: 1", {"a": 7, "b": 1, "colour": 0x0000FF}),
        ("b: 1, a: null", {"a": None, "b": 1, "colour": 0x0000FF}),
        ("b: 1, a: $none", {"a": 7, "b": 1, "colour": 0x0000FF}),
        ("b: 1, a: $null", {"a": None, "b": 1, "colour": 0x0000FF}),
        ("b: $one, colour: RED", {"a": 7, "b": 1, "colour": 0xFF0000}),
        ("b: 1, a: 2, list: 3, colour: null", {"a": 2, "b": 1, "list": [3], "colour": None}),
        ("b: 1, a: 2, list: [$one, 4], colour: $red", {"a": 2, "b": 1, "list": [1, 4], "colour": 0xFF0000}),
        (
            "b: 1, size: {}",
            {"a": 7, "b": 1, "size": {"w": 1, "tags": ["x"], "colour": 0xFF0000}, "colour": 0x0000FF},
        ),
        (
            "b: 1, size: {w: $none, h: $none, tags: $null, of: {w: $one, colour: BLUE}, colour: null}",
            {
                "a": 7,
                "b": 1,
                "size": {
                    "w": 1,
                    "tags": None,
                    "of": {"w": 1, "tags": ["x"], "colour": 0x0000FF},
                    "colour": None,
                },
                "colour": 0x0000FF,
            },
        ),
        ("b: 1, pick: {name: $name}", {"a": 7, "b": 1, "pick": {"name": "y"}, "colour": 0x0000FF}),
        ("b: 1, odd: 5", {"a": 7, "b": 1, "odd": "odd 5", "colour": 0x0000FF}),
        ("b: 1, odd: $odd", {"a": 7, "b": 1, "odd": "odd z", "colour": 0x0000FF}),
    ],
)
async def test_arguments_are_what_is_given_or_their_defaults(given: str, expected: dict[str, Any]) -> None:
    got: list[Any] = []
    declared = "$none: Int, $null: Int, $one: Int! = 1, $red: Colour = RED, $name: String, $odd: Odd"
    text = f"query ({declared}) {{ give({given}) }}"

    data, errors = await answered(
        SCHEMA, text, {"give": lambda _info, **arguments: got.append(arguments)}, null=None, name="y", odd="z"
    )

    assert (data, errors) == ({"give": None}, [])
    assert got == [expected, expected]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("give(b: $none)", "'$none' provided to type 'Int!'"),
        ("give(b: $null)", "non-null type 'Int!'"),
        ("give", "required type 'Int!'"),
        ("give(b: null)", "non-null type 'Int!'"),
        ("maybe(a: $null)", "non-null type 'Int!'"),
        ('give(b: 1, odd: "bad")', "That is not odd."),
        ('give(b: 1, pick: {id: "1", name: "2"})', "pick"),
    ],
)
async def test_an_argument_that_can_t_be_fails_its_field_alone(field: str, said: str) -> None:
    ran: list[str] = []
    root = {
        "give": lambda *_, **__: ran.append("give"),
        "maybe": lambda *_, **__: ran.append("maybe"),
        "int": 1,
    }
    text = f"query ($none: Int, $null: Int) {{ int x: {field} }}"

    data, errors = await answered(SCHEMA, text, root, null=None)

    assert data == {"int": 1, "x": None}
    assert [path for _, path in errors] == [["x"]]
    assert said in errors[0][0]
    assert ran == []


# Value resolution


@dataclass
class Bare:
    int: Any

    def text(self, _info: Any) -> str:
        return "called"


async def later(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


async def test_values_are_read_by_key_or_attribute_called_and_awaited() -> None:
    text = "{ int text }"
    root = {"int": later(1), "text": lambda _info: "given"}

    assert await answered(SCHEMA, text, Bare(5)) == ({"int": 5, "text": "called"}, [])
    assert await answered(SCHEMA, text, {"int": lambda _info: later(1), "text": root["text"]}) == (
        {"int": 1, "text": "given"},
        [],
    )
    assert await answered(SCHEMA, text, None) == ({"int": None, "text": None}, [])
    root["int"].close()


# Value completion


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("int", 3, 3),
        ("int", True, 1),
        ("int", 3.0, 3),
        ("int", "3", 3),
        ("int", -(2**31), -(2**31)),
        ("float", 3, 3.0),
        ("float", True, 1),
        ("float", "1.5", 1.5),
        ("text", 5, "5"),
        ("text", True, "true"),
        ("text", 1.5, "1.5"),
        ("id", 7, "7"),
        ("id", "x", "x"),
        ("yes", 1, True),
        ("yes", 0.0, False),
        ("colour", 0xFF0000, "RED"),
        ("odd", 5, "odd 5"),
        ("ints", (1, None, 2), [1, None, 2]),
        ("ints", {1: "a"}.keys(), [1]),
        ("ints", [], []),
        ("grid", [[1], None, [], [None, 2]], [[1], None, [], [None, 2]]),
    ],
)
async def test_values_are_coerced_as_their_types_say(field: str, value: Any, expected: Any) -> None:
    data, errors = await answered(SCHEMA, f"{{ {field} }}", {field: value})

    assert errors == []
    assert data == {field: expected}
    assert type(data[field]) is type(expected)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("int", 2**31, "non 32-bit signed integer value: 2147483648"),
        ("int", 1.5, "non-integer value: 1.5"),
        ("int", "x", "'x'"),
        ("int", [1], "[1]"),
        ("float", float("nan"), "non numeric value: nan"),
        ("float", float("inf"), "non numeric value: inf"),
        ("text", ["x"], "['x']"),
        ("id", 1.5, "1.5"),
        ("yes", "true", "'true'"),
        ("colour", "RED", "Enum 'Colour' cannot represent value: 'RED'"),
        ("odd", "bad", "That is not odd."),
        ("odd", "", "to return non-nullable value, returned: None"),
        ("ints", 5, "Expected Iterable, but did not find one for field 'Query.ints'."),
        ("ints", "15", "Expected Iterable, but did not find one for field 'Query.ints'."),
        ("leaf", 5, "Expected value of type 'Leaf' but got: 5."),
    ],
)
async def test_a_value_that_its_type_can_t_be_is_an_error_of_its_field(
    field: str, value: Any, said: str
) -> None:
    selected = " { id }" if field == "leaf" else ""
    schema = made(Leaf=lambda value, _info: isinstance(value, dict))

    data, errors = await answered(schema, f"{{ x: {field}{selected} }}", {field: value})

    assert data == {"x": None}
    assert [path for _, path in errors] == [["x"]]
    assert said in errors[0][0]


async def stream(*values: Any) -> AsyncIterator[Any]:
    for value in values:
        if isinstance(value, Exception):
            raise value
        yield value


async def test_lists_may_come_item_by_item() -> None:
    assert await answered(SCHEMA, "{ ints }", {"ints": lambda _info: stream(1, None, 3)}) == (
        {"ints": [1, None, 3]},
        [],
    )
    assert await answered(SCHEMA, "{ ints }", {"ints": lambda _info: [later(1), 2, later(None)]}) == (
        {"ints": [1, 2, None]},
        [],
    )
    assert await answered(SCHEMA, "{ ints }", {"ints": lambda _info: [1, later(KeyError("x")), "y"]}) == (
        {"ints": [1, None, None]},
        [
            ("'x'", ["ints", 1]),
            ("Int cannot represent non-integer value: 'y'", ["ints", 2]),
        ],
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"__typename": "Twig", "id": 1}, None),
        ({"__typename": "Nobody"}, "resolved to a type 'Nobody' that does not exist"),
        ({"__typename": "Colour"}, "resolved to a non-object type 'Colour'"),
        ({"__typename": "Tree"}, "Runtime Object type 'Tree' is not a possible type for"),
        ({"id": 1}, "must resolve to an Object type at runtime"),
        (5, "must resolve to an Object type at runtime"),
    ],
)
@pytest.mark.parametrize("field", ["node", "part"])
async def test_an_abstract_value_is_of_one_of_the_types_that_it_may_be(
    field: str, value: Any, told: str
) -> None:
    data, errors = await answered(
        SCHEMA, f"{{ {field} {{ __typename ... on Twig {{ id }} }} }}", {field: value}
    )

    assert data == {field: None if told else {"__typename": "Twig", "id": "1"}}
    assert [path for _, path in errors] == ([[field]] if told else [])
    assert told is None or told in errors[0][0]


@pytest.mark.parametrize("is_async", [False, True])
async def test_types_may_tell_which_values_are_theirs(is_async: bool) -> None:
    def told(name: str) -> Any:
        def is_type_of(value: Any, _info: Any) -> Any:
            return later(value["kind"] == name) if is_async else value["kind"] == name

        return is_type_of

    schema = made(Leaf=told("leaf"), Twig=told("twig"))
    values = [{"kind": "twig"}, {"kind": "leaf"}, None]

    data, errors = await answered(
        schema, "{ nodes { __typename } leaf { id } }", {"nodes": values, "leaf": {"kind": "leaf", "id": "1"}}
    )

    assert errors == []
    assert data == {"nodes": [{"__typename": "Twig"}, {"__typename": "Leaf"}, None], "leaf": {"id": "1"}}
