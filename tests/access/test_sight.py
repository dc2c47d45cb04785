"""What statements become for those who don't see everything."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.access.rule import EVERYTHING, NOTHING, Access, Kind
from app.access.sight import seen_by
from app.access.visible import RULES, SCHEMAS
from app.catalog.movies.tables import MovieRow
from app.core.app import App
from app.core.db import prepare
from app.core.ids import new_id
from app.tables import metadata
from tests import given

SHAPES = [
    NOTHING,
    Access(library_ids=(new_id(),)),
    Access(max_age=12),
    Access(max_age=12, shows_unrated=False),
    Access(blocked_terms=(new_id(),)),
    Access(allowed_terms=((new_id(),), (new_id(), new_id()))),
    Access(kinds=frozenset({Kind.MOVIE})),
    Access(kinds=frozenset({Kind.TV}), library_ids=(new_id(),), max_age=6, blocked_terms=(new_id(),)),
    Access(kinds=frozenset()),
]


def test_every_table_of_the_catalog_has_a_rule() -> None:
    tables = {f"{table.schema}.{table.name}" for table in metadata.tables.values() if table.schema in SCHEMAS}

    assert tables == RULES.keys()


def test_every_schema_is_the_catalog_s_or_tells_of_no_work() -> None:
    schemas = {table.schema for table in metadata.tables.values()}

    assert (
        schemas
        == SCHEMAS | {"identity", "access", "activity", "outbox", "settings", "mail", "http"} & schemas
    )


@pytest.mark.parametrize("access", SHAPES)
async def test_every_table_can_be_read_by_everyone(app: App, access: Access) -> None:
    db = seen_by(app.db, access)

    for table in RULES:
        assert await db.rows(text(f"SELECT t.* FROM {table} t")) == []
        counting = replace(prepare(text(f"SELECT count(*) FROM {table} t")), is_count=True)
        assert await db.value(counting) == 0


async def test_a_count_is_that_of_what_is_listed(app: App) -> None:
    seen, hidden = [await given.person(app) for _ in range(2)]
    for person, age in ((seen, "6"), (hidden, "18")):
        movie = await given.movie(app, certifications={"DE": age})
        await given.movie_credit(app, movie, person)
    db = seen_by(app.db, Access(max_age=12))
    counting = replace(prepare(text("SELECT count(*) FROM people.people")), is_count=True)

    assert [row[0] for row in await db.rows(text("SELECT id FROM people.people"))] == [seen]
    assert await db.value(counting) == 1


async def test_those_who_see_everything_get_the_statement_as_it_is(app: App, statements: list[str]) -> None:
    statement = select(MovieRow.id)
    await app.db.rows(statement)
    await seen_by(app.db, EVERYTHING).rows(statement)

    assert statements[0] == statements[1]


async def test_viewers_of_one_shape_share_a_statement(app: App, statements: list[str]) -> None:
    statement = select(MovieRow.id)
    for age in (6, 12):
        await seen_by(app.db, Access(max_age=age)).rows(statement)

    assert len(set(statements)) == 1


async def test_columns_names_and_text_are_all_read_from_what_is_visible(app: App) -> None:
    await given.movie(app, "Hidden", certifications={"DE": "18"})
    shown = await given.movie(app, "Shown", certifications={"DE": "6"})
    db, other = seen_by(app.db, Access(max_age=12)), MovieRow.__table__.alias("other")
    asked = [
        select(MovieRow.id).where(MovieRow.title.is_not(None)),
        select(other.c.id).where(other.c.title.is_not(None)),
        select(MovieRow.id).where(select(other.c.id).where(other.c.id == MovieRow.id).exists()),
        text("SELECT id FROM movies.movies WHERE title IS NOT NULL"),
        text("SELECT m.id FROM movies.movies m WHERE m.title IS NOT NULL"),
        text("SELECT m.id FROM movies.movies AS m"),
        text("WITH m AS (SELECT * FROM movies.movies) SELECT id FROM m"),
    ]

    for statement in asked:
        assert [row[0] for row in await db.rows(statement)] == [shown], statement


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE movies.movies SET title = ''",
        "DELETE FROM movies.movies",
        "INSERT INTO movies.movies (id) VALUES (NULL)",
        "SELECT * FROM movies.movies m FOR UPDATE",
    ],
)
async def test_nothing_is_written_through_it(app: App, statement: str) -> None:
    with pytest.raises(TypeError, match="can't write"):
        await seen_by(app.db, Access(max_age=12)).run(text(statement))


async def test_a_table_of_which_nothing_is_said_is_not_read(app: App) -> None:
    with pytest.raises(TypeError, match="Nothing says"):
        await seen_by(app.db, Access(max_age=12)).rows(text("SELECT * FROM movies.secrets"))
