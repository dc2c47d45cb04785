"""What films can be filtered and sorted by."""

from app.catalog.collections.tables import CollectionMovieRow, CollectionRow
from app.catalog.filters import Fields, comparable, related, rows_of, textual
from app.catalog.holdings import LIBRARY_MOVIES
from app.catalog.movies.tables import MovieCreditRow, MovieRow, MovieTermRow
from app.catalog.work_filters import credited, held, nullable, terms, work_sorts, work_tests

_COLLECTIONS = (
    rows_of(CollectionMovieRow)
    .join(CollectionRow, CollectionRow.id == CollectionMovieRow.collection_id)
    .where(CollectionMovieRow.movie_id == MovieRow.id)
    .correlate(MovieRow)
)
_COLLECTION_FILTERS = Fields({"id": comparable(CollectionRow.id), "title": textual(CollectionRow.title)})

MOVIE_FILTERS = Fields(
    work_tests(MovieRow)
    | {
        "release_date": comparable(MovieRow.release_date),
        "runtime_seconds": comparable(MovieRow.runtime_s),
        "genres": terms(MovieRow, MovieTermRow, "genre"),
        "studios": terms(MovieRow, MovieTermRow, "studio"),
        "keywords": terms(MovieRow, MovieTermRow, "keyword"),
        "cast": credited(MovieRow, MovieCreditRow, acting=True),
        "crew": credited(MovieRow, MovieCreditRow, acting=False),
        "collections": related(_COLLECTIONS, _COLLECTION_FILTERS),
        "libraries": held(MovieRow, LIBRARY_MOVIES, LIBRARY_MOVIES.c.movie_id),
    }
)
MOVIE_SORTS = (
    work_sorts(MovieRow)
    | nullable("release_date", MovieRow.release_date, "'-infinity'::date", "'infinity'::date")
    | nullable("runtime", MovieRow.runtime_s, "-1", "2147483647")
)
