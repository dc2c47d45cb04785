"""Writing the series and episodes that a chunk of folders holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.announce import announce
from app.catalog.facts import NAMELESS, EpisodeFacts, EpisodeKey, WorkFacts
from app.catalog.outcome import Outcome
from app.catalog.tv.writes import save_episodes, save_seasons, save_series
from app.core.bulk import delete, insert
from app.core.db import Row
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identify.kinds import LibraryKind
from app.identify.merge import with_nfo
from app.identify.reading import Reading
from app.library.decided import Decided, decided_about, decided_homes, decided_works
from app.library.marked_extras import mark_extras
from app.library.matches import Identified, drop_matches, store_matches
from app.library.nfo_facts import bare, episode_facts, season_facts, series_facts
from app.library.problems import Problem, Reason
from app.library.read_folders import Folder, Video, series_folder
from app.library.removal import Affected, empty_episodes
from app.library.store_files import FileIds, no_works, video_files
from app.library.store_movies import ways
from app.library.tables import EpisodePartRow, LibrarySeriesRow, SeriesFolderRow
from app.library.versions import labels, spans, version_key
from app.library.walk import join
from app.metadata.facts import Kind
from app.metadata.read_tags import ask_to_read_tags
from app.metadata.wanted import ask_about_series

NO_TITLE = "No series title could be read from its path."
NO_NUMBER = "No episode number, date or part could be read from its name."
SERIES_OF_FOLDERS = text(
    """
    SELECT f.root_id, f.folder, f.series_id FROM library.series_folders f
    JOIN unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
      ON f.root_id = k.root_id AND f.folder = k.folder
    """
)


EPISODES_OF_FILES = text(
    """
    SELECT p.file_id, e.id, e.season_id, e.series_id FROM library.episode_parts p
    JOIN tv.episodes e ON e.id = p.episode_id WHERE p.file_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY e.position
    """
)
HELD_BY_OTHERS = text(
    """
    SELECT DISTINCT e.series_id FROM tv.episodes e JOIN library.episode_parts p ON p.episode_id = e.id
    WHERE e.series_id = ANY(CAST(:ids AS uuid[]))
    """
)

# Seasons of which nothing was known before these episodes.
SEASONS_OF_NEW = text(
    """
    SELECT e.season_id FROM tv.episodes e
    WHERE e.season_id IN (SELECT season_id FROM tv.episodes WHERE id = ANY(CAST(:added AS uuid[])))
    GROUP BY e.season_id HAVING bool_and(e.id = ANY(CAST(:added AS uuid[])))
    """
)


@dataclass(frozen=True, slots=True)
class EpisodeFile:
    """A file, and the series and episodes it was read as or, by a person's decision, is; None where it is no episode.

    video: None where only the series' NFO was read.
    """

    folder: Folder
    video: Video | None
    series: WorkFacts | None
    file_id: UUID | None = None
    episodes: tuple[EpisodeFacts, ...] = ()
    decided: Decided | None = None


class Before:
    """What the looked-at files were read as the last time."""

    def __init__(
        self, rows: Sequence[Row], held: set[UUID], fixed: set[UUID], homes: Mapping[tuple[UUID, str], UUID]
    ) -> None:
        self.episodes = [(row["id"], row["season_id"], row["series_id"]) for row in rows]
        self.series = {row["file_id"]: row["series_id"] for row in rows}
        self.files = {(row["file_id"], row["id"]) for row in rows}
        self.by_file: dict[UUID, list[Row]] = {}
        for row in rows:
            self.by_file.setdefault(row["file_id"], []).append(row)
        self._held = held
        self._fixed = fixed
        self._homes = homes

    def series_of(self, folder: Folder, video: Video, file_id: UUID) -> UUID | None:
        """The series that would lose its id if the file were another's: it has no other files, its whole folder was
        moved, or the NFO in its folder now says otherwise. None for one that a person decided on."""
        found = self._series_of(folder, video, file_id)
        return None if found in self._fixed else found

    def _series_of(self, folder: Folder, video: Video, file_id: UUID) -> UUID | None:
        series_id = self.series.get(file_id)
        if series_id is not None and (series_id not in self._held or file_id in folder.uprooted):
            return series_id
        is_described = video.series_nfo is not None and video.series_nfo.series is not None
        return self._homes.get((folder.root.id, series_folder(folder.path))) if is_described else None


async def store_episodes(
    tx: Tx, library_id: UUID, folders: Sequence[Folder], ids: FileIds, *, renames: bool = True
) -> None:
    """Find or make the series and episodes of every looked-at video, and hang its files on them.

    A series whose every file is read otherwise than before keeps its id, unless these files mean another that is
    known: then its id leads to that. Episodes, seasons and series that are left without any file go. A file without a
    readable series or episode becomes a problem of its folder. What a person decided about a file counts more than all
    that is read of it. renames: whether a series may get another name because its files have. Emits WorksChanged. A
    constant number of statements.
    """
    looked_at = [
        ids[folder.root.id, folder.path, video.name] for folder in folders for video in folder.videos
    ]
    if not folders:
        return
    await tx.db.run(locks.SERIES)
    before = await _before(tx, folders, looked_at, renames=renames)
    decided = await decided_about(tx, LibraryKind.EPISODE, folders, ids, before.series.keys())
    every = [file for folder in folders for file in _files(folder, ids, before, decided)]
    files = [file for file in every if file.series is not None] + await _series_alone(tx, folders)
    series = await save_series(tx, [file.series for file in files if file.series is not None])
    pairs = [
        (outcome.id, episode if outcome.speaks else bare(episode))
        for file, outcome in zip(files, series, strict=True)
        for episode in file.episodes
    ]
    episodes = await save_episodes(tx, pairs)
    parts = await _link_parts(tx, files, series, episodes)
    added = await _link_series(tx, library_id, files, series)
    await _store_season_nfos(tx, folders, _silent(files, series))
    await _note(
        tx, library_id, folders, ids, every, dict(zip((file.file_id for file in files), series, strict=True))
    )
    await mark_extras(tx, [said.decision for said in decided.values() if said.is_extra])
    became = await _ways(tx, looked_at, before, parts)
    removed = await empty_episodes(tx, library_id, sorted(set(before.episodes)), became)
    await _announce(tx, library_id, Changed(series, list(episodes.values()), added, before, parts), removed)
    read = ((outcome.id, file.video.tags) for file, outcome in zip(files, series, strict=True) if file.video)
    changed = {outcome.id for outcome in series if outcome.is_changed} | added
    changed |= {series_id for (series_id, _), outcome in episodes.items() if outcome.is_new}
    ask_to_read_tags(tx, Kind.TV, read, changed)


async def _note(
    tx: Tx,
    library_id: UUID,
    folders: Sequence[Folder],
    ids: FileIds,
    files: Sequence[EpisodeFile],
    became: Mapping[UUID | None, Outcome],
) -> None:
    """Keep how each video came to be its episodes'."""
    identified = [
        Identified(file.file_id, video.reading, video.has_nfo, became.get(file.file_id), file.decided)
        for file in files
        if (video := file.video) is not None
        and file.file_id is not None
        and not (file.decided and file.decided.is_extra)
    ]
    await store_matches(tx, library_id, LibraryKind.EPISODE, identified)
    await drop_matches(tx, no_works(folders, ids))


def _silent(files: Sequence[EpisodeFile], series: Sequence[Outcome]) -> set[tuple[UUID, str]]:
    """The folders of series whose NFO files are about other series than people said that the files are of."""
    return {
        (file.folder.root.id, series_folder(file.folder.path))
        for file, outcome in zip(files, series, strict=True)
        if not outcome.speaks
    }


@dataclass(frozen=True, slots=True)
class Changed:
    """parts: (file, episode) pairs as they are now."""

    series: Sequence[Outcome]
    episodes: Sequence[Outcome]
    added_series: set[UUID]
    before: Before
    parts: set[tuple[UUID, UUID]]


async def _announce(tx: Tx, library_id: UUID, found: Changed, removed: Sequence[Affected]) -> None:
    gone = {works.kind: set(works.removed) for works in removed}
    series = {outcome.id for outcome in found.series if outcome.is_changed}
    await announce(tx, "series", library_id, found.added_series, series, gone.get("series", set()))
    added = {outcome.id for outcome in found.episodes if outcome.is_new}
    seasons = (
        {row[0] for row in await tx.db.rows(SEASONS_OF_NEW, added=sorted(added))} if added else set[UUID]()
    )
    await announce(tx, "season", library_id, seasons, set(), gone.get("season", set()))
    changed = {outcome.id for outcome in found.episodes if outcome.is_changed}
    changed |= {episode_id for _, episode_id in found.before.files ^ found.parts}
    await announce(tx, "episode", library_id, added, changed, gone.get("episode", set()))
    await ask_about_series(tx, library_id, found.added_series | series, added)


async def _ways(
    tx: Tx, looked_at: Sequence[UUID], before: Before, parts: set[tuple[UUID, UUID]]
) -> dict[UUID, UUID]:
    """What became of episodes, seasons and series by their files; of a file's episodes, one by one in their order."""
    if before.files <= parts:
        return {}
    now: dict[UUID, list[Row]] = {}
    for row in await tx.db.rows(EPISODES_OF_FILES, ids=looked_at):
        now.setdefault(row["file_id"], []).append(row)
    found: dict[UUID, UUID] = {}
    for name in ("id", "season_id", "series_id"):
        was: dict[tuple[UUID, int], UUID] = {}
        became: dict[tuple[UUID, int], UUID] = {}
        for file_id, rows in before.by_file.items():
            for place, row in enumerate(rows if file_id in now else ()):
                was[file_id, place] = row[name]
                became[file_id, place] = now[file_id][min(place, len(now[file_id]) - 1)][name]
        found |= ways(was, became)
    return found


async def _before(tx: Tx, folders: Sequence[Folder], looked_at: Sequence[UUID], *, renames: bool) -> Before:
    rows = await tx.db.rows(EPISODES_OF_FILES, ids=looked_at)
    await delete(tx.db, EpisodePartRow, "file_id", looked_at)
    series_ids = sorted({row["series_id"] for row in rows})
    held = {row[0] for row in await tx.db.rows(HELD_BY_OTHERS, ids=series_ids)}
    places = sorted({(folder.root.id, series_folder(folder.path)) for folder in folders if folder.path})
    homes = await _series_of(tx, places)
    works = {*series_ids, *homes.values()}
    return Before(rows, held, await decided_works(tx, works) if renames else works, homes)


def _files(
    folder: Folder, ids: FileIds, before: Before, decided: Mapping[UUID, Decided]
) -> list[EpisodeFile]:
    found: list[EpisodeFile] = []
    for video in video_files(folder):
        file_id = ids[folder.root.id, folder.path, video.name]
        said = decided.get(file_id)
        if said is not None and not said.is_work:
            found.append(EpisodeFile(folder, video, None, file_id, decided=said))
            continue
        series, episodes = _facts(video, said)
        if series is None or not episodes:
            path = join(folder.path, video.name)
            message = NO_TITLE if series is None else NO_NUMBER
            folder.problems.append(Problem(path, Reason.UNIDENTIFIED, message))
            series, episodes = None, []
        elif said is None:
            series = replace(series, previous_id=before.series_of(folder, video, file_id))
        found.append(EpisodeFile(folder, video, series, file_id, tuple(episodes), said))
    return found


def _facts(video: Video, said: Decided | None) -> tuple[WorkFacts | None, list[EpisodeFacts]]:
    reading, nfo = video.reading, video.nfo
    assert reading is not None
    series = series_facts(reading, video.series_nfo)
    if said is None:
        return series, episode_facts(reading, nfo)
    decision = said.decision
    if decision.episodes is not None:
        season = reading.season if decision.season is None else decision.season
        numbers = {"season": season, "episodes": decision.episodes, "absolutes": (), "air_date": None}
        reading, nfo = replace(reading, **numbers, episode_title=None), None
    return replace(series or NAMELESS, decided_id=decision.series_id), episode_facts(reading, nfo)


async def _series_alone(tx: Tx, folders: Sequence[Folder]) -> list[EpisodeFile]:
    """Series whose own folder holds an NFO but no episode: renewed where they are known already.

    The episodes below read the same NFO, so a series is never made from its NFO alone.
    """
    said = [
        (folder, nfo)
        for folder in folders
        if (nfo := folder.nfos.get("tvshow.nfo")) is not None and not video_files(folder)
    ]
    if not said:
        return []
    places = [(folder.root.id, folder.path) for folder, _ in said]
    known, fixed = await _series_of(tx, places), await decided_homes(tx, places)
    found: list[EpisodeFile] = []
    for folder, nfo in said:
        series = series_facts(with_nfo(Reading(LibraryKind.EPISODE), nfo), nfo)
        place = (folder.root.id, folder.path)
        if series is not None and place in known:
            key = "decided_id" if place in fixed else "known_id"
            series = replace(series, **{key: known[place]})
            found.append(EpisodeFile(folder, None, series))
    return found


async def _series_of(tx: Tx, folders: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    rows = await tx.db.rows(
        SERIES_OF_FOLDERS,
        root_ids=[folder[0] for folder in folders],
        folders=[folder[1] for folder in folders],
    )
    return {(root_id, folder): series_id for root_id, folder, series_id in rows}


async def _link_parts(
    tx: Tx,
    files: Sequence[EpisodeFile],
    series: Sequence[Outcome],
    episodes: Mapping[EpisodeKey, Outcome],
) -> set[tuple[UUID, UUID]]:
    """Answers the (file, episode) pairs that belong together."""
    videos = {file.file_id: file.video for file in files if file.file_id and file.video}
    named = await labels(tx, videos)
    places = await spans(tx, {file.file_id: len(file.episodes) for file in files if file.file_id})
    rows: list[dict[str, Any]] = []
    for file, outcome in zip(files, series, strict=True):
        if file.file_id is None or file.video is None or file.video.reading is None:
            continue
        part, path = file.video.reading.episode_part, join(file.folder.path, file.video.name)
        version = f"{file.folder.root.id}/{version_key(path, part)}"
        row = {"file_id": file.file_id, "version": version, "label": named[file.file_id], "number": part or 1}
        for episode, (start_ms, end_ms) in zip(file.episodes, places[file.file_id], strict=True):
            episode_id = episodes[outcome.id, episode.key].id
            rows.append(
                row | {"id": new_id(), "episode_id": episode_id, "start_ms": start_ms, "end_ms": end_ms}
            )
    await insert(tx.db, EpisodePartRow, rows)
    return {(row["file_id"], row["episode_id"]) for row in rows}


async def _link_series(
    tx: Tx, library_id: UUID, files: Sequence[EpisodeFile], series: Sequence[Outcome]
) -> set[UUID]:
    """Answers the series that the library did not hold before."""
    links = [
        {"library_id": library_id, "series_id": series_id}
        for series_id in sorted(
            {outcome.id for file, outcome in zip(files, series, strict=True) if file.video is not None}
        )
    ]
    key = ("library_id", "series_id")
    added = await insert(tx.db, LibrarySeriesRow, links, key=key, returning=("series_id",))
    folders = {
        (file.folder.root.id, series_folder(file.folder.path)): outcome.id
        for file, outcome in zip(files, series, strict=True)
    }
    rows = [
        {"root_id": root_id, "folder": folder, "series_id": series_id}
        for (root_id, folder), series_id in folders.items()
        if folder
    ]
    await insert(tx.db, SeriesFolderRow, rows, key=("root_id", "folder"), update=("series_id",))
    return {row[0] for row in added}


async def _store_season_nfos(tx: Tx, folders: Sequence[Folder], silent: Collection[tuple[UUID, str]]) -> None:
    said = [
        (folder, facts)
        for folder in folders
        if (nfo := folder.nfos.get("season.nfo")) is not None
        and (facts := season_facts(nfo)) is not None
        and (folder.root.id, series_folder(folder.path)) not in silent
    ]
    if not said:
        return
    keys = [(folder.root.id, series_folder(folder.path)) for folder, _ in said]
    series = await _series_of(tx, keys)
    seasons = [(series[key], facts) for key, (_, facts) in zip(keys, said, strict=True) if key in series]
    await save_seasons(tx, seasons)
