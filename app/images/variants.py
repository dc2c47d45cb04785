"""Images in the width that is asked for: made once, however many ask at once, and kept."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from uuid import UUID
from weakref import WeakKeyDictionary

from redis.exceptions import LockError, RedisError

from app.core.app import App
from app.images.formats import ImageFormat
from app.images.store import master_key, store, variant_key
from app.images.studio import studio

log = logging.getLogger(__name__)

# Longer than making one takes; whoever waited so long makes it on their own.
TURN_S = 60.0
LOOK_S = 0.05
_TROUBLE = (RedisError, OSError, TimeoutError)


class Variants:
    """Of one process: those who ask for the same wait for the same."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._making: dict[str, asyncio.Task[bytes | None]] = {}

    async def get(self, image_id: UUID, width: int, form: ImageFormat) -> bytes | None:
        """None where there is no such image. Raises Refused, StudioFailed, OSError."""
        key = variant_key(image_id, width, form)
        kept = await store(self._app).get(key)
        if kept is not None:
            return kept
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make(key, image_id, width, form))
            making.add_done_callback(lambda done: self._made(key, done))
        # Whoever hangs up takes it from nobody else.
        return await asyncio.shield(making)

    def close(self) -> None:
        for each in self._making.values():
            each.cancel()

    def _made(self, key: str, done: asyncio.Task[bytes | None]) -> None:
        del self._making[key]
        if not done.cancelled() and (error := done.exception()) is not None:
            log.warning("%s could not be made: %s", key, error)

    async def _make(self, key: str, image_id: UUID, width: int, form: ImageFormat) -> bytes | None:
        async with self._turn(key):
            kept = await store(self._app).get(key)
            if kept is not None:
                return kept
            master = await store(self._app).get(master_key(image_id))
            if master is None:
                return None
            made = await studio(self._app).variant(master, width, form)
            try:
                await store(self._app).put(key, made)
            except OSError as error:
                log.warning("%s could not be kept: %s", key, error)
            return made

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncGenerator[None]:
        """One process at a time; all at once while Redis is away, which only costs them work."""
        lock = self._app.redis.lock(
            f"{self._app.config.namespace}:{key}", timeout=TURN_S, sleep=LOOK_S, blocking_timeout=TURN_S
        )
        try:
            has_turn = await lock.acquire()
        except _TROUBLE as error:
            log.debug("No turn for %s: %s", key, error)
            has_turn = False
        try:
            yield
        finally:
            if has_turn:
                with suppress(LockError, *_TROUBLE):  # it ends by itself, and may have
                    await lock.release()


_variants: WeakKeyDictionary[App, Variants] = WeakKeyDictionary()


def variants(app: App) -> Variants:
    if app not in _variants:
        made = _variants[app] = Variants(app)
        app.on_close(made.close)
    return _variants[app]
