"""Roots that can be read, and those that can't: what lies below these is not gone."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.bulk import insert
from app.core.ids import new_id
from app.core.outbox import Tx
from app.library.events import LibraryChanged
from app.library.problems import Reason
from app.library.read_folders import Root
from app.library.tables import ProblemRow
from app.library.walk import is_online

HAS_FILES = text(
    "SELECT DISTINCT root_id FROM library.files WHERE library_id = :library_id AND missing_since IS NULL"
)
WERE_ONLINE = text("SELECT id, is_online FROM library.roots WHERE library_id = :library_id")
SET_ONLINE = text(
    """
    UPDATE library.roots AS r SET is_online = n.is_online, checked_at = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(id uuid, is_online boolean) WHERE r.id = n.id
    """
)
DROP_OFFLINE = text(
    """
    DELETE FROM library.problems
    WHERE root_id = ANY(CAST(:root_ids AS uuid[])) AND path = '' AND reason = 'root_offline'
    """
)


async def look_at_roots(app: App, library_id: UUID, roots: Iterable[Root]) -> dict[UUID, bool]:
    """Whether each root is online. An empty folder that never held anything is; after anything else, it is no more."""
    held = {row["root_id"] for row in await app.db.rows(HAS_FILES, library_id=library_id)}
    return {
        root.id: await app.in_thread(is_online, Path(root.path))
        or (root.id not in held and await app.in_thread(Path(root.path).is_dir))
        for root in roots
    }


async def set_online(
    tx: Tx, library_id: UUID, roots: Mapping[UUID, Root], online: Mapping[UUID, bool]
) -> None:
    """Note which roots are online, with a problem for each that is not. Emits LibraryChanged when that is news."""
    before = {row["id"]: row["is_online"] for row in await tx.db.rows(WERE_ONLINE, library_id=library_id)}
    await tx.db.run(SET_ONLINE, rows=[{"id": key, "is_online": value} for key, value in online.items()])
    await tx.db.run(DROP_OFFLINE, root_ids=[root_id for root_id, is_there in online.items() if is_there])
    offline = [
        {"id": new_id(), "library_id": library_id, "root_id": root_id, "folder": "", "path": ""}
        | {
            "reason": Reason.ROOT_OFFLINE,
            "message": f"{roots[root_id].path} is missing, empty or unreadable.",
        }
        for root_id, is_there in online.items()
        if not is_there
    ]
    await insert(tx.db, ProblemRow, offline, key=("root_id", "path"), update=("reason", "message"))
    if any(before.get(root_id) != is_there for root_id, is_there in online.items()):
        tx.emit(LibraryChanged(library_id, "updated"))
