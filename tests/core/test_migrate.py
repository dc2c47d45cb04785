import pytest
from alembic.config import Config as Alembic
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from app.catalog.title_indexes import index_titles
from app.core import migrate
from app.core.db import Database, Db
from app.core.migrate import downgrade, upgrade


async def schemas(url: str) -> set[str]:
    database = await Database.open(url, size=1, timeout_s=30)
    try:
        rows = await database.pool.fetch(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)'"
        )
        return {row["nspname"] for row in rows}
    finally:
        await database.close()


def test_the_newest_migration_is_the_one_that_alembic_goes_up_to():
    assert migrate.head() == ScriptDirectory.from_config(Alembic(migrate.ALEMBIC_INI)).get_current_head()


async def test_every_migration_goes_up_and_down_and_up_again(new_database):
    url = await new_database()
    full = await schemas(url)

    await downgrade(url, "base")

    assert await schemas(url) == {"public"}

    await upgrade(url)

    assert await schemas(url) == full
    assert {"movies", "tv", "library", "outbox"} <= full


async def test_addresses_are_compared_by_their_domains_name_in_the_dns(new_database):
    url = await new_database()
    await downgrade(url, "0028")
    database = await Database.open(url, size=1, timeout_s=30)
    add = "INSERT INTO identity.users (id, name, name_key, email, email_key) VALUES (gen_random_uuid(), $1, $1, $2, $2)"
    try:
        addresses = ("ann@bücher.example", "bob@xn--bcher-kva.example", "bob@bücher.example", "eve@a.example")
        for name, email in zip("abcd", addresses, strict=True):
            await database.pool.execute(add, name, email)
        await upgrade(url)
        keys = await database.pool.fetch("SELECT email_key FROM identity.users ORDER BY name")
    finally:
        await database.close()

    named = ["ann@xn--bcher-kva.example", "bob@xn--bcher-kva.example", "bob@bücher.example", "eve@a.example"]
    assert [row["email_key"] for row in keys] == named


async def test_tables_and_migrations_agree(new_database):
    url = await new_database()

    await migrate.check(url)


async def test_an_unknown_revision_is_an_error(new_database):
    url = await new_database()

    with pytest.raises(CommandError, match="nowhere"):
        await upgrade(url, "nowhere")


async def test_the_database_knows_its_revision(app):
    assert await migrate.revision(app.db) == migrate.head()


UNINDEXED = """
SELECT c.conrelid::regclass::text FROM pg_constraint c
WHERE c.contype = 'f' AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
"""


async def test_every_foreign_key_is_indexed(app):
    async with app.database.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM pg_constraint WHERE contype = 'f'") > 30
        assert await connection.fetch(UNINDEXED) == []


async def test_works_that_are_there_are_listed_by_their_titles_in_each_language_and_still_found(new_database):
    url = await new_database()
    await downgrade(url, "0042")
    database = await Database.open(url, size=1, timeout_s=30)
    add = (
        "INSERT INTO movies.movies (id, title, sort_title, slug, match_key, translations) VALUES"
        """ (gen_random_uuid(), 'The Boat', 'Boat', 'boat', 'boat', '{"de": {"title": "Das Boot"}}')"""
    )
    read = "SELECT sort_keys FROM movies.movies WHERE search_text LIKE '%das boot%'"
    try:
        await database.pool.execute(add)
        await upgrade(url)
        async with database.pool.acquire() as connection:
            await index_titles(Db(connection), ("de",))
        assert await database.pool.fetchval(read) == {"de": "boot"}
        await downgrade(url, "0042")
        found = await database.pool.fetchval("SELECT search_text FROM movies.movies")
        assert found == "the boat | das boot"
    finally:
        await database.close()
