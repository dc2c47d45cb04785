"""Automatic persisted queries: documents that clients register by their hashes, in Redis for all processes."""

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from math import inf

from redis.exceptions import RedisError

from app.core.app import App
from app.web.graphql.manifests import hash_of

log = logging.getLogger(__name__)

KEPT_S = 86_400
# Larger documents are sent whole each time.
MOST_BYTES = 65_536
MOST_BYTES_OF_STRANGERS = 8_192
# How much text a process keeps at hand, in characters.
AT_HAND_CHARS = 1_000_000
# Clients that send a document beside its hash each time have it written so often.
WRITTEN_ANEW_S = 60.0
# Requests wait for this: a Redis that is slow is left alone for a while.
PATIENCE_S = 0.25
REST_S = 5.0
_TROUBLE = (RedisError, OSError, TimeoutError)


@dataclass(slots=True)
class _AtHand:
    text: str
    written_at: float


class Registered:
    """The documents of one installation, as one process sees them; never raises, and forgets while Redis is away.

    Each document is on the account of who registered it last, for whom only `most` are kept, the newest; strangers
    share one account. So nobody fills Redis, and who registers many loses their own.
    """

    def __init__(self, app: App, most: int) -> None:
        self._redis, self._most = app.redis, most
        self._prefix = f"{app.config.namespace}:documents"
        self._at_hand: OrderedDict[str, _AtHand] = OrderedDict()
        self._free = AT_HAND_CHARS
        self._rests_until = 0.0

    async def get(self, hash_: str) -> str | None:
        """hash_: 64 hexadecimal digits."""
        if (found := self._at_hand.get(hash_)) is not None:
            self._at_hand.move_to_end(hash_)
            return found.text
        if (text := await self._read(hash_)) is not None:
            self._remember(hash_, text, written_at=-inf)
        return text

    async def put(self, hash_: str, text: str, whose: str | None) -> None:
        bound = MOST_BYTES_OF_STRANGERS if whose is None else MOST_BYTES
        if len(text) > bound or len(data := text.encode()) > bound:
            return
        found, now = self._at_hand.get(hash_), time.monotonic()
        if found is not None and now - found.written_at < WRITTEN_ANEW_S:
            return
        if await self._write(hash_, data, whose):
            self._remember(hash_, text, now)

    async def _read(self, hash_: str) -> str | None:
        if self._rests():
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                data: bytes | None = await self._redis.get(f"{self._prefix}:text:{hash_}")
            text = None if data is None else data.decode()
        except _TROUBLE as error:
            self._rest(error)
            return None
        except UnicodeDecodeError:
            return None
        return text if text is not None and hash_of(text) == hash_ else None

    async def _write(self, hash_: str, data: bytes, whose: str | None) -> bool:
        if self._rests():
            return False
        account, now = f"{self._prefix}:of:{whose or 'strangers'}", time.time()
        try:
            async with asyncio.timeout(PATIENCE_S):
                async with self._redis.pipeline(transaction=True) as commands:
                    commands.set(f"{self._prefix}:text:{hash_}", data, ex=KEPT_S)
                    commands.zadd(account, {hash_: now})
                    commands.expire(account, KEPT_S)
                    commands.zremrangebyscore(account, "-inf", now - KEPT_S)
                    commands.zrange(account, 0, -1 - self._most)
                    *_, over = await commands.execute()
                await self._drop(account, over)
        except _TROUBLE as error:
            self._rest(error)
            return False
        return True

    async def _drop(self, account: str, hashes: list[bytes]) -> None:
        """The text goes first: what is no longer on an account would stay without one otherwise."""
        if hashes:
            await self._redis.delete(*(f"{self._prefix}:text:{each.decode()}" for each in hashes))
            await self._redis.zrem(account, *hashes)

    def _remember(self, hash_: str, text: str, written_at: float) -> None:
        if (old := self._at_hand.pop(hash_, None)) is not None:
            self._free += len(old.text)
        self._at_hand[hash_] = _AtHand(text, written_at)
        self._free -= len(text)
        while self._free < 0:
            _, oldest = self._at_hand.popitem(last=False)
            self._free += len(oldest.text)

    def _rests(self) -> bool:
        return time.monotonic() < self._rests_until

    def _rest(self, error: Exception) -> None:
        if not self._rests():
            log.warning("Documents are not found by their hashes: %s", str(error) or type(error).__name__)
        self._rests_until = time.monotonic() + REST_S
