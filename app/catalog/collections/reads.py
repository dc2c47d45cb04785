"""Reading collections of films."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.collections.filters import COLLECTION_FILTERS, COLLECTION_SORTS
from app.catalog.collections.tables import CollectionMovieRow, CollectionRow
from app.catalog.filters import Where, narrowing
from app.catalog.lookups import Lookup, lookups
from app.catalog.movies import reads as movies
from app.catalog.movies.filters import MOVIE_FILTERS
from app.catalog.movies.reads import Movie
from app.catalog.movies.tables import MovieRow
from app.catalog.texts import Own, Texts, Translation, asked_for, localized, texts_in, translations
from app.catalog.title_sorts import title_order
from app.core.db import Db
from app.core.paging import MOST, Listing, Order, Page, Slice, fetch_page, fetch_pages_by_parent, sorts


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, its texts in the viewer's language."""

    id: UUID
    title: str
    sort_title: str
    slug: str
    overview: str | None
    provider_ids: dict[str, str]


COLUMNS = (
    CollectionRow.id,
    localized(CollectionRow.translations, "title", CollectionRow.title),
    CollectionRow.sort_title,
    CollectionRow.slug,
    localized(CollectionRow.translations, "overview", CollectionRow.overview),
    CollectionRow.provider_ids,
)
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_ALL = select(*COLUMNS)
COLLECTIONS = _ALL.where(CollectionRow.id == any_(_IDS))
TEXTS = select(
    CollectionRow.id, CollectionRow.translations, CollectionRow.title, CollectionRow.overview
).where(CollectionRow.id == any_(_IDS))
LOOKUPS = lookups(_ALL, CollectionRow, ("tmdb",))
LISTING = Listing(_ALL, CollectionRow.id, Collection)
OF_MOVIES = Listing(
    _ALL.join(CollectionMovieRow, CollectionMovieRow.collection_id == CollectionRow.id),
    CollectionRow.id,
    Collection,
    CollectionMovieRow.movie_id,
)
MEMBERS = Listing(
    select(*movies.COLUMNS).join(CollectionMovieRow, CollectionMovieRow.movie_id == MovieRow.id),
    CollectionMovieRow.__table__.c.movie_id,
    Movie,
    CollectionMovieRow.collection_id,
)
BY_TITLE = Order("title")
IN_PLACE = sorts("place", CollectionMovieRow.__table__.c.position)[Order("place")]


async def collections(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Collection | None]:
    found = await db.rows(COLLECTIONS, ids=ids, languages=viewer.languages)
    return dict.fromkeys(ids) | {row[0]: Collection(*row) for row in found}


async def find_collection(db: Db, viewer: Viewer, *, by: Lookup) -> Collection | None:
    row = await db.row(LOOKUPS[by.by], value=by.value, languages=viewer.languages)
    return None if row is None else Collection(*row)


async def list_collections(
    db: Db, viewer: Viewer, *, page: Page, where: Where | None = None, order: Order = BY_TITLE
) -> Slice[Collection]:
    narrowed = narrowing(COLLECTION_FILTERS, where)
    return await fetch_page(
        db,
        LISTING,
        title_order(COLLECTION_SORTS, CollectionRow, order, viewer, page),
        page,
        narrowed.condition,
        languages=viewer.languages,
        **narrowed.values,
    )


async def texts_of_collections(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str | None = None
) -> dict[UUID, Texts | None]:
    """Texts in the language, or in the more general one that it implies, or else in the viewer's."""
    languages = asked_for(language, viewer.languages)
    found = await db.rows(TEXTS, ids=ids)
    return dict.fromkeys(ids) | {
        key: texts_in(languages, document, Own(title, overview=overview))
        for key, document, title, overview in found
    }


async def translations_of_collections(
    db: Db, viewer: Viewer, ids: Sequence[UUID]
) -> dict[UUID, list[Translation]]:
    found = await db.rows(TEXTS, ids=ids)
    return {key: [] for key in ids} | {row[0]: translations(row[1]) for row in found}


async def collections_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID]
) -> dict[UUID, list[Collection]]:
    """By title, at most 100 of each film."""
    page = Page(first=MOST)
    sort = title_order(COLLECTION_SORTS, CollectionRow, BY_TITLE, viewer, page)
    pages = await fetch_pages_by_parent(db, OF_MOVIES, movie_ids, sort, page, languages=viewer.languages)
    return {key: page.items for key, page in pages.items()}


async def movies_of_collections(
    db: Db, viewer: Viewer, collection_ids: Sequence[UUID], *, page: Page, where: Where | None = None
) -> dict[UUID, Slice[Movie]]:
    """Films of each collection in its order."""
    narrowed = narrowing(MOVIE_FILTERS, where)
    return await fetch_pages_by_parent(
        db,
        MEMBERS,
        collection_ids,
        IN_PLACE,
        page,
        narrowed.condition,
        languages=viewer.languages,
        **narrowed.values,
    )
