"""Writing the films that a chunk of folders holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.events import WorksChanged
from app.catalog.facts import WorkFacts
from app.catalog.movies.writes import VersionFacts, save_movies, save_versions
from app.catalog.outcome import Outcome
from app.core.bulk import delete, insert
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identify.reading import Reading
from app.library.media import StreamKind
from app.library.nfo_facts import movie_facts, version_label
from app.library.problems import Problem, Reason
from app.library.read_folders import Folder, Video
from app.library.store_files import FileIds, video_files
from app.library.tables import LibraryMovieRow, MoviePartRow
from app.library.walk import join

# What tells the files of a version apart, to be taken off the name that they share.
_PART = r"[ ._-]*[\[(]?(?:cd|dvd|disc|disk|part|pt)[ ._-]*0*{part}(?:[ ._-]*of[ ._-]*\d+)?[\])]?(?![0-9])"
VERSIONS_OF_FILES = text(
    """
    SELECT p.file_id, v.label FROM library.movie_parts p JOIN movies.versions v ON v.id = p.version_id
    WHERE p.file_id = ANY(CAST(:ids AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class FilmFile:
    """A file, and the film it was read as."""

    file_id: UUID
    key: str
    video: Video
    reading: Reading
    facts: WorkFacts


async def store_movies(tx: Tx, library_id: UUID, folders: Sequence[Folder], ids: FileIds) -> None:
    """Find or make the films of every looked-at video and hang its files on them. Emits WorksChanged.

    A video without a readable title becomes a problem of its folder. A constant number of statements.
    """
    files = [film for folder in folders for film in _films(folder, ids)]
    looked_at = [
        ids[folder.root.id, folder.path, video.name] for folder in folders for video in folder.videos
    ]
    if not looked_at:
        return
    rows = await tx.db.rows(VERSIONS_OF_FILES, ids=looked_at)
    labels: dict[UUID, str | None] = {row["file_id"]: row["label"] for row in rows}
    await delete(tx.db, MoviePartRow, "file_id", looked_at)
    outcomes = await save_movies(tx, [film.facts for film in files])
    if files:
        await _link(tx, library_id, files, outcomes, labels)
    announce(tx, "movie", library_id, outcomes)


def announce(tx: Tx, kind: str, library_id: UUID, outcomes: Sequence[Outcome]) -> None:
    """Emit what became of works, each once."""
    added = tuple(dict.fromkeys(outcome.id for outcome in outcomes if outcome.is_new))
    changed = dict.fromkeys(outcome.id for outcome in outcomes if outcome.is_changed)
    updated = tuple(work_id for work_id in changed if work_id not in set(added))
    if added or updated:
        tx.emit(WorksChanged(kind, library_id, added, updated))


def _films(folder: Folder, ids: FileIds) -> list[FilmFile]:
    found: list[FilmFile] = []
    for video in video_files(folder):
        reading = video.reading
        facts = movie_facts(reading, video.nfo) if reading else None
        if reading is None or facts is None:
            path = join(folder.path, video.name)
            folder.problems.append(
                Problem(path, Reason.UNIDENTIFIED, "No title could be read from its name.")
            )
            continue
        key = f"{folder.root.id}/{version_key(join(folder.path, video.name), reading.part)}"
        found.append(FilmFile(ids[folder.root.id, folder.path, video.name], key, video, reading, facts))
    return found


def version_key(path: str, part: int | None) -> str:
    """The same for all files of one version: the path without its extension and the mark of its part."""
    stem = path.rpartition(".")[0]
    return stem if part is None else re.sub(_PART.format(part=part), "", stem, flags=re.IGNORECASE)


def label_of(video: Video) -> str | None:
    """What the video's version is called, from what it holds or else from its name."""
    resolution = video.reading.release.resolution if video.reading else None
    streams = video.media.of_kind(StreamKind.VIDEO) if video.media else ()
    if not streams:
        return resolution
    return version_label(streams[0].height, streams[0].width, streams[0].hdr, resolution)


async def _link(
    tx: Tx,
    library_id: UUID,
    files: Sequence[FilmFile],
    outcomes: Sequence[Outcome],
    labels: dict[UUID, str | None],
) -> None:
    versions = [
        VersionFacts(outcome.id, film.reading.edition or "", film.key, _label(film, labels))
        for film, outcome in zip(files, outcomes, strict=True)
    ]
    version_ids = await save_versions(tx, versions)
    parts: list[dict[str, Any]] = [
        {"id": new_id(), "version_id": version_ids[version], "file_id": film.file_id}
        | {"number": film.reading.part or 1}
        for film, version in zip(files, versions, strict=True)
    ]
    await insert(tx.db, MoviePartRow, parts)
    links = [
        {"library_id": library_id, "movie_id": movie_id}
        for movie_id in dict.fromkeys(outcome.id for outcome in outcomes)
    ]
    await insert(tx.db, LibraryMovieRow, links, key=("library_id", "movie_id"))


def _label(film: FilmFile, labels: dict[UUID, str | None]) -> str | None:
    return label_of(film.video) if film.video.media else labels.get(film.file_id, label_of(film.video))
