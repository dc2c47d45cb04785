"""Writing what providers tell of seasons and episodes that there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.credit_writes import renew_credits
from app.catalog.edit_writes import EDITABLE, Editable
from app.catalog.edits import State
from app.catalog.told import Retold, Told, is_changed, retold
from app.catalog.tv.tables import EpisodeCreditRow
from app.core.outbox import Tx

SEASONS = text(
    "SELECT id, number FROM tv.seasons WHERE series_id = :series_id AND number = ANY(CAST(:numbers AS int[]))"
)
EPISODES = text(
    """
    SELECT id, season_number, number, air_date, sources ? 'dated' AS is_dated FROM tv.episodes
    WHERE series_id = :series_id AND (season_number = ANY(CAST(:numbers AS int[])) OR number IS NULL)
    ORDER BY season_number, position, id
    """
)
NUMBER = text(
    """
    UPDATE tv.episodes AS e SET number = r.number, position = r.number, sources = e.sources || '{"dated": true}',
        updated_at = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, number int) WHERE e.id = r.id
    """
)
SAVE_FIGURES = text(
    """
    UPDATE tv.episodes AS e SET ratings = r.ratings, sources = r.sources
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, ratings jsonb, sources jsonb) WHERE e.id = r.id
    """
)
# Of two that would be one day's, one keeps its number.
UNNUMBER = text(
    """
    UPDATE tv.episodes e SET number = NULL, position = extract(doy FROM e.air_date), sources = e.sources - 'dated',
        updated_at = now()
    WHERE e.id IN (
        SELECT DISTINCT ON (d.season_id, d.air_date) d.id FROM tv.episodes d
        WHERE d.series_id = ANY(CAST(:ids AS uuid[])) AND d.sources ? 'dated' AND d.air_date IS NOT NULL
          AND NOT EXISTS (
            SELECT FROM tv.episodes o
            WHERE o.season_id = d.season_id AND o.number IS NULL AND o.air_date = d.air_date)
        ORDER BY d.season_id, d.air_date, d.id)
    RETURNING e.id
    """
)
SEASON = EDITABLE["season"]
EPISODE = replace(EDITABLE["episode"], columns={**EDITABLE["episode"].columns, "ratings": "jsonb"})


@dataclass(frozen=True, slots=True)
class ToldEpisode:
    season: int
    number: int
    air_date: date | None
    told: Told


@dataclass(frozen=True, slots=True)
class ToldSeason:
    number: int
    told: Told
    episodes: Sequence[ToldEpisode]


@dataclass(frozen=True, slots=True)
class Parts:
    """Seasons by number and episodes by (season, number) of what was told, as far as they are there.

    An episode may be there twice: by its number, and by its day. changed: those of which people see anything new.
    """

    seasons: Mapping[int, UUID]
    episodes: Mapping[tuple[int, int], tuple[UUID, ...]]
    changed_seasons: frozenset[UUID]
    changed_episodes: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    season: int
    number: int | None
    air_date: date | None
    is_dated: bool


@dataclass(slots=True)
class _Found:
    """told: by the episode's id. numbers: of those that were known by their day, and get one."""

    ids: dict[tuple[int, int], tuple[UUID, ...]] = field(
        default_factory=dict[tuple[int, int], tuple[UUID, ...]]
    )
    told: dict[UUID, Told] = field(default_factory=dict[UUID, Told])
    numbers: dict[UUID, int] = field(default_factory=dict[UUID, int])


async def tell_of_seasons(tx: Tx, series_id: UUID, seasons: Sequence[ToldSeason], at: int) -> Parts:
    """Renew what providers say of seasons and episodes of a series; none are made.

    An episode that is known by its day alone is found by that, and gets its number where it is in that season and no
    other has it. at: seconds since 1970. Takes the locks of series and people. A constant number of statements. Emits
    nothing.
    """
    await tx.db.run(locks.SERIES)
    numbers = sorted({season.number for season in seasons})
    rows = await tx.db.rows(SEASONS, series_id=series_id, numbers=numbers)
    ids: dict[int, UUID] = {row["number"]: row["id"] for row in rows}
    of_seasons = {ids[season.number]: season.told for season in seasons if season.number in ids}
    known = [_Row(*row) for row in await tx.db.rows(EPISODES, series_id=series_id, numbers=numbers)]
    found = _found(known, [episode for season in seasons for episode in season.episodes])
    if found.numbers:
        await tx.db.run(NUMBER, rows=[{"id": key, "number": number} for key, number in found.numbers.items()])
    changed_seasons, changed = await tell_of_parts(tx, of_seasons, found.told, at)
    return Parts(ids, found.ids, frozenset(changed_seasons), frozenset(changed | found.numbers.keys()))


async def tell_of_parts(
    tx: Tx, seasons: Mapping[UUID, Told], episodes: Mapping[UUID, Told], at: int
) -> tuple[set[UUID], set[UUID]]:
    """The same, of those by these ids; answers the seasons and the episodes of which people see anything new."""
    _, changed_seasons = await _tell(tx, SEASON, seasons, at)
    after, changed = await _tell(tx, EPISODE, episodes, at)
    credited = {key: now.credits for key, now in after.items() if now.credits is not None}
    changed |= await renew_credits(tx, EpisodeCreditRow, "episode_id", credited)
    return changed_seasons, changed


async def unnumber(tx: Tx, series_ids: Sequence[UUID]) -> set[UUID]:
    """Episodes that files know by their day, and to which a provider gave a number, have none again; answers them."""
    return {row[0] for row in await tx.db.rows(UNNUMBER, ids=series_ids)}


def _found(rows: Iterable[_Row], episodes: Sequence[ToldEpisode]) -> _Found:
    """Which episodes are told of: by number, and those without one by their day."""
    by_number: dict[tuple[int, int], _Row] = {}
    by_day: dict[date, _Row] = {}
    for row in rows:
        if row.number is not None:
            by_number[row.season, row.number] = row
        elif row.air_date is not None:
            by_day.setdefault(row.air_date, row)
    found = _Found()
    # Of two that were shown on one day, the one that isn't there by its number is the day's.
    for each in sorted(episodes, key=lambda each: (each.season, each.number) in by_number):
        key = (each.season, each.number)
        of_day = by_day.pop(each.air_date, None) if each.air_date is not None else None
        if of_day is not None and of_day.season == each.season and key not in by_number:
            found.numbers[of_day.id] = each.number
        here = [row for row in (by_number.get(key), of_day) if row is not None]
        for row in here:
            is_dated = row.is_dated or row.number is None
            found.told[row.id] = _without_day(each.told) if is_dated else each.told
        if here:
            found.ids[key] = tuple(row.id for row in here)
    return found


def _without_day(told: Told) -> Told:
    """An episode that files know by its day keeps it."""
    return replace(told, values={name: value for name, value in told.values.items() if name != "date"})


async def _tell(
    tx: Tx, editable: Editable, told: Mapping[UUID, Told], at: int
) -> tuple[dict[UUID, Retold], set[UUID]]:
    """All as they are now, and those of which people see anything new."""
    if not told:
        return {}, set()
    before: dict[UUID, State] = {
        row["id"]: row["state"] for row in await tx.db.rows(editable.load, ids=list(told))
    }
    after = {key: retold(state, told[key], at) for key, state in before.items()}
    differing = {key: now.state for key, now in after.items() if now.state != before[key]}
    changed = {key for key, state in differing.items() if is_changed(before[key], state)}
    rows: list[dict[str, Any]] = [{"id": key, **state} for key, state in differing.items()]
    # Seasons have no figures.
    seen = changed if editable is EPISODE else differing.keys()
    if whole := [row for row in rows if row["id"] in seen]:
        await tx.db.run(editable.save, rows=whole)
    if figures := [row for row in rows if row["id"] not in seen]:
        names = ("id", "ratings", "sources")
        await tx.db.run(SAVE_FIGURES, rows=[{name: row[name] for name in names} for row in figures])
    return after, changed
