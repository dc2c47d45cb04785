"""Selecting of rows only what is looked at: the other columns are null, so that each stays in its place."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Label, cast, null

from app.core.records import FOLDED, Record, places

# No type of SQLAlchemy's covers selects of whatever columns.
Statement = Any
# Names of a record's columns; None for all of them.
Columns = frozenset[str] | None
# Sets of columns that are told apart for one statement, since each is another one for PostgreSQL to plan.
MOST_SETS = 32


def few(statement: Statement, columns: Columns) -> Columns:
    """The columns, or more of them where so many other sets were selected of the statement before."""
    if columns is None:
        return None
    known = _selected(statement)
    if columns in known:
        return columns
    if len(known) < MOST_SETS:
        known.add(columns)
        return columns
    return min((each for each in known if each > columns), key=len, default=None)


def projected(statement: Statement, row: type[Record], columns: Columns) -> Statement:
    """The statement with nulls for the record's other columns, but for few more; what it selects beside these stays,
    but for columns of related rows that nobody looks at (app.core.folding).
    """
    return _projected(statement, row, few(statement, columns))


@lru_cache(maxsize=1024)
def _selected(_statement: Statement) -> set[frozenset[str]]:
    """The sets that were selected of it."""
    return set()


@lru_cache(maxsize=1024)
def _projected(statement: Statement, row: type[Record], columns: Columns) -> Statement:
    if columns is None:
        return statement
    selected = list(statement.selected_columns)
    names: list[str | None] = list(places(row))
    names += [_folded_name(column) for column in selected[len(names) :]]
    kept = [
        column if name is None or name in columns else cast(null(), column.type).label(f"without_{name}")
        for name, column in zip(names, selected, strict=True)
    ]
    return statement.with_only_columns(*kept, maintain_column_froms=True)


def _folded_name(column: Any) -> str | None:
    """The name of a related row's column; None for another that follows the record's."""
    name = column.name if isinstance(column, Label) else ""
    return name if FOLDED in name else None


def also(columns: Columns, *names: str) -> Columns:
    """For reads that look at columns of their rows themselves."""
    return None if columns is None else columns.union(names)


def covers(columns: Columns, others: Columns) -> bool:
    return columns is None or (others is not None and columns >= others)


def union(columns: Columns, others: Columns) -> Columns:
    return None if columns is None or others is None else columns | others
