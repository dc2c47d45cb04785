"""Forgetting the activity log's oldest entries; nothing else ever takes one away."""

from datetime import timedelta

from sqlalchemy import text

from app.core.app import App

BATCH = 5000
PURGE = text(f"SELECT activity.purge(make_interval(secs => CAST(:keep_s AS float8)), {BATCH})")


async def purge(app: App, keep: timedelta) -> int:
    """Forget what is older, in batches of a statement each; how many comes back. Safe to run at any time."""
    total = 0
    while count := await app.db.value(PURGE, keep_s=keep.total_seconds()):
        total += count
    return total
