"""The folders that a scan still has to look at: bundles of them, which workers hold by lease."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.bulk import insert
from app.core.db import Db
from app.core.ids import new_id
from app.core.outbox import Tx
from app.library.scan_tables import ScanTaskRow
from app.library.scans import LeaseLost

LEASE_S = 15
# How many folders, known by their names only, one row holds at most: what a worker takes at once.
BUNDLE = 1000
# Into so many bundles fewer folders are put, since there may be much below each.
WORKERS = 4

# The query of an IN may be run once per row of the table, and skip what it locked before: a CTE is run once.
CLAIM = text(
    """
    WITH free AS MATERIALIZED (
        SELECT id FROM library.scan_tasks
        WHERE scan_id = :scan_id AND (lease_until IS NULL OR lease_until < now())
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE library.scan_tasks t
    SET lease_owner = :owner, lease_until = now() + make_interval(secs => CAST(:lease_s AS int))
    FROM free f WHERE t.id = f.id
    RETURNING t.id, t.root_id, t.folders
    """
)
EXTEND = text(
    """
    UPDATE library.scan_tasks SET lease_until = now() + make_interval(secs => CAST(:lease_s AS int))
    WHERE lease_owner = :owner
    """
)
RELEASE = text(
    "UPDATE library.scan_tasks SET lease_until = NULL, lease_owner = NULL WHERE lease_owner = :owner"
)
HOLD = text("SELECT FROM library.scan_tasks WHERE id = :id AND lease_owner = :owner FOR UPDATE")
# All or nothing: what is no longer the owner's stays as it is.
ADVANCE = text(
    """
    WITH mine AS (
        SELECT id, scan_id, root_id FROM library.scan_tasks WHERE id = :id AND lease_owner = :owner FOR UPDATE
    ), retired AS (
        DELETE FROM library.scan_tasks t USING mine m WHERE t.id = m.id AND cardinality(CAST(:own AS text[])) = 0
    ), shrunk AS (
        UPDATE library.scan_tasks t SET folders = :own FROM mine m
        WHERE t.id = m.id AND cardinality(CAST(:own AS text[])) > 0
    ), put_up AS (
        INSERT INTO library.scan_tasks (id, scan_id, root_id, folders)
        SELECT r.id, m.scan_id, m.root_id, r.folders
        FROM mine m, jsonb_to_recordset(CAST(:bundles AS jsonb)) AS r(id uuid, folders text[])
    )
    INSERT INTO library.scan_seen (id, scan_id, root_id, folders)
    SELECT CAST(:seen_id AS uuid), m.scan_id, m.root_id, CAST(:done AS text[]) FROM mine m
    """
)


@dataclass(slots=True)
class Task:
    """A bundle of folders of one root that the owner looks at. folders: those not stored yet, none below another."""

    id: UUID
    scan_id: UUID
    root_id: UUID
    folders: list[str]
    owner: UUID


async def put_up(tx: Tx, scan_id: UUID, root_id: UUID, folders: Sequence[str]) -> None:
    """Have folders looked at by whichever workers come. At most one statement."""
    keys = {"scan_id": scan_id, "root_id": root_id}
    await insert(tx.db, ScanTaskRow, [keys | bundle for bundle in _bundles(folders)])


def _bundles(folders: Sequence[str]) -> list[dict[str, Any]]:
    size = max(1, min(BUNDLE, -(-len(folders) // WORKERS)))
    return [{"id": new_id(), "folders": folders[at : at + size]} for at in range(0, len(folders), size)]


async def claim(db: Db, scan_id: UUID, owner: UUID) -> Task | None:
    """Take a bundle that is free, or whose holder was not heard of for the length of a lease."""
    row = await db.row(CLAIM, scan_id=scan_id, owner=owner, lease_s=LEASE_S)
    return Task(row["id"], scan_id, row["root_id"], row["folders"], owner) if row is not None else None


async def extend(app: App, owner: UUID) -> None:
    """Say that the holder of these leases still lives."""
    await app.db.run(EXTEND, owner=owner, lease_s=LEASE_S)


async def release(app: App, owner: UUID) -> None:
    """Give back what was not finished."""
    await app.db.run(RELEASE, owner=owner)


async def hold(tx: Tx, task: Task) -> None:
    """Let nobody else have the bundle until the commit. Raises LeaseLost unless it is still the owner's."""
    if await tx.db.row(HOLD, id=task.id, owner=task.owner) is None:
        raise LeaseLost("Another worker has taken over.")


async def advance(tx: Tx, task: Task, done: Mapping[str, Sequence[str]], kept: Collection[str]) -> list[str]:
    """Note folders as done, and leave those found below them to be done. Answers what is left of the bundle itself.

    done: each with the folders below it. kept: those that the owner goes on with, the others are for anybody.
    Raises LeaseLost unless the bundle is still the owner's. One statement.
    """
    left = [folder for folder in task.folders if folder not in done]
    left += [below for folders in done.values() for below in folders if below not in done]
    own = [folder for folder in left if folder in kept]
    bundles = _bundles([folder for folder in left if folder not in kept])
    ids = {"id": task.id, "owner": task.owner, "seen_id": new_id()}
    if await tx.db.run(ADVANCE, **ids, own=own, bundles=bundles, done=list(done)) != 1:
        raise LeaseLost("Another worker has taken over.")
    return own
