"""Reading which file holds what: parts of films' versions and of episodes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.core.db import Db
from app.library.tables import EpisodePartRow, MoviePartRow


@dataclass(frozen=True, slots=True)
class MoviePart:
    """A file, or a span of it, as a part of a version of a film; parts count from 1."""

    version_id: UUID
    file_id: UUID
    number: int
    start_ms: int | None
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class EpisodePart:
    """A file, or a span of it, as a part of an episode. version: equal for the parts that are played as one."""

    episode_id: UUID
    file_id: UUID
    version: str
    label: str | None
    number: int
    start_ms: int | None
    end_ms: int | None


_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_MOVIE_PARTS = select(
    MoviePartRow.version_id,
    MoviePartRow.file_id,
    MoviePartRow.number,
    MoviePartRow.start_ms,
    MoviePartRow.end_ms,
).order_by(MoviePartRow.number, MoviePartRow.id)
_EPISODE_PARTS = select(
    EpisodePartRow.episode_id,
    EpisodePartRow.file_id,
    EpisodePartRow.version,
    EpisodePartRow.label,
    EpisodePartRow.number,
    EpisodePartRow.start_ms,
    EpisodePartRow.end_ms,
).order_by(EpisodePartRow.version, EpisodePartRow.number, EpisodePartRow.start_ms, EpisodePartRow.id)
MOVIE_PARTS_OF_FILES = _MOVIE_PARTS.where(MoviePartRow.file_id == any_(_IDS))
PARTS_OF_VERSIONS = _MOVIE_PARTS.where(MoviePartRow.version_id == any_(_IDS))
EPISODE_PARTS_OF_FILES = _EPISODE_PARTS.where(EpisodePartRow.file_id == any_(_IDS))
PARTS_OF_EPISODES = _EPISODE_PARTS.where(EpisodePartRow.episode_id == any_(_IDS))


async def movie_parts_of_files(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[MoviePart]]:
    found: dict[UUID, list[MoviePart]] = {key: [] for key in ids}
    for row in await db.rows(MOVIE_PARTS_OF_FILES, ids=ids):
        part = MoviePart(*row)
        found[part.file_id].append(part)
    return found


async def parts_of_versions(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[MoviePart]]:
    """In the order in which they are played."""
    found: dict[UUID, list[MoviePart]] = {key: [] for key in ids}
    for row in await db.rows(PARTS_OF_VERSIONS, ids=ids):
        part = MoviePart(*row)
        found[part.version_id].append(part)
    return found


async def episode_parts_of_files(
    db: Db, viewer: Viewer, ids: Sequence[UUID]
) -> dict[UUID, list[EpisodePart]]:
    """In the order in which the episodes lie in the file, where that is known."""
    found: dict[UUID, list[EpisodePart]] = {key: [] for key in ids}
    for row in await db.rows(EPISODE_PARTS_OF_FILES, ids=ids):
        part = EpisodePart(*row)
        found[part.file_id].append(part)
    return found


async def parts_of_episodes(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[EpisodePart]]:
    """By version, and in the order in which they are played."""
    found: dict[UUID, list[EpisodePart]] = {key: [] for key in ids}
    for row in await db.rows(PARTS_OF_EPISODES, ids=ids):
        part = EpisodePart(*row)
        found[part.episode_id].append(part)
    return found
