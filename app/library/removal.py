"""Removing files, and what of the catalog no file holds any more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.sql.elements import TextClause

from app.catalog import locks
from app.catalog.events import WorksChanged
from app.catalog.identity.departures import depart
from app.core.outbox import Tx
from app.library.attach import loosen_files

BATCH = 5000

Ways = Mapping[UUID, UUID]
NO_WAYS: Ways = {}

MOVIES_OF_FILES = text(
    """
    SELECT DISTINCT e.movie_id FROM library.movie_parts p
    JOIN movies.versions v ON v.id = p.version_id
    JOIN movies.editions e ON e.id = v.edition_id
    WHERE p.file_id = ANY(CAST(:file_ids AS uuid[]))
    """
)
EPISODES_OF_FILES = text(
    """
    SELECT DISTINCT e.id, e.season_id, e.series_id FROM library.episode_parts p
    JOIN tv.episodes e ON e.id = p.episode_id
    WHERE p.file_id = ANY(CAST(:file_ids AS uuid[]))
    """
)
DELETE_FILES = text(
    "DELETE FROM library.files WHERE library_id = :library_id AND id = ANY(CAST(:file_ids AS uuid[]))"
)

DELETE_VERSIONS = text(
    """
    DELETE FROM movies.versions v USING movies.editions e
    WHERE e.id = v.edition_id AND e.movie_id = ANY(CAST(:ids AS uuid[]))
      AND NOT EXISTS (SELECT FROM library.movie_parts p WHERE p.version_id = v.id)
    """
)
DELETE_EDITIONS = text(
    """
    DELETE FROM movies.editions e WHERE e.movie_id = ANY(CAST(:ids AS uuid[]))
      AND NOT EXISTS (SELECT FROM movies.versions v WHERE v.edition_id = e.id)
    """
)
UNLINK_MOVIES = text(
    """
    DELETE FROM library.library_movies l
    WHERE l.library_id = :library_id AND l.movie_id = ANY(CAST(:ids AS uuid[]))
      AND NOT EXISTS (
        SELECT FROM movies.editions e
        JOIN movies.versions v ON v.edition_id = e.id
        JOIN library.movie_parts p ON p.version_id = v.id
        JOIN library.files f ON f.id = p.file_id
        WHERE e.movie_id = l.movie_id AND f.library_id = l.library_id)
    """
)
MOVIES_HERE = text(
    """
    SELECT movie_id FROM library.library_movies
    WHERE library_id = :library_id AND movie_id = ANY(CAST(:ids AS uuid[]))
    """
)
COLLECTIONS_OF_MOVIES = text(
    "SELECT DISTINCT collection_id FROM collections.movies WHERE movie_id = ANY(CAST(:ids AS uuid[]))"
)
DELETE_COLLECTIONS = text(
    """
    DELETE FROM collections.collections c WHERE c.id = ANY(CAST(:ids AS uuid[]))
      AND NOT EXISTS (SELECT FROM collections.movies m WHERE m.collection_id = c.id)
    """
)

EPISODES_HERE = text(
    """
    SELECT DISTINCT p.episode_id FROM library.episode_parts p JOIN library.files f ON f.id = p.file_id
    WHERE f.library_id = :library_id AND p.episode_id = ANY(CAST(:ids AS uuid[]))
    """
)
SEASONS_HERE = text(
    """
    SELECT s.id FROM tv.seasons s WHERE s.id = ANY(CAST(:ids AS uuid[])) AND EXISTS (
        SELECT FROM tv.episodes e
        JOIN library.episode_parts p ON p.episode_id = e.id
        JOIN library.files f ON f.id = p.file_id
        WHERE e.season_id = s.id AND f.library_id = :library_id)
    """
)
UNLINK_SERIES = text(
    """
    DELETE FROM library.library_series l
    WHERE l.library_id = :library_id AND l.series_id = ANY(CAST(:ids AS uuid[]))
      AND NOT EXISTS (
        SELECT FROM tv.episodes e
        JOIN library.episode_parts p ON p.episode_id = e.id
        JOIN library.files f ON f.id = p.file_id
        WHERE e.series_id = l.series_id AND f.library_id = l.library_id)
    """
)
SERIES_HERE = text(
    """
    SELECT series_id FROM library.library_series
    WHERE library_id = :library_id AND series_id = ANY(CAST(:ids AS uuid[]))
    """
)

SOME_FILES = text(
    """
    SELECT id FROM library.files
    WHERE library_id = :library_id AND (CAST(:root_id AS uuid) IS NULL OR root_id = :root_id)
    ORDER BY id LIMIT CAST(:most AS int)
    """
)


@dataclass(frozen=True, slots=True)
class Affected:
    """Works of one kind whose files were removed from a library. removed: those of which it holds none any more."""

    kind: str
    removed: tuple[UUID, ...]
    remaining: tuple[UUID, ...]


async def remove_files(tx: Tx, library_id: UUID, file_ids: Collection[UUID]) -> None:
    """Forget files of a library, and what they leave empty.

    Versions and editions without a file go, films, episodes, seasons and series without one, and collections without
    a film. A work that another library holds stays, and only leaves this one; one that goes is remembered, and comes
    back under its id. A constant number of statements.
    Emits WorksChanged for each kind: `removed` are works that this library no longer holds.
    """
    _announce(tx, library_id, await _remove(tx, library_id, file_ids))


@dataclass(frozen=True, slots=True)
class Works:
    """The films, and the (episode, season, series) that files hold."""

    movies: tuple[UUID, ...]
    episodes: tuple[tuple[UUID, UUID, UUID], ...]


async def works_of_files(tx: Tx, file_ids: Collection[UUID]) -> Works:
    """Two statements."""
    movies = await tx.db.rows(MOVIES_OF_FILES, file_ids=list(file_ids))
    episodes = await tx.db.rows(EPISODES_OF_FILES, file_ids=list(file_ids))
    return Works(tuple(row[0] for row in movies), tuple((row[0], row[1], row[2]) for row in episodes))


async def leave(tx: Tx, library_id: UUID, works: Works) -> None:
    """Take works, files of which were moved to another library, from this one where it holds nothing of them any more.

    Emits WorksChanged like `remove_files`.
    """
    if works.movies:
        await tx.db.run(locks.MOVIES)
        await tx.db.run(locks.COLLECTIONS)
    if works.episodes:
        await tx.db.run(locks.SERIES)
    affected = await empty_movies(tx, library_id, works.movies)
    _announce(tx, library_id, [*affected, *await empty_episodes(tx, library_id, works.episodes)])


def _announce(tx: Tx, library_id: UUID, affected: Iterable[Affected]) -> None:
    for works in affected:
        if works.removed or works.remaining:
            tx.emit(WorksChanged(works.kind, library_id, updated=works.remaining, removed=works.removed))


async def remove_all_files(tx: Tx, library_id: UUID, root_id: UUID | None = None) -> None:
    """Forget every file of a library, or of one root of it, batch by batch. Emits WorksChanged like `remove_files`."""
    while rows := await tx.db.rows(SOME_FILES, library_id=library_id, root_id=root_id, most=BATCH):
        await remove_files(tx, library_id, [row["id"] for row in rows])


async def _remove(tx: Tx, library_id: UUID, file_ids: Collection[UUID]) -> Sequence[Affected]:
    files = list(file_ids)
    # A scan that just finds another file of one of these works has to be over first.
    await locks.hold_works(tx.db)
    await tx.db.run(locks.COLLECTIONS)
    movies = [row["movie_id"] for row in await tx.db.rows(MOVIES_OF_FILES, file_ids=files)]
    episodes = await tx.db.rows(EPISODES_OF_FILES, file_ids=files)
    await loosen_files(tx, files)
    await tx.db.run(DELETE_FILES, library_id=library_id, file_ids=files)
    return [
        *await empty_movies(tx, library_id, movies),
        *await empty_episodes(tx, library_id, [(row[0], row[1], row[2]) for row in episodes]),
    ]


async def empty_movies(
    tx: Tx, library_id: UUID, movies: Sequence[UUID], became: Ways = NO_WAYS
) -> list[Affected]:
    """Remove what no file holds any more of films that lost files: versions, editions, the films themselves.

    became: the films that their files are now; the ids of those that go lead there.
    """
    return [await _remove_movies(tx, library_id, list(movies), became)] if movies else []


async def empty_episodes(
    tx: Tx, library_id: UUID, episodes: Sequence[tuple[UUID, UUID, UUID]], became: Ways = NO_WAYS
) -> list[Affected]:
    """Remove those of the (episode, season, series) that no file holds any more.

    became: the episodes, seasons and series that their files are now; the ids of those that go lead there.
    """
    if not episodes:
        return []
    parts = (_distinct(ids) for ids in zip(*episodes, strict=True))
    return await _remove_episodes(tx, library_id, *parts, became=became)


async def _remove_movies(tx: Tx, library_id: UUID, movies: list[UUID], became: Ways) -> Affected:
    await tx.db.run(DELETE_VERSIONS, ids=movies)
    await tx.db.run(DELETE_EDITIONS, ids=movies)
    await tx.db.run(UNLINK_MOVIES, library_id=library_id, ids=movies)
    affected = await _affected(tx, "movie", MOVIES_HERE, library_id, movies)
    collections = [row[0] for row in await tx.db.rows(COLLECTIONS_OF_MOVIES, ids=affected.removed)]
    await depart(tx, "movie", affected.removed, became)
    await tx.db.run(DELETE_COLLECTIONS, ids=collections)
    return affected


async def _remove_episodes(
    tx: Tx, library_id: UUID, episodes: list[UUID], seasons: list[UUID], series: list[UUID], became: Ways
) -> list[Affected]:
    await tx.db.run(UNLINK_SERIES, library_id=library_id, ids=series)
    affected = [
        await _affected(tx, "episode", EPISODES_HERE, library_id, episodes),
        await _affected(tx, "season", SEASONS_HERE, library_id, seasons),
        await _affected(tx, "series", SERIES_HERE, library_id, series),
    ]
    for works in affected:
        await depart(tx, works.kind, works.removed, became)
    return affected


async def _affected(
    tx: Tx, kind: str, statement: TextClause, library_id: UUID, ids: Sequence[UUID]
) -> Affected:
    here = {row[0] for row in await tx.db.rows(statement, library_id=library_id, ids=ids)}
    return Affected(
        kind,
        removed=tuple(key for key in ids if key not in here),
        remaining=tuple(key for key in ids if key in here),
    )


def _distinct(ids: Iterable[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))
