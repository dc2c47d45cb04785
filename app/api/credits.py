"""Credits of films in the graph."""

from uuid import UUID

import strawberry

from app.api.edge import edge, extend
from app.api.movies import Movie
from app.api.pagination import Connection
from app.api.people import Credit, Departments, Person
from app.api.shown import show, shows
from app.catalog.movies import credits as read_credits
from app.catalog.movies import reads


@shows(read_credits.MovieCredit, movie_key="movie_id", person_key="person_id")
@strawberry.type(description="A person's part in a film.")
class MovieCredit(Credit):
    row: strawberry.Private[read_credits.MovieCredit]
    movie_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: read_credits.MovieCredit) -> "MovieCredit":
        return show(cls, row)

    @edge(reads.movies, shows=Movie, key="movie_key", description="The film.")
    def movie(self) -> Movie: ...


@extend(Movie)
class MovieInCredits:
    @edge(read_credits.cast_of_movies, shows=MovieCredit, description="Its actors, top-billed first.")
    def cast(self) -> Connection[MovieCredit]: ...

    @edge(
        read_credits.crew_of_movies,
        shows=MovieCredit,
        description="Everybody else who is credited, in the order of billing.",
    )
    def crew(self, departments: Departments = None) -> Connection[MovieCredit]: ...

    @edge(
        read_credits.credits_of_movies,
        shows=MovieCredit,
        description="Cast and crew, in the order of billing.",
    )
    def credits(self, departments: Departments = None) -> Connection[MovieCredit]: ...


@extend(Person)
class PersonInMovies:
    @edge(
        read_credits.credits_of_people,
        shows=MovieCredit,
        description="What the person did in films, newest film first.",
    )
    def movie_credits(self, departments: Departments = None) -> Connection[MovieCredit]: ...
