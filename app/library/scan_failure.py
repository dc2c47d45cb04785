"""What becomes of a scan none of whose jobs will be tried again."""

from uuid import UUID

from sqlalchemy import text

from app.core.outbox import Tx
from app.library.events import ScanProgressed
from app.library.scans import LIBRARY_OF, SCAN_JOB, drop_work, hold_alone

OTHER_JOBS = text(
    """
    SELECT EXISTS (
        SELECT FROM outbox.jobs WHERE name = :name AND failed_at IS NULL AND args ->> 0 = :scan_id)
    """
)
FAIL = text(
    """
    UPDATE library.scans SET status = 'failed', error = :error, finished_at = now()
    WHERE id = :scan_id AND status IN ('queued', 'running')
    """
)


async def fail_scan(tx: Tx, scan_id: str, slot: int, *, error: str) -> None:
    """End a scan as failed with the last of its jobs; what it found so far stays. Emits ScanProgressed."""
    key = UUID(scan_id)
    library_id = await tx.db.value(LIBRARY_OF, scan_id=key)
    if library_id is None:
        return
    # Alone, so that of two jobs that end at once the second sees that it is the last.
    await hold_alone(tx, library_id)
    if await tx.db.value(OTHER_JOBS, name=SCAN_JOB.name, scan_id=scan_id):
        return
    if await tx.db.run(FAIL, scan_id=key, error=error):
        await drop_work(tx, key)
        tx.emit(ScanProgressed(library_id, key))
