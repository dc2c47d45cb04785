"""What fields say of their price, for what is counted before an operation is executed.

    @priced(items=5)
    @edge(reads.seasons_of_series, description="...")
    def seasons(self, seasons: Sequence[reads.Season]) -> list[Season]: ...

Only what is unusual has to be said: `app.guards` knows what edges, pages, root fields and mutations cost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar, cast

from strawberry.types.field import StrawberryField

PRICED = "priced"
# Items of lists without pages, of which nothing is told.
ITEMS = 10
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Told:
    """What a field says of itself; statements: None for as many as fields of its kind have."""

    items: int = ITEMS
    statements: int | None = None
    statements_each: int = 0
    counted_by: str | None = None


def priced(
    *,
    items: int = ITEMS,
    statements: int | None = None,
    statements_each: int = 0,
    counted_by: str | None = None,
) -> Callable[[F], F]:
    """Declare a field's price; stands above all that makes it a field.

    items: how many its list has, as a rule. statements: for each place that the field has in an operation, or what
    takes as long. statements_each: for every object that has it. counted_by: an argument that lists its items.
    """
    told = Told(items, statements, statements_each, counted_by)

    def declare(field: F) -> F:
        declared = cast("StrawberryField", field)
        declared.metadata = MappingProxyType({**declared.metadata, PRICED: told})
        return field

    return declare
