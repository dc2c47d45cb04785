"""The end of a scan: what vanished, what is removed, and what pictures and extras belong to."""

from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.outbox import Tx
from app.library.attach import attach_some
from app.library.confirm import Question, remove_overdue
from app.library.duplicates import ask_for_duplicates
from app.library.events import ScanProgressed
from app.library.online import look_at_roots, set_online
from app.library.problems import LEFT_ALONE
from app.library.read_folders import Root
from app.library.rules import rules
from app.library.scans import LIBRARY_ROOTS, drop_work, scope_of, share
from app.library.take_images import ask_for_images
from app.library.tree import SCOPE, Scope

LOCK_RUNNING = text("SELECT id FROM library.scans WHERE id = :scan_id AND status = 'running' FOR UPDATE")
# What keeps a scan from seeing what is below, so that nothing of it is gone.
HIDING = "'unreadable_folder', 'unreadable', 'broken_link', 'link_loop', 'root_offline'"
# Folders that rows name but that this scan did not come across; those that could not be read hide what is below them.
GONE = f"""
    seen AS MATERIALIZED (
        SELECT unnest(n.folders) AS folder FROM library.scan_seen n
        WHERE n.scan_id = :scan_id AND n.root_id = :root_id),
    named AS MATERIALIZED (
        SELECT DISTINCT t.folder FROM library.{{table}} t WHERE {SCOPE.format(table="t")}{{extra}}),
    gone AS MATERIALIZED (
        SELECT a.folder FROM named a WHERE NOT EXISTS (SELECT FROM seen n WHERE n.folder = a.folder))
"""  # noqa: S608
SET_VANISHED = text(
    f"""
    WITH {GONE.format(table="files", extra=" AND t.missing_since IS NULL")}
    UPDATE library.files AS f SET missing_since = now() FROM gone g
    WHERE f.root_id = :root_id AND f.folder = g.folder AND f.missing_since IS NULL
      AND NOT EXISTS (
        SELECT FROM library.problems p
        WHERE p.root_id = :root_id AND p.reason IN ({HIDING})
          AND (p.path = g.folder OR p.path = '' OR starts_with(g.folder, p.path || '/')))
    """  # noqa: S608
)
DROP_VANISHED_SERIES_FOLDERS = text(
    f"""
    WITH {GONE.format(table="series_folders", extra="")}
    DELETE FROM library.series_folders f USING gone g
    WHERE f.root_id = :root_id AND f.folder = g.folder
      AND NOT EXISTS (
        SELECT FROM library.problems p
        WHERE p.root_id = :root_id AND p.reason IN ({HIDING})
          AND (p.path = g.folder OR p.path = '' OR starts_with(g.folder, p.path || '/')))
    """  # noqa: S608
)
DROP_VANISHED_PROBLEMS = text(
    f"""
    WITH {GONE.format(table="problems", extra="")}
    DELETE FROM library.problems p USING gone g
    WHERE p.root_id = :root_id AND p.folder = g.folder
      AND NOT (p.file_id IS NOT NULL AND p.reason = ANY(CAST(:left_alone AS text[])))
      AND NOT EXISTS (
        SELECT FROM library.problems u
        WHERE u.root_id = :root_id AND u.reason IN ({HIDING}) AND u.id <> p.id
          AND (u.path = '' OR starts_with(g.folder || '/', u.path || '/')))
    """  # noqa: S608
)
# Subtitles of a video lie in files of their own, which can go alone.
DROP_MISSING_SUBTITLES = text(
    """
    DELETE FROM library.streams s USING library.files f
    WHERE f.id = s.external_file_id AND f.library_id = :library_id AND f.missing_since IS NOT NULL
    """
)
SEEN_ROOTS = text("SELECT DISTINCT root_id FROM library.scan_seen WHERE scan_id = :scan_id")
# Whoever looked at all of a root need not do so again for the sake of these rules.
SET_RULES = text(
    "UPDATE library.roots SET rules = :rules WHERE id = :root_id AND rules IS DISTINCT FROM CAST(:rules AS text)"
)
COMPLETE = text(
    """
    UPDATE library.scans SET files_total = files_done,
        status = CASE WHEN :is_asking THEN 'awaiting_confirmation' ELSE 'completed' END,
        asked_at = CASE WHEN :is_asking THEN now() END, finished_at = CASE WHEN NOT :is_asking THEN now() END,
        files_missing = files_missing + :missing, files_removed = files_removed + :removed,
        problems = (SELECT count(*) FROM library.problems p WHERE p.library_id = scans.library_id)
    WHERE id = :scan_id
    RETURNING files_added + files_changed + files_missing + files_removed > 0
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
    scopes = [
        Scope(root.id, folder)
        for root in roots.values()
        if online[root.id].is_online and (folder := scope_of(path, root.path)) is not None
    ]
    while await _attach(app, scan_id, library_id):
        pass
    async with app.transaction() as tx:
        await share(tx, library_id)
        if await tx.db.value(LOCK_RUNNING, scan_id=scan_id) is None:
            return
        gone = {root_id: look for root_id, look in online.items() if not look.is_online}
        await set_online(tx, library_id, roots, gone)
        missing = sum([await _forget_vanished(tx, scan_id, scope) for scope in scopes])
        question = Question(scan_id, library_id, path is not None)
        overdue = await remove_overdue(tx, app.config, question, scopes)
        await tx.db.run(DROP_MISSING_SUBTITLES, library_id=library_id)
        # In the place of what went, something else may be the only one.
        while await attach_some(tx, library_id):
            pass
        await drop_work(tx, scan_id)
        ended = {"removed": overdue.removed, "is_asking": overdue.is_asking}
        if await tx.db.value(COMPLETE, scan_id=scan_id, missing=missing, **ended):
            ask_for_duplicates(tx, library_id)
        await ask_for_images(tx, library_id)
        tx.emit(ScanProgressed(library_id, scan_id))


async def _attach(app: App, scan_id: UUID, library_id: UUID) -> bool:
    """A part of what the end of a scan has to do, on its own; False where nothing is left of it."""
    async with app.transaction() as tx:
        await share(tx, library_id)
        is_running = await tx.db.value(LOCK_RUNNING, scan_id=scan_id) is not None
        return is_running and await attach_some(tx, library_id)


async def _forget_vanished(tx: Tx, scan_id: UUID, scope: Scope) -> int:
    """Answers how many files became missing. Four statements."""
    missing = await tx.db.run(SET_VANISHED, scan_id=scan_id, **scope.params)
    await tx.db.run(DROP_VANISHED_PROBLEMS, scan_id=scan_id, left_alone=list(LEFT_ALONE), **scope.params)
    await tx.db.run(DROP_VANISHED_SERIES_FOLDERS, scan_id=scan_id, **scope.params)
    if not scope.folder:
        await tx.db.run(SET_RULES, root_id=scope.root_id, rules=rules())
    return missing
