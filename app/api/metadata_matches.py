"""Which works of providers films and series are, in the graph."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, extend
from app.api.filters import argument, is_given
from app.api.library import Library
from app.api.movies import Movie
from app.api.node import parse_id
from app.api.pagination import Connection, connect
from app.api.prices import priced
from app.api.requires import requires
from app.api.scalars import URL
from app.api.storable import storable
from app.api.tv import Series
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.core.errors import Invalid
from app.core.paging import Slice
from app.library import link_reads
from app.metadata import links, registry
from app.metadata.facts import Kind
from app.metadata.provider import Provider
from app.metadata.search import search_metadata


@strawberry.enum(description="How far it is known which work of a provider a film or series is.")
class MetadataMatchStatus(Enum):
    MATCHED = strawberry.enum_value("matched", description="It is known, or a person said so.")
    UNCERTAIN = strawberry.enum_value("uncertain", description="It may be one of the candidates.")
    UNMATCHED = strawberry.enum_value("unmatched", description="No provider that is asked knows it.")
    PENDING = strawberry.enum_value("pending", description="Nobody could be asked yet; `problem` tells why.")
    REJECTED = strawberry.enum_value(
        "rejected", description="A person said that it is none that providers know; nobody is asked about it."
    )


@strawberry.enum(description="Who said which work of a provider it is.")
class MetadataDecidedBy(Enum):
    PROVIDER = strawberry.enum_value("provider", description="What providers answered.")
    HUMAN = strawberry.enum_value("human", description="A person. No provider ever says otherwise.")


@strawberry.type(description="A provider's work that a film or series may be.")
class MetadataCandidate:
    provider: str = strawberry.field(description="Whose it is: `tmdb`.")
    provider_id: str = strawberry.field(description="Its id there.")
    title: str = strawberry.field(description="Its title.")
    original_title: str | None = strawberry.field(description="Another title that it has, where it has one.")
    year: int | None = strawberry.field(description="Its year.")
    score: float = strawberry.field(description="How likely it is meant, from 0 to 1.")
    evidence: list[str] = strawberry.field(description="Why, in sentences.")
    overview: str | None = strawberry.field(description="How what it is about begins.")
    poster_url: URL | None = strawberry.field(
        description="Where the provider has its poster; not of this server."
    )

    @classmethod
    def of(cls, row: links.Candidate) -> "MetadataCandidate":
        return cls(
            provider=row.provider,
            provider_id=row.id,
            title=row.title,
            original_title=row.original_title,
            year=row.year,
            score=row.score,
            evidence=list(row.evidence),
            overview=row.overview,
            poster_url=URL(row.poster_url) if row.poster_url else None,
        )


@strawberry.type(description="Which work of a provider a film or series is, how sure that is, and why.")
class MetadataMatch:
    movie_key: strawberry.Private[UUID | None]
    series_key: strawberry.Private[UUID | None]
    status: MetadataMatchStatus = strawberry.field(description="How far it is known.")
    provider: str | None = strawberry.field(description="The provider, where it is known: `tmdb`.")
    provider_id: str | None = strawberry.field(description="The work's id there.")
    score: float = strawberry.field(description="How sure that is, from 0 to 1.")
    evidence: list[str] = strawberry.field(description="Why, in sentences.")
    candidates: list[MetadataCandidate] = strawberry.field(
        description="What was found when providers were last asked, the best first; at most ten."
    )
    decided_by: MetadataDecidedBy = strawberry.field(description="Who said so.")
    decided_at: datetime = strawberry.field(description="When it was last said.")
    asked_at: datetime = strawberry.field(description="When providers were last to be asked.")
    problem: str | None = strawberry.field(
        description="Why they could not be asked then, or what is the matter with the work there; all else stands as it"
        " was before."
    )

    @classmethod
    def of(cls, row: links.Link) -> "MetadataMatch":
        return cls(
            movie_key=row.work_id if row.kind is Kind.MOVIE else None,
            series_key=row.work_id if row.kind is Kind.TV else None,
            status=MetadataMatchStatus(row.status.value),
            provider=row.provider,
            provider_id=row.provider_id,
            score=row.score,
            evidence=list(row.evidence),
            candidates=[MetadataCandidate.of(each) for each in row.candidates],
            decided_by=MetadataDecidedBy(row.decided_by.value),
            decided_at=row.decided_at,
            asked_at=row.asked_at,
            problem=row.problem,
        )

    @edge(movies.movies, key="movie_key", description="The film, if it is one.")
    def movie(self, row: movies.Movie | None) -> Movie | None:
        return None if row is None else Movie.of(row)

    @edge(tv.series, key="series_key", description="The series, if it is one.")
    def series(self, row: tv.Series | None) -> Series | None:
        return None if row is None else Series.of(row)


MATCH = "Which work of a provider it is; null as long as nobody was asked."


@extend(Movie)
class MovieMetadata:
    @edge(link_reads.links_of_movies, description=MATCH)
    def metadata_match(self, row: links.Link | None) -> MetadataMatch | None:
        return None if row is None else MetadataMatch.of(row)


@extend(Series)
class SeriesMetadata:
    @edge(link_reads.links_of_series, description=MATCH)
    def metadata_match(self, row: links.Link | None) -> MetadataMatch | None:
        return None if row is None else MetadataMatch.of(row)


@extend(Library)
class LibraryMetadata:
    @edge(
        link_reads.metadata_queue,
        description="Films or series of which a person should say which of a provider's works they are:"
        " `chooseMetadata` or `rejectMetadata`. The most certain first; whatever a person decided about is not in it.",
    )
    def metadata_queue(self, rows: Slice[links.Link]) -> Connection[MetadataMatch]:
        return connect(rows, MetadataMatch.of)


@strawberry.type
class MetadataMatchQuery:
    @requires(Permission.CONTENT_MODERATE)
    @priced(statements=50)
    @strawberry.field(
        description="Asks a provider, just now, for works that a film or series may be; the best first, at most ten."
    )
    async def search_metadata(
        self,
        info: Info,
        work_id: Annotated[strawberry.ID, argument("The film or series.")],
        text: Annotated[
            str | None, argument("A title, or an id of IMDb's; what the work is called unless given.")
        ] = strawberry.UNSET,
        year: Annotated[
            int | None, argument("Its year; the work's where there is no text.")
        ] = strawberry.UNSET,
        provider: Annotated[
            str | None, argument("Whom to ask; the first that is asked about such works unless given.")
        ] = strawberry.UNSET,
    ) -> list[MetadataCandidate]:
        kind, key = work_of(work_id)
        app = info.context.app
        asked = await _whom(info, kind, provider if is_given(provider) else None)
        found = await search_metadata(
            app,
            info.context.db,
            kind,
            key,
            asked,
            await registry.languages(app),
            text=storable(text) if is_given(text) and text is not None else None,
            year=year if is_given(year) else None,
        )
        return [MetadataCandidate.of(each) for each in found]


def work_of(work_id: strawberry.ID) -> tuple[Kind, UUID]:
    """The film or the series that a global id is of."""
    kind, key = parse_id(work_id, "Movie", "Series", field="workId")
    return (Kind.MOVIE if kind == "Movie" else Kind.TV), key


async def _whom(info: Info, kind: Kind, name: str | None) -> Provider:
    """Raises Invalid."""
    app = info.context.app
    order = await registry.default_order(app) if name is None else registry.named([name])
    asked = next((each for each in order if isinstance(each, Provider) and kind in each.about.kinds), None)
    if asked is None:
        raise Invalid("provider", "There is no such provider that tells of such works.")
    return asked
