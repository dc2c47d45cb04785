"""What is remembered in processes becomes void in all of them: telling, hearing, and knowing that one hears."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from secrets import token_hex
from time import monotonic
from typing import Any, cast

import orjson
from arq.connections import ArqRedis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from app.core.dispatch import TROUBLE, end_if_cancelled
from app.core.eras import Eras
from app.core.stream import Stream

log = logging.getLogger(__name__)

# Who has heard of nothing for so long trusts nothing that it holds, and who tells waits no longer for anybody.
LEASE_S = 1.0
BEAT_S = 0.5
PATIENCE_S = 0.5
AGAIN_S = 0.5
ACK_KEPT_S = 10
MOST_TAGS = 1000
ALL = "*"
_TROUBLE = (RedisError, OSError, TimeoutError)


class Voids:
    """Tags (`family:what`, `family:*` for all of a family) whose values hold no longer.

    A process that holds values listens on a channel of its own, and asks Redis on that connection for an echo twice
    a second. What Redis published before the echo has come before it, so that with it the process knows that it
    had heard of everything when it asked: what it holds is good for a lease from then on. Whoever makes something
    void tells all who listen after the commit, and goes on when all have said that they heard, or after a lease.

    What a crash kept from being told comes by the event stream. All of it is for one event loop.
    """

    def __init__(self, redis: ArqRedis, namespace: str, stream: Stream) -> None:
        self._redis, self._stream = redis, stream
        self._prefix = f"{namespace}:voids"
        self._own = token_hex(8)
        self._holders: dict[str, list[Callable[[Collection[str]], None]]] = {}
        self._eras = Eras(redis, self._prefix)
        self._good_until = 0.0
        self._head = stream.head
        self._asked_at: tuple[bytes, float] = (b"", 0.0)
        self._is_answered = True

    @property
    def is_heard(self) -> bool:
        """Whether this process has heard of all that became void up to a lease ago, and of what events told it."""
        if self._stream.head != self._head:
            self._heed_events()
        return monotonic() < self._good_until

    def on_void(self, family: str, holder: Callable[[Collection[str]], None]) -> None:
        """Have a holder of values called with the family's tags that became void, on the event loop."""
        self._holders.setdefault(family, []).append(holder)

    def void(self, tags: Collection[str]) -> None:
        """In this process."""
        for family, own in _by_family(tags).items():
            for holder in self._holders.get(family, ()):
                holder(own)

    async def tell(self, tags: Iterable[str]) -> None:
        """Make void here at once, and everywhere before this returns. Never fails: events tell whom this doesn't."""
        tags = _few(tags)
        self.void(tags)
        key = f"{self._prefix}:{token_hex(8)}"
        body = orjson.dumps({"heard": key, "tags": tags})
        families, has_begun = _families(tags), False
        try:
            async with asyncio.timeout(PATIENCE_S), self._redis.pipeline(transaction=True) as pipe:
                for family in families:
                    pipe.set(self.era_key(family), token_hex(8))
                pipe.smembers(f"{self._prefix}:ears")
                pipe.publish(self._prefix, body)
                *_, ears, count = await pipe.execute()
                has_begun = True
        except _TROUBLE as error:
            log.warning("Other processes hear of late what is void: %s", _said(error))
            return
        finally:
            if not has_begun:
                self._eras.owe(families)
            # Once more, for what was read just before the new era began.
            self.void(tags)
        by = monotonic() + LEASE_S
        if missing := await self._wait(key, {ear.decode() for ear in ears}, count, by):
            await self._quietly(lambda: self._redis.srem(f"{self._prefix}:ears", *missing))

    def era_key(self, family: str) -> str:
        """Where Redis keeps in which era of a family we are: what was stored in another is void."""
        return self._eras.key(family)

    async def settle(self) -> bool:
        """Begin the new eras of what events told to be void, and of what wasn't told: who wrote may have died before.

        Whether that is done, so that what Redis has of the current eras holds.
        """
        return await self._eras.settle()

    async def _wait(self, key: str, ears: set[str], count: int, by: float) -> set[str]:
        """Until all who listen have heard, or none of them trusts what it holds any longer; answers whom we missed."""
        heard: set[str] = set()
        while (ears - heard or len(heard) < count) and (left := by - monotonic()) > 0:
            try:
                command = cast("Awaitable[Any]", self._redis.execute_command("BLPOP", key, max(left, 0.01)))
                answer: list[bytes] | None = await command
            except _TROUBLE:
                await asyncio.sleep(by - monotonic())
                break
            if answer is not None:
                heard.add(answer[1].decode())
        return ears - heard

    async def listen(self) -> None:
        """Hear of what others make void, for as long as the process lives."""
        is_troubled, self._head = False, self._stream.head
        while True:
            try:
                await self._follow()
            except TROUBLE as error:
                if not is_troubled or self._good_until:
                    log.warning("What is held in memory isn't used for a while: %s", _said(error))
                is_troubled = True
            except Exception:
                log.exception("Hearing of what is void stumbled and goes on")
            self._good_until = 0.0
            end_if_cancelled()
            await asyncio.sleep(AGAIN_S)

    async def leave(self) -> None:
        """Be waited for by nobody any longer."""
        self._good_until = 0.0
        await self._quietly(lambda: self._redis.srem(f"{self._prefix}:ears", self._own))

    async def _follow(self) -> None:
        async with self._redis.pubsub() as pubsub:
            await pubsub.subscribe(self._prefix)
            self._is_answered = True
            beat_at = 0.0
            while True:
                now = monotonic()
                if now >= beat_at and self._is_answered:
                    await self._beat(pubsub)
                    beat_at = now + BEAT_S
                elif now >= beat_at + 3 * LEASE_S:
                    raise RedisTimeoutError("Redis doesn't answer.")
                wait_s = max(0.01, beat_at - monotonic()) if self._is_answered else BEAT_S
                message = cast("dict[str, Any] | None", await pubsub.get_message(timeout=wait_s))
                if message is not None:
                    await self._take(message)

    async def _beat(self, pubsub: Any) -> None:
        """Whoever tells has to know of us before we trust anything."""
        await self._redis.sadd(f"{self._prefix}:ears", self._own)  # pyright: ignore[reportGeneralTypeIssues]
        self._asked_at = (token_hex(4).encode(), monotonic())
        self._is_answered = False
        await pubsub.ping(self._asked_at[0])

    async def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "subscribe":
                # Also when redis-py has connected anew unasked: what was told meanwhile went by unheard.
                self._void_all()
                self._is_answered = True
            case "pong" if message["data"] == self._asked_at[0]:
                self._is_answered = True
                self._good_until = self._asked_at[1] + LEASE_S
            case "message":
                await self._hear(message["data"])
            case _:
                pass

    async def _hear(self, told: bytes) -> None:
        try:
            body = orjson.loads(told)
            tags, key = cast("list[str]", body["tags"]), cast("str", body["heard"])
        except (ValueError, TypeError, KeyError):
            log.warning("What another version tells to be void can't be read, so that everything is")
            self._void_all()
            return
        self.void(tags)
        await self._say_heard(key)

    async def _say_heard(self, key: str) -> None:
        async def say() -> None:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.rpush(key, self._own)
                pipe.expire(key, ACK_KEPT_S)
                await pipe.execute()

        await self._quietly(say)

    def _heed_events(self) -> None:
        news = self._stream.recent(self._head)
        self._head = self._stream.head
        if news is None:
            self._void_all()
            self._eras.owe(self._holders)
        elif tags := [tag for each in news for tag in each.event.voids()]:
            self.void(_few(tags))
            self._eras.owe(_families(tags))

    def _void_all(self) -> None:
        self.void([f"{family}:{ALL}" for family in self._holders])

    async def _quietly(self, command: Callable[[], Any]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await command()
        except _TROUBLE as error:
            log.debug("Redis wasn't told: %s", _said(error))


def _by_family(tags: Iterable[str]) -> dict[str, list[str]]:
    by_family: dict[str, list[str]] = {}
    for tag in dict.fromkeys(tags):
        by_family.setdefault(tag.partition(":")[0], []).append(tag)
    return by_family


def _families(tags: Iterable[str]) -> set[str]:
    return {tag.partition(":")[0] for tag in tags}


def _few(tags: Iterable[str]) -> list[str]:
    """Each once; of a family with too many, all of it."""
    few: list[str] = []
    for family, own in _by_family(tags).items():
        few += own if len(own) <= MOST_TAGS else [f"{family}:{ALL}"]
    return few


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
