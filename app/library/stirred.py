"""Folders in which something happened, kept until a scan has looked at them: no crash loses one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.outbox import Tx
from app.library.scans import RUNNING, request_scan
from app.library.tree import SCOPE, Scope

NOTE = text(
    """
    INSERT INTO library.stirred (root_id, folder, library_id)
    SELECT r.id, n.folder, r.library_id
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(root_id uuid, folder text)
    JOIN library.roots r ON r.id = n.root_id
    ORDER BY r.id, n.folder
    ON CONFLICT (root_id, folder) DO UPDATE SET noted_at = now()
    """
)
# A scan of the whole library that began later has looked at it too.
DROP_COVERED = text(
    """
    DELETE FROM library.stirred t WHERE t.library_id = :library_id AND EXISTS (
        SELECT FROM library.scans s
        WHERE s.library_id = t.library_id AND s.path IS NULL AND s.started_at > t.noted_at
          AND s.status IN ('completed', 'awaiting_confirmation', 'removing'))
    """
)
STIRRED = text("SELECT root_id, folder, noted_at FROM library.stirred WHERE library_id = :library_id")
WAS_SCANNED = text("SELECT EXISTS (SELECT FROM library.scans WHERE library_id = :library_id)")
# What was stirred again meanwhile stays.
FORGET = text(
    """
    DELETE FROM library.stirred t
    USING jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(root_id uuid, folder text, noted_at timestamptz)
    WHERE t.root_id = n.root_id AND t.folder = n.folder AND t.noted_at = n.noted_at
    """
)
SAME_FILES = text(
    """
    SELECT count(*) FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS n(root_id uuid, folder text, name text, size_bytes bigint, mtime_ns bigint, inode bigint)
    JOIN library.files f ON f.root_id = n.root_id AND f.folder = n.folder AND f.name = n.name
      AND f.size_bytes = n.size_bytes AND f.mtime_ns = n.mtime_ns AND f.inode = n.inode AND f.missing_since IS NULL
    """
)
HOLDS_FILES = text(
    f"SELECT EXISTS (SELECT FROM library.files f WHERE {SCOPE.format(table='f')} AND f.missing_since IS NULL)"  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Stirred:
    """A folder of a root, '' for all of it, and when something was last noted of it."""

    root_id: UUID
    folder: str
    noted_at: datetime

    @property
    def key(self) -> tuple[UUID, str]:
        return self.root_id, self.folder


async def note(tx: Tx, root_id: UUID, folders: Collection[str]) -> None:
    """Remember that something happened in these folders, now. A root that is gone is passed over."""
    await tx.db.run(NOTE, rows=[{"root_id": root_id, "folder": folder} for folder in folders])


async def stirred_folders(app: App, library_id: UUID) -> list[Stirred]:
    """What no scan has looked at yet."""
    await app.db.run(DROP_COVERED, library_id=library_id)
    return [Stirred(*row) for row in await app.db.rows(STIRRED, library_id=library_id)]


async def may_be_scanned(app: App, library_id: UUID) -> bool:
    """Whether no scan is under way. A library that nobody ever had scanned is left alone."""
    return (
        await app.db.value(RUNNING, library_id=library_id) is None
        and await app.db.value(WAS_SCANNED, library_id=library_id) is True
    )


async def scan_stirred(app: App, library_id: UUID, path: str | None, folders: Sequence[Stirred]) -> None:
    """Ask for a scan, and forget the folders that it looks at. Raises Conflict while another scan is under way."""
    async with app.transaction() as tx:
        await request_scan(tx, library_id, path, parallelism=app.config.scan_parallelism)
        await forget(tx, folders)


async def forget(tx: Tx, folders: Sequence[Stirred]) -> None:
    rows = [{"root_id": each.root_id, "folder": each.folder, "noted_at": each.noted_at} for each in folders]
    await tx.db.run(FORGET, rows=rows)


async def are_known(app: App, root_id: UUID, files: Mapping[str, tuple[int, int, int]]) -> bool:
    """Whether all these files are stored just as they are. files: (size, mtime_ns, inode) by path below the root."""
    rows = [
        {"root_id": root_id, "folder": path.rpartition("/")[0], "name": path.rpartition("/")[2]}
        | {"size_bytes": size, "mtime_ns": mtime_ns, "inode": inode}
        for path, (size, mtime_ns, inode) in files.items()
    ]
    return await app.db.value(SAME_FILES, rows=rows) == len(rows)


async def holds_files(app: App, folder: Stirred) -> bool:
    """Whether any file that is stored below this folder is not known to be missing."""
    return bool(await app.db.value(HOLDS_FILES, **Scope(folder.root_id, folder.folder).params))
