"""Applications that dispatch and listen only when a test says so, and a way to Redis that can be cut."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from app.core.app import App
from app.core.config import Config
from app.core.ending import end
from tests.conftest import EMPTY, run_sql
from tests.core.quiet import Proxy, quiet


@pytest.fixture(scope="session")
async def quiet_url(new_database: Callable[[], Any]) -> str:
    return await new_database()


@pytest.fixture
async def quiet_config(config: Config, quiet_url: str, worker: int) -> AsyncIterator[Config]:
    """Databases and a namespace of which the suite's running application knows nothing."""
    redis_url = f"{config.redis_url.partition('?')[0]}?db={32 + worker}"
    namespace = f"quiet-{os.urandom(4).hex()}"
    yield replace(config, database_url=quiet_url, redis_url=redis_url, namespace=namespace)
    await run_sql(quiet_url, EMPTY, "UPDATE outbox.cursor SET dispatched_seq = 0, dropped_seq = 0")
    await run_sql(quiet_url, "ALTER SEQUENCE outbox.events_seq_seq RESTART")


@pytest.fixture
async def quiet_app(quiet_config: Config) -> AsyncIterator[App]:
    async with quiet(quiet_config) as app:
        await app.redis.flushdb()
        yield app


@pytest.fixture
async def proxy(quiet_config: Config) -> AsyncIterator[Proxy]:
    async with Proxy(quiet_config.redis_url) as proxy:
        yield proxy


@pytest.fixture
async def tasks() -> AsyncIterator[Callable[[Any], asyncio.Task[Any]]]:
    """Starts coroutines in the background; they are cancelled after the test, and none may have failed."""
    started: list[asyncio.Task[Any]] = []

    def start(coroutine: Any) -> asyncio.Task[Any]:
        started.append(asyncio.create_task(coroutine))
        return started[-1]

    yield start
    # Cancelled until they have ended: before Python 3.12 a cancellation may be lost.
    await end(*started)
    for task in started:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
