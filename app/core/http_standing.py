"""How it stands with an outside service, as all processes together have found it; written when it changes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text

from app.core.db import Db
from app.core.http_clock import Clock

# That all is well is written down again after so long.
AGAIN_S = 60.0
ANSWERED = text(
    """
    INSERT INTO http.standings AS s (service, answered_at) VALUES (:service, now())
    ON CONFLICT (service) DO UPDATE SET answered_at = now(), failing_since = NULL, refused_at = NULL, error = NULL
    """
)
FAILED = text(
    """
    INSERT INTO http.standings AS s (service, failing_since, error) VALUES (:service, now(), :error)
    ON CONFLICT (service) DO UPDATE SET failing_since = coalesce(s.failing_since, now()), error = excluded.error
    """
)
REFUSED = text(
    """
    INSERT INTO http.standings AS s (service, refused_at, error) VALUES (:service, now(), :error)
    ON CONFLICT (service) DO UPDATE SET refused_at = now(), failing_since = NULL, error = excluded.error
    """
)
STANDINGS = text(
    """
    SELECT service, answered_at, failing_since, refused_at, error FROM http.standings
    WHERE service = ANY(CAST(:services AS text[]))
    """
)
_STATEMENTS = {"answered": ANSWERED, "failed": FAILED, "refused": REFUSED}


class Outcome(StrEnum):
    """How a request ended, as far as it tells of the service."""

    ANSWERED = "answered"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Standing:
    """answered_at: to within a minute. failing_since: nothing was answered since. refused_at: the key, since then."""

    answered_at: datetime | None
    failing_since: datetime | None
    refused_at: datetime | None
    error: str | None


class Reporter:
    """Writes down one service's standing, as seldom as is enough."""

    def __init__(self, db: Db, service: str, clock: Clock) -> None:
        self._db = db
        self._service = service
        self._clock = clock
        self._last: Outcome | None = None
        self._at = 0.0

    async def report(self, outcome: Outcome, error: str | None = None) -> None:
        now = self._clock.now()
        # A refusal is one of the key that there was just then; the next may be of another.
        is_news = outcome is Outcome.REFUSED or outcome is not self._last
        if not is_news and now - self._at < AGAIN_S:
            return
        said = {} if outcome is Outcome.ANSWERED else {"error": error}
        await self._db.run(_STATEMENTS[outcome], service=self._service, **said)
        self._last, self._at = outcome, now


async def standings(db: Db, services: list[str]) -> dict[str, Standing]:
    """Of each service that was ever asked. One statement."""
    rows = await db.rows(STANDINGS, services=services)
    return {
        row["service"]: Standing(row["answered_at"], row["failing_since"], row["refused_at"], row["error"])
        for row in rows
    }
