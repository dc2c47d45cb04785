"""Ending tasks for certain."""

import asyncio
from typing import Any


async def end(*tasks: asyncio.Task[Any], patience_s: float = 0.5) -> None:
    """Cancel tasks until they have ended; what they raise is theirs.

    patience_s: time to clean up before a task is cancelled again.

    Once is not enough: before Python 3.12, a cancellation that comes just when something is done is lost by
    asyncio.wait_for (https://github.com/python/cpython/issues/86296), by which redis-py sends every command.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=patience_s)
    await asyncio.gather(*tasks, return_exceptions=True)
