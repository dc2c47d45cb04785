"""The specification's chapter on execution: requests, operations, and the fields that are selected.

https://spec.graphql.org/draft/#sec-Execution. Both executors have to answer as it says.
"""

import json
from typing import Any

import pytest

from graphql import GraphQLResolveInfo, build_schema
from tests.engine.answering import answered

SDL = """
interface Pet { name: String }
interface Loud { volume: Int }
type Cat implements Pet { name: String lives: Int friend: Pet }
type Dog implements Pet & Loud { name: String volume: Int friend: Pet puppies: [Dog] }
union Any = Cat | Dog
type Query { a: String b: String c: String pet: Pet pets: [Pet] any: [Any] dog: Dog echo(value: Int = 7): String }
type Mutation { turn(to: Int): Int }
type Subscription { moved: Dog }
"""
SCHEMA = build_schema(SDL)
CAT: dict[str, Any] = {"__typename": "Cat", "name": "Tom", "lives": 9}
DOG: dict[str, Any] = {"__typename": "Dog", "name": "Rex", "volume": 3}
ROOT: dict[str, Any] = {
    "a": "1",
    "b": "2",
    "c": "3",
    "pet": CAT,
    "pets": [CAT, DOG],
    "any": [DOG, CAT],
    "dog": DOG,
}


async def data_of(text: str, root: Any = ROOT, name: str | None = None, /, **variables: Any) -> Any:
    data, errors = await answered(SCHEMA, text, root, name, **variables)
    assert errors == []
    return data


# Executing requests


@pytest.mark.parametrize("name", ["A", "B"])
async def test_the_operation_that_is_named_is_executed(name: str) -> None:
    found = await data_of("query A { x: __typename a } query B { x: __typename b }", ROOT, name)

    assert found == {"x": "Query", name.lower(): ROOT[name.lower()]}


async def test_an_operation_without_a_name_is_executed_where_it_is_the_only_one() -> None:
    assert await data_of("{ a } fragment Unused on Query { b }") == {"a": "1"}


# Coercing variable values


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        ("$v: Int", {}, "{'value': 7}"),
        ("$v: Int", {"v": None}, "{'value': None}"),
        ("$v: Int", {"v": 1}, "{'value': 1}"),
        ("$v: Int = 5", {}, "{'value': 5}"),
        ("$v: Int = 5", {"v": None}, "{'value': None}"),
        ("$v: Int = null", {}, "{'value': None}"),
        ("$v: Int!", {"v": 3}, "{'value': 3}"),
        ("$v: Int! = 4", {}, "{'value': 4}"),
    ],
)
async def test_a_variable_that_is_left_out_is_another_thing_than_null(
    declared: str, given: dict[str, Any], expected: str
) -> None:
    root = {"echo": lambda _info, **arguments: str(arguments)}

    assert await data_of(f"query ({declared}) {{ echo(value: $v) }}", root, **given) == {"echo": expected}


@pytest.mark.parametrize(
    ("declared", "given", "said"),
    [
        ("$v: Int!", {}, "to be provided"),
        ("$v: Int!", {"v": None}, "not to be None"),
        ("$v: Int", {"v": "x"}, "'x'"),
        ("$v: Int", {"v": 2**31}, "2147483648"),
        ("$v: Dog", {"v": 1}, "'Dog'"),
    ],
)
async def test_nothing_is_executed_where_a_variable_is_wrong(declared: str, given: Any, said: str) -> None:
    ran: list[str] = []
    root = {"a": lambda _info: ran.append("ran")}

    data, errors = await answered(SCHEMA, f"query ({declared}) {{ a echo(value: $v) }}", root, **given)

    assert data is None
    assert [path for _, path in errors] == [None]
    assert said in errors[0][0]
    assert ran == []


# Executing operations


async def test_mutations_see_what_those_before_them_did() -> None:
    state = {"turned": 0}

    def turn(_info: GraphQLResolveInfo, to: int) -> int:
        before, state["turned"] = state["turned"], to
        return before

    async def turn_later(info: GraphQLResolveInfo, to: int) -> int:
        return turn(info, to)

    text = "mutation { x: turn(to: 1) y: turn(to: 2) z: turn(to: 0) }"

    assert await data_of(text, {"turn": turn}) == {"x": 0, "y": 1, "z": 2}
    assert await data_of(text, {"turn": turn_later}) == {"x": 0, "y": 1, "z": 2}


async def test_an_event_of_a_subscription_is_executed_with_the_event_as_its_root() -> None:
    found = await data_of(
        "subscription { moved { name friend { name } } }", {"moved": {**DOG, "friend": CAT}}
    )

    assert found == {"moved": {"name": "Rex", "friend": {"name": "Tom"}}}


# Executing selection sets: the order of fields, and which are collected


async def test_fields_are_answered_in_the_order_of_the_document_with_those_of_fragments_where_these_stand() -> (
    None
):
    text = "{ c ...F b a } fragment F on Query { x: b ... { y: a } c }"

    assert json.dumps(await data_of(text)) == json.dumps({"c": "3", "x": "2", "y": "1", "b": "2", "a": "1"})


async def test_a_field_that_the_type_doesn_t_have_is_left_out() -> None:
    assert await data_of("{ a nothing { at all } }") == {"a": "1"}


@pytest.mark.parametrize(
    ("directives", "is_there"),
    [
        ("@skip(if: true)", False),
        ("@skip(if: false)", True),
        ("@include(if: true)", True),
        ("@include(if: false)", False),
        ("@skip(if: true) @include(if: true)", False),
        ("@skip(if: false) @include(if: true)", True),
        ("@skip(if: true) @include(if: false)", False),
        ("@skip(if: $yes)", False),
        ("@include(if: $yes) @skip(if: $no)", True),
    ],
)
@pytest.mark.parametrize(
    "text", ["a DIRECTIVES", "... DIRECTIVES { a }", "... on Query DIRECTIVES { a }", "...F DIRECTIVES"]
)
async def test_what_is_skipped_or_not_included_is_not_there(
    text: str, directives: str, is_there: bool
) -> None:
    text = text.replace("DIRECTIVES", directives)
    text = f"query ($yes: Boolean! = true, $no: Boolean!) {{ b {text} }} fragment F on Query {{ a }}"

    assert await data_of(text, yes=True, no=False) == ({"b": "2", "a": "1"} if is_there else {"b": "2"})


async def test_a_field_that_is_left_out_once_is_there_where_it_is_mentioned_again() -> None:
    text = "{ pet { name @skip(if: true) } pet @include(if: false) { name } pet { __typename name } }"

    assert await data_of(text) == {"pet": {"__typename": "Cat", "name": "Tom"}}


async def test_where_all_is_left_out_an_object_is_empty() -> None:
    assert await data_of("{ pet { name @skip(if: true) } pets { ... on Dog { name } } }") == {
        "pet": {},
        "pets": [{}, {"name": "Rex"}],
    }


async def test_a_fragment_counts_for_objects_of_its_type_interface_or_union_alone() -> None:
    text = """{ pets {
        ... on Cat { lives } ... on Dog { puppies { name } } ... on Loud { volume } ... on Any { t: __typename }
        ...P ...D ...L ... on Pet { ... on Any { ... on Dog { d: name } } }
    } }
    fragment P on Pet { name } fragment D on Dog { dog: name } fragment L on Loud { loud: volume }"""

    assert await data_of(text) == {
        "pets": [
            {"lives": 9, "t": "Cat", "name": "Tom"},
            {"puppies": None, "volume": 3, "t": "Dog", "name": "Rex", "dog": "Rex", "loud": 3, "d": "Rex"},
        ]
    }


async def test_a_fragment_that_is_spread_twice_is_collected_once() -> None:
    text = "{ ...F b ...F } fragment F on Query { a pet { ...G ...G } } fragment G on Pet { name }"

    assert list((await data_of(text)).items()) == [("a", "1"), ("pet", {"name": "Tom"}), ("b", "2")]


async def test_selections_of_one_response_name_are_merged_at_every_depth() -> None:
    text = """{ dog { friend { name } puppies { name } } ...F dog { friend { __typename } } }
    fragment F on Query { dog { name friend { ... on Cat { lives } } puppies { volume } } }"""
    dog = {**DOG, "friend": CAT, "puppies": [DOG, None]}

    assert await data_of(text, {"dog": dog}) == {
        "dog": {
            "friend": {"name": "Tom", "lives": 9, "__typename": "Cat"},
            "puppies": [{"name": "Rex", "volume": 3}, None],
            "name": "Rex",
        }
    }


async def test_a_field_is_resolved_once_however_often_it_is_mentioned() -> None:
    ran: list[str] = []
    root = {"a": lambda _info: ran.append("ran")}

    await data_of("{ a a ...F } fragment F on Query { a }", root)

    # Once by each executor.
    assert ran == ["ran", "ran"]


async def test_the_schema_is_told_beside_the_data() -> None:
    text = """{ a t: __typename __schema { q: queryType { name } }
        __type(name: "Dog") { kind interfaces { name } fields { name type { name ofType { name } } } }
        no: __type(name: "Nobody") { name } }"""

    found = await data_of(text)

    assert found["t"] == "Query"
    assert found["__schema"] == {"q": {"name": "Query"}}
    assert found["__type"]["interfaces"] == [{"name": "Pet"}, {"name": "Loud"}]
    assert [field["name"] for field in found["__type"]["fields"]] == ["name", "volume", "friend", "puppies"]
    assert found["no"] is None
