"""How it stands with letters."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.core.db import Db

STANDING = text(
    """
    SELECT count(*) FILTER (WHERE sent_at IS NULL AND given_up_at IS NULL) AS waiting,
        count(*) FILTER (WHERE given_up_at IS NOT NULL) AS given_up,
        max(sent_at) AS last_sent_at, max(failed_at) AS last_failed_at,
        (array_agg(error ORDER BY failed_at DESC) FILTER (WHERE failed_at IS NOT NULL))[1] AS last_error
    FROM mail.letters
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of the letters of the last days. given_up: how many were not taken, or not in time."""

    waiting: int
    given_up: int
    last_sent_at: datetime | None
    last_failed_at: datetime | None
    last_error: str | None


async def standing(db: Db) -> Standing:
    """One statement."""
    row = await db.row(STANDING)
    assert row is not None
    return Standing(**dict(row))
