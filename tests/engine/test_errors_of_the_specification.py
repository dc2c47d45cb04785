"""The specification's chapter on execution: what fails, and what of an answer is null for it.

https://spec.graphql.org/draft/#sec-Handling-Execution-Errors. Both executors have to answer as it says.
"""

from typing import Any

import pytest

from graphql import build_schema
from tests.engine.answering import answered

SCHEMA = build_schema(
    """
    type Box { a: Int b: Int! box: Box must: Box! list: [Box] items: [Box!] sure: [Box]! all: [Box!]! grid: [[Int!]] }
    type Query { int: Int text: String box: Box must: Box! }
    """
)


async def later(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


NULL_B = "Cannot return null for non-nullable field Box.b."


@pytest.mark.parametrize(
    ("selected", "box", "expected", "path"),
    [
        ("a", {"a": ValueError("lost")}, {"a": None}, ["a"]),
        ("a b", {"a": 1, "b": ValueError("lost")}, None, ["b"]),
        ("box { b }", {"box": {"b": ValueError("lost")}}, {"box": None}, ["box", "b"]),
        ("must { b }", {"must": {"b": ValueError("lost")}}, None, ["must", "b"]),
        (
            "box { must { b } }",
            {"box": {"must": {"b": ValueError("lost")}}},
            {"box": None},
            ["box", "must", "b"],
        ),
        (
            "list { b }",
            {"list": [{"b": 1}, {"b": ValueError("lost")}]},
            {"list": [{"b": 1}, None]},
            ["list", 1, "b"],
        ),
        ("items { b }", {"items": [{"b": 1}, {"b": ValueError("lost")}]}, {"items": None}, ["items", 1, "b"]),
        (
            "sure { b }",
            {"sure": [{"b": ValueError("lost")}, {"b": 2}]},
            {"sure": [None, {"b": 2}]},
            ["sure", 0, "b"],
        ),
        ("all { b }", {"all": [{"b": 1}, {"b": ValueError("lost")}]}, None, ["all", 1, "b"]),
        ("sure { a }", {"sure": ValueError("lost")}, None, ["sure"]),
        ("list { a }", {"list": [ValueError("lost"), {"a": 1}]}, {"list": [None, {"a": 1}]}, ["list", 0]),
        ("grid", {"grid": [[1], [2, ValueError("lost")]]}, {"grid": [[1], None]}, ["grid", 1, 1]),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
async def test_what_may_not_be_null_takes_along_what_it_is_of(
    selected: str, box: Any, expected: Any, path: list[str | int], is_async: bool
) -> None:
    def given(value: Any) -> Any:
        """Errors are raised by coroutines, or stand for the values."""
        if isinstance(value, dict):
            return {name: given(each) for name, each in value.items()}
        if isinstance(value, list):
            return [given(each) for each in value]
        return (
            (lambda *_: later(value)) if is_async and isinstance(value, Exception) and not in_list else value
        )

    in_list = "grid" in box or (isinstance(box.get("list"), list) and isinstance(box["list"][0], Exception))

    data, errors = await answered(SCHEMA, f"{{ int x: box {{ {selected} }} }}", {"box": given(box)})

    assert data == {"int": None, "x": expected}
    assert errors == [("lost", ["x", *path])]


async def test_null_where_none_may_be_is_an_error_that_says_so() -> None:
    root = {"box": {"all": [{"b": 1}, None], "b": None}, "must": {}}

    assert await answered(SCHEMA, "{ box { b } must { __typename } }", root) == (
        {"box": None, "must": {"__typename": "Box"}},
        [(NULL_B, ["box", "b"])],
    )
    assert await answered(SCHEMA, "{ box { all { b } } int }", root) == (
        {"box": None, "int": None},
        [("Cannot return null for non-nullable field Box.all.", ["box", "all", 1])],
    )


async def test_of_several_that_may_not_be_null_the_first_is_told() -> None:
    root = {"box": {"all": None, "b": None, "sure": None}}

    assert await answered(SCHEMA, "{ box { b all { a } sure { a } x: b } }", root) == (
        {"box": None},
        [(NULL_B, ["box", "b"])],
    )


async def test_null_at_the_root_is_the_whole_answer() -> None:
    assert await answered(SCHEMA, "{ int must { b } }", {"int": 1, "must": {"b": None}}) == (
        None,
        [(NULL_B, ["must", "b"])],
    )


async def test_each_field_that_failed_is_told_once_and_others_are_answered() -> None:
    def broken(*_: Any) -> Any:
        raise ValueError("lost")

    root = {"int": broken, "text": "there", "box": {"a": broken, "b": 1, "list": [{"a": broken}, {"a": 2}]}}

    data, errors = await answered(
        SCHEMA, "{ int ...F text y: int box { a b list { a } } } fragment F on Query { int }", root
    )

    assert data == {
        "int": None,
        "text": "there",
        "y": None,
        "box": {"a": None, "b": 1, "list": [{"a": None}, {"a": 2}]},
    }
    assert sorted(errors, key=str) == sorted(
        [("lost", path) for path in (["int"], ["y"], ["box", "a"], ["box", "list", 0, "a"])], key=str
    )
