"""The end of a scan: what vanished, what is removed, and what pictures and extras belong to."""

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.outbox import Tx
from app.library.attach import attach
from app.library.events import ScanProgressed
from app.library.removal import remove_files
from app.library.scans import DROP_TASKS, LIBRARY_ROOTS, scope_of
from app.library.walk import is_online

LOCK_RUNNING = text("SELECT id FROM library.scans WHERE id = :scan_id AND status = 'running' FOR UPDATE")
# Files in folders that this scan did not come across; folders that could not be read hide what is below them.
SET_VANISHED = text(
    """
    UPDATE library.files AS f SET missing_since = now()
    FROM jsonb_to_recordset(CAST(:scopes AS jsonb)) AS s(root_id uuid, folder text)
    WHERE f.root_id = s.root_id AND f.missing_since IS NULL
      AND (s.folder = '' OR f.folder = s.folder OR starts_with(f.folder, s.folder || '/'))
      AND NOT EXISTS (
        SELECT FROM library.scan_tasks t
        WHERE t.scan_id = :scan_id AND t.root_id = f.root_id AND t.folder = f.folder)
      AND NOT EXISTS (
        SELECT FROM library.problems p
        WHERE p.root_id = f.root_id AND p.reason = 'unreadable_folder'
          AND (p.path = f.folder OR p.path = '' OR starts_with(f.folder, p.path || '/')))
    """
)
DROP_VANISHED_PROBLEMS = text(
    """
    DELETE FROM library.problems p
    USING jsonb_to_recordset(CAST(:scopes AS jsonb)) AS s(root_id uuid, folder text)
    WHERE p.root_id = s.root_id AND (s.folder = '' OR p.folder = s.folder OR starts_with(p.folder, s.folder || '/'))
      AND NOT EXISTS (
        SELECT FROM library.scan_tasks t
        WHERE t.scan_id = :scan_id AND t.root_id = p.root_id AND t.folder = p.folder)
      AND NOT EXISTS (
        SELECT FROM library.problems u
        WHERE u.root_id = p.root_id AND u.reason = 'unreadable_folder' AND u.id <> p.id
          AND (u.path = '' OR starts_with(p.folder || '/', u.path || '/')))
    """
)
OVERDUE = text(
    """
    SELECT f.id FROM library.files f
    JOIN jsonb_to_recordset(CAST(:scopes AS jsonb)) AS s(root_id uuid, folder text) ON s.root_id = f.root_id
    JOIN library.scans c ON c.id = :scan_id
    WHERE f.missing_since < least(c.created_at, now() - make_interval(secs => CAST(:grace_s AS int)))
      AND (s.folder = '' OR f.folder = s.folder OR starts_with(f.folder, s.folder || '/'))
    """
)
COMPLETE = text(
    """
    UPDATE library.scans SET status = 'completed', finished_at = now(), files_total = files_done,
        files_missing = files_missing + :missing, files_removed = files_removed + :removed,
        problems = (SELECT count(*) FROM library.problems p WHERE p.library_id = scans.library_id)
    WHERE id = :scan_id
    """
)


async def finish(app: App, scan_id: UUID, library_id: UUID, path: str | None) -> None:
    """Complete a scan whose every folder is done; nothing happens if another job was first. Emits ScanProgressed.

    Files that were not seen are marked missing, only below roots that are online now as well; those missing since
    before this scan and for longer than the grace period are removed.
    """
    roots = [row for row in await app.db.rows(LIBRARY_ROOTS, library_id=library_id) if row["root_id"]]
    online = [row for row in roots if await app.in_thread(is_online, Path(row["path"]))]
    scopes: list[dict[str, Any]] = [
        {"root_id": row["root_id"], "folder": scope_of(path, row["path"])} for row in online
    ]
    scopes = [scope for scope in scopes if scope["folder"] is not None]
    async with app.transaction() as tx:
        if await tx.db.value(LOCK_RUNNING, scan_id=scan_id) is None:
            return
        missing = await tx.db.run(SET_VANISHED, scan_id=scan_id, scopes=scopes)
        await tx.db.run(DROP_VANISHED_PROBLEMS, scan_id=scan_id, scopes=scopes)
        removed = await _remove_overdue(app, tx, scan_id, library_id, scopes)
        await attach(tx, library_id)
        await tx.db.run(DROP_TASKS, scan_id=scan_id)
        await tx.db.run(COMPLETE, scan_id=scan_id, missing=missing, removed=removed)
        tx.emit(ScanProgressed(library_id, scan_id))


async def _remove_overdue(
    app: App, tx: Tx, scan_id: UUID, library_id: UUID, scopes: list[dict[str, Any]]
) -> int:
    rows = await tx.db.rows(OVERDUE, scan_id=scan_id, scopes=scopes, grace_s=app.config.missing_grace_s)
    if rows:
        await remove_files(tx, library_id, [row["id"] for row in rows])
    return len(rows)
