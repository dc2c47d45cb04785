"""In which era of each family of values we are, as Redis tells all processes: what was stored in another is void."""

import asyncio
from collections.abc import Iterable
from secrets import token_hex

from arq.connections import ArqRedis

from app.core.shortcut import Shortcut


class Eras:
    """Remembers the families whose new era is still to be begun, until it has."""

    def __init__(self, redis: ArqRedis, prefix: str) -> None:
        self._redis, self._prefix = redis, prefix
        # By family, the how manieth debt it is: what is owed once more while it is paid stays owed.
        self._owed: dict[str, int] = {}
        self._debts = 0
        self._paying: asyncio.Task[bool] | None = None
        self._shortcut = Shortcut("What may be void in Redis is read")

    def key(self, family: str) -> str:
        """Where Redis keeps it."""
        return f"{self._prefix}:{family}"

    def owe(self, families: Iterable[str]) -> None:
        self._debts += 1
        self._owed |= dict.fromkeys(families, self._debts)

    async def settle(self) -> bool:
        """Begin all that is owed; whether that is done, so that what Redis has of the current eras holds.

        All who ask at once wait for one command, which none of them stops by leaving.
        """
        while self._owed:
            if self._paying is None or self._paying.done():
                self._paying = asyncio.create_task(self._pay())
                self._paying.add_done_callback(_heed)
            if not await asyncio.shield(self._paying):
                return False
        return True

    async def _pay(self) -> bool:
        owed = dict(self._owed)
        eras = {self.key(family): token_hex(8) for family in owed}
        if not await self._shortcut.ask(lambda: self._redis.mset(eras)):
            return False
        for family, debt in owed.items():
            if self._owed[family] == debt:
                del self._owed[family]
        return True


def _heed(paid: asyncio.Task[bool]) -> None:
    if not paid.cancelled():
        paid.exception()  # whoever waited for it may be gone
