"""Parts of lists as rows make them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from app.core import cursors

T = TypeVar("T")


# Neither frozen nor slotted: one is made for each parent of a level, mostly of nothing but its items (see `alone`).
@dataclass
class Slice(Generic[T]):
    """A part of a list; `total` is the length of the whole, where it was asked for."""

    items: list[T] = field(default_factory=list[T])
    keys: Sequence[tuple[Any, ...]] = ()
    sort: str = ""
    has_next: bool = False
    has_previous: bool = False
    total: int | None = None

    def cursor(self, index: int) -> str:
        return cursors.encode(self.sort, self.keys[index])

    @property
    def cursors(self) -> list[str]:
        return [cursors.encode(self.sort, keys) for keys in self.keys]


_new: Any = object.__new__


def alone(items: list[T]) -> Slice[T]:
    """A part of which nothing but its items is known, at a third of what the class's own call costs."""
    found: Slice[T] = _new(Slice)
    found.items = items
    return found
