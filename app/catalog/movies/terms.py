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
from app.core.paging import (
    Listing,
    Order,
    Page,
    Slice,
    fetch_lists_by_parent,
    fetch_pages_by_parent,
    sorts,
)
from app.core.projection import Columns

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


async def genres_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, list[Term]]:
    """At most 100 of each film."""
    return await fetch_lists_by_parent(db, OF_MOVIES, movie_ids, IN_PLACE, columns, kind=TermKind.GENRE)


async def studios_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, list[Term]]:
    """At most 100 of each film."""
    return await fetch_lists_by_parent(db, OF_MOVIES, movie_ids, IN_PLACE, columns, kind=TermKind.STUDIO)


async def keywords_of_movies(
    db: Db, viewer: Viewer, movie_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> dict[UUID, Slice[Term]]:
    return await fetch_pages_by_parent(
        db, OF_MOVIES, movie_ids, IN_PLACE, page, None, columns, kind=TermKind.KEYWORD
    )
