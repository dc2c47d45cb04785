"""Where the fields of works come from."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from app.api.edge import edge, extend
from app.api.movies import Movie
from app.api.scalars import Locale
from app.api.tv import Episode, Season, Series
from app.catalog import provenance
from app.catalog.movies import reads as movies
from app.catalog.provenance import Field, Source
from app.catalog.tv import sources as tv


def _value(value: str, description: str) -> Any:
    return strawberry.enum_value(value, description=description)


@strawberry.enum(description="A field of a work that sources fill; a kind of work has some of these.")
class WorkField(Enum):
    TITLE = _value(Field.TITLE.value, "`title`.")
    ORIGINAL_TITLE = _value(Field.ORIGINAL_TITLE.value, "`originalTitle`.")
    SORT_TITLE = _value(Field.SORT_TITLE.value, "`sortTitle`; as long as the title is locked, it stays too.")
    TAGLINE = _value(Field.TAGLINE.value, "`tagline`.")
    OVERVIEW = _value(Field.OVERVIEW.value, "`overview`.")
    YEAR = _value(Field.YEAR.value, "`year`.")
    DATE = _value(Field.DATE.value, "`releaseDate` of a film, `firstAirDate` of a series, else `airDate`.")
    RUNTIME = _value(Field.RUNTIME.value, "`runtimeSeconds`.")
    ORIGINAL_LANGUAGE = _value(Field.ORIGINAL_LANGUAGE.value, "`originalLanguage`.")
    STATUS = _value(Field.STATUS.value, "`status`.")
    ABSOLUTE_NUMBER = _value(Field.ABSOLUTE_NUMBER.value, "`absoluteNumber` of an episode.")
    COUNTRIES = _value(Field.COUNTRIES.value, "`countries`.")
    CERTIFICATIONS = _value(Field.CERTIFICATIONS.value, "`certifications`.")
    RATINGS = _value(Field.RATINGS.value, "`ratings`.")
    PROVIDER_IDS = _value(Field.PROVIDER_IDS.value, "`providerIds`.")
    GENRES = _value(Field.GENRES.value, "`genres`.")
    STUDIOS = _value(Field.STUDIOS.value, "`studios`.")
    NETWORKS = _value(Field.NETWORKS.value, "`networks` of a series.")
    KEYWORDS = _value(Field.KEYWORDS.value, "`keywords`.")
    CREDITS = _value(Field.CREDITS.value, "`cast` and `crew`.")
    COLLECTION = _value(Field.COLLECTION.value, "The collection of a film.")


@strawberry.enum(name="FieldSourceKind", description="Who said what a field holds.")
class SourceKind(Enum):
    FILE = _value(Source.FILE.value, "The name of a file or folder.")
    NFO = _value(Source.NFO.value, "An NFO file.")
    PROVIDER = _value(Source.PROVIDER.value, "A provider of metadata.")
    HUMAN = _value(Source.HUMAN.value, "A person.")


@strawberry.type(description="Where a field's value comes from.")
class FieldSource:
    field: WorkField = strawberry.field(description="The field.")
    source: SourceKind = strawberry.field(description="Who said it.")
    language: Locale | None = strawberry.field(
        description="The language of a text that is beside the work's own; null for the work's own."
    )
    at: datetime | None = strawberry.field(
        description="When it was last said, by a provider since when; null where nobody noted it."
    )
    provider: str | None = strawberry.field(
        description="The id of the provider that said it, as `metadataProviders` has it; null for other sources."
    )
    is_locked: bool = strawberry.field(description="Whether it stays as it is, whatever sources say.")

    @classmethod
    def of(cls, row: provenance.FieldSource) -> "FieldSource":
        return cls(
            field=WorkField(row.field),
            source=SourceKind(row.source),
            language=None if row.language is None else Locale(row.language),
            at=row.at,
            provider=row.provider,
            is_locked=row.is_locked,
        )


DESCRIPTION = (
    "Where its fields come from, and which are locked; those that nobody said anything of are left out."
)


@extend(Movie)
class MovieSources:
    @edge(movies.sources_of_movies, description=DESCRIPTION)
    def field_sources(self, found: list[provenance.FieldSource]) -> list[FieldSource]:
        return [FieldSource.of(each) for each in found]


@extend(Series)
class SeriesSources:
    @edge(tv.sources_of_series, description=DESCRIPTION)
    def field_sources(self, found: list[provenance.FieldSource]) -> list[FieldSource]:
        return [FieldSource.of(each) for each in found]


@extend(Season)
class SeasonSources:
    @edge(tv.sources_of_seasons, description=DESCRIPTION)
    def field_sources(self, found: list[provenance.FieldSource]) -> list[FieldSource]:
        return [FieldSource.of(each) for each in found]


@extend(Episode)
class EpisodeSources:
    @edge(tv.sources_of_episodes, description=DESCRIPTION)
    def field_sources(self, found: list[provenance.FieldSource]) -> list[FieldSource]:
        return [FieldSource.of(each) for each in found]
