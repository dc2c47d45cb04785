"""Connections (the Relay cursor connections specification, with totals and offsets beside it)."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from app.api.prices import priced
from app.core.slices import DEFAULT, MOST, Slice

T = TypeVar("T")
Row = TypeVar("Row")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows this page.")
    has_previous_page: bool = strawberry.field(description="Whether something precedes this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the page's first item.")
    end_cursor: str | None = strawberry.field(description="Cursor of the page's last item.")


@strawberry.type(description="An item of a list, and its place there.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="The item's place, for `after` and `before`.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    page: strawberry.Private[Slice[Any]]
    nodes: list[T] = strawberry.field(description="The page's items.")

    @strawberry.field(description="The page's items with their cursors.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor=self.page.cursor(place), node=node) for place, node in enumerate(self.nodes)]

    @strawberry.field(description="Where the page stands in its list.")
    def page_info(self) -> PageInfo:
        page = self.page
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursor(0) if self.nodes else None,
            end_cursor=page.cursor(-1) if self.nodes else None,
        )

    @priced(statements_each=1)
    @strawberry.field(description="Length of the whole list. Counted only when it is asked for.")
    def total_count(self) -> int:
        if self.page.total is None:
            raise RuntimeError("totalCount was selected and not counted.")
        return self.page.total


def connect(page: Slice[Row], of: Callable[[Row], T]) -> Connection[T]:
    """The connection of a page's rows, each made a node by `of`."""
    return Connection(page=page, nodes=[of(row) for row in page.items])


First = Annotated[
    int | None,
    strawberry.argument(description=f"How many items from the start, 1 to {MOST}; {DEFAULT} unless told."),
]
After = Annotated[str | None, strawberry.argument(description="Only items after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description=f"How many items from the end, 1 to {MOST}.")]
Before = Annotated[str | None, strawberry.argument(description="Only items before this cursor.")]
Offset = Annotated[
    int | None,
    strawberry.argument(description="How many items to skip, for numbered pages; without cursors."),
]

PAGE_ARGUMENTS: dict[str, Any] = {
    "first": First,
    "after": After,
    "last": Last,
    "before": Before,
    "offset": Offset,
}
