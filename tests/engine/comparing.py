"""Whether two executors answered the same."""

import json
from collections.abc import Sequence
from typing import Any

from graphql import ExecutionResult, GraphQLError

Path = tuple[str | int, ...]


def nulled(data: Any, path: Sequence[str | int]) -> Path:
    """The part of a path at which the response is null."""
    for depth, key in enumerate(path):
        if data is None:
            return tuple(path[:depth])
        data = data[key]
    return tuple(path)


def by_place(result: ExecutionResult) -> dict[Path, set[Any]]:
    found: dict[Path, set[Any]] = {}
    for error in result.errors or ():
        found.setdefault(nulled(result.data, error.path or ()), set()).add(told(error))
    return found


def told(error: GraphQLError) -> Any:
    return (error.message, tuple(error.path or ()), tuple(error.locations or ()))


def assert_same(expected: ExecutionResult, found: ExecutionResult) -> None:
    """The same data in the same order, and errors for the same nulls.

    Of what is null since several things below it failed, each executor may tell another of these errors.
    """
    assert json.dumps(found.data) == json.dumps(expected.data)
    wanted, got = by_place(expected), by_place(found)
    assert got.keys() == wanted.keys()
    for place, errors in wanted.items():
        at_place = {error for error in errors if error[1] == place}
        if at_place == errors:
            assert {error for error in got[place] if error[1] == place} == errors
