"""Reading the extras and the local pictures of works."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.core.db import Db
from app.library.tables import ArtworkRow, ExtraRow


@dataclass(frozen=True, slots=True)
class Extra:
    file_id: UUID
    kind: str
    title: str
    movie_id: UUID | None
    series_id: UUID | None


@dataclass(frozen=True, slots=True)
class Artwork:
    """A local image, and the one thing that it shows."""

    file_id: UUID
    kind: str
    movie_id: UUID | None
    series_id: UUID | None
    season_id: UUID | None
    episode_id: UUID | None


_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_EXTRAS = select(ExtraRow.file_id, ExtraRow.kind, ExtraRow.title, ExtraRow.movie_id, ExtraRow.series_id)
_ARTWORK = select(
    ArtworkRow.file_id,
    ArtworkRow.kind,
    ArtworkRow.movie_id,
    ArtworkRow.series_id,
    ArtworkRow.season_id,
    ArtworkRow.episode_id,
)
EXTRAS_OF_FILES = _EXTRAS.where(ExtraRow.file_id == any_(_IDS))
ARTWORK_OF_FILES = _ARTWORK.where(ArtworkRow.file_id == any_(_IDS))


def _extras_of(owner: Any) -> Any:
    return _EXTRAS.where(owner == any_(_IDS)).order_by(ExtraRow.kind, ExtraRow.title, ExtraRow.file_id)


def _artwork_of(owner: Any) -> Any:
    return _ARTWORK.where(owner == any_(_IDS)).order_by(ArtworkRow.kind, ArtworkRow.file_id)


EXTRAS_OF_MOVIES = _extras_of(ExtraRow.movie_id)
EXTRAS_OF_SERIES = _extras_of(ExtraRow.series_id)
ARTWORK_OF_MOVIES = _artwork_of(ArtworkRow.movie_id)
ARTWORK_OF_SERIES = _artwork_of(ArtworkRow.series_id)
ARTWORK_OF_SEASONS = _artwork_of(ArtworkRow.season_id)
ARTWORK_OF_EPISODES = _artwork_of(ArtworkRow.episode_id)


async def extras_of_files(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Extra | None]:
    return dict.fromkeys(ids) | {row[0]: Extra(*row) for row in await db.rows(EXTRAS_OF_FILES, ids=ids)}


async def extras_of_movies(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Extra]]:
    found: dict[UUID, list[Extra]] = {key: [] for key in ids}
    for row in await db.rows(EXTRAS_OF_MOVIES, ids=ids):
        found[row["movie_id"]].append(Extra(*row))
    return found


async def extras_of_series(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Extra]]:
    found: dict[UUID, list[Extra]] = {key: [] for key in ids}
    for row in await db.rows(EXTRAS_OF_SERIES, ids=ids):
        found[row["series_id"]].append(Extra(*row))
    return found


async def artwork_of_files(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Artwork | None]:
    return dict.fromkeys(ids) | {row[0]: Artwork(*row) for row in await db.rows(ARTWORK_OF_FILES, ids=ids)}


async def artwork_of_movies(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Artwork]]:
    return await _artwork(db, ARTWORK_OF_MOVIES, "movie_id", ids)


async def artwork_of_series(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Artwork]]:
    return await _artwork(db, ARTWORK_OF_SERIES, "series_id", ids)


async def artwork_of_seasons(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Artwork]]:
    return await _artwork(db, ARTWORK_OF_SEASONS, "season_id", ids)


async def artwork_of_episodes(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Artwork]]:
    return await _artwork(db, ARTWORK_OF_EPISODES, "episode_id", ids)


async def _artwork(db: Db, statement: Any, owner: str, ids: Sequence[UUID]) -> dict[UUID, list[Artwork]]:
    found: dict[UUID, list[Artwork]] = {key: [] for key in ids}
    for row in await db.rows(statement, ids=ids):
        found[row[owner]].append(Artwork(*row))
    return found
