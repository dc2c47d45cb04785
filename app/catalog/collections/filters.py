"""What collections can be filtered and sorted by."""

from sqlalchemy import func

from app.catalog.collections.tables import CollectionMovieRow, CollectionRow
from app.catalog.filters import Fields, comparable, related, rows_of, searched, textual
from app.catalog.movies.tables import MovieRow
from app.core.paging import sorts

_MOVIES = (
    rows_of(CollectionMovieRow)
    .join(MovieRow, MovieRow.id == CollectionMovieRow.movie_id)
    .where(CollectionMovieRow.collection_id == CollectionRow.id)
    .correlate(CollectionRow)
)
_MOVIE_FILTERS = Fields(
    {"id": comparable(MovieRow.id), "title": textual(MovieRow.title, search=MovieRow.search_text)}
)

COLLECTION_FILTERS = Fields(
    {
        "id": comparable(CollectionRow.id),
        "search": searched(func.marquee_search_text(CollectionRow.title, None, CollectionRow.translations)),
        "title": textual(CollectionRow.title),
        "movies": related(_MOVIES, _MOVIE_FILTERS),
    }
)
COLLECTION_SORTS = sorts("title", CollectionRow.__table__.c.sort_key)
