"""PostgreSQL and Redis for a command: the configured ones, those that run already, or our own for its duration."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from app.core.config import Config
from app.embedded.servers import embedded, running_urls


@dataclass(frozen=True, slots=True)
class Servers:
    """config: with both URLs. are_ours: some were started for this command, so that nothing else uses them."""

    config: Config
    are_ours: bool


@asynccontextmanager
async def servers(config: Config) -> AsyncGenerator[Servers]:
    """Raises EmbeddedError where servers have to be started and can't be."""
    known = with_running(config)
    if known.database_url and known.redis_url:
        yield Servers(known, are_ours=False)
        return
    async with started(config) as ours:
        yield Servers(ours, are_ours=True)


@asynccontextmanager
async def started(config: Config) -> AsyncGenerator[Config]:
    """Start the servers for which no URL is configured. Raises EmbeddedError."""
    wants_database, wants_redis = not config.database_url, not config.redis_url
    if not wants_database and not wants_redis:
        yield config
        return
    async with embedded(config.data_path, postgres=wants_database, valkey=wants_redis) as urls:
        yield replace(
            config,
            database_url=config.database_url or urls.database_url or "",
            redis_url=config.redis_url or urls.redis_url or "",
        )


def with_running(config: Config) -> Config:
    """The configuration with the URLs of a Marquee that runs on the same data directory, as far as there is one."""
    if config.database_url and config.redis_url:
        return config
    urls = running_urls(config.data_path) if config.data_path.is_dir() else None
    if urls is None:
        return config
    return replace(
        config,
        database_url=config.database_url or urls.database_url or "",
        redis_url=config.redis_url or urls.redis_url or "",
    )
