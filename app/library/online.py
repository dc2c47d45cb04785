"""Roots that can be read, and those that can't: what lies below these is not gone."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
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
from app.library.reads import joined
from app.library.tables import ProblemRow
from app.library.walk import is_online, signed

# Known files of a root that are looked for where another device has taken its place.
SAMPLE = 100

KNOWN = text(
    """
    SELECT r.id, r.device, EXISTS (
        SELECT FROM library.files f WHERE f.root_id = r.id AND f.missing_since IS NULL) AS held
    FROM library.roots r WHERE r.library_id = :library_id
    """
)
# In no order that folders or years have to do with.
SOME_FILES = text(
    """
    SELECT folder, name FROM library.files WHERE root_id = :root_id AND missing_since IS NULL
    ORDER BY md5(CAST(id AS text)) LIMIT CAST(:most AS int)
    """
)
WERE_ONLINE = text("SELECT id, is_online FROM library.roots WHERE library_id = :library_id")
SET_ONLINE = text(
    """
    UPDATE library.roots AS r SET is_online = n.is_online, checked_at = now(),
        device = CASE WHEN n.is_online THEN n.device ELSE r.device END
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(id uuid, is_online boolean, device bigint) WHERE r.id = n.id
    """
)
DROP_OFFLINE = text(
    """
    DELETE FROM library.problems
    WHERE root_id = ANY(CAST(:root_ids AS uuid[])) AND path = '' AND reason = 'root_offline'
    """
)


class Offline(StrEnum):
    """Why a root is offline, in words to follow its path."""

    UNREADABLE = "is missing, empty or unreadable"
    ANOTHER_DEVICE = (
        "is on another file system than before, and most of its files are not there: its disk may not be mounted."
        " If they are gone for good, take the folder out of the library and add it again"
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a root. device: of the file system that it is on (`st_dev`), None where it can't be read."""

    device: int | None
    offline: Offline | None = None

    @property
    def is_online(self) -> bool:
        return self.offline is None


async def look_at_roots(app: App, library_id: UUID, roots: Iterable[Root]) -> dict[UUID, Look]:
    """Whether each root is online.

    An empty folder that never held anything is; after anything else, it is no more. Neither is one on another device
    than at the last good scan where most of the known files are not there: what lies below a mount point.
    """
    known = {row["id"]: row for row in await app.db.rows(KNOWN, library_id=library_id)}
    looks: dict[UUID, Look] = {}
    for root in roots:
        # A root that was taken away meanwhile holds nothing that could be lost.
        row = known.get(root.id)
        look = await app.in_thread(_look, Path(root.path), held=row is not None and row["held"])
        if row is not None and look.is_online and row["device"] not in {None, look.device}:
            files = await app.db.rows(SOME_FILES, root_id=root.id, most=SAMPLE)
            paths = [joined(root.path, folder, name) for folder, name in files]
            if await app.in_thread(_are_mostly_gone, paths):
                look = Look(look.device, Offline.ANOTHER_DEVICE)
        looks[root.id] = look
    return looks


def _look(root: Path, *, held: bool) -> Look:
    try:
        device = signed(root.stat().st_dev)
    except OSError:
        return Look(None, Offline.UNREADABLE)
    if is_online(root) or (not held and root.is_dir()):
        return Look(device)
    return Look(device, Offline.UNREADABLE)


def _are_mostly_gone(paths: Sequence[str]) -> bool:
    return 2 * sum(map(os.path.lexists, paths)) < len(paths)


async def set_online(
    tx: Tx, library_id: UUID, roots: Mapping[UUID, Root], looks: Mapping[UUID, Look]
) -> None:
    """Note which roots are online, with a problem for each that is not. Emits LibraryChanged when that is news."""
    before = {row["id"]: row["is_online"] for row in await tx.db.rows(WERE_ONLINE, library_id=library_id)}
    rows = [{"id": key, "is_online": look.is_online, "device": look.device} for key, look in looks.items()]
    await tx.db.run(SET_ONLINE, rows=rows)
    await tx.db.run(DROP_OFFLINE, root_ids=[root_id for root_id, look in looks.items() if look.is_online])
    offline = [
        {"id": new_id(), "library_id": library_id, "root_id": root_id, "folder": "", "path": ""}
        | {"reason": Reason.ROOT_OFFLINE, "message": f"{roots[root_id].path} {look.offline}."}
        for root_id, look in looks.items()
        if look.offline is not None
    ]
    await insert(tx.db, ProblemRow, offline, key=("root_id", "path"), update=("reason", "message"))
    if any(before.get(root_id) != look.is_online for root_id, look in looks.items()):
        tx.emit(LibraryChanged(library_id, "updated"))
