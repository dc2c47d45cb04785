"""Editions and versions of films in the graph."""

from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.edge import edge, extend
from app.api.movies import Movie
from app.api.node import Node, global_id, refetched_by
from app.catalog.movies import reads, versions


@refetched_by(versions.editions, Permission.MOVIE_GET)
@strawberry.type(description="A cut of a film: theatrical, director's cut, ...")
class Edition(Node):
    movie_key: strawberry.Private[UUID]
    name: str | None = strawberry.field(description="The cut's name; null for the ordinary one.")

    @classmethod
    def of(cls, row: versions.Edition) -> "Edition":
        return cls(id=global_id("Edition", row.id), key=row.id, movie_key=row.movie_id, name=row.name or None)

    @edge(reads.movies, key="movie_key", description="The film.")
    def movie(self, row: reads.Movie) -> Movie:
        return Movie.of(row)

    @edge(versions.versions_of_editions, description="The qualities that there are of it.")
    def versions(self, rows: list[versions.Version]) -> list["Version"]:
        return [Version.of(row) for row in rows]


@refetched_by(versions.versions, Permission.MOVIE_GET)
@strawberry.type(description="An edition in one quality; it lies in one file or in several parts.")
class Version(Node):
    edition_key: strawberry.Private[UUID]
    label: str | None = strawberry.field(description="What tells it from the others: `1080p`.")

    @classmethod
    def of(cls, row: versions.Version) -> "Version":
        return cls(id=global_id("Version", row.id), key=row.id, edition_key=row.edition_id, label=row.label)

    @edge(versions.editions, key="edition_key", description="The edition that it renders.")
    def edition(self, row: versions.Edition) -> Edition:
        return Edition.of(row)


@extend(Movie)
class MovieInEditions:
    @edge(versions.editions_of_movies, description="Its cuts, the ordinary one first.")
    def editions(self, rows: list[versions.Edition]) -> list[Edition]:
        return [Edition.of(row) for row in rows]
