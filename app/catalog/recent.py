"""What came into the catalog last: films and episodes in one list."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, literal_column, select, union_all

from app.access.viewer import Viewer
from app.catalog.holdings import LIBRARY_MOVIES, LIBRARY_SERIES
from app.catalog.movies import reads as movie_reads
from app.catalog.movies.reads import Movie
from app.catalog.movies.tables import MovieRow
from app.catalog.tv import reads as tv_reads
from app.catalog.tv.reads import Episode
from app.catalog.tv.tables import EpisodeRow
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Part, Slice, Sort, Statement, fetch_page, sorts

MOVIE, EPISODE = "movie", "episode"
Found = tuple[str, UUID]

_KINDS = any_(bindparam("kinds", type_=ARRAY(Text)))
_LIBRARIES = any_(bindparam("library_ids", type_=ARRAY(Uuid())))


def _works(kind: str, row: Any) -> Statement:
    said = literal_column(f"'{kind}'", Text())
    return select(said.label("kind"), row.id, row.added_at).where(said == _KINDS)


_MOVIES = _works(MOVIE, MovieRow)
_EPISODES = _works(EPISODE, EpisodeRow)
_MOVIES_HELD = _MOVIES.where(
    select(LIBRARY_MOVIES.c.movie_id)
    .where(LIBRARY_MOVIES.c.movie_id == MovieRow.id, LIBRARY_MOVIES.c.library_id == _LIBRARIES)
    .exists()
)
_EPISODES_HELD = _EPISODES.where(
    select(LIBRARY_SERIES.c.series_id)
    .where(LIBRARY_SERIES.c.series_id == EpisodeRow.series_id, LIBRARY_SERIES.c.library_id == _LIBRARIES)
    .exists()
)


def _newest_first(movies: Statement, episodes: Statement) -> tuple[Listing[Found], Sort]:
    """Each kind is read from the end of its own index, no further than the page needs."""
    works = union_all(movies, episodes).subquery("works")
    parts = tuple(
        Part(kind.with_only_columns(*kind.selected_columns[:2]), (row.added_at,), row.id)
        for kind, row in ((movies, MovieRow), (episodes, EpisodeRow))
    )
    listing = Listing(select(works.c.kind, works.c.id), works.c.id, _found, parts=parts)
    return listing, sorts("added_at", works.c.added_at)[Order("added_at", descending=True)]


def _found(kind: str, key: UUID) -> Found:
    return kind, key


EVERYWHERE = _newest_first(_MOVIES, _EPISODES)
IN_LIBRARIES = _newest_first(_MOVIES_HELD, _EPISODES_HELD)


async def recently_added(
    db: Db,
    viewer: Viewer,
    *,
    page: Page,
    library_ids: Sequence[UUID] | None = None,
    kinds: Sequence[str] | None = None,
) -> Slice[Movie | Episode]:
    """Films and episodes, newest first; of some libraries or kinds, or of all. At most three statements."""
    listing, newest = EVERYWHERE if library_ids is None else IN_LIBRARIES
    params: dict[str, Any] = {} if library_ids is None else {"library_ids": library_ids}
    chosen = (MOVIE, EPISODE) if kinds is None else kinds
    whole = replace(page, items_alone=False)
    found = await fetch_page(db, listing, newest, whole, kinds=chosen, **params)
    works = await _read(db, viewer, found.items)
    # What was removed since the first statement is left out.
    kept = [(work, keys) for work, keys in zip(works, found.keys, strict=True) if work is not None]
    return Slice(
        [work for work, _ in kept],
        [keys for _, keys in kept],
        found.sort,
        found.has_next,
        found.has_previous,
        found.total,
    )


async def _read(db: Db, viewer: Viewer, found: Sequence[Found]) -> list[Movie | Episode | None]:
    movie_ids = [key for kind, key in found if kind == MOVIE]
    episode_ids = [key for kind, key in found if kind == EPISODE]
    movies = await movie_reads.movies(db, viewer, movie_ids) if movie_ids else {}
    episodes = await tv_reads.episodes(db, viewer, episode_ids) if episode_ids else {}
    return [movies[key] if kind == MOVIE else episodes[key] for kind, key in found]
