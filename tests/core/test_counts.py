"""What is counted is what there is, whoever changed it and however."""

import pytest
from sqlalchemy import text

from app.access.rule import EVERYTHING, NOTHING, Access
from app.access.sight import seen_by
from app.core import counts as module
from app.core.db import prepare
from tests import given
from tests.core.quiet import until

ALL = text("SELECT count(*) FROM movies.movies")
OF_YEAR = text("SELECT count(*) FROM movies.movies WHERE year = :year")
RECENT = text("SELECT count(*) FROM movies.movies WHERE updated_at < now()")


@pytest.fixture
def counts(app):
    return app.database.counts


async def test_what_is_unchanged_is_not_counted_again(app, counts, statements):
    await given.movie(app, title="Alien")

    async def is_held():
        statements.clear()
        before = counts.held
        assert await app.db.count(ALL) == 1
        return counts.held > before

    # Others may commit in between, also this application's own dispatcher.
    await until(is_held)

    assert len(statements) == 1


async def test_each_commit_counts_whoever_makes_it(app, second_app):
    assert await app.db.count(ALL) == 0

    for number, each in enumerate((app, second_app, app), start=1):
        await given.movie(each, title=f"Film {number}")
        assert [await other.db.count(ALL) for other in (app, second_app)] == [number] * 2
    await app.db.run(text("DELETE FROM movies.movies"))

    assert await second_app.db.count(ALL) == 0


async def test_what_is_not_committed_is_not_counted_but_by_who_does_it(app):
    await given.movie(app, title="Alien")
    assert await app.db.count(ALL) == 1

    seen = []

    async def undone():
        async with app.transaction() as tx:
            await tx.db.run(text("DELETE FROM movies.movies"))
            seen.extend([await tx.db.count(ALL), await app.db.count(ALL)])
            raise KeyError

    with pytest.raises(KeyError):
        await undone()
    after = await app.db.count(ALL)

    async with app.transaction() as tx:
        await tx.db.run(text("DELETE FROM movies.movies"))
        before_commit = await app.db.count(ALL)

    assert (seen, after, before_commit, await app.db.count(ALL)) == ([0, 1], 1, 1, 0)


async def test_values_and_viewers_have_counts_of_their_own(app):
    library = await given.library(app)
    await given.movie(app, title="Alien", year=1979, library_id=library)
    await given.movie(app, title="Aliens", year=1986)
    viewers = EVERYTHING, Access(library_ids=(library,)), NOTHING

    for _ in range(2):
        assert [await app.db.count(OF_YEAR, year=year) for year in (1979, 1986, 2000)] == [1, 1, 0]
        assert [await seen_by(app.db, access).count(prepare(ALL)) for access in viewers] == [2, 1, 0]


async def test_what_differs_from_moment_to_moment_is_counted_each_time(app, counts):
    before = counts.counted, counts.held

    assert [await app.db.count(RECENT) for _ in range(2)] == [0, 0]
    assert (counts.counted, counts.held) == before


async def test_what_is_remembered_is_bounded(app, counts, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    counts._known.clear()

    for year in range(2000, 2010):
        assert await app.db.count(OF_YEAR, year=year) == 0

    assert len(counts._known) == 3


async def test_what_was_counted_last_stays_longest(app, counts, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    counts._known.clear()

    for year in (2000, 2001, 2000, 2002):
        # Whatever is committed makes each count a new one.
        await given.movie(app, title=f"Film of {year}")
        await app.db.count(OF_YEAR, year=year)

    assert [arguments for _, arguments in counts._known] == ["[2000]", "[2002]"]


async def test_counts_of_long_arguments_are_not_remembered(app, counts):
    counts._known.clear()
    titled = text("SELECT count(*) FROM movies.movies WHERE title = :title")

    assert await app.db.count(titled, title="x" * module.MOST_ARGUMENT_CHARS) == 0
    assert await app.db.count(titled, title="x") == 0

    assert len(counts._known) == 1


async def test_another_history_is_never_taken_for_the_same(quiet_app):
    """A server that took over, whose transactions happen to have the numbers of those that we know."""
    counts = module.Counts()
    async with quiet_app.database.connections.lent() as connection:
        transaction = connection.transaction(isolation="repeatable_read")
        await transaction.start()
        await connection.execute(
            "CREATE SCHEMA elsewhere; CREATE FUNCTION elsewhere.pg_postmaster_start_time() RETURNS timestamptz"
            " LANGUAGE sql AS 'SELECT CAST(current_setting(''elsewhere.since'') AS timestamptz)';"
            " SET LOCAL search_path = elsewhere, pg_catalog; SET LOCAL elsewhere.since = '2026-01-01'"
        )
        found = [
            await counts.count(connection, "SELECT 1", ()),
            await counts.count(connection, "SELECT 1", ()),
        ]
        held = counts.held
        await connection.execute("SET LOCAL elsewhere.since = '2026-01-02'")
        found.append(await counts.count(connection, "SELECT 1", ()))
        await transaction.rollback()

    assert found == [1, 1, 1]
    assert (held, counts.held, counts.counted) == (1, 1, 2)
