"""Redis as a shortcut: whoever it keeps waiting goes the long way, and leaves it alone for a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.exceptions import RedisError

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_S = 0.5
REST_S = 5.0
TROUBLE = (RedisError, OSError, TimeoutError)


class Shortcut:
    """what: is done without Redis while that is away; for the log. failures: commands that came to nothing."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._rests_until = 0.0
        self.failures = 0

    async def ask(self, command: Callable[[], Awaitable[T]]) -> T | None:
        """What Redis answers; None where it doesn't, or has not lately."""
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await command()
        except TROUBLE as error:
            self.failures += 1
            if now >= self._rests_until:  # else one of many that asked at once has said it
                log.warning("%s without Redis: %s", self._what, str(error) or type(error).__name__)
            self._rests_until = now + REST_S
            return None
