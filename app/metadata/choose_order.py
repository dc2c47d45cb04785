"""Saying by which order a series' files are numbered, and fetching what that order means."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.catalog.identity.redirects import became
from app.core.app import App
from app.core.db import Row
from app.core.errors import Invalid, NotFound
from app.core.http_errors import ProviderBroken, ProviderError, ProviderLimited, ProviderUnreachable
from app.core.jobs import Queue, job
from app.core.outbox import Tx
from app.metadata.facts import FoundGroup
from app.metadata.provider import HasEpisodeGroups
from app.metadata.registry import named
from app.metadata.wanted import ask_for

LOCK_SERIES = text("SELECT id FROM tv.series WHERE id = :id FOR KEY SHARE")
KNOWN = text("SELECT provider, episode_orders FROM metadata.details WHERE work_id = :id")
BEFORE = text("SELECT provider, order_id, name FROM metadata.episode_orders WHERE series_id = :id FOR UPDATE")
# What is known of the order stays known where it is chosen once more.
CHOOSE = text(
    """
    INSERT INTO metadata.episode_orders AS o (series_id, provider, order_id, name, kind)
    VALUES (:id, :provider, :order_id, :name, :kind)
    ON CONFLICT (series_id) DO UPDATE SET provider = excluded.provider, order_id = excluded.order_id,
        name = excluded.name, kind = excluded.kind, problem = NULL, fetched_at = NULL, chosen_at = now(),
        parts = CASE WHEN (o.provider, o.order_id) = (excluded.provider, excluded.order_id) THEN o.parts END
    """
)
UNCHOOSE = text("DELETE FROM metadata.episode_orders WHERE series_id = :id")
WANTED = text("SELECT provider, order_id FROM metadata.episode_orders WHERE series_id = :id")
# What another choice took the place of meanwhile is not written. Answers whether it is anything new.
STORE = text(
    """
    WITH before AS (
        SELECT series_id, parts FROM metadata.episode_orders
        WHERE series_id = :id AND provider = :provider AND order_id = :order_id FOR UPDATE
    )
    UPDATE metadata.episode_orders o SET parts = CAST(:parts AS jsonb), problem = NULL, fetched_at = now()
    FROM before b WHERE o.series_id = b.series_id RETURNING b.parts IS DISTINCT FROM CAST(:parts AS jsonb)
    """
)
REPORT = text(
    """
    UPDATE metadata.episode_orders SET problem = :problem
    WHERE series_id = :id AND provider = :provider AND order_id = :order_id
    """
)
SEASONS = text("SELECT id FROM tv.seasons WHERE series_id = :id ORDER BY id")
STALE = text(
    """
    SELECT series_id FROM metadata.episode_orders
    WHERE series_id = ANY(CAST(:ids AS uuid[])) AND (fetched_at IS NULL OR fetched_at < now() - interval '7 days')
    ORDER BY series_id
    """
)


async def choose_order(tx: Tx, actor: Actor, series_id: UUID, order_id: str | None) -> UUID:
    """Take a series' files to be numbered by another order; None: by that in which it aired. Answers the series' id.

    What the order means is fetched by a job, and then its seasons are described anew. Raises NotFound; Invalid for an
    order of which the series' provider doesn't tell.
    """
    series_id = (await became(tx.db, "series", [series_id])).get(series_id, series_id)
    if await tx.db.value(LOCK_SERIES, id=series_id) is None:
        raise NotFound("series", series_id)
    before = await tx.db.row(BEFORE, id=series_id)
    chosen = None if order_id is None else await _known(tx, series_id, order_id)
    after = None if chosen is None else {name: chosen[name] for name in ("provider", "order_id", "name")}
    if chosen is None:
        await tx.db.run(UNCHOOSE, id=series_id)
        await _describe_anew(tx, series_id)
    else:
        await tx.db.run(CHOOSE, id=series_id, **chosen)
        tx.enqueue(fetch_order, str(series_id))
    await record(
        tx,
        actor,
        "series.episode_order_chosen",
        "series",
        series_id,
        before={"order": None if before is None else dict(before)},
        after={"order": after},
    )
    return series_id


@job("metadata.fetch_episode_order", queue=Queue.DEFAULT, timeout=timedelta(minutes=2), tries=8)
async def fetch_order(app: App, series_id: str) -> None:
    """Ask what a series' chosen order means, keep it, and have the seasons described anew if that is news.

    Skips a series without one. Where the provider can't be asked now, it says so with the order, and is tried again.
    """
    wanted = await app.db.row(WANTED, id=UUID(series_id))
    if wanted is None:
        return
    key = {"id": UUID(series_id), "provider": wanted["provider"], "order_id": wanted["order_id"]}
    try:
        found = await _fetched(app, wanted)
    except ProviderError as error:
        async with app.transaction() as tx:
            await tx.db.run(REPORT, problem=f"What this order means can't be fetched: {error}.", **key)
        if isinstance(error, ProviderUnreachable | ProviderLimited | ProviderBroken):
            raise
        return
    async with app.transaction() as tx:
        if await tx.db.value(STORE, parts=_parts(found), **key):
            await _describe_anew(tx, key["id"])


async def renew_orders(tx: Tx, series_ids: Sequence[UUID]) -> None:
    """Have asked anew what chosen orders mean that were not fetched for a week, or could not be. One statement."""
    for row in await tx.db.rows(STALE, ids=series_ids):
        tx.enqueue(fetch_order, str(row["series_id"]), dedupe=f"{fetch_order.name}:{row['series_id']}")


async def _describe_anew(tx: Tx, series_id: UUID) -> None:
    """Of the series itself nothing depends on the order."""
    await ask_for(tx, "season", [row[0] for row in await tx.db.rows(SEASONS, id=series_id)])


async def _known(tx: Tx, series_id: UUID, order_id: str) -> dict[str, Any]:
    """Raises Invalid."""
    row = await tx.db.row(KNOWN, id=series_id)
    told: list[dict[str, Any]] = [] if row is None else row["episode_orders"]
    found = next((each for each in told if each["id"] == order_id), None)
    if row is None or found is None:
        raise Invalid(
            "orderId", "Its provider tells of no such order: `episodeOrders` has those that there are."
        )
    return {
        "provider": row["provider"],
        "order_id": order_id,
        "name": found["name"],
        "kind": found["kind"],
    }


async def _fetched(app: App, wanted: Row) -> FoundGroup:
    """Raises ProviderError."""
    [provider] = named([wanted["provider"]]) or [None]
    if not isinstance(provider, HasEpisodeGroups):
        raise ProviderError(wanted["provider"], "this server doesn't ask it for orders of episodes")
    return await provider.group(app, wanted["order_id"])


def _parts(found: FoundGroup) -> list[Any]:
    return [[part.number, part.name, part.episodes] for part in found.parts]
