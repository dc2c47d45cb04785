"""A few at a time: the others wait in line, which is neither endless nor for ever."""

import asyncio

from app.core.errors import RateLimited

RETRY_AFTER_S = 5.0


class Turns:
    """Places for so many at once in this process, given in the order in which they are asked for."""

    def __init__(self, at_once: int) -> None:
        self.waiting = 0
        self._places = asyncio.Semaphore(at_once)

    async def take(self, *, most_waiting: int, patience_s: float) -> None:
        """Wait for a place, to be given back. Raises RateLimited where too many wait already, or for too long."""
        if self.waiting >= most_waiting:
            raise _too_many()
        self.waiting += 1
        try:
            async with asyncio.timeout(patience_s):
                await self._places.acquire()
        except TimeoutError as error:
            raise _too_many() from error
        finally:
            self.waiting -= 1

    def give_back(self) -> None:
        self._places.release()


def _too_many() -> RateLimited:
    return RateLimited("Too many people are signing in just now.", RETRY_AFTER_S)
