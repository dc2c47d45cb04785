"""Filters: from what a caller wants to hold, to a WHERE clause made once per shape.

A filter is a `Where`: names with the values that a field's test takes, further filters, or a relation's `some` and
`none`. Filters that differ only in values have one shape, one clause and so one statement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    Boolean,
    Integer,
    Text,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from app.core.errors import Invalid
from app.core.paging import Condition, Statement

Clause = ColumnElement[bool]
MOST_VALUES = 100
DEEPEST = 8


class Where(tuple[tuple[str, Any], ...]):
    """A filter as name and value pairs; hashable. All of them must hold."""

    __slots__ = ()


class Binds:
    """Numbers the parameters of a clause in the order in which its values are met."""

    def __init__(self) -> None:
        self._count = 0

    def next(self, type_: Any) -> Any:
        self._count += 1
        return bindparam(f"filter_{self._count - 1}", type_=type_)


Test = Callable[[Any, Binds], Clause]


@dataclass(frozen=True, eq=False, slots=True)
class Fields:
    """What a kind of thing can be filtered by: each name's test, made out of its value's shape."""

    tests: Mapping[str, Test]

    def clause(self, shape: Where, binds: Binds) -> Clause:
        return and_(literal_column("true"), *(self._test(name, value, binds) for name, value in shape))

    def _test(self, name: str, shape: Any, binds: Binds) -> Clause:
        if name == "and":
            return and_(*(self.clause(each, binds) for each in shape))
        if name == "or":
            return or_(*(self.clause(each, binds) for each in shape))
        if name == "not":
            # A NULL is no match, so that its opposite is one.
            return not_(func.coalesce(self.clause(shape, binds), false()))
        return self.tests[name](shape, binds)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A condition and the values of its parameters."""

    condition: Condition | None = None
    values: dict[str, Any] = field(default_factory=dict)


def narrowing(fields: Fields, where: Where | None) -> Narrowing:
    """What a filter means for a listing. Raises Invalid where it is too large."""
    if not where:
        return Narrowing()
    values: list[Any] = []
    shape = _shape(where, values, DEEPEST)
    if len(values) > MOST_VALUES:
        raise Invalid("filter", f"A filter can hold at most {MOST_VALUES} values.")
    return Narrowing(_condition(fields, shape), {f"filter_{n}": value for n, value in enumerate(values)})


def _shape(value: Any, values: list[Any], depth: int) -> Any:
    if not depth:
        raise Invalid("filter", f"A filter can be nested {DEEPEST} deep at most.")
    if isinstance(value, Where):
        return Where((name, _shape(each, values, depth - 1)) for name, each in value)
    items = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else ()
    if items and isinstance(items[0], Where):
        return tuple(_shape(each, values, depth - 1) for each in items)
    values.append(list(items) if isinstance(value, tuple) else value)
    return None


@lru_cache(maxsize=512)
def _condition(fields: Fields, shape: Where) -> Condition:
    return Condition(fields.clause(shape, Binds()))


def _operators(operators: Mapping[str, Test]) -> Test:
    def test(shape: Any, binds: Binds) -> Clause:
        return and_(literal_column("true"), *(operators[name](value, binds) for name, value in shape))

    return test


def comparable(column: Any) -> Test:
    """eq, in, gt, gte, lt, lte and is_null of a column."""
    kind = column.type
    return _operators(
        {
            "eq": lambda _, binds: column == binds.next(kind),
            "in": lambda _, binds: column == any_(binds.next(ARRAY(kind))),
            "gt": lambda _, binds: column > binds.next(kind),
            "gte": lambda _, binds: column >= binds.next(kind),
            "lt": lambda _, binds: column < binds.next(kind),
            "lte": lambda _, binds: column <= binds.next(kind),
            "is_null": lambda _, binds: column.is_(None) == binds.next(Boolean()),
        }
    )


def textual(column: Any, folded: Any | None = None, search: Any | None = None) -> Test:
    """eq, in, contains and starts_with of a text; the last two whatever its case and accents.

    folded: the text as marquee_fold leaves it, where there is a column for it.
    search: a column with a trigram index whose text always holds the folded one.
    """
    plain = func.marquee_fold(column) if folded is None else folded

    def indexed(value: Any, clause: Clause) -> Clause:
        return clause if search is None else and_(search.like(_pattern(value, "%", "%")), clause)

    def equal(binds: Binds) -> Clause:
        value = binds.next(Text())
        return indexed(value, column == value)

    def like(before: str, after: str, binds: Binds) -> Clause:
        value = binds.next(Text())
        return indexed(value, plain.like(_pattern(value, before, after)))

    return _operators(
        {
            "eq": lambda _, binds: equal(binds),
            "in": lambda _, binds: column == any_(binds.next(ARRAY(Text))),
            "is_null": lambda _, binds: column.is_(None) == binds.next(Boolean()),
            "contains": lambda _, binds: like("%", "%", binds),
            "starts_with": lambda _, binds: like("", "%", binds),
        }
    )


def searched(column: Any) -> Test:
    """A text that occurs in a folded column with a trigram index, whatever its case and accents."""
    return lambda _, binds: column.like(_pattern(binds.next(Text()), "%", "%"))


def overlapping(column: Any) -> Test:
    """has_any, has_all and has_none of an array's values."""
    kind = column.type
    return _operators(
        {
            "has_any": lambda _, binds: column.op("&&", is_comparison=True)(binds.next(kind)),
            "has_all": lambda _, binds: column.op("@>", is_comparison=True)(binds.next(kind)),
            "has_none": lambda _, binds: not_(column.op("&&", is_comparison=True)(binds.next(kind))),
        }
    )


def rows_of(table: Any) -> Any:
    """Something to select from `table`, where only being there counts."""
    return select(literal_column("1", Integer())).select_from(table)


def related(rows: Statement, fields: Fields) -> Test:
    """some and none of a relation. rows: selects what is related, correlated to the thing that is filtered."""

    def exists(shape: Where, binds: Binds) -> Clause:
        return rows.where(fields.clause(shape, binds)).exists()

    return _operators({"some": exists, "none": lambda shape, binds: not_(exists(shape, binds))})


def _pattern(value: Any, before: str, after: str) -> Any:
    """A LIKE pattern for the folded value; escaped after folding, which turns other signs into % and _."""
    folded = func.regexp_replace(
        func.marquee_fold(value),
        literal_column(r"'([\\%_])'"),
        literal_column(r"'\\\1'"),
        literal_column("'g'"),
    )
    start = literal_column(f"'{before}'").op("||")(folded) if before else folded
    return start.op("||")(literal_column(f"'{after}'"))
