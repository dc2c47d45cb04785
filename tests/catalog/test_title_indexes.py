"""Indexes of titles come and go with languages."""

from collections.abc import AsyncIterator

import pytest
from asyncpg import UniqueViolationError
from sqlalchemy import text

from app.catalog.title_indexes import MOST_INDEXED, TAKE_TURN, THERE, index_titles, is_title_index
from app.core.app import App
from app.core.db import Db
from app.core.errors import Invalid
from tests import given

# A unique index of what is not unique fails when it is half made.
SPOIL = "CREATE UNIQUE INDEX CONCURRENTLY ix_movies_title_it ON movies.movies (added_at)"
UNTOLD = [f"ALTER TABLE movies.movies {each} TRIGGER tell_titles" for each in ("DISABLE", "ENABLE")]
DEFINED = "SELECT pg_get_indexdef('tv.ix_series_title_pt_br'::regclass)"


@pytest.fixture
async def db(app: App) -> AsyncIterator[Db]:
    """One connection; what it made of indexes is gone after the test."""
    async with app.database.pool.acquire() as connection:
        db = Db(connection)
        yield db
        await index_titles(db, ())


async def indexes(db: Db) -> dict[str, bool]:
    rows = await db.rows(THERE, lists=("movies.movies", "tv.series", "collections.collections"))
    return {row["name"]: row["is_valid"] for row in rows if is_title_index(row["name"].partition(".")[2])}


async def test_each_list_has_an_index_for_each_language_and_for_no_other(db: Db) -> None:
    await index_titles(db, ("it", "pt-br"))
    before = await indexes(db)

    await index_titles(db, ("nl", "pt-br"))

    lists = ("movies.ix_movies", "tv.ix_series", "collections.ix_collections")
    assert before == {f"{each}_title_{tag}": True for each in lists for tag in ("it", "pt_br")}
    assert await indexes(db) == {f"{each}_title_{tag}": True for each in lists for tag in ("nl", "pt_br")}
    assert "sort_keys ->> 'pt-br'" in await db.value(text(DEFINED.replace(":", "\\:")))


async def test_what_somebody_died_over_is_made_anew(app: App, db: Db) -> None:
    for _ in range(2):
        await given.movie(app, added_at=given.moment("2026-01-01T00:00:00Z"))
    with pytest.raises(UniqueViolationError):
        await db.run(text(SPOIL))
    before = await indexes(db)

    await index_titles(db, ("it",))

    assert before == {"movies.ix_movies_title_it": False}
    assert set((await indexes(db)).values()) == {True}


async def test_works_that_are_older_than_the_keys_get_theirs(app: App, db: Db) -> None:
    old, new = [
        await given.movie(app, title, translations={"it": {"title": title}}) for title in ("Il A", "B")
    ]
    await db.run(text(f"{UNTOLD[0]}; UPDATE movies.movies SET sort_keys = NULL; {UNTOLD[1]}"))

    await index_titles(db, ("it",))

    keys = {
        row["id"]: row["sort_keys"] for row in await db.rows(text("SELECT id, sort_keys FROM movies.movies"))
    }
    assert keys == {old: {"it": "il a"}, new: {"it": "b"}}


async def test_one_process_is_at_it_at_a_time(app: App, db: Db) -> None:
    async with app.database.pool.acquire() as other:
        assert await Db(other).value(TAKE_TURN)

        assert not await index_titles(db, ("it",))

        assert await indexes(db) == {}
        await other.execute("SELECT pg_advisory_unlock_all()")

    assert await index_titles(db, ("it",))


async def test_no_more_than_some_languages_are_indexed(db: Db) -> None:
    assert await index_titles(db, ("it", *(f"x{place}" for place in range(MOST_INDEXED))))

    assert len(await indexes(db)) == 3 * MOST_INDEXED


async def test_what_is_no_language_gets_no_index_and_gives_the_turn_back(db: Db) -> None:
    with pytest.raises(Invalid, match="is no language"):
        await index_titles(db, ("de'--",))

    assert await index_titles(db, ("de",))
