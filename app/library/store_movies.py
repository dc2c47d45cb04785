"""Writing the films that a chunk of folders holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.announce import announce
from app.catalog.facts import NAMELESS, WorkFacts
from app.catalog.movies.writes import VersionFacts, save_movies, save_versions
from app.catalog.outcome import Outcome
from app.core.bulk import delete, insert
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identify.kinds import LibraryKind
from app.identify.reading import Reading
from app.library.attach import let_go
from app.library.decided import Decided, decided_about, decided_works
from app.library.marked_extras import mark_extras
from app.library.matches import Identified, drop_matches, store_matches
from app.library.nfo_facts import movie_facts
from app.library.problems import Problem, Reason
from app.library.read_folders import Folder, Video
from app.library.removal import empty_movies
from app.library.store_files import FileIds, no_works, video_files
from app.library.tables import LibraryMovieRow, MoviePartRow
from app.library.versions import labels, version_key
from app.library.walk import join
from app.metadata.facts import Kind
from app.metadata.read_tags import ask_to_read_tags
from app.metadata.wanted import ask_about_films

K = TypeVar("K")

MOVIES_OF_FILES = text(
    """
    SELECT p.file_id, e.movie_id FROM library.movie_parts p
    JOIN movies.versions v ON v.id = p.version_id JOIN movies.editions e ON e.id = v.edition_id
    WHERE p.file_id = ANY(CAST(:ids AS uuid[]))
    """
)
HELD_BY_OTHERS = text(
    """
    SELECT DISTINCT e.movie_id FROM movies.editions e
    JOIN movies.versions v ON v.edition_id = e.id JOIN library.movie_parts p ON p.version_id = v.id
    WHERE e.movie_id = ANY(CAST(:ids AS uuid[]))
    """
)


NO_TITLE = "No title could be read from its name."


@dataclass(frozen=True, slots=True)
class FilmFile:
    """A file, and the film it was read as or, by a person's decision, is. facts: None where it is no film's."""

    file_id: UUID
    folder: Folder
    key: str
    video: Video
    reading: Reading
    facts: WorkFacts | None
    decided: Decided | None

    @property
    def edition(self) -> str:
        decided = self.decided.decision.edition if self.decided else None
        return (self.reading.edition if decided is None else decided) or ""


async def store_movies(
    tx: Tx, library_id: UUID, folders: Sequence[Folder], ids: FileIds, *, renames: bool = True
) -> None:
    """Find or make the films of every looked-at video and hang its files on them. Emits WorksChanged.

    A film whose every file is read otherwise than before keeps its id, unless these files mean another that is known:
    then its id leads to that. One that is left without any file goes. A video without a readable title becomes a
    problem of its folder. What a person decided about a video counts more than all that is read of it. renames: whether
    a film may get another name because its files have. A constant number of statements.
    """
    looked_at = [
        ids[folder.root.id, folder.path, video.name] for folder in folders for video in folder.videos
    ]
    if not looked_at:
        return
    await tx.db.run(locks.MOVIES)
    before = {row["file_id"]: row["movie_id"] for row in await tx.db.rows(MOVIES_OF_FILES, ids=looked_at)}
    await delete(tx.db, MoviePartRow, "file_id", looked_at)
    held = {row[0] for row in await tx.db.rows(HELD_BY_OTHERS, ids=sorted(set(before.values())))}
    held |= await decided_works(tx, set(before.values()) - held)
    free = {file_id: movie_id for file_id, movie_id in before.items() if renames and movie_id not in held}
    decided = await decided_about(tx, LibraryKind.MOVIE, folders, ids, before.keys())
    every = [film for folder in folders for film in _films(folder, ids, free, decided)]
    files = [film for film in every if film.facts is not None]
    outcomes = await save_movies(tx, [film.facts for film in files if film.facts is not None])
    added = await _link(tx, library_id, files, outcomes) if files else set[UUID]()
    became = {film.file_id: outcome for film, outcome in zip(files, outcomes, strict=True)}
    now = {file_id: outcome.id for file_id, outcome in became.items()}
    removed = await _clear(tx, library_id, every, before, now)
    await _note(tx, library_id, folders, ids, every, became)
    await mark_extras(tx, [said.decision for said in decided.values() if said.is_extra])
    renewed = {outcome.id for outcome in outcomes if outcome.is_changed}
    await announce(tx, "movie", library_id, added, renewed | moved_between(before, now), removed)
    await ask_about_films(tx, library_id, added | renewed)
    read = ((now[film.file_id], film.video.tags) for film in files)
    ask_to_read_tags(tx, Kind.MOVIE, read, added | renewed)


async def _note(
    tx: Tx,
    library_id: UUID,
    folders: Sequence[Folder],
    ids: FileIds,
    films: Sequence[FilmFile],
    became: Mapping[UUID, Outcome],
) -> None:
    """Keep how each video came to be its film's."""
    identified = [
        Identified(film.file_id, film.reading, film.video.has_nfo, became.get(film.file_id), film.decided)
        for film in films
        if not (film.decided and film.decided.is_extra)
    ]
    await store_matches(tx, library_id, LibraryKind.MOVIE, identified)
    await drop_matches(tx, no_works(folders, ids))


def moved_between(before: Mapping[UUID, UUID], now: Mapping[UUID, UUID]) -> set[UUID]:
    """The works that got or lost a file."""
    return {
        work_id
        for file_id in before.keys() | now.keys()
        for work_id in (before.get(file_id), now.get(file_id))
        if work_id is not None and before.get(file_id) != now.get(file_id)
    }


def ways(before: Mapping[K, UUID], now: Mapping[K, UUID]) -> dict[UUID, UUID]:
    """For each work that files, or places in them, were before, the one that most of them are now."""
    found: dict[UUID, Counter[UUID]] = {}
    for key, work_id in before.items():
        if key in now:
            found.setdefault(work_id, Counter())[now[key]] += 1
    return {work_id: counted.most_common(1)[0][0] for work_id, counted in found.items()}


def _films(
    folder: Folder, ids: FileIds, free: Mapping[UUID, UUID], decided: Mapping[UUID, Decided]
) -> list[FilmFile]:
    found: list[FilmFile] = []
    for video in video_files(folder):
        assert video.reading is not None
        file_id = ids[folder.root.id, folder.path, video.name]
        said, path = decided.get(file_id), join(folder.path, video.name)
        facts = movie_facts(video.reading, video.nfo)
        if said is not None:
            facts = replace(facts or NAMELESS, decided_id=said.decision.movie_id) if said.is_work else None
        elif facts is None:
            folder.problems.append(Problem(path, Reason.UNIDENTIFIED, NO_TITLE))
        else:
            facts = replace(facts, previous_id=free.get(file_id))
        key = f"{folder.root.id}/{version_key(path, video.reading.part)}"
        found.append(FilmFile(file_id, folder, key, video, video.reading, facts, said))
    return found


async def _link(
    tx: Tx, library_id: UUID, files: Sequence[FilmFile], outcomes: Sequence[Outcome]
) -> set[UUID]:
    """Answers the films that the library did not hold before."""
    named = await labels(tx, {film.file_id: film.video for film in files})
    versions = [
        VersionFacts(outcome.id, film.edition, film.key, named[film.file_id])
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
        for movie_id in sorted({outcome.id for outcome in outcomes})
    ]
    key = ("library_id", "movie_id")
    return {row[0] for row in await insert(tx.db, LibraryMovieRow, links, key=key, returning=("movie_id",))}


async def _clear(
    tx: Tx,
    library_id: UUID,
    files: Sequence[FilmFile],
    before: Mapping[UUID, UUID],
    now: Mapping[UUID, UUID],
) -> set[UUID]:
    """Take away what the files no longer are; answers the films that the library holds no more."""
    if not before:
        return set()
    left = [
        (film.folder.root.id, film.folder.path, before[film.file_id])
        for film in files
        if film.file_id in before and before[film.file_id] != now.get(film.file_id)
    ]
    await let_go(tx, left)
    await tx.db.run(locks.COLLECTIONS)
    affected = await empty_movies(tx, library_id, sorted(set(before.values())), ways(before, now))
    return {work_id for works in affected for work_id in works.removed}
