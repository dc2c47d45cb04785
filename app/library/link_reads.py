"""Reading which works of providers films and series are, and what of it a person should decide."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, and_, literal_column, select, true, union_all

from app.access.viewer import Viewer
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, fetch_pages_by_parent, sorts
from app.library.tables import LibraryMovieRow, LibrarySeriesRow
from app.metadata.facts import Kind
from app.metadata.link_tables import LinkRow
from app.metadata.links import COLUMNS, Link, link_of

_LINK = LinkRow.__table__.c
_HELD = union_all(
    select(
        literal_column("'movie'", Text()).label("kind"),
        LibraryMovieRow.library_id,
        LibraryMovieRow.movie_id.label("work_id"),
    ),
    select(literal_column("'tv'", Text()), LibrarySeriesRow.library_id, LibrarySeriesRow.series_id),
).subquery("held")
QUEUE = Listing(
    select(*(_LINK[name] for name in COLUMNS))
    .join(_HELD, and_(_HELD.c.kind == LinkRow.kind, _HELD.c.work_id == LinkRow.work_id))
    .where(LinkRow.is_open == true()),
    LinkRow.work_id,
    Link.read,
    _HELD.c.library_id,
)
BEST_FIRST = sorts("score", _LINK.score)[Order("score", descending=True)]


async def links_of_movies(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Link | None]:
    """What each film is to providers; None where nobody was asked yet."""
    return await link_of(db, Kind.MOVIE, ids)


async def links_of_series(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Link | None]:
    """What each series is to providers; None where nobody was asked yet."""
    return await link_of(db, Kind.TV, ids)


async def metadata_queue(
    db: Db, viewer: Viewer, library_ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[Link]]:
    """Of which works of each library a person should say what they are, the most certain first."""
    return await fetch_pages_by_parent(db, QUEUE, library_ids, BEST_FIRST, page)
