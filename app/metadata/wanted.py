"""Asking for works to be looked at with their providers."""

from collections.abc import Collection
from enum import IntEnum
from uuid import UUID

from sqlalchemy import text

from app.core.jobs import JobRef, Queue
from app.core.outbox import Tx

ENRICH_JOB = JobRef("metadata.enrich", Queue.DEFAULT)
TAKE_UP_JOB = JobRef("metadata.take_up", Queue.DEFAULT)
# Jobs that share what there is to look at; the provider's rate is theirs together.
SLOTS = 2
# In one order, so that those who ask for the same works wait for each other and not in a circle. Who wanted it sooner
# or more urgently is not put off by who wants it later.
ASK = text(
    """
    INSERT INTO metadata.looks AS l (kind, work_id, asked_at, urgency, refresh_id, version)
    SELECT :kind, k.id, now(), CAST(:urgency AS smallint), CAST(:refresh_id AS uuid), 1
    FROM unnest(CAST(:ids AS uuid[])) AS k(id)
    WHERE NOT EXISTS (
        SELECT FROM metadata.choices c WHERE c.library_id = CAST(:library_id AS uuid) AND c.providers = '{}')
    ORDER BY k.id
    ON CONFLICT (kind, work_id) DO UPDATE SET
        asked_at = coalesce(l.asked_at, excluded.asked_at),
        urgency = CASE WHEN l.asked_at IS NULL THEN excluded.urgency ELSE least(l.urgency, excluded.urgency) END,
        refresh_id = coalesce(excluded.refresh_id, l.refresh_id), version = l.version + 1
    WHERE NOT CAST(:is_shared AS boolean) OR coalesce(l.lease_until, '-infinity') < now() AND (
        l.asked_at IS NOT NULL OR coalesce(l.looked_at, '-infinity') < now() - make_interval(secs => :just_now_s))
    """
)
# Films of a collection that are stored one after the other, as fast as a provider answers, are told of it once.
JUST_NOW_S = 60.0


# Of series that are not asked about as a whole.
SEASONS_OF = text(
    """
    SELECT DISTINCT season_id FROM tv.episodes
    WHERE id = ANY(CAST(:episodes AS uuid[])) AND series_id <> ALL(CAST(:series AS uuid[]))
    """
)


class Urgency(IntEnum):
    """Who is served first."""

    BY_HAND = 0
    IN_BULK = 1
    IMPORTED = 2
    CHANGED = 3


async def ask_for(
    tx: Tx,
    kind: str,
    ids: Collection[UUID],
    *,
    urgency: Urgency = Urgency.BY_HAND,
    refresh_id: UUID | None = None,
    library_id: UUID | None = None,
    is_shared: bool = False,
) -> int:
    """Have providers asked about works after the commit; answers about how many.

    kind: `movie`, `tv`, `season` or `collection`. library_id: the one for whose sake, which may have chosen to ask
    nobody. is_shared: others may have asked for the same reason, so that what is being looked at, or just was, isn't
    looked at again. One statement.
    """
    if not ids:
        return 0
    asked = await tx.db.run(
        ASK,
        kind=str(kind),
        ids=list(set(ids)),
        urgency=urgency.value,
        refresh_id=refresh_id,
        library_id=library_id,
        is_shared=is_shared,
        just_now_s=JUST_NOW_S,
    )
    if asked:
        begin(tx)
    return asked


async def ask_about_films(tx: Tx, library_id: UUID, films: Collection[UUID]) -> None:
    """Of films that a scan made or renamed. One statement."""
    await ask_for(tx, "movie", films, urgency=Urgency.IMPORTED, library_id=library_id)


async def ask_about_series(
    tx: Tx, library_id: UUID, series: Collection[UUID], episodes: Collection[UUID]
) -> None:
    """Of series that a scan made or renamed, and of the seasons of others that have new episodes.

    Three statements at most.
    """
    rows = await tx.db.rows(SEASONS_OF, episodes=list(episodes), series=list(series)) if episodes else ()
    seasons = [row[0] for row in rows]
    # In the order of kinds, as others take them.
    await ask_for(tx, "season", seasons, urgency=Urgency.IMPORTED, library_id=library_id)
    await ask_for(tx, "tv", series, urgency=Urgency.IMPORTED, library_id=library_id)


def begin_taking_up(tx: Tx) -> None:
    """Have works looked at anew where their libraries ask others than before."""
    tx.enqueue(TAKE_UP_JOB, dedupe=TAKE_UP_JOB.name)


def begin(tx: Tx) -> None:
    """Have what is wanted looked at, unless that is going on."""
    for slot in range(SLOTS):
        tx.enqueue(ENRICH_JOB, slot, dedupe=f"{ENRICH_JOB.name}:{slot}")
