"""Automatic persisted queries: documents that clients register by their hashes, in Redis for all processes."""

import time
from collections import OrderedDict
from collections.abc import Awaitable
from dataclasses import dataclass
from math import inf
from typing import cast

from app.core.app import App
from app.core.shortcut import Shortcut
from app.web.graphql.manifests import hash_of

KEPT_S = 86_400
# Larger documents are sent whole each time.
MOST_BYTES = 65_536
MOST_BYTES_OF_STRANGERS = 8_192
# How much text a process keeps at hand, in characters.
AT_HAND_CHARS = 1_000_000
# Clients that send a document beside its hash each time have it written so often.
WRITTEN_ANEW_S = 60.0
# A document and its place on an account come and go in one step, or one would stay without the other.
# KEYS: of the text, of the account. ARGV: text, seconds to keep it, now, hash, how many at most, prefix of texts' keys.
_WRITE = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then
    redis.call('ZADD', KEYS[2], ARGV[3], ARGV[4])
    redis.call('EXPIRE', KEYS[2], ARGV[2])
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[3] - ARGV[2])
    for _, hash in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1 - ARGV[5])) do
        redis.call('DEL', ARGV[6] .. hash)
        redis.call('ZREM', KEYS[2], hash)
    end
end
return 1
"""


@dataclass(slots=True)
class _AtHand:
    text: str
    written_at: float


class Registered:
    """The documents of one installation, as one process sees them; never raises, and forgets while Redis is away.

    Each document is on the account of who registered it first, for whom only `most` are kept, the newest; strangers
    share one account. So nobody fills Redis, and who registers many loses their own and no others.
    """

    def __init__(self, app: App, most: int) -> None:
        self._redis, self._most = app.redis, most
        self._texts = f"{app.config.namespace}:documents:text:"
        self._accounts = f"{app.config.namespace}:documents:of:"
        self._shortcut = Shortcut("Clients send whole documents")
        self._at_hand: OrderedDict[str, _AtHand] = OrderedDict()
        self._free = AT_HAND_CHARS

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
        if len(text) > bound or len(text.encode()) > bound:
            return
        found, now = self._at_hand.get(hash_), time.monotonic()
        if found is not None and now - found.written_at < WRITTEN_ANEW_S:
            return
        if await self._write(hash_, text, whose):
            self._remember(hash_, text, now)

    async def _read(self, hash_: str) -> str | None:
        data = cast("bytes | None", await self._shortcut.ask(lambda: self._redis.get(self._texts + hash_)))
        text = None if data is None else data.decode(errors="replace")
        return text if text is not None and hash_of(text) == hash_ else None

    async def _write(self, hash_: str, text: str, whose: str | None) -> bool:
        keys = [self._texts + hash_, self._accounts + (whose or "strangers")]
        arguments = [text, str(KEPT_S), str(time.time()), hash_, str(self._most), self._texts]

        def write() -> Awaitable[object]:
            return cast("Awaitable[object]", self._redis.eval(_WRITE, len(keys), *keys, *arguments))

        return await self._shortcut.ask(write) is not None

    def _remember(self, hash_: str, text: str, written_at: float) -> None:
        if (old := self._at_hand.pop(hash_, None)) is not None:
            self._free += len(old.text)
        self._at_hand[hash_] = _AtHand(text, written_at)
        self._free -= len(text)
        while self._free < 0:
            _, oldest = self._at_hand.popitem(last=False)
            self._free += len(oldest.text)
