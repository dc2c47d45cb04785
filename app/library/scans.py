"""Asking for scans, calling them off, and keeping count."""

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.bulk import insert
from app.core.db import Row
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.jobs import JobRef, Queue
from app.core.outbox import Tx
from app.library.events import ScanProgressed
from app.library.scan_tables import ScanRow

SCAN_JOB = JobRef("library.scan", Queue.LOW)

LIBRARY_ROOTS = text(
    """
    SELECT l.id, l.kind, r.id AS root_id, r.path, r.rules FROM library.libraries l
    LEFT JOIN library.roots r ON r.library_id = l.id WHERE l.id = :library_id ORDER BY r.id
    """
)
# Waits for a transaction that is just starting or ending a scan of the same library.
LOCK_LIBRARY = text("SELECT id FROM library.libraries WHERE id = :library_id FOR UPDATE")
RUNNING = text(
    "SELECT id FROM library.scans WHERE library_id = :library_id AND status IN ('queued', 'running', 'removing')"
)
SCAN = text("SELECT library_id, status FROM library.scans WHERE id = :scan_id FOR UPDATE")
# The first lock of every transaction that writes what a library holds: any number of a scan's chunks share it,
# and who cancels the scan or takes the library away has it alone. It queues, so that chunks never starve them.
SHARE = text("SELECT pg_advisory_xact_lock_shared(7105022, hashtext(CAST(:library_id AS text)))")
HOLD_ALONE = text("SELECT pg_advisory_xact_lock(7105022, hashtext(CAST(:library_id AS text)))")
LIBRARY_OF = text("SELECT library_id FROM library.scans WHERE id = :scan_id")
CANCEL = text("UPDATE library.scans SET status = 'cancelled', finished_at = now() WHERE id = :scan_id")
DROP_TASKS = text("DELETE FROM library.scan_tasks WHERE scan_id = :scan_id")
DROP_SEEN = text("DELETE FROM library.scan_seen WHERE scan_id = :scan_id")
DROP_REMOVALS = text("DELETE FROM library.removals WHERE scan_id = :scan_id")
# `awaiting_confirmation` waits for a human and keeps no other scan from running; the others do.
UNFINISHED = frozenset({"queued", "running", "removing", "awaiting_confirmation"})

COUNT = text(
    """
    UPDATE library.scans SET files_total = greatest(files_total, files_done + CAST(:done AS bigint)),
        files_done = files_done + :done, files_added = files_added + :added, files_changed = files_changed + :changed,
        files_missing = files_missing + :missing, problems = problems + :problems
    WHERE id = :scan_id AND status = 'running'
    """
)


class LeaseLost(Exception):
    """Others have this work now, or the scan was cancelled; what was done since the claim is dropped."""


@dataclass(frozen=True, slots=True)
class Count:
    """What one step adds to a scan's counters; the total never stays behind of what is done."""

    done: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    problems: int = 0


async def request_scan(
    tx: Tx, library_id: UUID, path: str | None = None, *, parallelism: int = 4, actor: Actor | None = None
) -> UUID:
    """Queue a scan of a library, or of one folder given by its absolute path; answers the scan's id.

    actor: whose doing the activity log says that it is; None for what Marquee does by itself, of which it is silent.

    Raises NotFound, Conflict while another scan of the library is not over, Invalid for a path outside its roots.
    Emits ScanProgressed.
    """
    if await tx.db.value(LOCK_LIBRARY, library_id=library_id) is None:
        raise NotFound("library", library_id)
    roots = [row["path"] for row in await tx.db.rows(LIBRARY_ROOTS, library_id=library_id) if row["path"]]
    if path is not None and not any(_below(Path(path), Path(root)) is not None for root in roots):
        raise Invalid("path", f"{path} is not in any of the library's folders.")
    if await tx.db.value(RUNNING, library_id=library_id) is not None:
        raise Conflict("A scan of this library is already under way.")
    scan_id = new_id()
    await insert(
        tx.db, ScanRow, [{"id": scan_id, "library_id": library_id, "path": path, "status": "queued"}]
    )
    for slot in range(parallelism if path is None else 1):
        tx.enqueue(SCAN_JOB, scan_id, slot)
    tx.emit(ScanProgressed(library_id, scan_id))
    if actor is not None:
        after = {"scan_id": scan_id, "path": path}
        await record(tx, actor, "library.scan_requested", "library", library_id, after=after)
    return scan_id


async def cancel_scan(tx: Tx, scan_id: UUID, *, actor: Actor | None = None) -> None:
    """Stop a scan, or refuse what it wants to remove; what it stored so far stays, and what is missing stays missing.

    actor: as of `request_scan`.
    Raises NotFound, Conflict when it is over. Emits ScanProgressed.
    """
    scan = await held(tx, scan_id)
    if scan["status"] not in UNFINISHED:
        raise Conflict("This scan is over.")
    await tx.db.run(CANCEL, scan_id=scan_id)
    await drop_work(tx, scan_id)
    await tx.db.run(DROP_REMOVALS, scan_id=scan_id)
    tx.emit(ScanProgressed(scan["library_id"], scan_id))
    if actor is not None:
        before = {"scan_id": scan_id, "status": scan["status"]}
        await record(tx, actor, "library.scan_cancelled", "library", scan["library_id"], before=before)


async def drop_work(tx: Tx, scan_id: UUID) -> None:
    """Forget what a scan has looked at and what it still had to."""
    await tx.db.run(DROP_TASKS, scan_id=scan_id)
    await tx.db.run(DROP_SEEN, scan_id=scan_id)


async def held(tx: Tx, scan_id: UUID) -> Row:
    """A scan's library_id and status, which nobody else changes until the commit. Raises NotFound."""
    library_id = await tx.db.value(LIBRARY_OF, scan_id=scan_id)
    if library_id is None:
        raise NotFound("scan", scan_id)
    await hold_alone(tx, library_id)
    scan = await tx.db.row(SCAN, scan_id=scan_id)
    if scan is None:
        raise NotFound("scan", scan_id)
    return scan


def _below(path: Path, root: Path) -> str | None:
    """The path relative to the root with '/' between names; None outside of it."""
    try:
        relative = Path(os.path.normpath(path)).relative_to(root)
    except ValueError:
        return None
    return "" if relative == Path() else relative.as_posix()


def scope_of(path: str | None, root: str) -> str | None:
    """The folder of a root that a scan of `path` begins in; None where the root is no part of the scan."""
    return "" if path is None else _below(Path(path), Path(root))


async def share(tx: Tx, library_id: UUID) -> None:
    """Begin to write what a scan found."""
    await tx.db.run(SHARE, library_id=str(library_id))


async def hold_alone(tx: Tx, library_id: UUID) -> None:
    """Wait for what scans of the library are just writing, and let them write no more until the commit."""
    await tx.db.run(HOLD_ALONE, library_id=str(library_id))


async def count(tx: Tx, scan_id: UUID, step: Count) -> None:
    """Add a step to the scan's counters. Raises LeaseLost when the scan is no longer running."""
    counted = await tx.db.run(
        COUNT,
        scan_id=scan_id,
        done=step.done,
        added=step.added,
        changed=step.changed,
        missing=step.missing,
        problems=step.problems,
    )
    if counted != 1:
        raise LeaseLost("The scan is over.")
