"""Worker processes that watch, with waits short enough for tests.

Arguments: the database's URL, Redis's URL, and the namespace.
"""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from pprint import pformat
from typing import Any
from uuid import UUID

import pytest

from app.core import dispatch, work
from app.core.app import App, open_app
from app.core.config import Config
from app.core.ending import end
from app.library import jobs, settling, watch, watching
from tests.library import scanning
from tests.patience import PATIENCE_S

assert jobs

# Long enough on a machine that does much else at the same time.
FAST = {"watch_debounce_s": 0.1, "watch_settle_s": 0.6, "watch_poll_s": 0.3}
# Where what keeps a library from its rest is written.
UNREST = ("library.watches", "library.stirred", "library.scans", "library.scan_tasks", "outbox.jobs")


@asynccontextmanager
async def a_worker(app: App, **settings: Any) -> AsyncIterator[App]:
    """A worker within this process, until the block ends."""
    before, app.config = app.config, replace(app.config, **FAST | settings)
    tasks = [asyncio.create_task(work.work(app)), asyncio.create_task(watching.watch_libraries(app))]
    try:
        yield app
    finally:
        await end(*tasks, patience_s=10)
        app.config = before


async def until(
    met: Callable[[], Awaitable[Any]], what: str, why: Callable[[], Awaitable[str]] | None = None
) -> None:
    """Wait until a condition holds. why: tells what is known of it where it doesn't."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await met():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"in vain waited for {what}" + (f":\n{await why()}" if why else ""))


async def state(app: App, library_id: UUID) -> str | None:
    found = await scanning.values(
        app,
        "SELECT state FROM library.watches WHERE library_id = $1 AND lease_until > now()",
        library_id,
    )
    return found[0] if found else None


async def at_rest(app: App, library_id: UUID) -> None:
    """Until the library is watched, nothing is left to scan, and no scan is under way."""

    async def rests() -> bool:
        return (
            await state(app, library_id) == "watching"
            and not await scanning.values(app, "SELECT folder FROM library.stirred")
            and not await scanning.values(
                app, "SELECT id FROM library.scans WHERE status IN ('queued', 'running')"
            )
        )

    await until(rests, "rest", lambda: unrest(app))


async def unrest(app: App) -> str:
    """What there is to be done, and who could be at it."""
    found = {name: await scanning.rows(app, f"SELECT * FROM {name}") for name in UNREST}
    tasks = sorted(str(task.get_coro()) for task in asyncio.all_tasks())
    threads = sorted(thread.name for thread in threading.enumerate())
    return pformat(found | {"tasks": tasks, "threads": threads}, width=200)


async def present(app: App) -> list[str]:
    return await scanning.values(
        app,
        "SELECT concat_ws('/', nullif(folder, ''), name) FROM library.files WHERE missing_since IS NULL ORDER BY 1",
    )


async def until_present(app: App, *paths: str) -> None:
    async def are_there() -> bool:
        return await present(app) == sorted(paths)

    await until(are_there, f"{len(paths)} files")


async def scans(app: App) -> list[dict[str, Any]]:
    return await scanning.rows(app, "SELECT * FROM library.scans ORDER BY id")


@asynccontextmanager
async def process(config: Config) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker process that watches; killed at the end if it still runs."""
    arguments = (config.database_url, config.redis_url, config.namespace)
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.library.watching", *arguments), cwd=Path(__file__).parents[2]
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def main(database_url: str, redis_url: str, namespace: str) -> None:
    work.LEASE_S = watching.LEASE_S = dispatch.LOST_AFTER_S = 2
    work.HEARTBEAT_S = dispatch.SWEEP_EVERY_S = 0.3
    watch.CHECK_S = 0.3
    settling.PATIENCE_S = 5.0
    config = Config(database_url=database_url, redis_url=redis_url, namespace=namespace, probe_processes=1)
    async with open_app(replace(config, database_pool_size=6, **FAST)) as app:
        await asyncio.gather(work.work(app), watching.watch_libraries(app))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
