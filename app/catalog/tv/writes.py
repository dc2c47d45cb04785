"""Making and renewing series, seasons and episodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.facts import EpisodeFacts, EpisodeKey, SeasonFacts, WorkFacts
from app.catalog.identity.departures import Departed, DepartedParts, come_back, departed_parts
from app.catalog.outcome import Outcome
from app.catalog.provenance import DOCUMENTS, PROVIDED, Field, Source, provided_keys, said, unlocked
from app.catalog.returning import returned
from app.catalog.tv.tables import EpisodeCreditRow, EpisodeRow, SeasonRow, SeriesCreditRow, SeriesTermRow
from app.catalog.work_writes import WorkTables, save_works, set_credits
from app.core.bulk import insert
from app.core.clock import now
from app.core.ids import new_id
from app.core.outbox import Tx

TABLES = WorkTables(
    kind="series",
    table="tv.series",
    date="first_air_date",
    key="series_id",
    lock=locks.SERIES,
    term_row=SeriesTermRow,
    credit_row=SeriesCreditRow,
    has_runtime=False,
)
KNOWN_EPISODES = text(
    """
    SELECT id, series_id, season_number, number, air_date, sources -> 'locked' AS locked,
        ARRAY(SELECT s.key FROM jsonb_each(sources) s WHERE s.value ->> 0 IN ('provider', 'human')) AS given,
        sources -> 'provided' AS provided, sources ? 'dated' AS is_dated
    FROM tv.episodes
    WHERE (series_id, season_number) IN (
        SELECT * FROM unnest(CAST(:series_ids AS uuid[]), CAST(:seasons AS int[])))
    """
)
RENEW_EPISODES = text(
    """
    UPDATE tv.episodes AS e SET
        title = CASE WHEN r.described THEN coalesce(r.title, e.title) ELSE coalesce(e.title, r.title) END,
        overview = coalesce(r.overview, e.overview),
        air_date = coalesce(r.air_date, e.air_date),
        absolute_number = coalesce(r.absolute_number, e.absolute_number),
        runtime_s = coalesce(r.runtime_s, e.runtime_s),
        ratings = e.ratings || r.ratings,
        provider_ids = e.provider_ids || r.provider_ids,
        sources = e.sources || r.sources,
        updated_at = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        id uuid, described boolean, title text, overview text, air_date date, absolute_number int, runtime_s int,
        ratings jsonb, provider_ids jsonb, sources jsonb)
    WHERE e.id = r.id
    """
)
LOCKED_SEASONS = text(
    """
    SELECT series_id, number, sources -> 'locked' AS locked FROM tv.seasons
    WHERE sources ? 'locked' AND (series_id, number) IN (
        SELECT * FROM unnest(CAST(:series_ids AS uuid[]), CAST(:numbers AS int[])))
    """
)
RENEW_SEASONS = text(
    """
    UPDATE tv.seasons AS s SET title = coalesce(r.title, s.title), overview = coalesce(r.overview, s.overview),
        air_date = coalesce(r.air_date, s.air_date), sources = s.sources || r.sources
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        series_id uuid, number int, title text, overview text, air_date date, sources jsonb)
    WHERE s.series_id = r.series_id AND s.number = r.number
    """
)


async def save_series(tx: Tx, series: Sequence[WorkFacts]) -> list[Outcome]:
    """Find or make each series, and renew what a describing source says; answers in the order given.

    A constant number of statements. Emits nothing: the caller knows the library.
    """
    if not series:
        return []
    works, _ = await save_works(tx, TABLES, series)
    return works.outcomes


async def save_seasons(
    tx: Tx, seasons: Sequence[tuple[UUID, SeasonFacts]], departed: DepartedParts | None = None
) -> dict[tuple[UUID, int], UUID]:
    """Ids of (series, number); new ones are made, described ones renewed, and those that had gone come back.

    departed: what had gone of them, where that is known already. A constant number of statements.
    """
    if departed is None:
        departed = await departed_parts(tx, [(series_id, facts.number) for series_id, facts in seasons])
    wanted: dict[tuple[UUID, int], SeasonFacts] = {}
    for series_id, facts in seasons:
        if facts.is_described or (series_id, facts.number) not in wanted:
            wanted[series_id, facts.number] = facts
    found = await insert(
        tx.db,
        SeasonRow,
        [_season(key, departed.seasons) for key in sorted(wanted)],
        key=("series_id", "number"),
        update=("number",),
        returning=("series_id", "number", "id"),
    )
    ids = {(series_id, number): season_id for series_id, number, season_id in found}
    await come_back(
        tx, "season", [gone.id for key, gone in departed.seasons.items() if ids.get(key) == gone.id]
    )
    await _describe_seasons(tx, {key: facts for key, facts in wanted.items() if facts.is_described})
    return ids


def _season(key: tuple[UUID, int], departed: Mapping[tuple[UUID, int], Departed]) -> dict[str, Any]:
    """Its texts come of what describes it; those that were locked when it went are as they were."""
    gone = departed.get(key)
    row: dict[str, Any] = {
        "title": None,
        "overview": None,
        "air_date": None,
        "translations": {},
        "sources": {},
    }
    if gone is not None:
        row = returned(row, gone.row)
    return row | {"id": gone.id if gone else new_id(), "series_id": key[0], "number": key[1]}


async def _describe_seasons(tx: Tx, described: Mapping[tuple[UUID, int], SeasonFacts]) -> None:
    if not described:
        return
    keys = {"series_ids": [key[0] for key in described], "numbers": [key[1] for key in described]}
    locked = {(row[0], row[1]): row["locked"] for row in await tx.db.rows(LOCKED_SEASONS, **keys)}
    rows: list[dict[str, Any]] = []
    for key, facts in described.items():
        texts = {"title": facts.title, "overview": facts.overview, "air_date": facts.air_date}
        texts = unlocked(texts, locked.get(key, ()))
        sources = said(Source.NFO, texts, int(now().timestamp()))
        rows.append(texts | {"series_id": key[0], "number": key[1], "sources": sources})
    await tx.db.run(RENEW_SEASONS, rows=rows)


async def save_episodes(tx: Tx, episodes: Sequence[tuple[UUID, EpisodeFacts]]) -> dict[EpisodeKey, Outcome]:
    """What became of each (series, episode key), with its season made where it is new.

    The series must have been saved in this transaction, which holds their lock. A constant number of statements.
    """
    if not episodes:
        return {}
    of_seasons = [(series_id, facts.season) for series_id, facts in episodes]
    departed = await departed_parts(tx, sorted(set(of_seasons)))
    seasons = await save_seasons(tx, [(key[0], SeasonFacts(key[1])) for key in of_seasons], departed)
    known = await _known_episodes(tx, sorted(seasons))
    wanted = _merged(episodes)
    outcomes = {
        (series_id, facts.key): _outcome((series_id, facts.key), facts, known, departed.episodes)
        for series_id, facts in wanted
    }
    fresh: dict[UUID, dict[str, Any]] = {}
    changes: dict[UUID, dict[str, Any]] = {}
    for series_id, facts in wanted:
        key = (series_id, facts.key)
        outcome = outcomes[key]
        row = {"id": outcome.id} | _texts(facts, known.get(key))
        if outcome.is_new:
            row = returned(row, departed.episodes[key].row) if key in departed.episodes else row
            fresh.setdefault(outcome.id, row | _place(series_id, seasons[series_id, facts.season], facts))
        elif facts.is_described or outcome.id not in changes:
            changes[outcome.id] = row | {"described": facts.is_described}
    await insert(tx.db, EpisodeRow, list(fresh.values()))
    gone = {each.id for each in departed.episodes.values()}
    await come_back(tx, "episode", [key for key in fresh if key in gone])
    if changes:
        await tx.db.run(RENEW_EPISODES, rows=list(changes.values()))
    credited = {
        outcomes[series_id, facts.key].id: facts.credits
        for series_id, facts in wanted
        if facts.credits and Field.CREDITS not in known.get((series_id, facts.key), NEW).locked
    }
    await set_credits(tx, EpisodeCreditRow, "episode_id", list(credited.items()))
    return outcomes


@dataclass(frozen=True, slots=True)
class KnownEpisode:
    """given, provided: as of app.catalog.match.Known."""

    id: UUID
    locked: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    provided: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])


# What is kept of an episode that is not there yet.
NEW = KnownEpisode(UUID(int=0))


async def _known_episodes(tx: Tx, seasons: Sequence[tuple[UUID, int]]) -> dict[EpisodeKey, KnownEpisode]:
    rows = await tx.db.rows(
        KNOWN_EPISODES, series_ids=[pair[0] for pair in seasons], seasons=[pair[1] for pair in seasons]
    )
    found: dict[EpisodeKey, KnownEpisode] = {}
    by_day: dict[EpisodeKey, KnownEpisode] = {}
    for episode_id, series_id, season, number, air_date, locked, given, provided, is_dated in rows:
        known = KnownEpisode(
            episode_id, frozenset(locked or ()), frozenset(given) - DOCUMENTS, provided or {}
        )
        found[series_id, EpisodeFacts(season, number, air_date).key] = known
        if is_dated:
            by_day[series_id, EpisodeFacts(season, None, air_date).key] = known
    return by_day | found


def _outcome(
    key: EpisodeKey,
    facts: EpisodeFacts,
    known: Mapping[EpisodeKey, KnownEpisode],
    departed: Mapping[EpisodeKey, Departed],
) -> Outcome:
    if key in known:
        return Outcome(known[key].id, is_new=False, is_changed=facts.is_described)
    return Outcome(departed[key].id if key in departed else new_id(), is_new=True, is_changed=False)


def _merged(episodes: Sequence[tuple[UUID, EpisodeFacts]]) -> list[tuple[UUID, EpisodeFacts]]:
    """Each episode once: the first source that describes it, else the first."""
    chosen: dict[EpisodeKey, tuple[UUID, EpisodeFacts]] = {}
    for series_id, facts in episodes:
        key = (series_id, facts.key)
        if key not in chosen or (facts.is_described and not chosen[key][1].is_described):
            chosen[key] = (series_id, facts)
    return list(chosen.values())


def _texts(facts: EpisodeFacts, known: KnownEpisode | None) -> dict[str, Any]:
    known = known or NEW
    row = {
        "title": facts.title,
        "overview": facts.overview,
        "air_date": facts.air_date,
        "absolute_number": facts.absolute_number,
        "runtime_s": facts.runtime_s,
        "ratings": dict(facts.ratings),
        "provider_ids": dict(facts.provider_ids),
        "translations": dict[str, Any](),
    }
    row = unlocked(row, known.locked if facts.is_described else known.locked | known.given)
    if not facts.is_described:
        return row | {"sources": dict[str, Any]()}
    told = row if Field.CREDITS in known.locked else row | {Field.CREDITS: facts.credits}
    sources = said(Source.NFO, told, int(now().timestamp()))
    left = provided_keys(known.provided, row)
    return row | {"sources": sources | ({PROVIDED: left} if left != known.provided else {})}


def _place(series_id: UUID, season_id: UUID, facts: EpisodeFacts) -> dict[str, Any]:
    """An unnumbered episode stands in its season by the day of the year it aired on."""
    day = facts.air_date.timetuple().tm_yday if facts.air_date else 0
    position = facts.number if facts.number is not None else day
    return {
        "series_id": series_id,
        "season_id": season_id,
        "season_number": facts.season,
        "number": facts.number,
        "position": position,
    }
