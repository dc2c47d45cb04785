"""Credits of films in the graph."""

from uuid import UUID

import strawberry

from app.api.edge import edge, extend
from app.api.movies import Movie
from app.api.pagination import Connection, connect
from app.api.people import Credit, Departments, Person
from app.api.shown import show, shows
from app.catalog.movies import credits as read_credits
from app.catalog.movies import reads
from app.core.paging import Slice


@shows(read_credits.MovieCredit, movie_key="movie_id", person_key="person_id")
@strawberry.type(description="A person's part in a film.")
class MovieCredit(Credit):
    row: strawberry.Private[read_credits.MovieCredit]
    movie_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: read_credits.MovieCredit) -> "MovieCredit":
        return show(cls, row)

    @edge(reads.movies, key="movie_key", description="The film.")
    def movie(self, row: reads.Movie) -> Movie:
        return Movie.of(row)


@extend(Movie)
class MovieInCredits:
    @edge(read_credits.cast_of_movies, description="Its actors, top-billed first.")
    def cast(self, rows: Slice[read_credits.MovieCredit]) -> Connection[MovieCredit]:
        return connect(rows, MovieCredit.of)

    @edge(read_credits.crew_of_movies, description="Everybody else who is credited, in the order of billing.")
    def crew(
        self, rows: Slice[read_credits.MovieCredit], departments: Departments = None
    ) -> Connection[MovieCredit]:
        return connect(rows, MovieCredit.of)

    @edge(read_credits.credits_of_movies, description="Cast and crew, in the order of billing.")
    def credits(
        self, rows: Slice[read_credits.MovieCredit], departments: Departments = None
    ) -> Connection[MovieCredit]:
        return connect(rows, MovieCredit.of)


@extend(Person)
class PersonInMovies:
    @edge(read_credits.credits_of_people, description="What the person did in films, newest film first.")
    def movie_credits(
        self, rows: Slice[read_credits.MovieCredit], departments: Departments = None
    ) -> Connection[MovieCredit]:
        return connect(rows, MovieCredit.of)
