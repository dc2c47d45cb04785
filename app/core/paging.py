"""Keyset pages of a list, and of every parent's list at once, in one statement each.

A listing is what is paged; a sort says by what; a page says which part; a condition narrows it. The statement of
each combination of these is compiled once; values travel as parameters.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from app.core import cursors
from app.core.db import Db, Prepared, prepare
from app.core.folding import Fold, joined, relations
from app.core.projection import Columns, few, projected
from app.core.records import Record
from app.core.slices import MOST, Page, Slice, alone

T = TypeVar("T")
R = TypeVar("R", bound=Record)
# No type of SQLAlchemy's covers columns and mapped attributes, or selects of whatever columns.
Column = Any
Statement = Any


class Order(NamedTuple):
    """By what a caller wants a list sorted; hashable, so that it may be part of a loader's key."""

    name: str
    descending: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Sort:
    """An order with an index behind it. keys: expressions that are never NULL; the item's id breaks ties.

    language: in whose order texts stand, where there are several.
    """

    order: Order
    keys: tuple[Column, ...]
    language: str = ""

    @property
    def name(self) -> str:
        """What its cursors say they belong to: `title`, `title@de:desc`."""
        name = f"{self.order.name}@{self.language}" if self.language else self.order.name
        return f"{name}:desc" if self.order.descending else name


def sorts(name: str, key: Column, descending: Column | None = None) -> dict[Order, Sort]:
    """Both directions of a sort; `descending` where that has an expression of its own."""
    up, down = Order(name), Order(name, descending=True)
    return {up: Sort(up, (key,)), down: Sort(down, (key if descending is None else descending,))}


@dataclass(frozen=True, eq=False, slots=True)
class Condition:
    """A filter's WHERE clause; equal filters share one object, and with it its statements."""

    clause: ColumnElement[bool]


class Part(NamedTuple):
    """One of the statements of which a listing is the union. keys, id: in it, what the sort and the listing name."""

    statement: Statement
    keys: tuple[Column, ...]
    id: Column


@dataclass(frozen=True, eq=False, slots=True)
class Listing(Generic[T]):
    """What can be paged.

    statement: selects the columns of an item in the order in which `row` names or takes them; no order, no limit.
    row: a class of records, or what makes an item of the columns.
    parent: the column by which the items of each parent are told apart in `pages_by_parent`.
    parts: of a union with one sort. Each gives no more than the page needs, from its own index: whatever its
    conditions, PostgreSQL has no need to sort it as a whole.
    folds: what can be read along with each item where columns of it are asked for, by the name of the relation.
    """

    statement: Statement
    id: Column
    row: type[T] | Callable[..., T]
    parent: Column | None = None
    parts: tuple[Part, ...] = ()
    folds: Mapping[str, Fold] = field(default_factory=dict[str, Fold])


async def fetch_page(
    db: Db,
    listing: Listing[T],
    sort: Sort,
    page: Page,
    condition: Condition | None = None,
    columns: Columns = None,
    **params: Any,
) -> Slice[T]:
    """One page; one statement, and one more for the total. Raises Invalid for a cursor of another sort.

    columns: of records, those that have to be there.
    """
    whole, columns = _whole(listing, columns)
    prepared = _page_statement(whole, sort, condition, _Shape.of(page), columns, by_parent=False)
    rows = await _rows(db, listing, prepared, _bounds(listing, sort, page) | _known(prepared, params))
    total = None
    if page.with_total:
        counting = _count_statement(listing, condition)
        total = await db.count(counting, **_known(counting, params))
    return _slicer(whole, sort, page)(list(rows), total)


async def fetch_pages_by_parent(
    db: Db,
    listing: Listing[T],
    parents: Sequence[UUID],
    sort: Sort,
    page: Page,
    condition: Condition | None = None,
    columns: Columns = None,
    **params: Any,
) -> dict[UUID, Slice[T]]:
    """The page of every parent; one statement whatever their number, and one more for the totals."""
    wanted = list(dict.fromkeys(parents))
    whole, columns = _whole(listing, columns)
    prepared = _page_statement(whole, sort, condition, _Shape.of(page), columns, by_parent=True)
    values = {"parents": wanted, **_bounds(listing, sort, page), **_known(prepared, params)}
    # Parents are counted from 1.
    rows: list[list[Any]] = [[] for _ in range(len(wanted) + 1)]
    for row in await _rows(db, listing, prepared, values):
        rows[row[-1]].append(row)
    del rows[0]
    if page.items_alone and not page.with_total:
        items_of = _itemizer(whole, page)
        return dict(zip(wanted, map(alone, rows if items_of is None else map(items_of, rows)), strict=True))
    totals: dict[UUID, int | None] = dict.fromkeys(wanted)
    if page.with_total:
        counting = _counts_statement(listing, condition)
        counted = await db.rows(counting, parents=wanted, **_known(counting, params))
        totals.update((parent, total) for parent, total in counted)
    slice_of = _slicer(whole, sort, page)
    return {parent: slice_of(own, totals[parent]) for parent, own in zip(wanted, rows, strict=True)}


async def fetch_lists_by_parent(
    db: Db, listing: Listing[R], parents: Sequence[UUID], sort: Sort, columns: Columns = None, **params: Any
) -> dict[UUID, list[R]]:
    """The first items of every parent, by one join: for lists of records that are short, since all of each is read."""
    wanted = list(dict.fromkeys(parents))
    prepared = _list_statement(listing, sort, few(listing.statement, columns))
    rows: list[list[Any]] = [[] for _ in range(len(wanted) + 1)]
    for row in await _rows(db, listing, prepared, {"parents": wanted, **_known(prepared, params)}):
        rows[row[-1]].append(row)
    return {parent: own[:MOST] for parent, own in zip(wanted, rows[1:], strict=True)}


def _whole(listing: Listing[T], columns: Columns) -> tuple[Listing[T], Columns]:
    """The list with the related rows whose columns are wanted, and which columns are read of all.

    Where all columns are read, since so many others were before, nobody's related rows are: those can be long.
    """
    whole = _with(listing, relations(columns))
    chosen = few(whole.statement, columns)
    return (listing, None) if chosen is None else (whole, chosen)


@lru_cache(maxsize=256)
def _list_statement(listing: Listing[Any], sort: Sort, columns: Columns) -> Prepared:
    parent, place = _parents()
    narrowed = _narrowed(listing, None, columns).add_columns(place)
    return prepare(
        narrowed.join(parent.table, _parent_of(listing) == parent).order_by(*sort.keys, listing.id)
    )


class _Shape(NamedTuple):
    """What of a page changes its statement."""

    is_backward: bool
    has_after: bool
    has_before: bool
    has_offset: bool
    has_keys: bool

    @classmethod
    def of(cls, page: Page) -> "_Shape":
        after, before = page.after is not None, page.before is not None
        return cls(page.is_backward, after, before, bool(page.offset), not page.items_alone)


def _known(statement: Prepared, params: dict[str, Any]) -> dict[str, Any]:
    # Columns that are left out take their parameters along.
    return {name: value for name, value in params.items() if name in statement.names}


@lru_cache(maxsize=256)
def _with(listing: Listing[T], names: frozenset[str]) -> Listing[T]:
    """The listing that reads related rows along; its totals count the same rows."""
    if not names:
        return listing
    return replace(listing, statement=joined(listing.statement, listing.folds, names))


@lru_cache(maxsize=256)
def _width(statement: Statement) -> int:
    """How many columns are an item's."""
    return len(statement.selected_columns)


def _bounds(listing: Listing[Any], sort: Sort, page: Page) -> dict[str, Any]:
    # One row more than the page says whether there is another page.
    values: dict[str, Any] = {"page_limit": page.size if page.items_alone else page.size + 1}
    if page.offset:
        values["page_offset"] = page.offset
    for name, cursor in (("after", page.after), ("before", page.before)):
        if cursor is not None:
            types = [expression.type for expression in (*sort.keys, listing.id)]
            keys = cursors.decode(name, cursor, sort.name, types)
            values |= {f"{name}_{place}": key for place, key in enumerate(keys)}
    return values


@lru_cache(maxsize=1024)
def _page_statement(
    listing: Listing[Any],
    sort: Sort,
    condition: Condition | None,
    shape: _Shape,
    columns: Columns,
    *,
    by_parent: bool,
) -> Prepared:
    if by_parent:
        return prepare(_for_each_parent(listing, condition, sort, shape, columns))
    parts = listing.parts if condition is None else ()
    whole = Part(_narrowed(listing, condition, columns), sort.keys, listing.id)
    return prepare(_paged(parts or (whole,), sort, shape))


def _paged(parts: Sequence[Part], sort: Sort, shape: _Shape) -> Statement:
    """The page of all parts together, none of which gives more than a page may need.

    That many rows is a number that PostgreSQL knows: of a parameter it takes a tenth of everything to be wanted, so
    that its plans for whatever values there are would sort long lists instead of reading the first rows of an index.
    """
    limit = bindparam("page_limit", type_=BigInteger)
    offset = bindparam("page_offset", type_=BigInteger) if shape.has_offset else None
    most = literal_column(str(MOST + 1), BigInteger()) if offset is None else limit + offset
    pages = [_ordered(part, sort, shape).limit(most) for part in parts]
    found = (union_all(*pages) if len(pages) > 1 else pages[0]).subquery("found")
    columns = list(found.c)
    width = len(columns) - len(sort.keys) - 1
    shown, keys = columns if shape.has_keys else columns[:width], columns[width:]
    return _sorted(select(*shown), keys, sort, shape).limit(limit).offset(offset)


def _ordered(part: Part, sort: Sort, shape: _Shape) -> Statement:
    """What is between the cursors, in order, with the values of its own cursors."""
    keys = [*part.keys, part.id]
    down = sort.order.descending
    statement = part.statement.add_columns(
        *(key.label(f"page_key_{place}") for place, key in enumerate(keys))
    )
    if shape.has_after:
        after = _cursor_values("after", keys)
        statement = statement.where(tuple_(*keys) < after if down else tuple_(*keys) > after)
    if shape.has_before:
        before = _cursor_values("before", keys)
        statement = statement.where(tuple_(*keys) > before if down else tuple_(*keys) < before)
    return _sorted(statement, keys, sort, shape)


def _sorted(statement: Statement, keys: Sequence[Column], sort: Sort, shape: _Shape) -> Statement:
    backward = sort.order.descending is not shape.is_backward
    return statement.order_by(*(key.desc() if backward else key.asc() for key in keys))


def _cursor_values(name: str, keys: Sequence[Column]) -> Any:
    return tuple_(*(bindparam(f"{name}_{place}", type_=key.type) for place, key in enumerate(keys)))


def _narrowed(listing: Listing[Any], condition: Condition | None, columns: Columns = None) -> Statement:
    kind = _record(listing)
    statement = listing.statement if kind is None else projected(listing.statement, kind, columns)
    return statement if condition is None else statement.where(condition.clause)


def _for_each_parent(
    listing: Listing[Any], condition: Condition | None, sort: Sort, shape: _Shape, columns: Columns
) -> Statement:
    """Run the statement once per parent inside the database.

    The rows of a parent keep their order: what refers to its outer side laterally can only be joined by a loop.
    """
    parent, place = _parents()
    of_parent = (
        _narrowed(listing, condition, columns).where(_parent_of(listing) == parent).correlate(parent.table)
    )
    page = _paged((Part(of_parent, sort.keys, listing.id),), sort, shape).lateral("page")
    return select(*page.c, place).select_from(parent.table.join(page, true()))


def _parents() -> tuple[Column, Column]:
    """Their ids and their numbers, from 1: telling rows apart by a number costs less than by an id."""
    ids = bindparam("parents", type_=ARRAY(Uuid()))
    table = func.unnest(ids).table_valued("id", with_ordinality="place", name="parents").render_derived()
    return table.c.id, table.c.place


def _parent_of(listing: Listing[Any]) -> Column:
    if listing.parent is None:
        raise TypeError("A listing without a parent can't be paged by parent.")
    return listing.parent


@lru_cache(maxsize=512)
def _count_statement(listing: Listing[Any], condition: Condition | None) -> Prepared:
    return replace(prepare(_counted(_narrowed(listing, condition))), is_count=True)


@lru_cache(maxsize=512)
def _counts_statement(listing: Listing[Any], condition: Condition | None) -> Prepared:
    parent, _ = _parents()
    count = _counted(_narrowed(listing, condition)).where(_parent_of(listing) == parent)
    return prepare(select(parent, count.scalar_subquery()).select_from(parent.table))


def _counted(statement: Statement) -> Statement:
    return statement.with_only_columns(func.count(), maintain_column_froms=True)


async def _rows(db: Db, listing: Listing[Any], prepared: Prepared, values: dict[str, Any]) -> Sequence[Any]:
    kind = _record(listing)
    return await (db.rows(prepared, **values) if kind is None else db.records(kind, prepared, **values))


def _record(listing: Listing[Any]) -> type[Record] | None:
    row = listing.row
    return row if isinstance(row, type) and issubclass(row, Record) else None


def _itemizer(listing: Listing[Any], page: Page) -> Callable[[list[Any]], list[Any]] | None:
    """Makes items of the rows of a whole page; None where the rows are these."""
    make, back = None if _record(listing) else listing.row, page.is_backward
    if make is None:
        return (lambda rows: rows[::-1]) if back else None
    width = _width(listing.statement)
    return lambda rows: [make(*row[:width]) for row in (rows[::-1] if back else rows)]


def _slicer(listing: Listing[T], sort: Sort, page: Page) -> Callable[[list[Any], int | None], Slice[T]]:
    """Makes slices of the rows of one parent after the other."""
    width = _width(listing.statement)
    return partial(_slice, page, sort.name, _itemizer(listing, page), width, width + len(sort.keys) + 1)


def _slice(
    page: Page,
    sort: str,
    items_of: Callable[[list[Any]], list[Any]] | None,
    width: int,
    end: int,
    rows: list[Any],
    total: int | None,
) -> Slice[Any]:
    has_more = len(rows) > page.size
    shown = rows[: page.size] if has_more else rows
    items = shown if items_of is None else items_of(shown)
    if page.items_alone:
        return Slice(items, (), sort, total=total)
    comes_after, comes_before = page.after is not None or bool(page.offset), page.before is not None
    return Slice(
        items,
        cursors.Keys(shown[::-1] if page.is_backward else shown, width, end),
        sort,
        comes_before if page.is_backward else has_more or comes_before,
        has_more or comes_after if page.is_backward else comes_after,
        total,
    )
