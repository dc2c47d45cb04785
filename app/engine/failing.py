"""Values that failed, on their way up to the next place that may be null."""

from collections.abc import Sequence
from typing import Any

from app.engine.places import Place
from graphql import FieldNode, GraphQLError, located_error


class Failed:
    """Stands in a column for a value that can't be; the next nullable place above it becomes null."""

    __slots__ = ("error",)

    def __init__(self, error: GraphQLError) -> None:
        self.error = error


class Failures:
    """The errors of an execution. any_failed: whether any value failed so far, which seldom happens."""

    def __init__(self) -> None:
        self.errors: list[GraphQLError] = []
        self.any_failed = False

    def fail(self, error: Exception, nodes: Sequence[FieldNode], place: Place, index: int) -> Failed:
        """A value that failed, with its error told where it belongs."""
        self.any_failed = True
        path = place.path(index)
        return Failed(located_error(error, list(nodes), path.as_list() if path is not None else None))

    def absorb(self, column: list[Any]) -> list[Any]:
        """The column at a place that may be null: what failed is null, and its error counts."""
        if not self.any_failed:
            return column
        return [self._absorbed(value) if type(value) is Failed else value for value in column]

    def _absorbed(self, value: Failed) -> None:
        self.errors.append(value.error)
