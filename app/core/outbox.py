"""The outbox: a transaction's events and jobs are rows of it, published after the commit."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.core.bulk import insert
from app.core.crypto import Keyring
from app.core.db import Db
from app.core.events import Event
from app.core.ids import new_id
from app.core.jobs import JobRef
from app.core.tables import EventRow

# Any constant will do; these two are ours in the whole database.
EMIT_LOCK = 7_105_001
DISPATCH_LOCK = 7_105_002

# Held from numbering until the commit is visible, so that the order of seq is the order of commits.
LOCK_EMIT = text(f"SELECT pg_advisory_xact_lock({EMIT_LOCK})")
# In one order, so that transactions that ask for the same jobs wait for each other and not in a circle.
NEW_JOBS = text(
    """
    INSERT INTO outbox.jobs (id, name, args, queue, dedupe, run_at)
    SELECT id, name, args, queue, dedupe, now() + make_interval(secs => delay_s)
    FROM jsonb_to_recordset(CAST(:jobs AS jsonb))
      AS r(id uuid, name text, args jsonb, queue text, dedupe text, delay_s float8)
    ORDER BY dedupe, id
    ON CONFLICT (dedupe) WHERE failed_at IS NULL DO NOTHING
    """
)


class Tx:
    """A use case's transaction: its statements, and what it announces and asks for."""

    def __init__(self, db: Db, keyring: Callable[[], Keyring]) -> None:
        self.db = db
        self._keyring = keyring
        self._events: list[Event] = []
        self._jobs: list[dict[str, Any]] = []

    def emit(self, event: Event) -> None:
        """Announce an event; consumers see it if and only if this transaction commits."""
        self._events.append(event)

    def enqueue(
        self, job: JobRef, *args: Any, delay: timedelta = timedelta(0), dedupe: str | None = None
    ) -> None:
        """Ask for a job after the commit. With `dedupe`, nothing happens while an unfinished job has the same."""
        row = {"id": new_id(), "name": job.name, "args": args, "queue": job.queue, "dedupe": dedupe}
        self._jobs.append(row | {"delay_s": delay.total_seconds()})

    @property
    def keyring(self) -> Keyring:
        """What seals stored secrets. Raises ConfigError, OSError where there are no keys to be had."""
        return self._keyring()

    @property
    def events(self) -> Sequence[Event]:
        return self._events

    @property
    def pending(self) -> bool:
        return bool(self._events or self._jobs)

    async def flush(self) -> None:
        """Write the outbox rows; the last statements before the commit, since they take the one emitting lock."""
        if self._jobs:
            await self.db.run(NEW_JOBS, jobs=self._jobs)
        if self._events:
            await self.db.run(LOCK_EMIT)
            rows = [{"name": event.name, "payload": event.payload()} for event in self._events]
            await insert(self.db, EventRow, rows)
