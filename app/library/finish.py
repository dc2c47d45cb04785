"""The end of a scan: what vanished, what is removed, and what pictures and extras belong to."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.library.attach import attach
from app.library.confirm import Question, remove_overdue
from app.library.events import ScanProgressed
from app.library.online import look_at_roots, set_online
from app.library.read_folders import Root
from app.library.scans import DROP_TASKS, LIBRARY_ROOTS, scope_of, share

LOCK_RUNNING = text("SELECT id FROM library.scans WHERE id = :scan_id AND status = 'running' FOR UPDATE")
# What keeps a scan from seeing what is below, so that nothing of it is gone.
HIDING = "'unreadable_folder', 'unreadable', 'broken_link', 'link_loop', 'root_offline'"
# Files in folders that this scan did not come across; folders that could not be read hide what is below them.
SET_VANISHED = text(
    f"""
    UPDATE library.files AS f SET missing_since = now()
    FROM jsonb_to_recordset(CAST(:scopes AS jsonb)) AS s(root_id uuid, folder text)
    WHERE f.root_id = s.root_id AND f.missing_since IS NULL
      AND (s.folder = '' OR f.folder = s.folder OR starts_with(f.folder, s.folder || '/'))
      AND NOT EXISTS (
        SELECT FROM library.scan_tasks t
        WHERE t.scan_id = :scan_id AND t.root_id = f.root_id AND t.folder = f.folder)
      AND NOT EXISTS (
        SELECT FROM library.problems p
        WHERE p.root_id = f.root_id AND p.reason IN ({HIDING})
          AND (p.path = f.folder OR p.path = '' OR starts_with(f.folder, p.path || '/')))
    """  # noqa: S608
)
DROP_VANISHED_SERIES_FOLDERS = text(
    f"""
    DELETE FROM library.series_folders f
    USING jsonb_to_recordset(CAST(:scopes AS jsonb)) AS s(root_id uuid, folder text)
    WHERE f.root_id = s.root_id AND (s.folder = '' OR f.folder = s.folder OR starts_with(f.folder, s.folder || '/'))
      AND NOT EXISTS (
        SELECT FROM library.scan_tasks t
        WHERE t.scan_id = :scan_id AND t.root_id = f.root_id AND t.folder = f.folder)
      AND NOT EXISTS (
        SELECT FROM library.problems p
        WHERE p.root_id = f.root_id AND p.reason IN ({HIDING})
          AND (p.path = f.folder OR p.path = '' OR starts_with(f.folder, p.path || '/')))
    """  # noqa: S608
)
# Subtitles of a video lie in files of their own, which can go alone.
DROP_MISSING_SUBTITLES = text(
    """
    DELETE FROM library.streams s USING library.files f
    WHERE f.id = s.external_file_id AND f.library_id = :library_id AND f.missing_since IS NOT NULL
    """
)
DROP_VANISHED_PROBLEMS = text(
    f"""
    DELETE FROM library.problems p
    USING jsonb_to_recordset(CAST(:scopes AS jsonb)) AS s(root_id uuid, folder text)
    WHERE p.root_id = s.root_id AND (s.folder = '' OR p.folder = s.folder OR starts_with(p.folder, s.folder || '/'))
      AND NOT EXISTS (
        SELECT FROM library.scan_tasks t
        WHERE t.scan_id = :scan_id AND t.root_id = p.root_id AND t.folder = p.folder)
      AND NOT EXISTS (
        SELECT FROM library.problems u
        WHERE u.root_id = p.root_id AND u.reason IN ({HIDING}) AND u.id <> p.id
          AND (u.path = '' OR starts_with(p.folder || '/', u.path || '/')))
    """  # noqa: S608
)
SEEN_ROOTS = text("SELECT DISTINCT root_id FROM library.scan_tasks WHERE scan_id = :scan_id")
COMPLETE = text(
    """
    UPDATE library.scans SET files_total = files_done,
        status = CASE WHEN :is_asking THEN 'awaiting_confirmation' ELSE 'completed' END,
        asked_at = CASE WHEN :is_asking THEN now() END, finished_at = CASE WHEN NOT :is_asking THEN now() END,
        files_missing = files_missing + :missing, files_removed = files_removed + :removed,
        problems = (SELECT count(*) FROM library.problems p WHERE p.library_id = scans.library_id)
    WHERE id = :scan_id
    """
)


async def finish(app: App, scan_id: UUID, library_id: UUID, path: str | None) -> None:
    """Complete a scan whose every folder is done; nothing happens if another job was first. Emits ScanProgressed.

    Files that were not seen are marked missing, only below roots that are online now as well; those missing since
    before this scan and for longer than the grace period are removed, or asked about where they are too many.
    """
    rows = await app.db.rows(LIBRARY_ROOTS, library_id=library_id)
    seen = {row[0] for row in await app.db.rows(SEEN_ROOTS, scan_id=scan_id)}
    roots = {row["root_id"]: Root(row["root_id"], row["path"]) for row in rows if row["root_id"] in seen}
    online = await look_at_roots(app, library_id, roots.values())
    scopes: list[dict[str, Any]] = [
        {"root_id": root.id, "folder": scope_of(path, root.path)}
        for root in roots.values()
        if online[root.id]
    ]
    async with app.transaction() as tx:
        await share(tx, library_id)
        if await tx.db.value(LOCK_RUNNING, scan_id=scan_id) is None:
            return
        gone = {root_id: is_there for root_id, is_there in online.items() if not is_there}
        await set_online(tx, library_id, roots, gone)
        missing = await tx.db.run(SET_VANISHED, scan_id=scan_id, scopes=scopes)
        await tx.db.run(DROP_VANISHED_PROBLEMS, scan_id=scan_id, scopes=scopes)
        await tx.db.run(DROP_VANISHED_SERIES_FOLDERS, scan_id=scan_id, scopes=scopes)
        overdue = await remove_overdue(
            tx, app.config, Question(scan_id, library_id, path is not None), scopes
        )
        await tx.db.run(DROP_MISSING_SUBTITLES, library_id=library_id)
        await attach(tx, library_id)
        await tx.db.run(DROP_TASKS, scan_id=scan_id)
        await tx.db.run(
            COMPLETE,
            scan_id=scan_id,
            missing=missing,
            removed=overdue.removed,
            is_asking=overdue.is_asking,
        )
        tx.emit(ScanProgressed(library_id, scan_id))
