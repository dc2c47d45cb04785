"""Reading the genres, studios and keywords of films."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, bindparam, select

from app.access.viewer import Viewer
from app.catalog.movies.tables import MovieTermRow
from app.catalog.taxonomy import reads as taxonomy
from app.catalog.taxonomy.reads import Term, TermKind
from app.catalog.taxonomy.tables import TermRow
from app.core.db import Db
from app.core.paging import MOST, Listing, Order, Page, Slice, fetch_pages_by_parent, sorts
from app.core.projection import Columns

OF_MOVIES = Listing(
    select(*taxonomy.COLUMNS)
    .join(MovieTermRow, MovieTermRow.term_id == TermRow.id)
    .where(TermRow.kind == bindparam("kind", type_=Text())),
    TermRow.id,
    Term,
    MovieTermRow.movie_id,
)
ALL = Page(first=MOST, items_alone=True)
# As the source lists them.
IN_PLACE = sorts("place", MovieTermRow.__table__.c.position)[Order("place")]


async def _terms(
    db: Db, movie_ids: Sequence[UUID], kind: TermKind, page: Page, columns: Columns
) -> dict[UUID, Slice[Term]]:
    return await fetch_pages_by_parent(db, OF_MOVIES, movie_ids, IN_PLACE, page, None, columns, kind=kind)


async def genres_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, list[Term]]:
    """At most 100 of each film."""
    pages = await _terms(db, movie_ids, TermKind.GENRE, ALL, columns)
    return {key: page.items for key, page in pages.items()}


async def studios_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, list[Term]]:
    """At most 100 of each film."""
    pages = await _terms(db, movie_ids, TermKind.STUDIO, ALL, columns)
    return {key: page.items for key, page in pages.items()}


async def keywords_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> dict[UUID, Slice[Term]]:
    return await _terms(db, movie_ids, TermKind.KEYWORD, page, columns)
