"""Films in the graph."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api import works
from app.api.edge import edge, extend, root
from app.api.filters import argument
from app.api.movie_inputs import MovieBy, MovieFilter, MovieOrder
from app.api.node import Node, refetched_by
from app.api.pagination import Connection
from app.api.prices import priced
from app.api.requires import requires
from app.api.scalars import Locale
from app.api.shown import id_of, show, shows
from app.api.taxonomy import Genre, Keyword, Studio
from app.api.texts import Language, Translation, language_of
from app.catalog.movies import reads, terms
from app.catalog.texts import Texts
from app.catalog.texts import Translation as TranslationRow


@refetched_by(reads.movies_by_id, Permission.MOVIE_GET)
@shows(reads.Movie, id=id_of("Movie"), key="id", runtime_seconds="runtime_s")
@strawberry.type(description="A film: one per work, however many files hold it.")
class Movie(Node):
    row: strawberry.Private[reads.Movie]
    slug: str = strawberry.field(description="Title and year as they stand in addresses; unique among films.")
    original_title: str | None = strawberry.field(description="Title in the language it was made in.")
    sort_title: str = strawberry.field(description="What its own title is sorted by: without its article.")
    original_language: Locale | None = strawberry.field(description="The language it was made in.")
    status: str | None = strawberry.field(description="How far it is: Released, In Production, ...")
    release_date: date | None = strawberry.field(description="Day of its first release.")
    year: int | None = strawberry.field(description="Year of its first release.")
    runtime_seconds: int | None = strawberry.field(description="Length as its sources say, in seconds.")
    popularity: float = strawberry.field(description="How popular it is; only comparable among films.")
    countries: list[str] = strawberry.field(description="Countries it was made in, by ISO 3166-1 code.")
    added_at: datetime = strawberry.field(description="When it came into the catalog.")
    updated_at: datetime = strawberry.field(description="When anything of it was last changed.")

    @classmethod
    def of(cls, row: reads.Movie) -> "Movie":
        return show(cls, row)

    @edge(reads.texts_of_movies, only_with="language", otherwise="title", description="Title.")
    def title(self, texts: Texts | None, language: Language = None) -> str:
        return (texts and texts.title.text) or self.row.title

    @edge(
        reads.texts_of_movies,
        only_with="language",
        otherwise="tagline",
        description="The line on the poster.",
    )
    def tagline(self, texts: Texts | None, language: Language = None) -> str | None:
        return (texts and texts.tagline.text) or self.row.tagline

    @edge(reads.texts_of_movies, only_with="language", otherwise="overview", description="What it is about.")
    def overview(self, texts: Texts | None, language: Language = None) -> str | None:
        return (texts and texts.overview.text) or self.row.overview

    title_language = language_of("title", reads.texts_of_movies)
    tagline_language = language_of("tagline", reads.texts_of_movies)
    overview_language = language_of("overview", reads.texts_of_movies)

    @edge(reads.translations_of_movies, description="Its texts in every language that there are any in.")
    def translations(self, rows: list[TranslationRow]) -> list[Translation]:
        return [Translation.of(row) for row in rows]

    @strawberry.field(description="Age ratings by country.")
    def certifications(self) -> list[works.Certification]:
        return works.certifications(self.row.certifications)

    @strawberry.field(description="Ratings by source.")
    def ratings(self) -> list[works.Rating]:
        return works.ratings(self.row.ratings)

    @strawberry.field(description="Its ids elsewhere.")
    def provider_ids(self) -> list[works.ProviderId]:
        return works.provider_ids(self.row.provider_ids)

    @priced(items=5)
    @edge(terms.genres_of_movies, shows=Genre, description="Its genres, the most fitting first.")
    def genres(self) -> list[Genre]: ...

    @edge(terms.studios_of_movies, shows=Studio, description="The companies that made it.")
    def studios(self) -> list[Studio]: ...

    @edge(terms.keywords_of_movies, shows=Keyword, description="What it deals with.")
    def keywords(self) -> Connection[Keyword]: ...


WhichMovies = Annotated[MovieFilter | None, argument("Which films.", "filter")]
MoviesInOrder = Annotated[MovieOrder | None, argument("In what order.", "orderBy")]


@extend(Genre)
@extend(Studio)
@extend(Keyword)
class TermInMovies:
    @edge(reads.movies_of_terms, shows=Movie, description="Its films, by title unless told.")
    def movies(self, where: WhichMovies = None, order: MoviesInOrder = None) -> Connection[Movie]: ...


@strawberry.type
class MovieQuery:
    @requires(Permission.MOVIE_GET)
    @root(
        reads.find_movie,
        shows=Movie,
        description="A film by one of its ids or its slug; null where there is none.",
    )
    def movie(self, by: Annotated[MovieBy, argument("What it is looked up by.")]) -> Movie | None: ...

    @requires(Permission.MOVIE_LIST)
    @root(reads.list_movies, shows=Movie, description="Films, by title unless told.")
    def movies(self, where: WhichMovies = None, order: MoviesInOrder = None) -> Connection[Movie]: ...
