"""What providers tell of films and series beside the catalog: videos, releases, further titles, related works."""

from datetime import date
from enum import Enum
from typing import Annotated

import strawberry

from app.api.edge import edge, extend
from app.api.filters import argument
from app.api.movies import Movie
from app.api.pagination import Connection, connect
from app.api.scalars import URL, Locale
from app.api.tv import Series
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.core.paging import Slice
from app.metadata import detail_reads as reads
from app.metadata import related_reads
from app.metadata.facts import CertificationFacts, VideoFacts
from app.metadata.videos import url_of


@strawberry.enum(description="Where a video is to be seen.")
class VideoSite(Enum):
    YOUTUBE = strawberry.enum_value("youtube", description="YouTube.")
    VIMEO = strawberry.enum_value("vimeo", description="Vimeo.")


@strawberry.enum(description="What a video about a work is.")
class VideoKind(Enum):
    TRAILER = strawberry.enum_value("trailer", description="A trailer.")
    TEASER = strawberry.enum_value("teaser", description="A teaser: shorter than a trailer, and earlier.")
    CLIP = strawberry.enum_value("clip", description="A piece of it.")
    FEATURETTE = strawberry.enum_value("featurette", description="A short film about it.")
    BEHIND_THE_SCENES = strawberry.enum_value("behind_the_scenes", description="How it was made.")
    BLOOPERS = strawberry.enum_value("bloopers", description="What went wrong on the set.")
    OPENING_CREDITS = strawberry.enum_value("opening_credits", description="Its opening credits.")
    RECAP = strawberry.enum_value("recap", description="What happened so far.")
    OTHER = strawberry.enum_value("other", description="Something else.")


@strawberry.enum(description="A way of coming out.")
class ReleaseKind(Enum):
    PREMIERE = strawberry.enum_value("premiere", description="At its premiere.")
    LIMITED = strawberry.enum_value("limited", description="In few cinemas.")
    THEATRICAL = strawberry.enum_value("theatrical", description="In cinemas.")
    DIGITAL = strawberry.enum_value("digital", description="To be bought or streamed.")
    PHYSICAL = strawberry.enum_value("physical", description="On discs.")
    TELEVISION = strawberry.enum_value("television", description="On television.")


@strawberry.type(
    description="A video about a work on another site, of which this server knows the address and nothing more: it"
    " neither fetches nor passes on what is there."
)
class Video:
    site: VideoSite = strawberry.field(description="Where it is.")
    site_key: str = strawberry.field(description="Its id there, for a player of that site.")
    url: URL = strawberry.field(description="Its page there.")
    kind: VideoKind = strawberry.field(description="What it is.")
    title: str | None = strawberry.field(description="What it is called there.")
    language: Locale | None = strawberry.field(description="Its language.")
    height: int | None = strawberry.field(description="The most lines that it is to be had in, such as 1080.")
    is_official: bool = strawberry.field(description="Whether it is by those who made or show the work.")
    published_on: date | None = strawberry.field(description="The day it came there.")

    @classmethod
    def of(cls, video: VideoFacts) -> "Video":
        return cls(
            site=VideoSite(video.site),
            site_key=video.key,
            url=URL(url_of(video.site, video.key)),
            kind=VideoKind(video.kind),
            title=video.title,
            language=None if video.language is None else Locale(video.language),
            height=video.height,
            is_official=video.is_official,
            published_on=video.published_on,
        )


@strawberry.type(description="A work's coming out somewhere, for which it was rated.")
class Release:
    country: str = strawberry.field(description="Where, by ISO 3166-1 code: `US`.")
    kind: ReleaseKind = strawberry.field(description="In which way.")
    certification: str = strawberry.field(description="Its age rating as that country writes it: `PG-13`.")
    released_on: date | None = strawberry.field(description="The day.")
    note: str | None = strawberry.field(description="What else is to be said of it: which edition, or where.")

    @classmethod
    def of(cls, found: CertificationFacts) -> "Release":
        return cls(
            country=found.country,
            kind=ReleaseKind(found.release.value),
            certification=found.rating,
            released_on=found.released_on,
            note=found.note,
        )


@strawberry.type(description="A work that is not in the library, as a provider tells of it.")
class MissingWork:
    title: str = strawberry.field(description="Its title.")
    year: int | None = strawberry.field(description="The year it came out or began.")
    provider: str = strawberry.field(description="Who tells of it: `tmdb`.")
    provider_id: str = strawberry.field(description="Its id there.")

    @classmethod
    def of(cls, found: related_reads.Missing) -> "MissingWork":
        return cls(title=found.title, year=found.year, provider=found.provider, provider_id=found.id)


VideoKinds = Annotated[list[VideoKind] | None, argument("Only such; all unless told.", "kinds")]
SIMILAR = "Those {} of the library that its provider finds similar to it, in the provider's order."
RECOMMENDED = "Those {} of the library that its provider recommends to who likes it, in the provider's order."
MISSING = (
    "What its provider recommends or finds similar and the library doesn't have, recommended ones first. Empty for who"
    " may not ask for works (`requests:create`), and for who doesn't see works of every age and genre."
)


@extend(Movie)
@extend(Series)
class WorkDetails:
    @edge(reads.summaries, description="Its own page on the web.")
    def homepage(self, found: reads.Summary) -> URL | None:
        return None if found.homepage is None else URL(found.homepage)

    @edge(reads.summaries, description="Further titles by which it is known, in whatever languages.")
    def also_known_as(self, found: reads.Summary) -> list[str]:
        return list(found.titles)

    @edge(reads.releases, description="All its age ratings, with what they were given for.")
    def releases(self, found: list[CertificationFacts]) -> list[Release]:
        return [Release.of(each) for each in found]

    @edge(reads.videos, description="Trailers and other videos about it on other sites.")
    def videos(self, found: Slice[VideoFacts], kinds: VideoKinds = None) -> Connection[Video]:
        return connect(found, Video.of)


@extend(Movie)
class MovieDetails:
    @edge(related_reads.similar_movies, description=SIMILAR.format("films"))
    def similar(self, found: Slice[movies.Movie]) -> Connection[Movie]:
        return connect(found, Movie.of)

    @edge(related_reads.recommended_movies, description=RECOMMENDED.format("films"))
    def recommended(self, found: Slice[movies.Movie]) -> Connection[Movie]:
        return connect(found, Movie.of)

    @edge(related_reads.missing_movies, description=MISSING)
    def related_not_in_library(self, found: list[related_reads.Missing]) -> list[MissingWork]:
        return [MissingWork.of(each) for each in found]


@extend(Series)
class SeriesDetails:
    @edge(related_reads.similar_series, description=SIMILAR.format("series"))
    def similar(self, found: Slice[tv.Series]) -> Connection[Series]:
        return connect(found, Series.of)

    @edge(related_reads.recommended_series, description=RECOMMENDED.format("series"))
    def recommended(self, found: Slice[tv.Series]) -> Connection[Series]:
        return connect(found, Series.of)

    @edge(related_reads.missing_series, description=MISSING)
    def related_not_in_library(self, found: list[related_reads.Missing]) -> list[MissingWork]:
        return [MissingWork.of(each) for each in found]
