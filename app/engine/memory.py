"""What plans remember of the arguments that they were asked with: small ones, and of all plans together not many."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol, cast
from weakref import WeakSet

# Of one set of arguments: values, and characters of each text.
MOST_VALUES, LONGEST = 50, 200
MOST_SETS = 1024


class Place(Protocol):
    """Where a plan remembers something."""

    def forget(self) -> None: ...


class Memory:
    """Counts what is remembered, and has all of it forgotten where it is too much."""

    def __init__(self, most: int = MOST_SETS) -> None:
        self._most, self.kept = most, 0
        self._places: WeakSet[Any] = WeakSet()

    def add(self, place: Place) -> None:
        """One more, at that place; called before it is kept."""
        if self.kept >= self._most:
            for each in list(self._places):
                each.forget()
            self.kept = 0
        self.kept += 1
        self._places.add(place)


MEMORY = Memory()
"""Of this process."""


def is_small(arguments: object) -> bool:
    """Whether they are so few and short that they may be remembered."""
    return _left(arguments, MOST_VALUES) >= 0


def _left(value: object, most: int) -> int:
    """How many more values there may be; less than 0 where there are too many, or one is too long."""
    if isinstance(value, str | bytes):
        return most - 1 if len(value) <= LONGEST else -1
    if isinstance(value, Mapping):
        value = list(cast("Mapping[Any, Any]", value).values())
    most -= 1
    if isinstance(value, list | tuple):
        for each in cast("Collection[Any]", value):
            if most < 0:
                break
            most = _left(each, most)
    return most
