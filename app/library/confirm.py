"""Files that were missing for too long: removed where they are few, asked about where they are many."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import MARQUEE, Actor
from app.activity.record import record
from app.core.app import App
from app.core.config import Config
from app.core.db import Row
from app.core.errors import Conflict
from app.core.jobs import JobRef, Queue, job
from app.core.outbox import Tx
from app.library.events import ScanProgressed
from app.library.online import look_at_roots
from app.library.read_folders import Root
from app.library.reads import joined
from app.library.removal import remove_files
from app.library.scans import CANCEL, DROP_REMOVALS, RUNNING, held, hold_alone
from app.library.tree import SCOPE, Scope

# As many as a film and what lies beside it: nobody wants to be asked about that, however small the library is.
FEW = 5
BATCH = 500
REMOVE_JOB = JobRef("library.remove", Queue.LOW)

OVERDUE = text(
    f"""
    SELECT f.id FROM library.files f JOIN library.scans c ON c.id = :scan_id
    WHERE f.missing_since < least(c.created_at, now() - make_interval(secs => CAST(:grace_s AS int)))
      AND {SCOPE.format(table="f")}
    """  # noqa: S608
)
# Of the whole library, so that many scans of one folder each remove no more unasked than one of all folders.
SHARE_OVERDUE = text(
    """
    SELECT count(*) AS files, count(*) FILTER (
        WHERE r.is_online AND f.missing_since < now() - make_interval(secs => CAST(:grace_s AS int))) AS overdue
    FROM library.files f JOIN library.roots r ON r.id = f.root_id WHERE f.library_id = :library_id
    """
)
ASK = text(
    "INSERT INTO library.removals (scan_id, file_id) SELECT :scan_id, unnest(CAST(:file_ids AS uuid[]))"
)
AWAITING = text(
    "SELECT id FROM library.scans WHERE library_id = :library_id AND status = 'awaiting_confirmation' FOR UPDATE"
)
# A file that came back since, be it that it vanished again, is not what was asked about.
STILL_LISTED = text(
    """
    SELECT EXISTS (
        SELECT FROM library.removals m JOIN library.files f ON f.id = m.file_id JOIN library.scans c ON c.id = m.scan_id
        WHERE m.scan_id = :scan_id AND f.missing_since < c.asked_at)
    """
)
COUNT_LISTED = text("SELECT count(*) FROM library.removals WHERE scan_id = :scan_id")
CONFIRM = text("UPDATE library.scans SET status = 'removing' WHERE id = :scan_id")
REMOVING = text("SELECT library_id FROM library.scans WHERE id = :scan_id AND status = 'removing'")
LISTED = text(
    """
    SELECT f.id, f.folder, f.name, r.id AS root_id, r.path AS root_path
    FROM library.removals m JOIN library.files f ON f.id = m.file_id JOIN library.roots r ON r.id = f.root_id
    WHERE m.scan_id = :scan_id ORDER BY f.id LIMIT CAST(:most AS int)
    """
)
STILL_MISSING = text(
    """
    SELECT f.id FROM library.files f JOIN library.scans c ON c.id = :scan_id
    WHERE f.id = ANY(CAST(:file_ids AS uuid[])) AND f.missing_since < c.asked_at FOR UPDATE OF f
    """
)
UNLIST = text(
    "DELETE FROM library.removals WHERE scan_id = :scan_id AND file_id = ANY(CAST(:file_ids AS uuid[]))"
)
COUNT = text("UPDATE library.scans SET files_removed = files_removed + :removed WHERE id = :scan_id")
FAIL = text(
    "UPDATE library.scans SET status = 'failed', error = :error, finished_at = now() WHERE id = :scan_id"
)
COMPLETE = text("UPDATE library.scans SET status = 'completed', finished_at = now() WHERE id = :scan_id")


@dataclass(frozen=True, slots=True)
class Question:
    """The scan that may have to ask. is_partial: it looked at one folder only."""

    scan_id: UUID
    library_id: UUID
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Overdue:
    """What became of the files that were missing for too long."""

    removed: int = 0
    is_asking: bool = False


async def remove_overdue(tx: Tx, config: Config, question: Question, scopes: Sequence[Scope]) -> Overdue:
    """Remove files of the scopes that are missing since before the scan and for longer than the grace period.

    Where all such files of the library are more than the share that may go unasked, they are listed for
    `confirm_removal` instead. While another scan asks, none is removed: a scan of one folder leaves them to that,
    one of all folders asks in its place. Emits ScanProgressed for a scan that asks no more.
    """
    asking = await tx.db.value(AWAITING, library_id=question.library_id)
    if asking is not None and question.is_partial and await tx.db.value(STILL_LISTED, scan_id=asking):
        return Overdue()
    if asking is not None:
        await _withdraw(tx, question.library_id, asking)
    since = {"scan_id": question.scan_id, "grace_s": config.missing_grace_s}
    files = [row["id"] for scope in scopes for row in await tx.db.rows(OVERDUE, **since, **scope.params)]
    if not files:
        return Overdue()
    if asking is not None or await _is_too_much(tx, config, question.library_id):
        await tx.db.run(ASK, scan_id=question.scan_id, file_ids=files)
        return Overdue(is_asking=True)
    await remove_files(tx, question.library_id, files)
    return Overdue(removed=len(files))


async def _is_too_much(tx: Tx, config: Config, library_id: UUID) -> bool:
    counts = await tx.db.row(SHARE_OVERDUE, library_id=library_id, grace_s=config.missing_grace_s)
    assert counts is not None
    return counts["overdue"] > max(FEW, config.removal_share * counts["files"])


async def _withdraw(tx: Tx, library_id: UUID, scan_id: UUID) -> None:
    await tx.db.run(CANCEL, scan_id=scan_id)
    await tx.db.run(DROP_REMOVALS, scan_id=scan_id)
    tx.emit(ScanProgressed(library_id, scan_id))


async def confirm_removal(tx: Tx, scan_id: UUID, *, actor: Actor = MARQUEE) -> None:
    """Have the files removed that a scan asks about; a worker looks at the disk once more before it does so.

    actor: whose doing the activity log says that it is.

    Raises NotFound; Conflict where the scan asks for nothing, or another one is under way. Emits ScanProgressed.
    """
    scan = await held(tx, scan_id)
    if scan["status"] != "awaiting_confirmation":
        raise Conflict("This scan doesn't wait for a confirmation.")
    if await tx.db.value(RUNNING, library_id=scan["library_id"]) is not None:
        raise Conflict("A scan of this library is under way; confirm when it is over.")
    await tx.db.run(CONFIRM, scan_id=scan_id)
    tx.enqueue(REMOVE_JOB, scan_id)
    tx.emit(ScanProgressed(scan["library_id"], scan_id))
    after = {"scan_id": scan_id, "files": await tx.db.value(COUNT_LISTED, scan_id=scan_id)}
    await record(tx, actor, "library.removal_confirmed", "library", scan["library_id"], after=after)


async def fail_removal(tx: Tx, scan_id: str, *, error: str) -> None:
    """End a removal that will not be tried again; what is left stays missing. Emits ScanProgressed."""
    key = UUID(scan_id)
    library_id = await tx.db.value(REMOVING, scan_id=key)
    if library_id is not None:
        await hold_alone(tx, library_id)
        await tx.db.run(FAIL, scan_id=key, error=error)
        await tx.db.run(DROP_REMOVALS, scan_id=key)
        tx.emit(ScanProgressed(library_id, key))


@job(REMOVE_JOB.name, queue=REMOVE_JOB.queue, timeout=timedelta(days=1), tries=10, gave_up=fail_removal)
async def remove(app: App, scan_id: str) -> None:
    """Remove what was confirmed, batch by batch; what is there again, or can't be looked for, stays."""
    scan = UUID(scan_id)
    library_id = await app.db.value(REMOVING, scan_id=scan)
    if library_id is None:
        return
    while listed := await app.db.rows(LISTED, scan_id=scan, most=BATCH):
        if not await _remove(app, library_id, scan, listed):
            return
    async with app.transaction() as tx:
        await hold_alone(tx, library_id)
        if await tx.db.value(REMOVING, scan_id=scan) is not None:
            await tx.db.run(COMPLETE, scan_id=scan)
            tx.emit(ScanProgressed(library_id, scan))


async def _remove(app: App, library_id: UUID, scan_id: UUID, listed: Sequence[Row]) -> bool:
    """False where the scan was cancelled meanwhile."""
    roots = {row["root_id"]: Root(row["root_id"], row["root_path"]) for row in listed}
    online = await look_at_roots(app, library_id, roots.values())
    gone = await app.in_thread(_gone, [row for row in listed if online[row["root_id"]].is_online])
    async with app.transaction() as tx:
        await hold_alone(tx, library_id)
        if await tx.db.value(REMOVING, scan_id=scan_id) is None:
            return False
        files = [row["id"] for row in await tx.db.rows(STILL_MISSING, scan_id=scan_id, file_ids=gone)]
        await tx.db.run(UNLIST, scan_id=scan_id, file_ids=[row["id"] for row in listed])
        if files:
            await remove_files(tx, library_id, files)
            await tx.db.run(COUNT, scan_id=scan_id, removed=len(files))
            tx.emit(ScanProgressed(library_id, scan_id))
    return True


def _gone(listed: Sequence[Row]) -> list[UUID]:
    return [
        row["id"]
        for row in listed
        if not os.path.lexists(joined(row["root_path"], row["folder"], row["name"]))
    ]
