"""Making and renewing series, seasons and episodes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.facts import EpisodeFacts, EpisodeKey, SeasonFacts, WorkFacts
from app.catalog.identity.departures import Departed, DepartedParts, come_back, departed_parts
from app.catalog.outcome import Outcome
from app.catalog.tv.tables import EpisodeCreditRow, EpisodeRow, SeasonRow, SeriesCreditRow, SeriesTermRow
from app.catalog.work_writes import WorkTables, save_works, set_credits
from app.core.bulk import insert
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
    SELECT id, series_id, season_number, number, air_date FROM tv.episodes
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
        updated_at = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        id uuid, described boolean, title text, overview text, air_date date, absolute_number int, runtime_s int,
        ratings jsonb, provider_ids jsonb)
    WHERE e.id = r.id
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
        if facts.title or facts.overview or facts.air_date or (series_id, facts.number) not in wanted:
            wanted[series_id, facts.number] = facts
    described = {key for key, facts in wanted.items() if facts.title or facts.overview or facts.air_date}
    ids: dict[tuple[UUID, int], UUID] = {}
    for keys, update in (
        (described, ("title", "overview", "air_date")),
        (wanted.keys() - described, ("number",)),
    ):
        rows = [_season(key, wanted[key], departed.seasons) for key in sorted(keys)]
        found = await insert(
            tx.db,
            SeasonRow,
            rows,
            key=("series_id", "number"),
            update=update,
            returning=("series_id", "number", "id"),
        )
        ids |= {(series_id, number): season_id for series_id, number, season_id in found}
    await come_back(
        tx, "season", [gone.id for key, gone in departed.seasons.items() if ids.get(key) == gone.id]
    )
    return ids


def _season(
    key: tuple[UUID, int], facts: SeasonFacts, departed: Mapping[tuple[UUID, int], Departed]
) -> dict[str, Any]:
    return {
        "id": departed[key].id if key in departed else new_id(),
        "series_id": key[0],
        "number": key[1],
        "title": facts.title,
        "overview": facts.overview,
        "air_date": facts.air_date,
    }


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
    fresh: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    for series_id, facts in wanted:
        outcome = outcomes[series_id, facts.key]
        row = {"id": outcome.id} | _texts(facts)
        if outcome.is_new:
            fresh.append(row | _place(series_id, seasons[series_id, facts.season], facts))
        else:
            changes.append(row | {"described": facts.is_described})
    await insert(tx.db, EpisodeRow, fresh)
    returned = {gone.id for gone in departed.episodes.values()}
    await come_back(tx, "episode", [row["id"] for row in fresh if row["id"] in returned])
    if changes:
        await tx.db.run(RENEW_EPISODES, rows=changes)
    credited = [
        (outcomes[series_id, facts.key].id, facts.credits) for series_id, facts in wanted if facts.credits
    ]
    await set_credits(tx, EpisodeCreditRow, "episode_id", credited)
    return outcomes


async def _known_episodes(tx: Tx, seasons: Sequence[tuple[UUID, int]]) -> dict[EpisodeKey, UUID]:
    rows = await tx.db.rows(
        KNOWN_EPISODES, series_ids=[pair[0] for pair in seasons], seasons=[pair[1] for pair in seasons]
    )
    return {
        (series_id, EpisodeFacts(season, number, air_date).key): episode_id
        for episode_id, series_id, season, number, air_date in rows
    }


def _outcome(
    key: EpisodeKey,
    facts: EpisodeFacts,
    known: Mapping[EpisodeKey, UUID],
    departed: Mapping[EpisodeKey, Departed],
) -> Outcome:
    if key in known:
        return Outcome(known[key], is_new=False, is_changed=facts.is_described)
    return Outcome(departed[key].id if key in departed else new_id(), is_new=True, is_changed=False)


def _merged(episodes: Sequence[tuple[UUID, EpisodeFacts]]) -> list[tuple[UUID, EpisodeFacts]]:
    """Each episode once: the first source that describes it, else the first."""
    chosen: dict[EpisodeKey, tuple[UUID, EpisodeFacts]] = {}
    for series_id, facts in episodes:
        key = (series_id, facts.key)
        if key not in chosen or (facts.is_described and not chosen[key][1].is_described):
            chosen[key] = (series_id, facts)
    return list(chosen.values())


def _texts(facts: EpisodeFacts) -> dict[str, Any]:
    return {
        "title": facts.title,
        "overview": facts.overview,
        "air_date": facts.air_date,
        "absolute_number": facts.absolute_number,
        "runtime_s": facts.runtime_s,
        "ratings": dict(facts.ratings),
        "provider_ids": dict(facts.provider_ids),
    }


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
