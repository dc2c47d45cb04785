from typing import Any

import pytest

from app.engine.variables import Variables
from graphql import OperationDefinitionNode, build_schema, get_variable_values, parse

SCHEMA = build_schema(
    """
    enum Colour { RED BLUE }
    scalar Anything
    input Wanted @oneOf { id: ID name: String }
    input Film { title: String!, years: [Int!], colour: Colour = RED, next: Film }
    type Query { a(f: Float): Int }
    """
)
DECLARED = [
    ("$v: String", ["text", "", None, 1, True, ["a"]]),
    ("$v: String!", ["text", None]),
    ("$v: ID!", ["text", 1, 1.0, 1.5, True]),
    ("$v: Int", [0, 1, True, 1.0, 1.5, "1", 2**31 - 1, 2**31, -(2**31), None]),
    ("$v: Float", [1.5, 1, True, "1", float("nan"), float("inf"), 2**1100]),
    ("$v: Boolean!", [True, False, 0, None]),
    ("$v: [Int!]", [[1, 2], [], 1, [1, None], None, ["1"], [[1]], "no"]),
    ("$v: [[String]!]!", [[["a", None], []], [None], [["a"], "b"], "a"]),
    ("$v: Colour", ["RED", "GREEN", None, 1]),
    ("$v: Anything", [{"a": [1]}, None, "text"]),
    ("$v: Wanted!", [{"id": "1"}, {"id": "1", "name": "a"}, {}, {"id": None}]),
    ("$v: Film", [{"title": "A"}, {"title": None}, {"title": "A", "years": 1}, {"other": 1}, "text"]),
    ("$v: [Film!]!", [[{"title": "A", "next": {"title": "B"}}], [{}], {"title": "A"}]),
    ("$v: Int = 3", [4, None]),
    ("$v: [Int] = [1, 2]", [[3], None]),
    ('$v: Film = {title: "A"}', [None, {"title": "B"}]),
    ("$v: Nothing", ["text"]),
]


def of(declared: str) -> OperationDefinitionNode:
    (operation,) = parse(f"query ({declared}) {{ a }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


def told(found: Any) -> Any:
    """With the types of values, since 1, 1.0 and true are equal."""
    if isinstance(found, list):
        return [error.message for error in found]
    return {
        name: (value, type(value), found.sources[name].value) for name, value in found.coerced.items()
    }, set(found.sources)


@pytest.mark.parametrize(
    ("declared", "raw"),
    [
        (declared, raw)
        for declared, values in DECLARED
        for raw in ({}, *({"v": value, "other": 1} for value in values))
    ],
)
def test_variables_are_what_graphql_core_makes_of_them(declared: str, raw: dict[str, Any]):
    definitions = of(declared).variable_definitions or ()
    variables = Variables(SCHEMA, definitions, hide_suggestions=False)

    found = variables.coerced(raw)

    assert told(found) == told(get_variable_values(SCHEMA, definitions, raw))


def test_a_default_that_can_be_changed_is_made_for_each_request():
    variables = Variables(SCHEMA, of("$v: [Int] = [1]").variable_definitions or (), hide_suggestions=False)
    first = variables.coerced({})
    assert not isinstance(first, list)

    first.coerced["v"].append(2)
    again = variables.coerced({})

    assert not isinstance(again, list)
    assert again.coerced == {"v": [1]}


def test_values_that_are_nested_too_deeply_are_refused():
    deep: dict[str, Any] = {"title": "A"}
    for _ in range(100_000):
        deep = {"title": "A", "next": deep}
    variables = Variables(SCHEMA, of("$v: Film").variable_definitions or (), hide_suggestions=False)

    found = variables.coerced({"v": deep})

    assert isinstance(found, list)
    assert found[0].message == "Variable values are nested too deeply."
    # Python gives up on freeing what is nested so deeply in one go.
    while deep:
        deep = deep.pop("next", {})


def test_only_so_many_errors_are_told_as_graphql_core_does():
    variables = Variables(SCHEMA, of("$v: Film").variable_definitions or (), hide_suggestions=False)

    errors = variables.coerced({"v": {f"unknown{number}": 1 for number in range(200)}})

    assert isinstance(errors, list)
    assert len(errors) == 51
    assert errors[-1].message.startswith("Too many errors processing variables")
