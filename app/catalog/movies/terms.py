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

OF_MOVIES = Listing(
    select(*taxonomy.COLUMNS)
    .join(MovieTermRow, MovieTermRow.term_id == TermRow.id)
    .where(TermRow.kind == bindparam("kind", type_=Text())),
    TermRow.id,
    Term,
    MovieTermRow.movie_id,
)
# As the source lists them.
IN_PLACE = sorts("place", MovieTermRow.__table__.c.position)[Order("place")]


async def _terms(db: Db, movie_ids: Sequence[UUID], kind: TermKind, page: Page) -> dict[UUID, Slice[Term]]:
    return await fetch_pages_by_parent(db, OF_MOVIES, movie_ids, IN_PLACE, page, kind=kind)


async def genres_of_movies(db: Db, viewer: Viewer, movie_ids: Sequence[UUID]) -> dict[UUID, list[Term]]:
    """At most 100 of each film."""
    pages = await _terms(db, movie_ids, TermKind.GENRE, Page(first=MOST))
    return {key: page.items for key, page in pages.items()}


async def studios_of_movies(db: Db, viewer: Viewer, movie_ids: Sequence[UUID]) -> dict[UUID, list[Term]]:
    """At most 100 of each film."""
    pages = await _terms(db, movie_ids, TermKind.STUDIO, Page(first=MOST))
    return {key: page.items for key, page in pages.items()}


async def keywords_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[Term]]:
    return await _terms(db, movie_ids, TermKind.KEYWORD, page)
