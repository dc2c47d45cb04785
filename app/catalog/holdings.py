"""Which library holds which work, as app.library keeps it; for conditions only, since that slice stands above."""

from sqlalchemy import Text, Uuid, column, table

LIBRARIES = table("libraries", column("id", Uuid()), column("name", Text()), schema="library")
LIBRARY_MOVIES = table(
    "library_movies", column("library_id", Uuid()), column("movie_id", Uuid()), schema="library"
)
LIBRARY_SERIES = table(
    "library_series", column("library_id", Uuid()), column("series_id", Uuid()), schema="library"
)
