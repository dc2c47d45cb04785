"""A worker process that takes short leases, and may stop once it has handed a letter over.

Arguments: the database's URL, Redis's URL, the namespace, the data directory, and whether to stop (`stop`, `go`).
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from app.core import dispatch, work
from app.core.app import open_app
from app.core.config import Config
from app.mail import deliver


def hurry(*, stop: bool) -> None:
    work.LEASE_S = dispatch.LOST_AFTER_S = deliver.CLAIM_S = 2
    work.HEARTBEAT_S = dispatch.SWEEP_EVERY_S = 0.3
    hand_over = deliver.hand_over

    async def tell(*args: Any) -> str:
        said = await hand_over(*args)
        sys.stdout.write("handed over\n")
        sys.stdout.flush()
        if stop:
            await asyncio.Event().wait()
        return said

    deliver.hand_over = tell


async def main(database_url: str, redis_url: str, namespace: str, data_dir: str, mode: str) -> None:
    hurry(stop=mode == "stop")
    config = Config(
        database_url=database_url, redis_url=redis_url, namespace=namespace, data_dir=Path(data_dir)
    )
    async with open_app(config) as app:
        await work.work(app)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
