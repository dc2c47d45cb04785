"""Taking what has gathered, instead of one thing after the other."""

import asyncio
from collections.abc import AsyncGenerator, Hashable
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


async def coalesced(source: AsyncGenerator[T, None]) -> AsyncGenerator[list[T], None]:
    """What came since it was last asked, each thing once; waits where nothing came.

    A source that is faster than its reader costs no more than the number of different things. Ends and fails
    with the source, after all that came before.
    """
    waiting: dict[T, None] = {}
    news = asyncio.Event()

    async def gather() -> None:
        try:
            async with aclosing(source):
                async for item in source:
                    waiting[item] = None
                    news.set()
        finally:
            news.set()

    gathering = asyncio.create_task(gather())
    try:
        while True:
            await news.wait()
            news.clear()
            is_over = gathering.done()
            bunch = list(waiting)
            waiting.clear()
            if bunch:
                yield bunch
            if is_over:
                await gathering
                return
    finally:
        gathering.cancel()
        await asyncio.gather(gathering, return_exceptions=True)
