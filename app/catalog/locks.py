"""Locks that keep two transactions from making the same work twice.

Taken in the order they stand here, so that none waits for another in a circle; held until the commit.
"""

from sqlalchemy import text

MOVIES = text("SELECT pg_advisory_xact_lock(7105011)")
SERIES = text("SELECT pg_advisory_xact_lock(7105012)")
TERMS = text("SELECT pg_advisory_xact_lock(7105013)")
PEOPLE = text("SELECT pg_advisory_xact_lock(7105014)")
COLLECTIONS = text("SELECT pg_advisory_xact_lock(7105015)")
