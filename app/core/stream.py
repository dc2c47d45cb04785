"""The stream: every process hears every event, in order and without gaps, whatever Redis does."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

import orjson
from arq.connections import ArqRedis
from sqlalchemy import text

from app.core.db import Database
from app.core.dispatch import BATCH, DISPATCHED_SEQ, EVENTS_AFTER, TROUBLE, channel
from app.core.errors import Invalid
from app.core.events import Delivered, load

log = logging.getLogger(__name__)

RING = 2000
POLL_S = 1.0
OLDEST_SEQ = text("SELECT min(seq) FROM outbox.events")


class Stream:
    """Keeps the newest events in a ring that listeners read from; what is older they read from PostgreSQL."""

    def __init__(self, database: Database, redis: ArqRedis, namespace: str) -> None:
        self._database = database
        self._redis = redis
        self._channel = channel(namespace)
        self._ring: deque[Delivered] = deque(maxlen=RING)
        self._head = 0
        self._news = asyncio.Event()

    @property
    def head(self) -> int:
        """Place of the newest event heard of; a cursor to resume after."""
        return self._head

    async def start(self) -> None:
        """Begin at the present: events published before this are history."""
        self._head = await self._database.db.value(DISPATCHED_SEQ)

    async def run(self) -> None:
        """Follow Redis; while it is away, ask PostgreSQL every second."""
        while True:
            try:
                await self._follow()
            except TROUBLE as error:
                log.warning(
                    "The event stream reads the database meanwhile: %s", str(error) or type(error).__name__
                )
            await self._catch_up_quietly()
            await asyncio.sleep(POLL_S)

    async def listen(self, after: int | None = None) -> AsyncGenerator[Delivered]:
        """Events after a place, or from now on; never ends by itself.

        Raises Invalid where `after` lies before what is still kept: the client has to read everything anew.
        """
        last = self._head if after is None else after
        if after is not None and after < self._head:
            await self._check_kept(after)
        while True:
            news = self._news
            batch = self._recent(last)
            if batch is None:
                batch = await self._stored(last)
            for delivered in batch:
                last = delivered.seq
                yield delivered
            if not batch:
                await news.wait()

    async def _check_kept(self, after: int) -> None:
        oldest = await self._database.db.value(OLDEST_SEQ)
        if oldest is None or after < oldest - 1:
            raise Invalid("after", "This cursor is too old: what changed since is no longer known in full.")

    def _recent(self, last: int) -> Sequence[Delivered] | None:
        if last >= self._head:
            return ()
        if not self._ring or self._ring[0].previous > last:
            return None
        return [delivered for delivered in self._ring if delivered.seq > last]

    async def _stored(self, after: int) -> Sequence[Delivered]:
        rows = await self._database.db.rows(EVENTS_AFTER, seq=after, most=BATCH)
        found: list[Delivered] = []
        for row in rows:
            found.append(Delivered(row["seq"], after, load(row["name"], row["payload"])))
            after = row["seq"]
        return found

    async def _follow(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(self._channel)
            await self._catch_up()
            while True:
                message = cast("dict[str, Any] | None", await pubsub.get_message(timeout=POLL_S * 5))
                if message is not None:
                    await self._hear(orjson.loads(message["data"]))

    async def _hear(self, body: dict[str, Any]) -> None:
        seq: int = body["seq"]
        if body["previous"] > self._head:
            await self._catch_up()
        if seq > self._head:
            self._advance(Delivered(seq, self._head, load(body["name"], body["payload"])))

    async def _catch_up(self) -> None:
        while True:
            rows = await self._database.db.rows(EVENTS_AFTER, seq=self._head, most=BATCH)
            for row in rows:
                event = load(row["name"], row["payload"])
                self._advance(Delivered(row["seq"], self._head, event))
            if len(rows) < BATCH:
                return

    async def _catch_up_quietly(self) -> None:
        try:
            await self._catch_up()
        except TROUBLE as error:
            log.debug("The database can't be read either: %s", error)

    def _advance(self, delivered: Delivered) -> None:
        self._ring.append(delivered)
        self._head = delivered.seq
        self._news.set()
        self._news = asyncio.Event()
