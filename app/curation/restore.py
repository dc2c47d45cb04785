"""Writing remembered rows back, table by table."""

from dataclasses import dataclass, field
from functools import cache

from app.core.db import Db, Prepared
from app.curation.journalled import BY_NAME, JOURNALLED, Journalled, Row


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done to one table. drop: rows by their keys. put: columns of rows that are there, keys included.

    make: whole rows. clear: files whose rows all go first.
    """

    drop: list[Row] = field(default_factory=list[Row])
    put: list[Row] = field(default_factory=list[Row])
    make: list[Row] = field(default_factory=list[Row])
    clear: list[str] = field(default_factory=list[str])


async def restore(db: Db, work: dict[str, Work]) -> int:
    """Do all of it; answers how many rows could not be made since what they belong to (a file, a library) is gone.

    Rows that nothing hangs on go first, so that what takes their place finds it free; those that something may hang
    on go last, when it hangs elsewhere. At most five statements a table.
    """
    for each in reversed(JOURNALLED):
        if each.name in work and _is_leaf(each):
            await _drop(db, each, work[each.name])
        elif each.name in work and each.parked and work[each.name].drop:
            await db.run(_parking(each), rows=work[each.name].drop)
    lost = 0
    for each in JOURNALLED:
        if (todo := work.get(each.name)) is None:
            continue
        if todo.put:
            await db.run(_putting(each), rows=todo.put)
        if todo.make:
            lost += len(todo.make) - await db.run(_making(each), rows=todo.make)
    for each in reversed(JOURNALLED):
        if each.name in work and not _is_leaf(each):
            await _drop(db, each, work[each.name])
    return lost


async def _drop(db: Db, each: Journalled, todo: Work) -> None:
    if todo.clear:
        await db.run(_clearing(each), file_ids=todo.clear)
    if todo.drop:
        await db.run(_dropping(each), rows=todo.drop)


@cache
def _is_leaf(each: Journalled) -> bool:
    return not any(each.name in other.parents.values() for other in JOURNALLED)


def _statement(sql: str, name: str = "rows") -> Prepared:
    return Prepared(sql, (name,), {})


def _same(each: Journalled, one: str, other: str) -> str:
    return " AND ".join(f'{one}."{name}" = {other}."{name}"' for name in each.key)


def _records(each: Journalled) -> str:
    return f"jsonb_populate_recordset(NULL::{each.name}, $1::jsonb)"


@cache
def _clearing(each: Journalled) -> Prepared:
    return _statement(f"DELETE FROM {each.name} WHERE file_id = ANY($1::uuid[])", "file_ids")  # noqa: S608


@cache
def _dropping(each: Journalled) -> Prepared:
    return _statement(f"DELETE FROM {each.name} t USING {_records(each)} r WHERE {_same(each, 't', 'r')}")  # noqa: S608


@cache
def _parking(each: Journalled) -> Prepared:
    return _statement(
        f"UPDATE {each.name} t SET {each.parked} FROM {_records(each)} r WHERE {_same(each, 't', 'r')}"  # noqa: S608
    )


@cache
def _putting(each: Journalled) -> Prepared:
    """A row's own values, with those of the document laid over them."""
    sets = [f'"{name}" = p."{name}"' for name in each.remembered if name not in (*each.key, "updated_at")]
    sets += ["updated_at = now()"] if "updated_at" in each.table.c else []
    return _statement(
        f"""
        UPDATE {each.name} t SET {", ".join(sets)}
        FROM (
            SELECT p.* FROM jsonb_array_elements($1::jsonb) AS d(doc)
            CROSS JOIN LATERAL jsonb_populate_record(NULL::{each.name}, d.doc) AS r
            JOIN {each.name} x ON {_same(each, "x", "r")}
            CROSS JOIN LATERAL jsonb_populate_record(x, d.doc) AS p
        ) p WHERE {_same(each, "t", "p")}
        """  # noqa: S608
    )


@cache
def _making(each: Journalled) -> Prepared:
    names = ", ".join(f'"{name}"' for name in each.remembered)
    is_found = each.by_file and not each.says_work
    outer = {
        column: parent
        for column, parent in each.parents.items()
        if is_found or parent not in BY_NAME or BY_NAME[parent].is_fixed
    }
    there = [
        f'(r."{column}" IS NULL OR EXISTS (SELECT FROM {parent} p WHERE p.id = r."{column}"))'
        for column, parent in outer.items()
    ]
    where = " AND ".join(there) or "true"
    return _statement(
        f"INSERT INTO {each.name} ({names}) SELECT {names} FROM {_records(each)} r WHERE {where}"  # noqa: S608
    )
