"""The stream: every process hears every event, in order and without gaps, whatever Redis does."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

import orjson
from arq.connections import ArqRedis
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy import text

from app.core.db import Database, Db
from app.core.dispatch import BATCH, DISPATCHED_SEQ, EVENTS_AFTER, TROUBLE, channel, end_if_cancelled
from app.core.errors import Invalid
from app.core.events import Delivered, load

log = logging.getLogger(__name__)

RING = 2000
POLL_S = 1.0
IDLE_S = 5.0
KEPT = text(
    """
    SELECT dropped_seq AS dropped, greatest(dispatched_seq, (SELECT max(seq) FROM outbox.events)) AS newest
    FROM outbox.cursor
    """
)


class Stream:
    """Keeps the newest events in a ring that listeners read from; what is older they read from PostgreSQL."""

    def __init__(self, database: Database, redis: ArqRedis, namespace: str) -> None:
        self._db = Db(database.connections)
        self._redis = redis
        self._channel = channel(namespace)
        self._ring: deque[Delivered] = deque(maxlen=RING)
        self._head = 0
        self._news = asyncio.Event()
        self._is_following = False

    @property
    def head(self) -> int:
        """Place of the newest event heard of; a cursor to resume after."""
        return self._head

    async def start(self) -> None:
        """Begin at the present: events published before this are history."""
        self._head = await self._db.value(DISPATCHED_SEQ)

    async def run(self) -> None:
        """Follow Redis; while it is away, ask PostgreSQL every second."""
        was_following = True
        while True:
            self._is_following = False
            try:
                await self._follow()
            except TROUBLE as error:
                if was_following or self._is_following:
                    said = str(error) or type(error).__name__
                    log.warning("The event stream is interrupted and asks the database: %s", said)
            except Exception:
                log.exception("The event stream stumbled and goes on")
            was_following = False
            await self._catch_up_quietly()
            end_if_cancelled()
            await asyncio.sleep(POLL_S)

    async def listen(self, after: int | None = None) -> AsyncGenerator[Delivered]:
        """Events after a place, or from now on; never ends by itself.

        Raises Invalid where `after` lies before what is still kept, or in no past of this database: the client has to
        read everything anew.
        """
        last = self._head if after is None else after
        if last > self._head or self.recent(last) is None:
            await self._check_kept(last)
        while True:
            news = self._news
            batch = self.recent(last)
            if batch is None:
                batch = await self._stored(last)
            for delivered in batch:
                last = delivered.seq
                yield delivered
            if not batch:
                await news.wait()

    async def _check_kept(self, after: int) -> None:
        kept = await self._db.row(KEPT)
        assert kept is not None
        if after < kept["dropped"]:
            raise Invalid("after", "This cursor is too old: what changed since is no longer known in full.")
        if after > kept["newest"]:
            raise Invalid("after", "This cursor is of another server, or of a time that was undone.")

    def recent(self, last: int) -> Sequence[Delivered] | None:
        """What was heard after a place, as far as it is at hand; None where the gap is too long."""
        if last >= self._head:
            return ()
        if not self._ring or self._ring[0].previous > last:
            return None
        newer: list[Delivered] = []
        for delivered in reversed(self._ring):
            if delivered.seq <= last:
                break
            newer.append(delivered)
        return newer[::-1]

    async def _stored(self, after: int) -> Sequence[Delivered]:
        rows = await self._db.rows(EVENTS_AFTER, seq=after, most=BATCH)
        found: list[Delivered] = []
        for row in rows:
            found.append(Delivered(row["seq"], after, load(row["name"], row["payload"])))
            after = row["seq"]
        return found

    async def _follow(self) -> None:
        async with self._redis.pubsub() as pubsub:
            await pubsub.subscribe(self._channel)
            answer_by: float | None = _now() + IDLE_S
            while True:
                wait_s = IDLE_S if answer_by is None else POLL_S
                message = cast("dict[str, Any] | None", await pubsub.get_message(timeout=wait_s))
                if message is not None:
                    answer_by = None
                    await self._take(message)
                    continue
                await self._catch_up()
                if answer_by is None:
                    await pubsub.ping()
                    answer_by = _now() + IDLE_S
                elif _now() > answer_by:
                    raise RedisTimeoutError("Redis doesn't answer.")

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "message":
            await self._hear(orjson.loads(message["data"]))
        elif message["type"] == "subscribe":
            # At the beginning, and when redis-py has connected anew unasked: what came before it went by unheard.
            self._is_following = True
            await self._catch_up()

    async def _hear(self, body: dict[str, Any]) -> None:
        seq: int = body["seq"]
        if body["previous"] > self._head:
            await self._catch_up()
        if seq > self._head:
            self._advance(Delivered(seq, self._head, load(body["name"], body["payload"])))

    async def _catch_up(self) -> None:
        while True:
            rows = await self._db.rows(EVENTS_AFTER, seq=self._head, most=BATCH)
            for row in rows:
                event = load(row["name"], row["payload"])
                self._advance(Delivered(row["seq"], self._head, event))
            if len(rows) < BATCH:
                return

    async def _catch_up_quietly(self) -> None:
        try:
            await self._catch_up()
        except Exception as error:  # noqa: BLE001
            # Not only TROUBLE: asyncpg stumbles over its own None where a connection dies between two steps.
            log.debug("The database can't be read either: %s", error)

    def _advance(self, delivered: Delivered) -> None:
        self._ring.append(delivered)
        self._head = delivered.seq
        self._news.set()
        self._news = asyncio.Event()


def _now() -> float:
    return asyncio.get_running_loop().time()
