"""Sealing all that is stored anew, with the newest key, while everything goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table, TextClause, text

from app.core.app import App
from app.core.crypto import PREFIX_BYTES, Keyring, Sealed, belongs_to
from app.core.db import Base, Row
from app.core.errors import Unreadable

BATCH = 200


@dataclass(slots=True)
class Resealed:
    """column: its schema, table and name. unreadable: the keys of rows whose secret could not be opened."""

    column: str
    renewed: int = 0
    unreadable: list[str] = field(default_factory=list[str])


def sealed_columns() -> list[Column[Any]]:
    """Those of all tables whose modules are loaded."""
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    return [column for column in columns if isinstance(column.type, Sealed)]


async def reseal(app: App, column: Column[Any]) -> Resealed:
    """Seal a column's values with the newest key, in batches of a transaction each; those that are so are left alone.

    Safe to break off and to repeat. What can't be read stays as it is.
    """
    done, after = Resealed(f"{column.table.fullname}.{column.name}"), ""
    read, write = _statements(column)
    while True:
        async with app.transaction() as tx:
            rows = await tx.db.rows(read, prefix=app.keyring.prefix, after=after)
            renewed = _renewed(app.keyring, column, rows, done)
            if renewed:
                await tx.db.run(write, keys=list(renewed), sealed=list(renewed.values()))
        done.renewed += len(renewed)
        if len(rows) < BATCH:
            return done
        after = rows[-1]["key"]


def _renewed(keyring: Keyring, column: Column[Any], rows: Sequence[Row], done: Resealed) -> dict[str, bytes]:
    renewed: dict[str, bytes] = {}
    for row in rows:
        whose = belongs_to(column, row["key"])
        try:
            renewed[row["key"]] = keyring.seal(keyring.open(row["sealed"], whose), whose)
        except Unreadable:
            done.unreadable.append(row["key"])
    return renewed


def _statements(column: Column[Any]) -> tuple[TextClause, TextClause]:
    """Made of the names of our own tables alone."""
    table: Table[Any] = column.table
    (key,) = table.primary_key.columns
    names = {
        "table": f"{table.schema}.{table.name}",
        "column": column.name,
        "key": f"CAST({key.name} AS text)",
    }
    read = """
        SELECT {key} AS key, {column} AS sealed FROM {table}
        WHERE substring({column} FROM 1 FOR %d) <> :prefix AND {key} COLLATE "C" > :after
        ORDER BY {key} COLLATE "C" LIMIT %d FOR UPDATE
    """
    write = """
        UPDATE {table} SET {column} = r.sealed
        FROM unnest(CAST(:keys AS text[]), CAST(:sealed AS bytea[])) AS r(key, sealed) WHERE {key} = r.key
    """
    return text((read % (PREFIX_BYTES, BATCH)).format(**names)), text(write.format(**names))
