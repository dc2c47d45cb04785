"""Whether PostgreSQL and Redis are there, new enough, and let us do what we need."""

from pathlib import Path
from typing import Any

import asyncpg
from redis.exceptions import RedisError

from app.commands.doctor_machine import folder_readable
from app.commands.doctor_security import account_checks
from app.commands.explain import one_line
from app.commands.finding import Finding, broken, ok, warning
from app.core import migrate
from app.core.config import Config
from app.core.db import connect
from app.core.plain import database_trouble
from app.core.redis import open_redis

OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)
EXTENSIONS = ("pg_trgm", "unaccent")
_TRIED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def database_checks(config: Config, *, migrates_itself: bool, with_mail: bool = False) -> list[Finding]:
    """migrates_itself: it is our embedded one, which `marquee up` brings to the newest revision.

    with_mail: reach out for the mail server that its settings name.
    """
    try:
        connection = await connect(config.database_url)
    except _TRIED as error:
        return [broken("PostgreSQL", str(database_trouble(error)), "Start it, or mend MARQUEE_DATABASE_URL.")]
    try:
        found = [_postgres_version(connection), *[await _extension(connection, name) for name in EXTENSIONS]]
        found.append(await _migrations(connection, migrates_itself=migrates_itself))
        found += await _roots(connection)
        return [*found, *await account_checks(connection, config, with_mail=with_mail)]
    finally:
        await connection.close()


def _postgres_version(connection: Any) -> Finding:
    text = f"version {connection.get_settings().server_version}"
    if connection.get_server_version().major < OLDEST_POSTGRES:
        return broken("PostgreSQL", text, f"Use PostgreSQL {OLDEST_POSTGRES} or newer.")
    return ok("PostgreSQL", text)


async def _extension(connection: Any, name: str) -> Finding:
    """Tried within a transaction that is taken back."""
    title = f"Extension {name}"
    trial = connection.transaction()
    await trial.start()
    try:
        await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    except asyncpg.UndefinedFileError:
        return broken(title, "It is not installed.", "Install PostgreSQL's contrib package for its version.")
    except asyncpg.PostgresError as error:
        return broken(
            title,
            f"It can't be created: {error}.",
            f"As superuser in this database: `CREATE EXTENSION {name};`.",
        )
    finally:
        await trial.rollback()
    return ok(title, "there, or can be created")


async def _migrations(connection: Any, *, migrates_itself: bool) -> Finding:
    newest = migrate.head()
    exists = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    at = await connection.fetchval("SELECT version_num FROM alembic_version") if exists else None
    if at == newest:
        return ok("Migrations", f"at the newest, {newest}")
    text = f"The database is at {at or 'none'}, the newest is {newest}."
    if migrates_itself:
        return warning("Migrations", text, "`marquee up` migrates it when it starts.")
    return broken("Migrations", text, "Run `marquee migrate`.")


async def _roots(connection: Any) -> list[Finding]:
    """The folders of the libraries that exist."""
    if await connection.fetchval("SELECT to_regclass('library.roots') IS NULL"):
        return []
    rows = await connection.fetch(
        "SELECT l.name, r.path FROM library.roots r JOIN library.libraries l ON l.id = r.library_id ORDER BY 1, 2"
    )
    return [folder_readable(f"Library {row['name']}", Path(row["path"])) for row in rows]


async def redis_checks(config: Config) -> Finding:
    redis = open_redis(config.redis_url, timeout_s=config.redis_timeout_s)
    try:
        info: dict[str, Any] = await redis.info()
    except (RedisError, OSError) as error:
        return broken("Redis", one_line(error), "Start it, or mend MARQUEE_REDIS_URL.")
    finally:
        await redis.aclose(close_connection_pool=True)
    return _redis_version(info)


def _redis_version(info: dict[str, Any]) -> Finding:
    version = str(info.get("redis_version", "0"))
    is_valkey = "valkey_version" in info
    text = f"Valkey {info['valkey_version']}" if is_valkey else f"version {version}"
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        return broken("Redis", text, "Use Redis 6.2 or newer, or Valkey.")
    if info.get("maxmemory") and info.get("maxmemory_policy") != "noeviction":
        advice = "Set maxmemory-policy to noeviction, or queued work waits for the next sweep."
        return warning("Redis", f"{text}, drops keys when its memory is full", advice)
    return ok("Redis", text)
