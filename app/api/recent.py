"""What came into the catalog last."""

from enum import Enum
from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.edge import root
from app.api.filters import argument
from app.api.movies import Movie
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.api.tv import Episode
from app.catalog import recent
from app.catalog.movies.reads import Movie as MovieRow
from app.catalog.tv.reads import Episode as EpisodeRow
from app.core.paging import Slice

RecentlyAdded = Annotated[
    Movie | Episode, strawberry.union("RecentlyAdded", description="A film or an episode.")
]


@strawberry.enum(description="What can be added to the catalog by itself.")
class RecentKind(Enum):
    MOVIE = strawberry.enum_value(recent.MOVIE, description="Films.")
    EPISODE = strawberry.enum_value(recent.EPISODE, description="Episodes.")


def _of(row: MovieRow | EpisodeRow) -> Movie | Episode:
    return Movie.of(row) if isinstance(row, MovieRow) else Episode.of(row)


@strawberry.type
class RecentQuery:
    @requires(Permission.CATALOG_LIST)
    @root(
        recent.recently_added,
        ids={"library_ids": "Library"},
        description="Films and episodes, the newest in the catalog first.",
    )
    def recently_added(
        self,
        found: Slice[MovieRow | EpisodeRow],
        library_ids: Annotated[list[strawberry.ID] | None, argument("Only of these libraries.")] = None,
        kinds: Annotated[list[RecentKind] | None, argument("Only of these kinds.")] = None,
    ) -> Connection[RecentlyAdded]:
        return connect(found, _of)
