"""Keyset pages, forward, backward and per parent."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.catalog.movies.tables import MovieRow, MovieTermRow
from app.catalog.work_filters import nullable
from app.core import cursors
from app.core.app import App
from app.core.errors import Invalid
from app.core.paging import Listing, Order, Page, Slice, Sort, fetch_page, fetch_pages_by_parent, sorts
from tests import given

TITLES = Listing(select(MovieRow.title), MovieRow.id, str)
OF_TERMS = Listing(
    select(MovieRow.title).join(MovieTermRow, MovieTermRow.movie_id == MovieRow.id),
    MovieRow.id,
    str,
    MovieTermRow.term_id,
)
BY_TITLE = sorts("title", MovieRow.sort_key)
BY_DATE = nullable("release_date", MovieRow.release_date, "'-infinity'::date", "'infinity'::date")
UP, DOWN = BY_TITLE[Order("title")], BY_TITLE[Order("title", descending=True)]


async def titles(app: App, *names: str) -> None:
    for name in names:
        await given.movie(app, name)


async def walk(app: App, sort: Sort, size: int, *, backward: bool = False) -> list[list[str]]:
    """Every page of the list, from the start or from the end."""
    pages: list[list[str]] = []
    page = Page(last=size) if backward else Page(first=size)
    while True:
        found = await fetch_page(app.db, TITLES, sort, page)
        pages.append(found.items)
        if not (found.has_previous if backward else found.has_next):
            return pages
        page = (
            Page(last=size, before=found.cursor(0)) if backward else Page(first=size, after=found.cursor(-1))
        )


@pytest.mark.parametrize(
    ("sort", "backward", "pages"),
    [
        (UP, False, [["a", "a"], ["b", "c"], ["d"]]),
        (DOWN, False, [["d", "c"], ["b", "a"], ["a"]]),
        (UP, True, [["c", "d"], ["a", "b"], ["a"]]),
        (DOWN, True, [["a", "a"], ["c", "b"], ["d"]]),
    ],
)
async def test_pages_join_up_in_either_direction(
    app: App, sort: Sort, backward: bool, pages: list[list[str]]
) -> None:
    await titles(app, "c", "a", "d", "b", "a")

    assert await walk(app, sort, 2, backward=backward) == pages


@pytest.mark.parametrize("descending", [False, True])
async def test_what_has_no_sort_value_comes_last_and_is_paged_too(app: App, descending: bool) -> None:
    await given.movie(app, "old", release_date=date(1920, 1, 1))
    await given.movie(app, "new", release_date=date(2020, 1, 1))
    for _ in range(3):
        await given.movie(app, "undated")

    pages = await walk(app, BY_DATE[Order("release_date", descending)], 1)

    dated = [["new"], ["old"]] if descending else [["old"], ["new"]]
    assert pages == [*dated, ["undated"], ["undated"], ["undated"]]


async def test_the_total_is_counted_only_when_asked_for(app: App, statements: list[str]) -> None:
    await titles(app, "a", "b", "c")
    statements.clear()

    without = await fetch_page(app.db, TITLES, UP, Page(first=1))
    counted = await fetch_page(app.db, TITLES, UP, Page(first=1, with_total=True))

    assert (without.total, counted.total) == (None, 3)
    assert len(statements) == 3


async def test_an_offset_skips(app: App) -> None:
    await titles(app, "a", "b", "c")

    page = await fetch_page(app.db, TITLES, UP, Page(first=1, offset=1))

    assert page.items == ["b"]
    assert (page.has_previous, page.has_next) == (True, True)


async def test_items_between_two_cursors(app: App) -> None:
    await titles(app, "a", "b", "c", "d")
    everything = await fetch_page(app.db, TITLES, UP, Page())

    page = await fetch_page(
        app.db, TITLES, UP, Page(first=5, after=everything.cursor(0), before=everything.cursor(3))
    )

    assert page.items == ["b", "c"]
    assert (page.has_previous, page.has_next) == (True, True)


async def test_every_parent_has_its_own_page_in_one_statement(app: App, statements: list[str]) -> None:
    full, other, empty = [await given.term(app) for _ in range(3)]
    for name in ("c", "a", "b"):
        await given.movie(app, name, genres=(full,))
    await given.movie(app, "d", genres=(other, full))
    statements.clear()

    pages = await fetch_pages_by_parent(app.db, OF_TERMS, [full, other, empty, full], UP, Page(first=2))

    assert {key: page.items for key, page in pages.items()} == {full: ["a", "b"], other: ["d"], empty: []}
    assert [pages[key].has_next for key in (full, other, empty)] == [True, False, False]
    assert len(statements) == 1


async def test_pages_by_parent_go_on_count_and_turn_round(app: App) -> None:
    full, empty = await given.term(app), await given.term(app)
    for name in ("c", "a", "b"):
        await given.movie(app, name, genres=(full,))

    async def ask(page: Page) -> dict[UUID, Slice[str]]:
        return await fetch_pages_by_parent(app.db, OF_TERMS, [full, empty], UP, page)

    first = (await ask(Page(first=2, with_total=True)))[full]
    second = (await ask(Page(first=2, after=first.cursor(-1))))[full]
    last = (await ask(Page(last=2)))[full]
    totals = [page.total for page in (await ask(Page(first=1, with_total=True))).values()]

    assert (first.items, first.total) == (["a", "b"], 3)
    assert (second.items, second.has_previous, second.has_next) == (["c"], True, False)
    assert (last.items, last.has_previous, last.has_next) == (["b", "c"], True, False)
    assert totals == [3, 0]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"first": -1}, "first"),
        ({"last": 101}, "last"),
        ({"first": 1, "last": 1}, "last"),
        ({"offset": -1}, "offset"),
        ({"offset": 1, "last": 1}, "offset"),
        ({"offset": 1, "after": "x"}, "offset"),
    ],
)
def test_impossible_pages_are_refused(arguments: dict[str, int], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Page(**arguments)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "ä",
        "%%%",
        "bm90IGpzb24",
        "A" * 5000,
        cursors.encode("title", ["a"]),
        cursors.encode("title", ["a", "b", "c"]),
        cursors.encode("title", ["a", "not a uuid"]),
        cursors.encode("title", [1, str(UUID(int=0))]),
        cursors.encode("title", ["nul\0", str(UUID(int=0))]),
        cursors.encode("title", [None, None]),
    ],
)
async def test_what_is_no_cursor_is_refused(app: App, cursor: str) -> None:
    with pytest.raises(Invalid, match="`after` is no cursor of this list"):
        await fetch_page(app.db, TITLES, UP, Page(after=cursor))


async def test_a_cursor_of_another_order_is_refused_by_name(app: App) -> None:
    await titles(app, "a", "b")
    cursor = (await fetch_page(app.db, TITLES, UP, Page(first=1))).cursor(0)

    with pytest.raises(Invalid, match=r"another order \(title, not title:desc\)"):
        await fetch_page(app.db, TITLES, DOWN, Page(after=cursor))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (MovieRow.sort_key, "größe \U0001f3ac"),
        (MovieRow.popularity, 0.1 + 0.2),
        (MovieRow.runtime_s, 2147483647),
        (MovieRow.release_date, date.max),
        (MovieRow.release_date, date.min),
        (MovieRow.added_at, datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)),
        (MovieRow.id, UUID(int=7)),
    ],
)
def test_cursors_keep_values_as_they_are(column: object, value: object) -> None:
    cursor = cursors.encode("x", [value])

    assert cursors.decode("after", cursor, "x", [column.type]) == [value]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (MovieRow.popularity, "1"),
        (MovieRow.popularity, True),
        (MovieRow.runtime_s, 2147483648),
        (MovieRow.runtime_s, True),
        (MovieRow.runtime_s, 1.5),
        (MovieRow.release_date, 5),
        (MovieRow.added_at, "2026-11-21T09:30:00"),
    ],
)
def test_cursors_with_values_of_the_wrong_type_are_refused(column: object, value: object) -> None:
    cursor = cursors.encode("x", [value])

    with pytest.raises(Invalid):
        cursors.decode("after", cursor, "x", [column.type])  # type: ignore[attr-defined]


async def test_items_alone_come_without_cursors_and_without_a_row_more(app: App) -> None:
    await titles(app, "a", "b", "c")

    found = await fetch_page(app.db, TITLES, UP, Page(first=2, items_alone=True))
    last = await fetch_page(app.db, TITLES, UP, Page(last=2, items_alone=True))

    assert (found.items, found.cursors, found.has_next) == (["a", "b"], [], False)
    assert last.items == ["b", "c"]
