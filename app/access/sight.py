"""What a viewer's reads get to see: every table of the catalog without the rows that don't exist for them.

Statements stay as they are written. Where one names a table, the same statement for a restricted viewer reads from
`(SELECT * FROM table t WHERE the table's clause)`, which PostgreSQL plans as if the clause had been in the statement's
own WHERE. There is no read that could forget it.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from app.access.rule import EVERYTHING, Access, Shape
from app.access.visible import REPLACED, RULES, SCHEMAS
from app.core.clock import now
from app.core.db import Base, Db, Prepared

_KEYWORDS = (
    "cross|except|fetch|for|full|group|having|inner|intersect|join|left|limit|natural|offset|on|order|returning|right"
    "|set|tablesample|union|using|where|window"
)
# A table, and either the column of it that is meant or the name that it gets.
_TABLE = re.compile(
    rf"\b({'|'.join(sorted(SCHEMAS))})\.(\w+)\b(?:(\.)(?=[\w*\"])|(?:\s+AS)?\s+(?!(?:{_KEYWORDS})\b)([a-z_]\w*))?",
    re.IGNORECASE,
)
_WRITES = re.compile(r"\b(insert\s+into|delete\s+from|update|merge\s+into|truncate)\b", re.IGNORECASE)
_PARAMETER = re.compile(r":(access_\w+)")


class Sight:
    """The lens of one viewer."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def through(self, prepared: Prepared) -> tuple[Prepared, dict[str, Any]]:
        """Raises TypeError for what is no read, or reads from a table without a rule."""
        access = self._access.at(now())
        seen, names = _through(prepared, access.shape._replace(is_counted=prepared.is_count))
        return seen, {name: access.values[name] for name in names}


def seen_by(db: Db, access: Access) -> Db:
    """The database as it is for someone with this access: as it is, or without what doesn't exist for them."""
    return db if access is EVERYTHING or access == EVERYTHING else db.seen_through(Sight(access))


@lru_cache(maxsize=4096)
def _through(prepared: Prepared, shape: Shape) -> tuple[Prepared, tuple[str, ...]]:
    sql, names = _seen(prepared.sql, len(prepared.names), shape)
    return replace(prepared, sql=sql, names=prepared.names + names), names


def _seen(sql: str, count: int, shape: Shape) -> tuple[str, tuple[str, ...]]:
    """The statement that a shape of access makes of another, and its further parameters after the first `count`."""
    names: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f"${names.setdefault(match[1], count + len(names) + 1)}"

    def table(match: re.Match[str]) -> str:
        schema, name, dot, alias = match.groups()
        rows = _rows(f"{schema}.{name}", shape)
        if rows is None:
            return match[0]
        own = f'"{schema}.{name}"'
        return f"{own}." if dot else f"{_PARAMETER.sub(numbered, rows)} AS {alias or own}"

    seen = _TABLE.sub(table, sql)
    if seen != sql and _WRITES.search(sql):
        raise TypeError(f"Viewers that don't see everything can't write by a statement of reads: {sql[:200]}")
    return seen, tuple(names)


def _rows(table: str, shape: Shape) -> str | None:
    """What a viewer's statements read from instead of a table; None for the table itself."""
    if table not in RULES:
        raise TypeError(f"Nothing says which rows of {table} exist for viewers: see app.access.visible.")
    clause = RULES[table](shape)
    replaced = REPLACED.get(table, {})
    if clause is None and not replaced:
        return None
    columns = [
        f"{replaced[name](shape)} AS {name}" if name in replaced else f"t.{name}"
        for name in (Base.metadata.tables[table].columns.keys() if replaced else ())
    ]
    return f"(SELECT {', '.join(columns) or '*'} FROM {table} t WHERE {clause or 'true'})"  # noqa: S608
