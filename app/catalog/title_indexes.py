"""Indexes of titles in the order of languages: made and dropped while lists are read, as languages come and go."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.catalog.title_sorts import title_expression
from app.core.db import Db

LISTS = ("movies.movies", "tv.series", "collections.collections")
FIRST = UUID(int=0)
# Each is written with each work; who lists titles in more languages has those of the others sorted.
MOST_INDEXED = 20
# One process at a time; who comes second has nothing to wait for.
TAKE_TURN = text("SELECT pg_try_advisory_lock(7105045)")
GIVE_TURN = text("SELECT pg_advisory_unlock(7105045)")
# A large table may take longer than the server lets others take.
TAKE_TIME = text("SET statement_timeout = 0")
_TELL = """
    WITH following AS MATERIALIZED (SELECT id FROM {table} WHERE id > :after ORDER BY id LIMIT 500),
    held AS MATERIALIZED (
        SELECT w.id FROM {table} w JOIN following USING (id) WHERE w.sort_keys IS NULL
        ORDER BY w.id FOR NO KEY UPDATE OF w
    ),
    told AS (UPDATE {table} w SET title = w.title FROM held WHERE w.id = held.id)
    SELECT id FROM following ORDER BY id DESC LIMIT 1
"""
# The trigger does it, for whoever writes.
TELL = {table: text(_TELL.format(table=table)) for table in LISTS}
THERE = text(
    """
    SELECT n.nspname || '.' || i.relname AS name, x.indisvalid AS is_valid
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_namespace n ON n.oid = i.relnamespace
    WHERE x.indrelid = ANY(CAST(CAST(:lists AS text[]) AS regclass[]))
    """
)


async def index_titles(db: Db, languages: Sequence[str]) -> bool:
    """Have titles listed from indexes in the order of these languages, and of no others.

    languages: in lower case. db: of a connection of its own, outside of transactions. False where another process is at
    it. Nobody who reads or writes waits meanwhile. Whoever dies leaves an index that is of no use, and is made anew.
    """
    if not await db.value(TAKE_TURN):
        return False
    try:
        await db.run(TAKE_TIME)
        wanted = {_name(table, each): (table, each) for table in LISTS for each in languages[:MOST_INDEXED]}
        found = {row["name"]: row["is_valid"] for row in await db.rows(THERE, lists=LISTS)}
        there = {name: found[name] for name in sorted(found) if is_title_index(name.partition(".")[2])}
        for name, is_valid in there.items():
            if name not in wanted or not is_valid:
                await db.run(text(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"))
        missing = {name: each for name, each in wanted.items() if not there.get(name)}
        for table in {table: None for table, _ in missing.values()}:
            await _tell(db, table)
        for name, (table, language) in missing.items():
            await db.run(text(_create(name, table, language)))
    finally:
        await db.run(GIVE_TURN)
    return True


async def _tell(db: Db, table: str) -> None:
    """Give works their keys that are older than these, a few at a time; before there is any index there may be such."""
    after: UUID | None = FIRST
    while after is not None:
        after = await db.value(TELL[table], after=after)


def is_title_index(name: str) -> bool:
    """Whether an index is one of these, by its own name: migrations know nothing of them."""
    return any(name.startswith(f"ix_{table.partition('.')[2]}_title_") for table in LISTS)


def _name(table: str, language: str) -> str:
    schema, _, plain = table.partition(".")
    return f"{schema}.ix_{plain}_title_{language.replace('-', '_')}"


def _create(name: str, table: str, language: str) -> str:
    plain = name.partition(".")[2]
    return f"CREATE INDEX CONCURRENTLY {plain} ON {table} (({title_expression(language)}), id)"
