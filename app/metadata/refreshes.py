"""What people ask for at once: begun, counted, called off."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.bulk import insert
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.metadata.events import RefreshProgressed
from app.metadata.look_tables import RefreshRow
from app.metadata.looks import End
from app.metadata.wanted import Urgency, ask_for

COUNT = text(
    """
    UPDATE metadata.refreshes SET done = done + CAST(:done AS int), failed = failed + CAST(:failed AS int),
        started_at = coalesce(started_at, now()), progressed_at = now()
    WHERE id = :id
    """
)
# After the count, which others wait for: whoever is last sees that nothing is left.
COMPLETE = text(
    """
    UPDATE metadata.refreshes r SET status = 'completed', finished_at = now()
    WHERE r.id = ANY(CAST(:ids AS uuid[])) AND r.status = 'running'
      AND NOT EXISTS (SELECT FROM metadata.looks l WHERE l.refresh_id = r.id)
    RETURNING r.id
    """
)
# Works may go, and take what was left of it along.
RUNNING = text("SELECT id FROM metadata.refreshes WHERE status = 'running'")
# Of those that have not got further for a while. Who looks at one of them just now ends it.
DROP_GONE = text(
    """
    DELETE FROM metadata.looks t USING (
        SELECT l.kind, l.work_id FROM metadata.looks l JOIN metadata.refreshes r ON r.id = l.refresh_id
        WHERE r.status = 'running' AND l.owner IS NULL
          AND coalesce(r.progressed_at, r.requested_at) < now() - interval '1 minute'
          AND NOT CASE l.kind
            WHEN 'movie' THEN EXISTS (SELECT FROM movies.movies w WHERE w.id = l.work_id)
            WHEN 'tv' THEN EXISTS (SELECT FROM tv.series w WHERE w.id = l.work_id)
            WHEN 'season' THEN EXISTS (SELECT FROM tv.seasons w WHERE w.id = l.work_id)
            ELSE EXISTS (SELECT FROM collections.collections w WHERE w.id = l.work_id)
          END
        ORDER BY l.kind, l.work_id FOR UPDATE OF l SKIP LOCKED
    ) AS gone
    WHERE t.kind = gone.kind AND t.work_id = gone.work_id
    """
)
LOCK = text("SELECT status FROM metadata.refreshes WHERE id = :id FOR UPDATE")
CANCEL = text("UPDATE metadata.refreshes SET status = 'cancelled', finished_at = now() WHERE id = :id")
# What nobody ever looked at is wanted nevertheless.
CALL_OFF = text(
    """
    UPDATE metadata.looks l SET refresh_id = NULL, urgency = CAST(:urgency AS smallint),
        asked_at = CASE WHEN l.looked_at IS NULL THEN l.asked_at END
    FROM (SELECT kind, work_id FROM metadata.looks WHERE refresh_id = :id ORDER BY kind, work_id FOR UPDATE) AS held
    WHERE l.kind = held.kind AND l.work_id = held.work_id
    """
)
DROP_OLD = text(
    "DELETE FROM metadata.refreshes WHERE status <> 'running' AND finished_at < now() - interval '30 days'"
)


async def begin_refresh(tx: Tx, actor: Actor, works: Mapping[str, Sequence[UUID]]) -> UUID:
    """Have these works looked at, whose ids are by their kind; answers the refresh. Emits RefreshProgressed."""
    refresh_id = new_id()
    await insert(tx.db, RefreshRow, [{"id": refresh_id}])
    total = sum(map(len, works.values()))
    urgency = Urgency.BY_HAND if total == 1 else Urgency.IN_BULK
    # In this order others take them, too.
    for kind in sorted(works):
        await ask_for(tx, kind, works[kind], urgency=urgency, refresh_id=refresh_id)
    await complete(tx, [refresh_id])
    tx.emit(RefreshProgressed(refresh_id))
    counts = {kind: len(ids) for kind, ids in works.items() if ids}
    await record(tx, actor, "metadata.refresh_requested", "MetadataRefresh", refresh_id, after=counts)
    return refresh_id


async def cancel_refresh(tx: Tx, actor: Actor, refresh_id: UUID) -> None:
    """What is being looked at just now is still stored. Raises NotFound, Conflict when it is over.

    Emits RefreshProgressed.
    """
    # Looks before what they are for, as those who count them do.
    await tx.db.run(CALL_OFF, id=refresh_id, urgency=Urgency.IMPORTED.value)
    status = await tx.db.value(LOCK, id=refresh_id)
    if status is None:
        raise NotFound("metadata refresh", refresh_id)
    if status != "running":
        raise Conflict("This refresh is over.")
    await tx.db.run(CANCEL, id=refresh_id)
    tx.emit(RefreshProgressed(refresh_id))
    await record(tx, actor, "metadata.refresh_cancelled", "MetadataRefresh", refresh_id)


async def count(tx: Tx, ends: Sequence[End]) -> None:
    """Add looks that ended to the refreshes for which they were. Emits RefreshProgressed."""
    done: Counter[UUID] = Counter()
    failed: Counter[UUID] = Counter()
    for each in ends:
        if each.look.refresh_id is not None:
            (failed if each.is_failure else done)[each.look.refresh_id] += 1
    touched = sorted({*done, *failed})
    for refresh_id in touched:
        await tx.db.run(COUNT, id=refresh_id, done=done[refresh_id], failed=failed[refresh_id])
        tx.emit(RefreshProgressed(refresh_id))
    await complete(tx, touched)


async def complete(tx: Tx, ids: Sequence[UUID]) -> Sequence[UUID]:
    """End those of which nothing is left; answers them."""
    return [row[0] for row in await tx.db.rows(COMPLETE, ids=ids)] if ids else []


async def settle(tx: Tx) -> None:
    """End those whose last works went, or are another's, and forget those that were over long ago.

    Emits RefreshProgressed.
    """
    running = [row[0] for row in await tx.db.rows(RUNNING)]
    if running:
        await tx.db.run(DROP_GONE)
    for refresh_id in await complete(tx, running):
        tx.emit(RefreshProgressed(refresh_id))
    await tx.db.run(DROP_OLD)
