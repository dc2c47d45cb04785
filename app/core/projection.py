"""Selecting of rows only what is looked at: the other columns are null, so that each stays in its place."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Label, Text, cast, func, literal_column, null

from app.core.records import FOLDED, Record, places

# No type of SQLAlchemy's covers selects of whatever columns.
Statement = Any
# Names of a record's columns; None for all of them. `id as Movie` is the column as it is given out (see `given_out`).
Columns = frozenset[str] | None
# Sets of columns that are told apart for one statement, since each is another one for PostgreSQL to plan.
MOST_SETS = 32
# In no name of a column.
AS = " as "
_UTF8, _BASE64 = literal_column("'UTF8'", Text()), literal_column("'base64'", Text())


def few(statement: Statement, columns: Columns) -> Columns:
    """The columns, or more of them where so many other sets were selected of the statement before."""
    if columns is None:
        return None
    columns, known = _settled(columns), _selected(statement)
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
    given = dict(each.split(AS) for each in columns if AS in each)
    kept = [
        column
        if name is None or name in columns
        else _written(column, given[name]).label(name)
        if name in given
        else cast(null(), column.type).label(f"without_{name}")
        for name, column in zip(names, selected, strict=True)
    ]
    return statement.with_only_columns(*kept, maintain_column_froms=True)


def given_out(column: str, type_name: str) -> str:
    """A column of ids as texts that say of which type they are, in base64: nobody but PostgreSQL has to write them.

    It stands where the ids would; where these are asked for as well, it is them that are read.
    """
    return f"{column}{AS}{type_name}"


def _written(column: Any, type_name: str) -> Any:
    text = literal_column(f"'{type_name}:'", Text()).concat(cast(column, Text()))
    return func.encode(func.convert_to(text, _UTF8), _BASE64, type_=Text())


@lru_cache(maxsize=1024)
def _settled(columns: frozenset[str]) -> frozenset[str]:
    """One of each: the column itself where it is asked for as more than one thing."""
    plain = {each for each in columns if AS not in each}
    given: dict[str, str] = {}
    for each in sorted(columns - plain):
        name = each.partition(AS)[0]
        if given.setdefault(name, each) != each:
            plain.add(name)
    return frozenset(plain.union(each for name, each in given.items() if name not in plain))


def _folded_name(column: Any) -> str | None:
    """The name of a related row's column; None for another that follows the record's."""
    name = column.name if isinstance(column, Label) else ""
    return name if FOLDED in name else None


def also(columns: Columns, *names: str) -> Columns:
    """For reads that look at columns of their rows themselves."""
    return None if columns is None else columns.union(names)


def covers(columns: Columns, others: Columns) -> bool:
    if columns is None or others is None:
        return columns is None
    return columns >= others or all(each in columns or each.partition(AS)[0] in columns for each in others)


def union(columns: Columns, others: Columns) -> Columns:
    return None if columns is None or others is None else columns | others
