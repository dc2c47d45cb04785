"""Making a series of its own out of some seasons or files of another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.edit_writes import load_states
from app.catalog.facts import EpisodeFacts, SeasonFacts
from app.catalog.identity.aliases import TITLE, forget
from app.catalog.identity.redirects import became
from app.catalog.match import Alias
from app.catalog.tv.writes import save_episodes, save_seasons, save_series
from app.core.bulk import insert
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.outbox import Tx
from app.curation.journal import Action, Scope, recorded
from app.curation.settled import settle
from app.curation.split_movie import gone_works, made, say_human, split_facts, take_along
from app.library.read_folders import series_folder
from app.library.removal import UNLINK_SERIES
from app.library.tables import LibrarySeriesRow
from app.metadata.facts import Kind
from app.metadata.wanted import ask_for
from app.metadata.withdraw import withdraw

PARTS = text(
    """
    SELECT p.id, p.file_id, f.library_id, f.root_id, f.folder, e.id AS episode_id, e.season_id, e.season_number,
        e.number, e.air_date, e.absolute_number, e.title
    FROM tv.episodes e JOIN library.episode_parts p ON p.episode_id = e.id JOIN library.files f ON f.id = p.file_id
    WHERE e.series_id = :series_id
    """
)
MOVE_SEASONS = text("UPDATE tv.seasons SET series_id = :new_id WHERE id = ANY(CAST(:ids AS uuid[]))")
MOVE_EPISODES = text(
    """
    UPDATE tv.episodes e SET series_id = :new_id, season_id = s.id FROM tv.seasons s
    WHERE e.id = ANY(CAST(:ids AS uuid[])) AND s.series_id = :new_id AND s.number = e.season_number
    """
)
REHANG = text(
    """
    UPDATE library.episode_parts AS p SET episode_id = r.episode_id
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, episode_id uuid) WHERE p.id = r.id
    """
)
MOVE_FOLDERS = text(
    """
    UPDATE library.series_folders AS f SET series_id = :new_id
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(root_id uuid, folder text)
    WHERE f.series_id = :old_id AND f.root_id = r.root_id AND f.folder = r.folder
    """
)


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an episode."""

    id: UUID
    file_id: UUID
    library_id: UUID
    root_id: UUID
    folder: str
    episode_id: UUID
    season_id: UUID
    season: int
    number: int | None
    air_date: Any
    absolute_number: int | None
    title: str | None

    @property
    def home(self) -> tuple[UUID, str]:
        """The folder of its series."""
        return self.root_id, series_folder(self.folder)


async def split_series(
    tx: Tx,
    series_id: UUID,
    title: str,
    year: int | None,
    *,
    file_ids: Sequence[UUID] = (),
    season_ids: Sequence[UUID] = (),
) -> tuple[UUID, UUID]:
    """Give some of a series' files, or whole seasons, to a series of their own; answers its id and the change.

    Episodes and seasons that go as a whole keep their ids, and what providers said of them goes. Raises NotFound;
    Invalid, also where nothing would be left; Conflict where there is a series of that title and year. Emits
    WorksChanged.
    """
    await locks.hold_works(tx.db)
    series_id = (await became(tx.db, "series", [series_id])).get(series_id, series_id)
    states = await load_states(tx, "series", [series_id])
    if series_id not in states:
        raise NotFound("series", series_id)
    state = states[series_id]
    facts = split_facts(title, year, state["match_key"], state["year"])
    parts = [Part(*row) for row in await tx.db.rows(PARTS, series_id=series_id)]
    chosen = _chosen(parts, file_ids, season_ids)
    left = [part for part in parts if part not in chosen]
    summary = f"Split “{facts.title}” from “{state['title']}”"
    async with recorded(tx, Action.SPLIT, summary, Scope(series_ids=(series_id,))) as change:
        await change.widen(Scope(series_ids=await gone_works(tx, "series", facts)))
        await forget(tx, "series", [Alias(TITLE, facts.match_key, year, series_id, speaks=True)])
        (outcome,) = await save_series(tx, [facts])
        new_id = made(outcome, facts)
        change.made(Scope(series_ids=(new_id,)))
        await say_human(tx, "series", new_id, facts)
        await _rehang(tx, new_id, chosen, left)
        await settle(tx, "series", sorted({part.file_id for part in chosen}), new_id)
        await _move_places(tx, series_id, new_id, chosen, left)
        # It was said of the series that they were taken for.
        await withdraw(tx, Kind.TV, [new_id], now())
    await ask_for(tx, Kind.TV, [new_id])
    return new_id, change.id


def _chosen(parts: Sequence[Part], file_ids: Sequence[UUID], season_ids: Sequence[UUID]) -> list[Part]:
    files, seasons = {part.file_id for part in parts}, {part.season_id for part in parts}
    for name, wanted, known in (("fileIds", file_ids, files), ("seasonIds", season_ids, seasons)):
        for place, key in enumerate(wanted):
            if key not in known:
                raise Invalid(f"{name}.{place}", "It is not one of this series.")
    of_seasons = {part.file_id for part in parts if part.season_id in season_ids}
    chosen = [part for part in parts if part.file_id in {*file_ids, *of_seasons}]
    if not chosen:
        raise Invalid("fileIds", "It needs files or seasons to split off.")
    if len(chosen) == len(parts):
        raise Invalid("fileIds", "Nothing would be left of the series; edit it instead.")
    return chosen


async def _rehang(tx: Tx, new_id: UUID, chosen: Sequence[Part], left: Sequence[Part]) -> None:
    """Whole seasons and episodes move as they are; of others the new series gets its own."""
    left_seasons, left_episodes = {part.season_id for part in left}, {part.episode_id for part in left}
    moved = sorted({part.season_id for part in chosen} - left_seasons)
    await tx.db.run(MOVE_SEASONS, new_id=new_id, ids=moved)
    shared = sorted({part.season for part in chosen if part.season_id in left_seasons})
    if shared:
        await save_seasons(tx, [(new_id, SeasonFacts(number)) for number in shared])
    whole = sorted({part.episode_id for part in chosen} - left_episodes)
    await tx.db.run(MOVE_EPISODES, new_id=new_id, ids=whole)
    torn = [part for part in chosen if part.episode_id in left_episodes]
    facts = [
        EpisodeFacts(part.season, part.number, part.air_date, part.absolute_number, part.title)
        for part in torn
    ]
    made = await save_episodes(tx, [(new_id, each) for each in facts])
    rows = [
        {"id": part.id, "episode_id": made[new_id, each.key].id}
        for part, each in zip(torn, facts, strict=True)
    ]
    await tx.db.run(REHANG, rows=rows)


async def _move_places(
    tx: Tx, series_id: UUID, new_id: UUID, chosen: Collection[Part], left: Collection[Part]
) -> None:
    libraries = sorted({part.library_id for part in chosen})
    links = [{"library_id": library_id, "series_id": new_id} for library_id in libraries]
    await insert(tx.db, LibrarySeriesRow, links)
    for library_id in libraries:
        await tx.db.run(UNLINK_SERIES, library_id=library_id, ids=[series_id])
    own = {part.home for part in chosen if part.home[1]} - {part.home for part in left}
    rows = [{"root_id": root_id, "folder": folder} for root_id, folder in sorted(own)]
    await tx.db.run(MOVE_FOLDERS, old_id=series_id, new_id=new_id, rows=rows)
    await take_along(tx, "series", series_id, new_id, own)
