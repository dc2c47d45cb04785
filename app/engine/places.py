"""Where in a response a column of values stands; paths are worked out only for those that are asked about."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

from graphql.pyutils import Path


class Place(Protocol):
    """Of a column: for each value its path."""

    def path(self, index: int) -> Path | None:
        """Of the value at that index; None for the root."""
        ...

    def field_path(self, index: int) -> Path | None:
        """Of the field that the value, or the list that holds it, is of."""
        ...


class Root:
    """The operation's root value."""

    def path(self, index: int) -> None:
        return None

    def field_path(self, index: int) -> None:
        return None


class OfField:
    """What a field is for each object of a column."""

    __slots__ = ("_key", "_objects", "_type_name")

    def __init__(self, objects: Place, key: str, type_name: str) -> None:
        self._objects, self._key, self._type_name = objects, key, type_name

    def path(self, index: int) -> Path:
        return Path(self._objects.path(index), self._key, self._type_name)

    def field_path(self, index: int) -> Path:
        return self.path(index)


class OfItem:
    """The items of all lists of a column, one list after the other. lengths: of each list."""

    __slots__ = ("_ends", "_lengths", "_lists")

    def __init__(self, lists: Place, lengths: Sequence[int]) -> None:
        self._lists, self._lengths = lists, lengths
        self._ends: list[int] | None = None

    def _list_of(self, index: int) -> tuple[int, int]:
        if self._ends is None:
            self._ends = list(accumulate(self._lengths))
        place = bisect_right(self._ends, index)
        return place, index - (self._ends[place] - self._lengths[place])

    def path(self, index: int) -> Path:
        place, item = self._list_of(index)
        return Path(self._lists.path(place), item, None)

    def field_path(self, index: int) -> Path | None:
        return self._lists.field_path(self._list_of(index)[0])


class Some:
    """Some values of a column."""

    __slots__ = ("_column", "_indexes")

    def __init__(self, column: Place, indexes: Sequence[int]) -> None:
        self._column, self._indexes = column, indexes

    def path(self, index: int) -> Path | None:
        return self._column.path(self._indexes[index])

    def field_path(self, index: int) -> Path | None:
        return self._column.field_path(self._indexes[index])
