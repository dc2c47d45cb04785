"""Reading the works that a provider finds similar to others, or recommends with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, TextClause, and_, literal_column, select, text, true

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.catalog.movies import reads as movies
from app.catalog.movies.reads import Movie
from app.catalog.movies.tables import MovieRow
from app.catalog.tv import reads as tv
from app.catalog.tv.reads import Series
from app.catalog.tv.tables import SeriesRow
from app.core.db import Db
from app.core.paging import Column, Listing, Page, Slice, Sort, fetch_pages_by_parent
from app.metadata.detail_reads import DETAILS, elements, in_place
from app.metadata.detail_tables import DetailsRow

# The one provider that tells of related works: written out, since ids of each have an index of their own.
TELLER = "tmdb"


@dataclass(frozen=True, slots=True)
class Missing:
    """A related work that is not in the catalog, by what its provider says of it. id: the provider's."""

    provider: str
    id: str
    title: str
    year: int | None


@dataclass(frozen=True, eq=False, slots=True)
class Related:
    """A list of related works that are in the catalog, and its order."""

    listing: Listing[Any]
    sort: Sort


def _related(row: Any, columns: tuple[Column, ...], of: type, listed: Column) -> Related:
    """The works of one table whose ids a column of details lists, in its order."""
    element = elements(listed)
    teller = literal_column(f"'{TELLER}'", Text())
    is_listed = and_(
        row.provider_ids.op("?", is_comparison=True)(teller),
        row.provider_ids.op("->>")(teller) == element.c.value.op("->>")(literal_column("'id'")),
    )
    listed_works = DETAILS.join(element, true()).join(row.__table__, is_listed)
    found = select(*columns).select_from(listed_works).where(DetailsRow.provider == teller)
    return Related(Listing(found, row.id, of, DetailsRow.work_id), in_place(element))


SIMILAR_MOVIES = _related(MovieRow, movies.COLUMNS, Movie, DetailsRow.similar_works)
RECOMMENDED_MOVIES = _related(MovieRow, movies.COLUMNS, Movie, DetailsRow.recommended_works)
SIMILAR_SERIES = _related(SeriesRow, tv.SERIES_COLUMNS, Series, DetailsRow.similar_works)
RECOMMENDED_SERIES = _related(SeriesRow, tv.SERIES_COLUMNS, Series, DetailsRow.recommended_works)


def _missing_from(table: str) -> TextClause:
    """Each is looked up by itself: PostgreSQL would rather hash all that there are."""
    return text(
        f"""
        SELECT d.work_id, d.provider, e.value FROM metadata.details d
        CROSS JOIN LATERAL jsonb_array_elements(d.recommended_works || d.similar_works)
            WITH ORDINALITY AS e(value, place)
        WHERE d.work_id = ANY(CAST(:ids AS uuid[])) AND d.provider = '{TELLER}' AND NOT (SELECT EXISTS (
            SELECT FROM {table} w
            WHERE w.provider_ids ? '{TELLER}' AND w.provider_ids ->> '{TELLER}' = e.value ->> 'id'))
        ORDER BY d.work_id, e.place
        """  # noqa: S608
    )


MISSING_MOVIES, MISSING_SERIES = _missing_from("movies.movies"), _missing_from("tv.series")


async def similar_movies(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[Movie]]:
    return await _page(db, viewer, SIMILAR_MOVIES, ids, page)


async def recommended_movies(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[Movie]]:
    return await _page(db, viewer, RECOMMENDED_MOVIES, ids, page)


async def similar_series(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[Series]]:
    return await _page(db, viewer, SIMILAR_SERIES, ids, page)


async def recommended_series(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[Series]]:
    return await _page(db, viewer, RECOMMENDED_SERIES, ids, page)


async def missing_movies(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Missing]]:
    return await _missing(db, viewer, MISSING_MOVIES, ids)


async def missing_series(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Missing]]:
    return await _missing(db, viewer, MISSING_SERIES, ids)


async def _page(
    db: Db, viewer: Viewer, related: Related, ids: Sequence[UUID], page: Page
) -> dict[UUID, Slice[Any]]:
    return await fetch_pages_by_parent(
        db, related.listing, ids, related.sort, page, languages=viewer.languages
    )


async def _missing(
    db: Db, viewer: Viewer, statement: TextClause, ids: Sequence[UUID]
) -> dict[UUID, list[Missing]]:
    """Recommended ones first, each once. None for those who can't ask for them, or whose age or terms are limited:
    nobody knows how a work that isn't there is rated."""
    found: dict[UUID, dict[str, Missing]] = {key: {} for key in ids}
    if viewer.may(Permission.REQUEST_CREATE) and not viewer.access.shape.is_within_libraries:
        for work_id, provider, work in await db.rows(statement, ids=ids):
            found[work_id].setdefault(work["id"], _missing_work(provider, work))
    return {key: list(works.values()) for key, works in found.items()}


def _missing_work(provider: str, work: Mapping[str, Any]) -> Missing:
    return Missing(provider, work["id"], work["title"], work.get("year"))
