"""How much is planned in all operations together."""

from typing import Protocol
from weakref import WeakSet


class Planned(Protocol):
    """planned: how many fields there are plans of."""

    planned: int

    def forget(self) -> None:
        """Drop all plans."""
        ...


class Room:
    """For the plans of operations that live as long as their documents. most: fields; None for any number.

    planned: how many fields at most there are plans of; those of operations that are gone count until the next count.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most, self.planned = most, 0
        self._operations: WeakSet[Planned] = WeakSet()

    def add(self, operation: Planned) -> None:
        self._operations.add(operation)

    def make(self) -> None:
        """Drop everybody's plans where they are too many: what is asked again is planned again."""
        if self._most is None or self.planned < self._most:
            return
        operations = list(self._operations)
        self.planned = sum(each.planned for each in operations)
        # Half of it, so that not each of the next ones is counted again.
        if self.planned >= self._most // 2:
            for each in operations:
                each.forget()
            self.planned = 0
