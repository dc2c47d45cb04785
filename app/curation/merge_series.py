"""Making several series one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.edit_writes import load_states, save_states
from app.catalog.edits import filled
from app.catalog.identity.redirects import redirect
from app.core.outbox import Tx
from app.curation.inherit_link import inherit_link
from app.curation.journal import Action, Scope, recorded
from app.curation.merge_movies import loaded, merge_summary, merged_ids, succeed
from app.curation.settled import files_of, settle
from app.metadata.facts import Kind

# Of two series: parts that both have, by number or, without one, by day.
SAME_SEASONS = text(
    """
    SELECT b.id, a.id AS into_id FROM tv.seasons b
    JOIN tv.seasons a ON a.series_id = :into_id AND a.number = b.number WHERE b.series_id = :series_id
    """
)
SAME_EPISODES = text(
    """
    SELECT b.id, a.id AS into_id FROM tv.episodes b JOIN tv.episodes a
      ON a.series_id = :into_id AND a.season_number = b.season_number
      AND (a.number = b.number OR (a.number IS NULL AND b.number IS NULL AND a.air_date = b.air_date))
    WHERE b.series_id = :series_id
    """
)
MOVE_SEASONS = text(
    """
    UPDATE tv.seasons SET series_id = :into_id WHERE series_id = :series_id
      AND number NOT IN (SELECT s.number FROM tv.seasons s WHERE s.series_id = :into_id)
    """
)
MOVE_EPISODES = text(
    """
    UPDATE tv.episodes e SET series_id = :into_id, season_id = s.id FROM tv.seasons s
    WHERE e.series_id = :series_id AND s.series_id = :into_id AND s.number = e.season_number
      AND NOT EXISTS (
        SELECT FROM tv.episodes a WHERE a.series_id = :into_id AND a.season_number = e.season_number
          AND (a.number = e.number OR (a.number IS NULL AND e.number IS NULL AND a.air_date = e.air_date)))
    """
)
_PAIRS = "jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, into_id uuid)"
MOVE_FROM_EPISODES = tuple(
    text(sql)
    for sql in (
        f"""
        UPDATE library.episode_parts p SET episode_id = r.into_id FROM {_PAIRS} WHERE p.episode_id = r.id
          AND NOT EXISTS (SELECT FROM library.episode_parts x WHERE x.episode_id = r.into_id
            AND x.version = p.version AND x.number = p.number AND x.file_id = p.file_id)
        """,  # noqa: S608
        f"UPDATE library.artwork a SET episode_id = r.into_id FROM {_PAIRS} WHERE a.episode_id = r.id",  # noqa: S608
        f"""
        UPDATE tv.episode_credits c SET episode_id = r.into_id FROM {_PAIRS} WHERE c.episode_id = r.id
          AND NOT EXISTS (SELECT FROM tv.episode_credits x WHERE x.episode_id = r.into_id)
          AND NOT EXISTS (
            SELECT FROM tv.episodes e WHERE e.id = r.into_id AND e.sources -> 'locked' ? 'credits')
        """,  # noqa: S608
        f"DELETE FROM tv.episodes e USING {_PAIRS} WHERE e.id = r.id",  # noqa: S608
    )
)
MOVE_FROM_SEASONS = tuple(
    text(sql)
    for sql in (
        f"UPDATE library.artwork a SET season_id = r.into_id FROM {_PAIRS} WHERE a.season_id = r.id",  # noqa: S608
        f"DELETE FROM tv.seasons s USING {_PAIRS} WHERE s.id = r.id",  # noqa: S608
    )
)
MOVE_FROM_SERIES = tuple(
    text(sql)
    for sql in (
        """
        INSERT INTO library.library_series (library_id, series_id)
        SELECT library_id, :into_id FROM library.library_series WHERE series_id = :series_id ON CONFLICT DO NOTHING
        """,
        "UPDATE library.series_folders SET series_id = :into_id WHERE series_id = :series_id",
        "UPDATE library.artwork SET series_id = :into_id WHERE series_id = :series_id",
        "UPDATE library.extras SET series_id = :into_id WHERE series_id = :series_id",
        "UPDATE catalog.departed SET parent_id = :into_id WHERE parent_id = :series_id",
        """
        UPDATE tv.series_credits SET series_id = :into_id WHERE series_id = :series_id
          AND NOT EXISTS (SELECT FROM tv.series_credits x WHERE x.series_id = :into_id)
          AND NOT EXISTS (
            SELECT FROM tv.series s WHERE s.id = :into_id AND s.sources -> 'locked' ? 'credits')
        """,
    )
)
# What had gone of the merged series, and is there in the other one; but what leads to where its files went stays.
GONE_BUT_THERE = text(
    """
    SELECT d.kind, d.id, coalesce(e.id, s.id) AS into_id FROM catalog.departed d
    JOIN tv.seasons s ON s.series_id = :into_id AND s.number = d.season
    LEFT JOIN tv.episodes e ON d.kind = 'episode' AND e.season_id = s.id
      AND (e.number = d.number OR (e.number IS NULL AND d.number IS NULL AND e.air_date = d.air_date))
    WHERE d.parent_id = :series_id AND (d.kind = 'season' OR e.id IS NOT NULL)
      AND NOT EXISTS (SELECT FROM catalog.redirects r WHERE r.kind = d.kind AND r.id = d.id)
    """
)
DELETE_SERIES = text("DELETE FROM tv.series WHERE id = :series_id")


@dataclass(frozen=True, slots=True)
class Pair:
    """A season or episode that both series have."""

    id: UUID
    into_id: UUID


async def merge_series(tx: Tx, into_id: UUID, from_ids: Sequence[UUID]) -> tuple[UUID, UUID]:
    """Make series part of another; answers this one's id and the change.

    Seasons and episodes that both have become one by number or day, their files standing side by side as versions;
    the others move over as they are. Ids, names and what is lacking go the way that they do with films. Raises
    NotFound, Invalid. Emits WorksChanged.
    """
    await locks.hold_works(tx.db)
    into_id, ids = await merged_ids(tx, "series", into_id, from_ids)
    states = await loaded(tx, "series", into_id, ids)
    async with recorded(
        tx, Action.MERGE, merge_summary(states, into_id, ids), Scope(series_ids=(into_id, *ids))
    ) as change:
        if await inherit_link(tx, Kind.TV, ids, into_id):
            states = await loaded(tx, "series", into_id, ids)
        files = await files_of(tx, "series", [into_id, *ids])
        for series_id in ids:
            await _merge(tx, series_id, into_id)
        await succeed(tx, "series", states, into_id, ids)
        await settle(tx, "series", files, into_id)
    return into_id, change.id


async def _merge(tx: Tx, series_id: UUID, into_id: UUID) -> None:
    both = {"series_id": series_id, "into_id": into_id}
    seasons = [Pair(*row) for row in await tx.db.rows(SAME_SEASONS, **both)]
    episodes = [Pair(*row) for row in await tx.db.rows(SAME_EPISODES, **both)]
    await tx.db.run(MOVE_SEASONS, **both)
    await tx.db.run(MOVE_EPISODES, **both)
    for kind, pairs, statements in (
        ("episode", episodes, MOVE_FROM_EPISODES),
        ("season", seasons, MOVE_FROM_SEASONS),
    ):
        await _fill(tx, kind, pairs)
        rows = [{"id": pair.id, "into_id": pair.into_id} for pair in pairs]
        for statement in statements if rows else ():
            await tx.db.run(statement, rows=rows)
        await redirect(tx, kind, {pair.id: pair.into_id for pair in pairs})
    gone = await tx.db.rows(GONE_BUT_THERE, **both)
    for kind in ("season", "episode"):
        await redirect(tx, kind, {row["id"]: row["into_id"] for row in gone if row["kind"] == kind})
    for statement in MOVE_FROM_SERIES:
        await tx.db.run(statement, **both)
    await tx.db.run(DELETE_SERIES, series_id=series_id)


async def _fill(tx: Tx, kind: str, pairs: Sequence[Pair]) -> None:
    """What the surviving season or episode lacks is taken from the other."""
    if not pairs:
        return
    states = await load_states(tx, kind, [key for pair in pairs for key in (pair.id, pair.into_id)])
    before = {pair.into_id: states[pair.into_id] for pair in pairs}
    after = {pair.into_id: filled(states[pair.into_id], states[pair.id]) for pair in pairs}
    await save_states(tx, kind, before, after)
