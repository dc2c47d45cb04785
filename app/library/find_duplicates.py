"""The job that finds a library's duplicates after a scan."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.jobs import job
from app.library.duplicates import FIND_DUPLICATES, refresh
from app.library.fingerprints import look_at_videos
from app.library.scans import share

EXISTS = text("SELECT EXISTS (SELECT FROM library.libraries WHERE id = :library_id)")
LATEST_SCAN = text(
    "SELECT max(id::text) FROM library.scans WHERE library_id = :library_id AND finished_at IS NOT NULL"
)


@job(FIND_DUPLICATES.name, queue=FIND_DUPLICATES.queue, timeout=timedelta(days=7), tries=5)
async def find_duplicates(app: App, library_id: str) -> None:
    """List what is the same by content and by quality at once, then look at the pictures, and list what is alike.

    What a scan finds meanwhile is looked at as well, since nobody asks anew while this goes on.
    """
    key = UUID(library_id)
    done = ""
    while done != (latest := await app.db.value(LATEST_SCAN, library_id=key) or ""):
        await _refresh(app, key)
        await look_at_videos(app, key)
        await _refresh(app, key)
        done = latest


async def _refresh(app: App, library_id: UUID) -> None:
    async with app.transaction() as tx:
        await share(tx, library_id)
        if await tx.db.value(EXISTS, library_id=library_id):
            await refresh(tx, library_id)
