"""Both servers together, on real data directories."""

import asyncpg
import pytest
from arq.connections import RedisSettings, create_pool
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.embedded.servers import Urls, embedded, running_urls


async def test_second_start_finds_what_the_first_one_stored(tmp_path):
    async with embedded(tmp_path / "data") as urls:
        await query(urls, "CREATE TABLE film (title text)")
        await query(urls, "INSERT INTO film VALUES ('Alien')")
        async with Redis.from_url(urls.redis_url) as redis:
            await redis.set("film", "Alien")

    async with embedded(tmp_path / "data") as urls:
        stored = await query(urls, "SELECT title FROM film")
        async with Redis.from_url(urls.redis_url) as redis:
            hint = await redis.get("film")

    assert [row["title"] for row in stored] == ["Alien"]
    assert hint == b"Alien"


async def test_the_application_may_create_extensions_and_databases_but_is_no_superuser(tmp_path):
    async with embedded(tmp_path / "data", valkey=False, durable=False) as urls:
        for extension in ("pg_trgm", "unaccent", "vector"):
            await query(urls, f"CREATE EXTENSION {extension}")
        await query(urls, "CREATE DATABASE another TEMPLATE marquee")
        near = await query(
            urls, "SELECT similarity('Alien', 'Aliens') > 0.5 AND '[1,0]'::vector <-> '[1,1]' = 1 AS near"
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await query(urls, "COPY (SELECT 1) TO PROGRAM 'true'")

    assert near[0]["near"] is True
    assert urls.redis_url is None


async def test_text_is_unicode_and_pages_have_checksums(tmp_path):
    async with embedded(tmp_path / "data", valkey=False, durable=False) as urls:
        rows = await query(
            urls, "SELECT upper('élan') AS upper, current_setting('data_checksums') AS checksums"
        )

    assert dict(rows[0]) == {"upper": "ÉLAN", "checksums": "on"}


@pytest.mark.parametrize("name", ["plain", 'with space & ünïcode\'s "quotes"', "long-" * 20])
async def test_urls_suit_every_client_whatever_the_folder_is_called(tmp_path, name):
    async with embedded(tmp_path / name, durable=False) as urls:
        engine = create_async_engine(urls.database_url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as connection:
            one = await connection.scalar(text("SELECT 1"))
        await engine.dispose()
        pool = await create_pool(RedisSettings.from_dsn(urls.redis_url))
        job = await pool.enqueue_job("probe", 1)
        await pool.aclose()

    assert one == 1
    assert job is not None


async def test_running_urls_are_known_while_it_runs(tmp_path):
    before = running_urls(tmp_path / "data")
    async with embedded(tmp_path / "data", postgres=False) as urls:
        during = running_urls(tmp_path / "data")
    after = running_urls(tmp_path / "data")

    assert (before, during, after) == (None, urls, None)


async def query(urls: Urls, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(urls.database_url)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()
