"""Jobs: background work that PostgreSQL remembers and arq carries out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Queue(StrEnum):
    """Where a job waits, most urgent first."""

    CRITICAL = "critical"
    HIGH = "high"
    DEFAULT = "default"
    LOW = "low"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class JobRef:
    """All that one needs to ask for a job, without importing what it does."""

    name: str
    queue: Queue


@dataclass(frozen=True, slots=True)
class Job(JobRef):
    """Work under a stable name: ids in (as JSON), idempotent, safe to run twice."""

    run: Callable[..., Awaitable[None]]
    timeout: timedelta
    tries: int
    gave_up: Callable[..., Awaitable[None]] | None = None


JOBS: dict[str, Job] = {}


def job(
    name: str,
    *,
    queue: Queue = Queue.DEFAULT,
    timeout: timedelta = timedelta(minutes=5),
    tries: int = 3,
    gave_up: Callable[..., Awaitable[None]] | None = None,
) -> Callable[[Callable[..., Awaitable[None]]], Job]:
    """Register an async function `(app, *args)` as a job.

    tries: runs that end in an error before it is given up. A run that dies with its worker is repeated, though not
    for ever (`work.MOST_DEATHS`). gave_up: called as (tx, *args, error=...) in the transaction that gives it up.
    """

    def register(run: Callable[..., Awaitable[None]]) -> Job:
        JOBS[name] = Job(name, queue, run, timeout, tries, gave_up)
        return JOBS[name]

    return register


def backoff_s(attempt: int) -> float:
    """Seconds to wait before the next try: 1, 2, 4, ... up to 5 minutes."""
    return min(300.0, 2.0 ** max(0, attempt - 1))
