"""Reading films."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.columns import PROVIDERS
from app.catalog.filters import Where, narrowing
from app.catalog.identity.aliases import meant
from app.catalog.identity.redirects import became, following
from app.catalog.lookups import Lookup, lookups
from app.catalog.movies.filters import MOVIE_FILTERS, MOVIE_SORTS
from app.catalog.movies.tables import MovieRow, MovieTermRow
from app.catalog.provenance import FieldSource, field_sources, named_fields
from app.catalog.texts import Own, Texts, Translation, asked_for, texts_in, translations, work_text
from app.catalog.title_sorts import title_order
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, fetch_page, fetch_pages_by_parent
from app.core.projection import Columns, also
from app.core.records import Record, by_id


class Movie(Record):
    """A film, its texts in the viewer's language.

    certifications: by country (ISO 3166-1). ratings: by source, `{"imdb": {"value": 8.1, "votes": 1000}}` out of 10.
    """

    __slots__ = ()

    id: UUID
    title: str
    original_title: str | None
    sort_title: str
    slug: str
    tagline: str | None
    overview: str | None
    original_language: str | None
    status: str | None
    release_date: date | None
    year: int | None
    runtime_s: int | None
    popularity: float
    countries: list[str]
    certifications: dict[str, str]
    ratings: dict[str, Any]
    provider_ids: dict[str, str]
    added_at: datetime
    updated_at: datetime


COLUMNS = (
    MovieRow.id,
    work_text(MovieRow, "title"),
    MovieRow.original_title,
    MovieRow.sort_title,
    MovieRow.slug,
    work_text(MovieRow, "tagline"),
    work_text(MovieRow, "overview"),
    MovieRow.original_language,
    MovieRow.status,
    MovieRow.release_date,
    MovieRow.year,
    MovieRow.runtime_s,
    MovieRow.popularity,
    MovieRow.countries,
    MovieRow.certifications,
    MovieRow.ratings,
    MovieRow.provider_ids,
    MovieRow.added_at,
    MovieRow.updated_at,
)
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_ALL = select(*COLUMNS)
MOVIES = _ALL.where(MovieRow.id == any_(_IDS))
LOOKUPS = lookups(_ALL, MovieRow, PROVIDERS)
LISTING = Listing(_ALL, MovieRow.id, Movie)
OF_TERMS = Listing(
    _ALL.join(MovieTermRow, MovieTermRow.movie_id == MovieRow.id), MovieRow.id, Movie, MovieTermRow.term_id
)
TRANSLATIONS = select(MovieRow.id, MovieRow.translations).where(MovieRow.id == any_(_IDS))
TEXTS = TRANSLATIONS.add_columns(
    MovieRow.title,
    MovieRow.tagline,
    MovieRow.overview,
    MovieRow.original_language,
    MovieRow.original_title,
)
SOURCES = select(
    MovieRow.id, MovieRow.sources, MovieRow.added_at, MovieRow.year, MovieRow.provider_ids
).where(MovieRow.id == any_(_IDS))
BY_TITLE = Order("title")


async def movies(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, Movie | None]:
    found = await db.records_of(Movie, MOVIES, also(columns, "id"), ids=ids, languages=viewer.languages)
    return by_id(ids, found)


movies_by_id = following("movie", movies)


async def find_movie(db: Db, viewer: Viewer, *, by: Lookup, columns: Columns = None) -> Movie | None:
    """By an id that it once had as well, and by a provider's id of one that was merged into it."""
    found = await db.records_of(Movie, LOOKUPS[by.by], columns, value=by.value, languages=viewer.languages)
    if found:
        return found[0]
    if by.by == "id":
        work_id = (await became(db, "movie", [by.value])).get(by.value)
    else:
        work_id = await meant(db, "movie", by)
    return None if work_id is None else (await movies_by_id(db, viewer, [work_id], columns=columns))[work_id]


async def list_movies(
    db: Db,
    viewer: Viewer,
    *,
    page: Page,
    where: Where | None = None,
    order: Order = BY_TITLE,
    columns: Columns = None,
) -> Slice[Movie]:
    narrowed = narrowing(MOVIE_FILTERS, where)
    return await fetch_page(
        db,
        LISTING,
        title_order(MOVIE_SORTS, MovieRow, order, viewer, page),
        page,
        narrowed.condition,
        columns,
        languages=viewer.languages,
        **narrowed.values,
    )


async def movies_of_terms(
    db: Db,
    viewer: Viewer,
    term_ids: Sequence[UUID],
    *,
    page: Page,
    where: Where | None = None,
    order: Order = BY_TITLE,
    columns: Columns = None,
) -> dict[UUID, Slice[Movie]]:
    """Films of each genre, studio or keyword."""
    narrowed = narrowing(MOVIE_FILTERS, where)
    return await fetch_pages_by_parent(
        db,
        OF_TERMS,
        term_ids,
        title_order(MOVIE_SORTS, MovieRow, order, viewer, page),
        page,
        narrowed.condition,
        columns,
        languages=viewer.languages,
        **narrowed.values,
    )


async def texts_of_movies(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str | None = None
) -> dict[UUID, Texts | None]:
    """Texts in the language, or in the more general one that it implies, or else in the viewer's."""
    languages = asked_for(language, viewer.languages)
    found = await db.rows(TEXTS, ids=ids)
    return dict.fromkeys(ids) | {
        key: texts_in(languages, document, Own(*own)) for key, document, *own in found
    }


async def translations_of_movies(
    db: Db, viewer: Viewer, ids: Sequence[UUID]
) -> dict[UUID, list[Translation]]:
    found = await db.rows(TRANSLATIONS, ids=ids)
    return {key: [] for key in ids} | {key: translations(document) for key, document in found}


async def sources_of_movies(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[FieldSource]]:
    """By field; those that nobody said anything of are left out."""
    found = await db.rows(SOURCES, ids=ids)
    return {key: [] for key in ids} | {
        row[0]: field_sources(row[1], named_fields(row), row[2]) for row in found
    }
