"""Writing the series and episodes that a chunk of folders holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.facts import EpisodeFacts, WorkFacts
from app.catalog.outcome import Outcome
from app.catalog.tv.writes import EpisodeKey, save_episodes, save_seasons, save_series
from app.core.bulk import delete, insert
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identify.kinds import LibraryKind
from app.identify.merge import with_nfo
from app.identify.reading import Reading
from app.library.media import MediaInfo
from app.library.nfo_facts import episode_facts, season_facts, series_facts
from app.library.problems import Problem, Reason
from app.library.read_folders import Folder, Video, series_folder
from app.library.store_files import FileIds, video_files
from app.library.store_movies import announce, label_of, version_key
from app.library.tables import EpisodePartRow, LibrarySeriesRow, SeriesFolderRow
from app.library.walk import join

NO_TITLE = "No series title could be read from its path."
NO_NUMBER = "No episode number, date or part could be read from its name."
SERIES_OF_FOLDERS = text(
    """
    SELECT f.root_id, f.folder, f.series_id FROM library.series_folders f
    JOIN unnest(CAST(:root_ids AS uuid[]), CAST(:folders AS text[])) AS k(root_id, folder)
      ON f.root_id = k.root_id AND f.folder = k.folder
    """
)


@dataclass(frozen=True, slots=True)
class EpisodeFile:
    """A file, and the series and episodes it was read as; no episodes where only the series' NFO was read."""

    folder: Folder
    video: Video | None
    series: WorkFacts
    episodes: tuple[EpisodeFacts, ...] = ()


async def store_episodes(tx: Tx, library_id: UUID, folders: Sequence[Folder], ids: FileIds) -> None:
    """Find or make the series and episodes of every looked-at video, and hang its files on them.

    A file without a readable series or episode becomes a problem of its folder. Emits WorksChanged. A constant number
    of statements.
    """
    dirty = [folder for folder in folders if folder.is_dirty]
    looked_at = [ids[folder.root.id, folder.path, video.name] for folder in dirty for video in folder.videos]
    await delete(tx.db, EpisodePartRow, "file_id", looked_at)
    files = [file for folder in dirty for file in _files(folder)]
    files += await _series_alone(tx, dirty)
    if not files:
        return
    series = await save_series(tx, [file.series for file in files])
    pairs = [
        (outcome.id, episode)
        for file, outcome in zip(files, series, strict=True)
        for episode in file.episodes
    ]
    episodes = await save_episodes(tx, pairs)
    await _link_parts(tx, files, series, episodes, ids)
    await _link_series(tx, library_id, files, series)
    await _store_season_nfos(tx, dirty)
    announce(tx, "series", library_id, series)
    announce(tx, "episode", library_id, list(episodes.values()))


def _files(folder: Folder) -> list[EpisodeFile]:
    found: list[EpisodeFile] = []
    for video in video_files(folder):
        assert video.reading is not None
        series = series_facts(video.reading, video.series_nfo)
        episodes = episode_facts(video.reading, video.nfo)
        if series is None or not episodes:
            path = join(folder.path, video.name)
            message = NO_TITLE if series is None else NO_NUMBER
            folder.problems.append(Problem(path, Reason.UNIDENTIFIED, message))
        else:
            found.append(EpisodeFile(folder, video, series, tuple(episodes)))
    return found


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
    known = await _series_of(tx, [(folder.root.id, folder.path) for folder, _ in said])
    found: list[EpisodeFile] = []
    for folder, nfo in said:
        series = series_facts(with_nfo(Reading(LibraryKind.EPISODE), nfo), nfo)
        if series is not None and (folder.root.id, folder.path) in known:
            series = replace(series, known_id=known[folder.root.id, folder.path])
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
    episodes: dict[EpisodeKey, Outcome],
    ids: FileIds,
) -> None:
    rows: list[dict[str, Any]] = []
    for file, outcome in zip(files, series, strict=True):
        if file.video is None or file.video.reading is None:
            continue
        reading, path = file.video.reading, join(file.folder.path, file.video.name)
        number = reading.episode_part or (reading.part if reading.episodes else None) or 1
        part = {
            "file_id": ids[file.folder.root.id, file.folder.path, file.video.name],
            "version": f"{file.folder.root.id}/{version_key(path, reading.part)}",
            "label": label_of(file.video),
            "number": number,
        }
        spans = spans_of(file.video.media, len(file.episodes))
        for episode, (start_ms, end_ms) in zip(file.episodes, spans, strict=True):
            owner = {"id": new_id(), "episode_id": episodes[outcome.id, episode.key].id}
            rows.append(part | owner | {"start_ms": start_ms, "end_ms": end_ms})
    await insert(tx.db, EpisodePartRow, rows)


def spans_of(media: MediaInfo | None, episodes: int) -> list[tuple[int | None, int | None]]:
    """Where each episode of a file lies in it, when it has one chapter for each; else nobody can tell."""
    if media is None or episodes < 2 or len(media.chapters) != episodes:
        return [(None, None)] * episodes
    return [(chapter.start_ms, chapter.end_ms) for chapter in media.chapters]


async def _link_series(
    tx: Tx, library_id: UUID, files: Sequence[EpisodeFile], series: Sequence[Outcome]
) -> None:
    links = [
        {"library_id": library_id, "series_id": series_id}
        for series_id in dict.fromkeys(
            outcome.id for file, outcome in zip(files, series, strict=True) if file.video is not None
        )
    ]
    await insert(tx.db, LibrarySeriesRow, links, key=("library_id", "series_id"))
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


async def _store_season_nfos(tx: Tx, folders: Sequence[Folder]) -> None:
    said = [
        (folder, facts)
        for folder in folders
        if (nfo := folder.nfos.get("season.nfo")) is not None and (facts := season_facts(nfo)) is not None
    ]
    if not said:
        return
    keys = [(folder.root.id, series_folder(folder.path)) for folder, _ in said]
    series = await _series_of(tx, keys)
    seasons = [(series[key], facts) for key, (_, facts) in zip(keys, said, strict=True) if key in series]
    await save_seasons(tx, seasons)
