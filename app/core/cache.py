"""Values that are dear to come by, remembered in the process and in Redis for as long as they hold."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from secrets import token_hex
from time import monotonic, time
from typing import Any, Generic, Protocol, TypeVar

import orjson

from app.core.app import App
from app.core.metrics import Sample
from app.core.shortcut import Shortcut
from app.core.voids import ALL

V = TypeVar("V")

# Of its time an entry loses up to so much, so that not all that came at once goes at once.
JITTER = 0.1
MIB = 1 << 20


class Codec(Protocol[V]):
    """How values are kept in Redis. version: changes with the form; what has another isn't there."""

    version: str

    def dump(self, value: V) -> Any:
        """As what JSON can hold."""
        ...

    def load(self, stored: Any) -> V:
        """Raises ValueError, TypeError, KeyError or AttributeError for what isn't such a value."""
        ...


@dataclass(frozen=True, slots=True)
class Fresh(Generic[V]):
    """What was just read. tags: what makes it void, without the family. for_s: how long it holds at most.

    value: None where there is nothing, which nobody remembers. is_kept: whether it is good for the next who asks.
    """

    value: V | None
    tags: tuple[str, ...] = ()
    for_s: float = float("inf")
    is_kept: bool = True


@dataclass(slots=True)
class Counts:
    """held: found in the process. stored: found in Redis. missed: read. evicted: gave way to others. voided: by
    their tags.
    """

    held: int = 0
    stored: int = 0
    missed: int = 0
    evicted: int = 0
    voided: int = 0


@dataclass(frozen=True, slots=True)
class _Held(Generic[V]):
    value: V
    tags: tuple[str, ...]
    until: float
    size_bytes: int


@dataclass(slots=True)
class _Shelf(Generic[V]):
    """What one process holds, the longest unused first."""

    entries: "OrderedDict[str, _Held[V]]" = field(default_factory=OrderedDict[str, _Held[V]])
    by_tag: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    size_bytes: int = 0

    def put(self, key: str, held: _Held[V]) -> None:
        self.drop(key)
        self.entries[key] = held
        self.size_bytes += held.size_bytes
        for tag in held.tags:
            self.by_tag.setdefault(tag, set()).add(key)

    def drop(self, key: str) -> None:
        held = self.entries.pop(key, None)
        if held is None:
            return
        self.size_bytes -= held.size_bytes
        for tag in held.tags:
            keys = self.by_tag[tag]
            keys.discard(key)
            if not keys:
                del self.by_tag[tag]

    def clear(self) -> None:
        self.entries.clear()
        self.by_tag.clear()
        self.size_bytes = 0


class Cache(Generic[V]):
    """A family of values by key. kept_s: how long at most. most, most_bytes: what the process holds at most, of
    which the longest unused goes first; bytes are those of the stored form. codec: None for what isn't kept in Redis.

    What the process holds is good while it hears of what becomes void (see Voids), and each entry until one of its
    tags does. What Redis holds is good for an era of the family, which anything that becomes void in it ends: then
    also what somebody stores who read just before is void. Those who miss the same at once wait for one read.
    Nothing fails for want of Redis.
    """

    def __init__(
        self,
        app: App,
        family: str,
        *,
        kept_s: float,
        most: int,
        most_bytes: int = 16 * MIB,
        codec: Codec[V] | None = None,
    ) -> None:
        self.family, self.counts = family, Counts()
        self._redis, self._voids, self._codec = app.redis, app.voids, codec
        self._kept_s, self._most, self._most_bytes = kept_s, most, most_bytes
        self._prefix = f"{app.config.namespace}:cache:{family}:"
        self._era_key = app.voids.era_key(family)
        self._shortcut = Shortcut(f"The cache of {family}s goes on")
        self._shelf = _Shelf[V]()
        self._reads: dict[str, asyncio.Task[V | None]] = {}
        self._times_voided = 0
        app.voids.on_void(family, self._void)
        app.metrics.source(f"cache:{family}", self._samples)

    def held(self, key: str) -> V | None:
        """What the process holds; without any I/O."""
        if not self._voids.is_heard:
            return None
        held = self._shelf.entries.get(key)
        if held is None or held.until <= monotonic():
            return None
        self.counts.held += 1
        self._shelf.entries.move_to_end(key)
        return held.value

    async def get(self, key: str, read: Callable[[], Awaitable[Fresh[V]]]) -> V | None:
        """What is held or stored, else read; raises what `read` does. A reader that is cancelled stops no other's."""
        found = self.held(key)
        if found is not None:
            return found
        if not self._voids.is_heard:
            return await self._find(key, read)
        reading = self._reads.get(key)
        if reading is None:
            reading = self._reads[key] = asyncio.create_task(self._find(key, read))
            reading.add_done_callback(lambda done: self._forget_read(key, done))
        return await asyncio.shield(reading)

    async def forget(self) -> None:
        """Make void all of it, everywhere."""
        await self._voids.tell((f"{self.family}:{ALL}",))

    @property
    def size(self) -> tuple[int, int]:
        """How many entries the process holds, and their bytes."""
        return len(self._shelf.entries), self._shelf.size_bytes

    @property
    def failures(self) -> int:
        """How often Redis came to nothing."""
        return self._shortcut.failures

    async def _find(self, key: str, read: Callable[[], Awaitable[Fresh[V]]]) -> V | None:
        times_voided = self._times_voided
        era, stored = await self._stored(key)
        if stored is not None:
            self.counts.stored += 1
            found, size_bytes = stored
        else:
            self.counts.missed += 1
            found = await read()
            size_bytes = await self._store(key, found, era)
        if found.is_kept and times_voided == self._times_voided:
            self._hold(key, found, size_bytes)
        return found.value

    def _hold(self, key: str, found: Fresh[V], size_bytes: int) -> None:
        if found.value is None:
            return
        until = monotonic() + min(self._kept_s, found.for_s) * (1 - JITTER * random.random())  # noqa: S311
        self._shelf.put(key, _Held(found.value, found.tags, until, size_bytes))
        while len(self._shelf.entries) > self._most or self._shelf.size_bytes > self._most_bytes:
            self._shelf.drop(next(iter(self._shelf.entries)))
            self.counts.evicted += 1

    async def _stored(self, key: str) -> tuple[str | None, tuple[Fresh[V], int] | None]:
        """The era in which what is read now holds, None without Redis; and what is stored."""
        codec = self._codec
        if codec is None or not await self._voids.settle():
            return None, None
        answer = await self._shortcut.ask(lambda: self._redis.mget(self._prefix + key, self._era_key))
        if answer is None:
            return None, None
        entry, era = answer
        if era is None:
            return await self._first_era(), None
        return era.decode(), self._read(codec, entry, era.decode()) if entry is not None else None

    def _read(self, codec: Codec[V], entry: bytes, era: str) -> tuple[Fresh[V], int] | None:
        """None for what is of another era or version, or not to be read."""
        try:
            stored = orjson.loads(entry)
            if (stored["era"], stored["version"]) != (era, codec.version):
                return None
            left_s = float(stored["until"]) - time()
            if left_s <= 0:
                return None
            return Fresh(codec.load(stored["value"]), tuple(stored["tags"]), left_s), len(entry)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    async def _store(self, key: str, found: Fresh[V], era: str | None) -> int:
        """How many bytes it has."""
        if self._codec is None or found.value is None or not found.is_kept:
            return 0
        for_s = min(self._kept_s, found.for_s)
        body = {"era": era, "version": self._codec.version, "until": time() + for_s, "tags": found.tags}
        entry = orjson.dumps(body | {"value": self._codec.dump(found.value)})
        if era is not None and for_s > 0:
            kept_ms = max(1, int(for_s * 1000))
            await self._shortcut.ask(lambda: self._redis.set(self._prefix + key, entry, px=kept_ms))
        return len(entry)

    async def _first_era(self) -> str | None:
        await self._shortcut.ask(lambda: self._redis.set(self._era_key, token_hex(8), nx=True))
        era = await self._shortcut.ask(lambda: self._redis.get(self._era_key))
        return era.decode() if era is not None else None

    def _samples(self) -> Iterator[Sample]:
        counts, (entries, size_bytes) = self.counts, self.size
        for name, doc, value, kind in (
            ("misses_total", "Values that had to be read.", counts.missed, "counter"),
            ("evictions_total", "Entries that gave way to others.", counts.evicted, "counter"),
            ("voided_total", "Entries that became void.", counts.voided, "counter"),
            ("redis_failures_total", "Commands that came to nothing.", self._shortcut.failures, "counter"),
            ("entries", "What the process holds.", entries, "gauge"),
            ("bytes", "Bytes of that.", size_bytes, "gauge"),
        ):
            yield Sample(f"marquee_cache_{name}", doc, value, (("cache", self.family),), kind)
        for place, value in (("process", counts.held), ("redis", counts.stored)):
            labels = (("cache", self.family), ("place", place))
            yield Sample("marquee_cache_hits_total", "Values that were found.", value, labels, "counter")

    def _void(self, tags: Collection[str]) -> None:
        """Reads that are under way answer those who wait for them and nobody else."""
        self._times_voided += 1
        self._reads.clear()
        for tag in tags:
            what = tag.partition(":")[2]
            if what == ALL:
                self.counts.voided += len(self._shelf.entries)
                self._shelf.clear()
            for key in tuple(self._shelf.by_tag.get(what, ())):
                self.counts.voided += 1
                self._shelf.drop(key)

    def _forget_read(self, key: str, done: asyncio.Task[V | None]) -> None:
        if self._reads.get(key) is done:
            del self._reads[key]
        if not done.cancelled():
            done.exception()  # whoever waited for it may be gone
