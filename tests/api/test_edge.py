"""Edges whose object is removed between two statements."""

import dis

import pytest
import strawberry

from app.access.viewer import marquee
from app.api.context import Context
from app.api.edge import edge, looks_at
from app.core.app import App
from app.core.errors import NotFound


async def nothing_of(db: object, viewer: object, ids: list[str]) -> dict[str, str | None]:
    return dict.fromkeys(ids)


@strawberry.type
class Part:
    key: strawberry.Private[str]

    @edge(nothing_of, description="What can't be missing.")
    def whole(self, name: str) -> str:
        return name.upper()

    @edge(nothing_of, description="What may be missing.")
    def sibling(self, name: str | None) -> str | None:
        return name and name.upper()


@strawberry.type
class Query:
    @strawberry.field
    def part(self) -> Part:
        return Part(key="a")


async def test_what_was_removed_a_moment_ago_is_not_found_and_no_bug(app: App) -> None:
    schema = strawberry.Schema(Query)
    context = Context(app, marquee(), "r")

    result = await schema.execute("{ part { whole } }", context_value=context)

    assert result.errors is not None
    assert isinstance(result.errors[0].original_error, NotFound)


async def test_what_may_be_missing_is_null(app: App) -> None:
    schema = strawberry.Schema(Query)
    context = Context(app, marquee(), "r")

    result = await schema.execute("{ part { sibling } }", context_value=context)

    assert result.errors is None
    assert result.data == {"part": {"sibling": None}}


@pytest.mark.parametrize(
    ("argval", "expected"),
    [("self", True), ("value", False), (("self", "value"), True), (("value", "other"), False), (None, False)],
)
def test_variables_are_found_in_instructions_about_one_and_about_two(argval: object, expected: bool):
    (instruction, *_) = dis.get_instructions(lambda self: self)

    assert looks_at("self", instruction._replace(argval=argval)) is expected
