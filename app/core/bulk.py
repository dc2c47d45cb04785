"""Writing many rows in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.orm import DeclarativeBase

from app.core.db import Db, Prepared

_DIALECT = dialect()


async def insert(
    db: Db,
    row_type: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: tuple[str, ...] = (),
    update: tuple[str, ...] = (),
    returning: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
) -> list[Any]:
    """Insert rows that all name the same columns; a row whose `key` exists has its `update` columns renewed.

    One statement however many rows: they travel as one JSON document, without what is None. With a key and nothing to
    update, existing rows stay as they are (and are not returned). columns: all that are written, where rows leave out
    what is None of them. Raises TypeError where a row names other columns than the first, or than these.
    """
    if not rows:
        return []
    known = dict.fromkeys(columns or rows[0]).keys()
    if any(not row.keys() <= known if columns else row.keys() != known for row in rows):
        raise TypeError(f"Rows of {row_type.__name__} name different columns.")
    statement = _insert(row_type, columns or tuple(rows[0]), key, update, returning)
    return list(await db.rows(statement, rows=rows if columns else sparse(rows)))


def sparse(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows for json_to_recordset, which takes what is not named for NULL and a third of the time for what is named."""
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


async def delete(db: Db, row_type: type[DeclarativeBase], column: str, values: Iterable[Any]) -> int:
    """Delete the rows whose column is one of the values."""
    return await db.run(_delete(row_type, column), values=list(values))


@lru_cache(maxsize=512)
def _insert(
    row_type: type[DeclarativeBase],
    columns: tuple[str, ...],
    key: tuple[str, ...],
    update: tuple[str, ...],
    returning: tuple[str, ...],
) -> Prepared:
    table = _table(row_type)
    names = ", ".join(_quote(name) for name in columns)
    shape = ", ".join(f"{_quote(name)} {_type(table, name)}" for name in columns)
    sql = f"INSERT INTO {_name(table)} ({names}) SELECT {names} FROM json_to_recordset($1) AS r({shape})"  # noqa: S608
    if key:
        changes = ", ".join(f"{_quote(name)} = excluded.{_quote(name)}" for name in update)
        sql += f" ON CONFLICT ({', '.join(map(_quote, key))}) DO " + (
            f"UPDATE SET {changes}" if update else "NOTHING"
        )
    if returning:
        sql += " RETURNING " + ", ".join(_quote(name) for name in returning)
    return Prepared(sql, ("rows",), {})


@lru_cache(maxsize=128)
def _delete(row_type: type[DeclarativeBase], column: str) -> Prepared:
    table = _table(row_type)
    sql = f"DELETE FROM {_name(table)} WHERE {_quote(column)} = ANY($1::{_type(table, column)}[])"  # noqa: S608
    return Prepared(sql, ("values",), {})


def _table(row_type: type[DeclarativeBase]) -> Table[Any]:
    return cast("Table[Any]", row_type.__table__)


def _name(table: Table[Any]) -> str:
    return f"{_quote(table.schema or 'public')}.{_quote(table.name)}"


def _type(table: Table[Any], column: str) -> str:
    return table.c[column].type.compile(dialect=_DIALECT)


def _quote(name: str) -> str:
    return f'"{name}"'
