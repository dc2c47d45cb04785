"""What series and episodes are looked up, filtered and sorted by."""

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
from app.api.node import parse_key
from app.api.storable import storable
from app.catalog.lookups import Lookup
from app.core.paging import Order


@strawberry.input(one_of=True, description="What a series is looked up by.")
class SeriesBy:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Its id.")
    slug: str | None = strawberry.field(default=strawberry.UNSET, description="Its slug.")
    tmdb_id: str | None = strawberry.field(default=strawberry.UNSET, description="Its id at TMDB: `1396`.")
    imdb_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its id at IMDb: `tt0903747`."
    )
    tvdb_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its id at TheTVDB: `81189`."
    )

    def plain(self) -> Lookup:
        if self.id:
            return Lookup("id", parse_key(self.id, "Series", "by.id"))
        if self.slug:
            return Lookup("slug", storable(self.slug))
        if self.tmdb_id:
            return Lookup("tmdb", storable(self.tmdb_id))
        if self.imdb_id:
            return Lookup("imdb", storable(self.imdb_id))
        return Lookup("tvdb", storable(self.tvdb_id or ""))


@strawberry.input(description="Which episodes; all conditions have to hold.")
class EpisodeFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    search: str | None = condition(SEARCHED)
    title: StringFilter | None = condition("Its title.")
    season_number: IntFilter | None = condition("Number of its season; 0 holds the specials.")
    number: IntFilter | None = condition("Its number within the season.")
    absolute_number: IntFilter | None = condition("Its number counted through all seasons.")
    is_special: bool | None = condition("Is a special (true), or an ordinary episode (false).")
    air_date: DateFilter | None = condition("The day it was first shown.")
    runtime_seconds: IntFilter | None = condition("Its length in seconds.")
    added_at: DateTimeFilter | None = condition("When it came into the catalog.")
    and_: list["EpisodeFilter"] | None = condition("All of these hold too.", "and")
    or_: list["EpisodeFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "EpisodeFilter | None" = condition("This doesn't hold.", "not")


@strawberry.input(description="Conditions on the episodes of a series.")
class EpisodesFilter(Filter):
    some: EpisodeFilter | None = condition("At least one matches this.")
    none: EpisodeFilter | None = condition("Not one matches this.")


@strawberry.input(description="Which series; all conditions have to hold.")
class SeriesFilter(Filter):
    id: IdFilter | None = condition("Its id.")
    search: str | None = condition("Has this in its title in any language, whatever the case and accents.")
    title: StringFilter | None = condition("Its title.")
    original_title: StringFilter | None = condition("Its title in the original language.")
    original_language: StringFilter | None = condition("The language it was made in, as a BCP 47 tag.")
    status: StringFilter | None = condition("How far it is: Returning Series, Ended, ...")
    year: IntFilter | None = condition("The year it began.")
    first_air_date: DateFilter | None = condition("The day its first episode was shown.")
    last_air_date: DateFilter | None = condition("The day its last episode was shown.")
    popularity: FloatFilter | None = condition("How popular it is.")
    countries: CodesFilter | None = condition("Countries it was made in, by ISO 3166-1 code: `US`.")
    added_at: DateTimeFilter | None = condition("When it came into the catalog.")
    has_specials: bool | None = condition("Has specials (true), or none (false).")
    episodes: EpisodesFilter | None = condition("Its episodes.")
    genres: TermsFilter | None = condition("Its genres.")
    studios: TermsFilter | None = condition("Its studios.")
    networks: TermsFilter | None = condition("Its networks.")
    keywords: TermsFilter | None = condition("Its keywords.")
    cast: CreditsFilter | None = condition("Its actors.")
    crew: CreditsFilter | None = condition("Everybody else who is credited.")
    libraries: LibrariesFilter | None = condition("Libraries that hold it.")
    and_: list["SeriesFilter"] | None = condition("All of these hold too.", "and")
    or_: list["SeriesFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "SeriesFilter | None" = condition("This doesn't hold.", "not")


@strawberry.enum(description="What series are sorted by.")
class SeriesSort(Enum):
    TITLE = strawberry.enum_value("title", description=BY_TITLE)
    FIRST_AIR_DATE = strawberry.enum_value(
        "first_air_date", description="First day shown; unknown ones last."
    )
    ADDED_AT = strawberry.enum_value("added_at", description="When it came into the catalog.")
    POPULARITY = strawberry.enum_value("popularity", description="How popular it is.")


@strawberry.input(description="An order of series.")
class SeriesOrder:
    field: SeriesSort = strawberry.field(description="What to sort by.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")

    def plain(self) -> Order:
        return order(self.field, self.direction)


@strawberry.enum(description="What episodes of many series are sorted by.")
class EpisodeSort(Enum):
    AIR_DATE = strawberry.enum_value("air_date", description="First day shown; unknown ones last.")
    ADDED_AT = strawberry.enum_value("added_at", description="When it came into the catalog.")


@strawberry.input(description="An order of episodes of many series.")
class EpisodeOrder:
    field: EpisodeSort = strawberry.field(description="What to sort by.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")

    def plain(self) -> Order:
        return order(self.field, self.direction)


@strawberry.enum(description="What the episodes of one series or season are sorted by.")
class EpisodeInSeriesSort(Enum):
    ORDER = strawberry.enum_value("order", description="Season, and place in it; specials are season 0.")
    AIR_DATE = strawberry.enum_value("air_date", description="First day shown; unknown ones last.")
    ADDED_AT = strawberry.enum_value("added_at", description="When it came into the catalog.")


@strawberry.input(description="An order of the episodes of one series or season.")
class EpisodeInSeriesOrder:
    field: EpisodeInSeriesSort = strawberry.field(
        default=EpisodeInSeriesSort.ORDER, description="What to sort by."
    )
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")

    def plain(self) -> Order:
        return order(self.field, self.direction)
