"""What films are looked up, filtered and sorted by."""

from enum import Enum

import strawberry

from app.api.filters import (
    BY_TITLE,
    SEARCHED,
    CodesFilter,
    CreditsFilter,
    DateFilter,
    DateTimeFilter,
    Direction,
    Filter,
    FloatFilter,
    IdFilter,
    IntFilter,
    LibrariesFilter,
    StringFilter,
    TermsFilter,
    condition,
    order,
)
from app.api.lookups import lookup, way
from app.catalog.lookups import Lookup
from app.core.paging import Order


@strawberry.input(one_of=True, description="What a film is looked up by.")
class MovieBy:
    id: strawberry.ID | None = way("Its id.")
    slug: str | None = way("Its slug.")
    tmdb_id: str | None = way("Its id at TMDB: `603`.")
    imdb_id: str | None = way("Its id at IMDb: `tt0133093`.")

    def plain(self) -> Lookup:
        return lookup(self, "Movie")


@strawberry.input(description="Conditions on a collection.")
class InCollectionFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    title: StringFilter | None = condition("Its title.")


@strawberry.input(description="Conditions on the collections that a film is in.")
class InCollectionsFilter(Filter):
    some: InCollectionFilter | None = condition("At least one matches this.")
    none: InCollectionFilter | None = condition("Not one matches this.")


@strawberry.input(description="Which films; all conditions have to hold.")
class MovieFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    search: str | None = condition(SEARCHED)
    title: StringFilter | None = condition("Its title as its sources give it, in no matter whose language.")
    original_title: StringFilter | None = condition("Its title in the original language.")
    original_language: StringFilter | None = condition("The language it was made in, as a BCP 47 tag.")
    status: StringFilter | None = condition("How far it is: Released, In Production, ...")
    year: IntFilter | None = condition("Its year of release.")
    release_date: DateFilter | None = condition("Its day of release.")
    runtime_seconds: IntFilter | None = condition("Its length in seconds.")
    popularity: FloatFilter | None = condition("How popular it is.")
    countries: CodesFilter | None = condition("Countries it was made in, by ISO 3166-1 code: `US`.")
    added_at: DateTimeFilter | None = condition("When it came into the catalog.")
    genres: TermsFilter | None = condition("Its genres.")
    studios: TermsFilter | None = condition("Its studios.")
    keywords: TermsFilter | None = condition("Its keywords.")
    cast: CreditsFilter | None = condition("Its actors.")
    crew: CreditsFilter | None = condition("Everybody else who is credited.")
    collections: InCollectionsFilter | None = condition("Collections it is in.")
    libraries: LibrariesFilter | None = condition("Libraries that hold it.")
    and_: list["MovieFilter"] | None = condition("All of these hold too.", "and")
    or_: list["MovieFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "MovieFilter | None" = condition("This doesn't hold.", "not")


@strawberry.enum(description="What films are sorted by.")
class MovieSort(Enum):
    TITLE = strawberry.enum_value("title", description=BY_TITLE)
    RELEASE_DATE = strawberry.enum_value("release_date", description="Day of release; unknown ones last.")
    ADDED_AT = strawberry.enum_value("added_at", description="When it came into the catalog.")
    RUNTIME = strawberry.enum_value("runtime", description="Length; unknown ones last.")
    POPULARITY = strawberry.enum_value("popularity", description="How popular it is.")


@strawberry.input(description="An order of films.")
class MovieOrder:
    field: MovieSort = strawberry.field(description="What to sort by.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")

    def plain(self) -> Order:
        return order(self.field, self.direction)
