"""Time as the HTTP client sees it; tests bring their own, and needn't wait."""

import asyncio
import random
import time


class Clock:
    """shared_us: what Redis is to take for the time, in microseconds; 0: its own, on which all processes agree."""

    shared_us = 0

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def share(self) -> float:
        """From 0 to 1, at random."""
        return random.random()  # noqa: S311
