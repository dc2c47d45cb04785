"""Redis in front of the sessions: who came by a token, for a minute, and for nobody once anything has changed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache
from secrets import token_hex
from typing import TypeVar

import orjson
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from app.identity.known import Known, dumped, loaded

log = logging.getLogger(__name__)

T = TypeVar("T")

KEPT_S = 60
# Redis is a shortcut: whoever it keeps waiting goes the long way, and leaves it alone for a while.
PATIENCE_S = 0.5
REST_S = 5.0
_TROUBLE = (RedisError, OSError, TimeoutError)


class ViewerCache:
    """Entries hold for one era. Whatever ends a session or changes what people may do begins a new era, which makes
    void every entry, also those that are being written by somebody who read the database just before.
    """

    def __init__(self, redis: ArqRedis, namespace: str) -> None:
        self._redis = redis
        self._prefix = f"{namespace}:viewer:"
        self._era_key = f"{namespace}:viewer-era"
        self._rests_until = 0.0

    async def get(self, token_hash: bytes) -> tuple[Known | None, str | None]:
        """What is known of a token, and the era in which it, or what is read now, holds; None without Redis."""
        answer = await self._ask(lambda: self._redis.mget(self._key(token_hash), self._era_key))
        if answer is None:
            return None, None
        entry, era = answer
        if era is None:
            return None, await self._first_era()
        return _entry_of(entry, era.decode()), era.decode()

    async def put(self, token_hash: bytes, known: Known, era: str | None, *, for_s: float) -> None:
        """for_s: how long it holds at most; a minute, however long that is."""
        kept_ms = int(min(KEPT_S, for_s) * 1000)
        if era is not None and kept_ms > 0:
            entry = orjson.dumps({"era": era, "known": dumped(known)})
            await self._ask(lambda: self._redis.set(self._key(token_hash), entry, px=kept_ms))

    async def forget(self) -> None:
        """Begin a new era."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._redis.set(self._era_key, token_hex(8))
        except _TROUBLE as error:
            log.warning("Redis still remembers who may come in, for a minute at most: %s", _said(error))

    async def _first_era(self) -> str | None:
        await self._ask(lambda: self._redis.set(self._era_key, token_hex(8), nx=True))
        era = await self._ask(lambda: self._redis.get(self._era_key))
        return era.decode() if era is not None else None

    async def _ask(self, command: Callable[[], Awaitable[T]]) -> T | None:
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await command()
        except _TROUBLE as error:
            self._rests_until = now + REST_S
            log.warning("Sessions are looked up without Redis: %s", _said(error))
            return None

    def _key(self, token_hash: bytes) -> str:
        return self._prefix + token_hash.hex()


def _entry_of(entry: bytes | None, era: str) -> Known | None:
    if entry is None:
        return None
    known, holds_in = _read(entry)
    return known if holds_in == era else None


@lru_cache(maxsize=1024)
def _read(entry: bytes) -> tuple[Known | None, str]:
    """Of somebody who asks often, the same bytes come again and again."""
    stored = orjson.loads(entry)
    return loaded(stored["known"]), stored["era"]


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
