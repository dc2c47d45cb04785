"""Making, changing and deleting libraries."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import MARQUEE, Actor
from app.activity.record import record
from app.core.bulk import insert
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.library.events import LibraryChanged
from app.library.folders import Folder, Overlap, overlapping
from app.library.removal import remove_all_files
from app.library.scans import RUNNING, cancel_scan, hold_alone
from app.library.tables import LibraryRow, RootRow
from app.library.watch_modes import Mode

LONGEST_NAME = 200

# Two libraries may not get the same name or overlapping roots at the same time.
LOCK_LIBRARIES = text("SELECT pg_advisory_xact_lock(7105021)")
# Keeps new scans out.
LOCK_LIBRARY = text("SELECT id, name, kind FROM library.libraries WHERE id = :library_id FOR NO KEY UPDATE")
SAME_NAME = text(
    """
    SELECT id FROM library.libraries
    WHERE lower(name) = lower(CAST(:name AS text)) AND id IS DISTINCT FROM CAST(:library_id AS uuid)
    """
)
ROOTS = text(
    """
    SELECT r.id, r.path, r.library_id, l.name FROM library.roots r
    JOIN library.libraries l ON l.id = r.library_id ORDER BY r.id
    """
)
TOLD = text(
    """
    SELECT name, kind, watch,
        ARRAY(SELECT path FROM library.roots r WHERE r.library_id = l.id ORDER BY path) AS roots
    FROM library.libraries l WHERE id = :library_id
    """
)
RENAME = text("UPDATE library.libraries SET name = :name, updated_at = now() WHERE id = :library_id")
SET_WATCH = text("UPDATE library.libraries SET watch = :watch WHERE id = :library_id")
TOUCH = text("UPDATE library.libraries SET updated_at = now() WHERE id = :library_id")
DELETE_ROOT = text("DELETE FROM library.roots WHERE id = :root_id")
DELETE_LIBRARY = text("DELETE FROM library.libraries WHERE id = :library_id")


async def create_library(
    tx: Tx,
    name: str,
    kind: str,
    roots: Sequence[Folder],
    *,
    watch: Mode = Mode.AUTO,
    actor: Actor = MARQUEE,
) -> UUID:
    """Make a library; its files appear with its first scan.

    kind: `movie` or `tv`. actor: whose doing the activity log says that it is.
    Raises Invalid, and Conflict where the name is taken. Emits LibraryChanged.
    """
    name = _checked_name(name)
    if not roots:
        raise Invalid("roots", "A library needs at least one folder.")
    await tx.db.run(LOCK_LIBRARIES)
    await _check_name_is_free(tx, name)
    await _check_roots(tx, "roots", roots)
    library_id = new_id()
    await insert(tx.db, LibraryRow, [{"id": library_id, "name": name, "kind": kind, "watch": watch}])
    await _add_roots(tx, library_id, roots)
    tx.emit(LibraryChanged(library_id, "added"))
    await record(tx, actor, "library.created", "library", library_id, after=await _told(tx, library_id))
    return library_id


async def update_library(
    tx: Tx,
    library_id: UUID,
    *,
    name: str | None = None,
    add_roots: Sequence[Folder] = (),
    remove_roots: Sequence[str] = (),
    watch: Mode | None = None,
    actor: Actor = MARQUEE,
) -> None:
    """Rename a library, watch it otherwise, add folders to it, and take others away with all that only they hold.

    remove_roots: paths of roots as the library has them. Raises NotFound; Invalid; Conflict where the name is taken,
    or a root is to go while a scan is under way. Emits LibraryChanged, and WorksChanged for what went.
    """
    name = _checked_name(name) if name is not None else None
    await hold_alone(tx, library_id)
    await tx.db.run(LOCK_LIBRARIES)
    if await tx.db.row(LOCK_LIBRARY, library_id=library_id) is None:
        raise NotFound("library", library_id)
    before = await _told(tx, library_id)
    if name is not None:
        await _check_name_is_free(tx, name, library_id)
        await tx.db.run(RENAME, library_id=library_id, name=name)
    if watch is not None:
        await tx.db.run(SET_WATCH, library_id=library_id, watch=watch)
    removed = await _roots_to_remove(tx, library_id, add_roots, remove_roots)
    for root_id in removed:
        await remove_all_files(tx, library_id, root_id)
        await tx.db.run(DELETE_ROOT, root_id=root_id)
    await _check_roots(tx, "addRoots", add_roots)
    await _add_roots(tx, library_id, add_roots)
    await tx.db.run(TOUCH, library_id=library_id)
    tx.emit(LibraryChanged(library_id, "updated"))
    after = await _told(tx, library_id)
    await record(tx, actor, "library.updated", "library", library_id, before=before, after=after)


async def delete_library(tx: Tx, library_id: UUID, *, actor: Actor = MARQUEE) -> None:
    """Forget a library, its files, and the works that no other library holds; the disk is not touched.

    Cancels a scan that is under way. Raises NotFound. Emits LibraryChanged, and WorksChanged for what went.
    """
    await hold_alone(tx, library_id)
    if await tx.db.row(LOCK_LIBRARY, library_id=library_id) is None:
        raise NotFound("library", library_id)
    before = await _told(tx, library_id)
    for scan in await tx.db.rows(RUNNING, library_id=library_id):
        await cancel_scan(tx, scan["id"])
    await remove_all_files(tx, library_id)
    await tx.db.run(DELETE_LIBRARY, library_id=library_id)
    tx.emit(LibraryChanged(library_id, "removed"))
    await record(tx, actor, "library.deleted", "library", library_id, before=before)


async def _told(tx: Tx, library_id: UUID) -> Mapping[str, Any]:
    """As the activity log has it."""
    row = await tx.db.row(TOLD, library_id=library_id)
    assert row is not None
    return dict(row)


def _checked_name(name: str) -> str:
    """Without white space around it. Raises Invalid."""
    name = name.strip()
    if not name:
        raise Invalid("name", "A library needs a name.")
    if len(name) > LONGEST_NAME:
        raise Invalid("name", f"A library's name has at most {LONGEST_NAME} characters.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise Invalid("name", "A library's name can't hold control characters.")
    return name


async def _check_name_is_free(tx: Tx, name: str, library_id: UUID | None = None) -> None:
    if await tx.db.value(SAME_NAME, name=name, library_id=library_id) is not None:
        raise Conflict(f"There is a library named {name} already.")


async def _check_roots(tx: Tx, field: str, roots: Sequence[Folder]) -> None:
    if not roots:
        return
    taken = {row["path"]: row["name"] for row in await tx.db.rows(ROOTS)}
    for place, root in enumerate(roots):
        if other := overlapping(root, taken):
            message = f"{root} overlaps with {other}, a folder of the library {taken[other]}."
            without_paths = f"It overlaps with a folder of the library {taken[other]}."
            raise Overlap(f"{field}.{place}", message, without_paths)


async def _add_roots(tx: Tx, library_id: UUID, roots: Sequence[Folder]) -> None:
    rows = [{"id": new_id(), "library_id": library_id, "path": root} for root in roots]
    await insert(tx.db, RootRow, rows)


async def _roots_to_remove(
    tx: Tx, library_id: UUID, added: Sequence[Folder], removed: Sequence[str]
) -> list[UUID]:
    if not removed:
        return []
    roots = {row["path"]: row["id"] for row in await tx.db.rows(ROOTS) if row["library_id"] == library_id}
    for place, path in enumerate(removed):
        if path not in roots:
            raise Invalid(f"removeRoots.{place}", f"{path!r} is not a folder of this library.")
    if not added and not roots.keys() - set(removed):
        raise Invalid("removeRoots", "A library keeps at least one folder.")
    if await tx.db.value(RUNNING, library_id=library_id) is not None:
        raise Conflict("A scan of this library is under way; cancel it before taking a folder away.")
    return [roots[path] for path in dict.fromkeys(removed)]
