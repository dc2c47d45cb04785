"""A worker process that takes small steps, tells of each, and can be made to stop in the middle of one.

Arguments: the database's URL, Redis's URL, the namespace, and which step to stop in (0: none).
"""

import asyncio
import sys
from dataclasses import replace
from typing import Any

from app.core import dispatch, work
from app.core.app import open_app
from app.core.config import Config
from app.library import jobs, leases, scan, survey


def take_small_steps(stop_at: int) -> None:
    jobs.scan.FILES_TO_READ, survey.FOLDERS_AT_ONCE, leases.BUNDLE = 2, 4, 3
    jobs.scan.LEASE_S = leases.LEASE_S = work.LEASE_S = dispatch.LOST_AFTER_S = 2
    work.HEARTBEAT_S = dispatch.SWEEP_EVERY_S = 0.3
    store, step = scan.store_files, iter(range(1, 1_000_000))

    async def tell(*args: Any) -> Any:
        stored = await store(*args)
        number = next(step)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        if number == stop_at:
            await asyncio.Event().wait()
        return stored

    scan.store_files = tell


async def main(database_url: str, redis_url: str, namespace: str, stop_at: str) -> None:
    take_small_steps(int(stop_at))
    config = Config(database_url=database_url, redis_url=redis_url, namespace=namespace, probe_processes=1)
    async with open_app(replace(config, database_pool_size=6)) as app:
        await work.work(app)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
