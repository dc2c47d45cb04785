"""Locks that keep two transactions from making the same work twice.

Taken in the order they stand here, so that none waits for another in a circle; held until the commit.
"""

from sqlalchemy import text

from app.core.db import Db

MOVIES = text("SELECT pg_advisory_xact_lock(7105011)")
SERIES = text("SELECT pg_advisory_xact_lock(7105012)")
MOVIES_AND_SERIES = text("SELECT pg_advisory_xact_lock(7105011), pg_advisory_xact_lock(7105012)")
TERMS = text("SELECT pg_advisory_xact_lock(7105013)")
PEOPLE = text("SELECT pg_advisory_xact_lock(7105014)")
COLLECTIONS = text("SELECT pg_advisory_xact_lock(7105015)")


async def hold_works(db: Db) -> None:
    """Keep all others from making, changing or identifying films and series until the commit. One statement."""
    await db.run(MOVIES_AND_SERIES)
