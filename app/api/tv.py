"""Series, seasons and episodes in the graph."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api import works
from app.api.context import Info
from app.api.edge import edge, extend, root
from app.api.filters import argument
from app.api.node import Node, parse_key, refetched_by
from app.api.pagination import Connection
from app.api.prices import priced
from app.api.requires import requires
from app.api.scalars import Locale
from app.api.shown import id_of, show, shows
from app.api.taxonomy import Genre, Keyword, Network, Studio
from app.api.texts import Language, Translation, language_of
from app.api.tv_inputs import (
    EpisodeFilter,
    EpisodeInSeriesOrder,
    EpisodeOrder,
    SeriesBy,
    SeriesFilter,
    SeriesOrder,
)
from app.catalog.texts import Texts
from app.catalog.texts import Translation as TranslationRow
from app.catalog.tv import reads, terms, texts

WhichSeries = Annotated[SeriesFilter | None, argument("Which series.", "filter")]
SeriesInOrder = Annotated[SeriesOrder | None, argument("In what order.", "orderBy")]
WhichEpisodes = Annotated[EpisodeFilter | None, argument("Which episodes.", "filter")]
EpisodesInOrder = Annotated[EpisodeInSeriesOrder | None, argument("In what order.", "orderBy")]


@refetched_by(reads.series_by_id, Permission.SERIES_GET)
@shows(reads.Series, id=id_of("Series"), key="id")
@strawberry.type(description="A series: one per work, however many files hold it.")
class Series(Node):
    row: strawberry.Private[reads.Series]
    slug: str = strawberry.field(
        description="Title and year as they stand in addresses; unique among series."
    )
    original_title: str | None = strawberry.field(description="Title in the language it was made in.")
    sort_title: str = strawberry.field(description="What its own title is sorted by: without its article.")
    original_language: Locale | None = strawberry.field(description="The language it was made in.")
    status: str | None = strawberry.field(description="How far it is: Returning Series, Ended, ...")
    first_air_date: date | None = strawberry.field(description="The day its first episode was shown.")
    last_air_date: date | None = strawberry.field(description="The day its last episode was shown.")
    year: int | None = strawberry.field(description="The year it began.")
    popularity: float = strawberry.field(description="How popular it is; only comparable among series.")
    countries: list[str] = strawberry.field(description="Countries it was made in, by ISO 3166-1 code.")
    added_at: datetime = strawberry.field(description="When it came into the catalog.")
    updated_at: datetime = strawberry.field(description="When anything of it was last changed.")

    @classmethod
    def of(cls, row: reads.Series) -> "Series":
        return show(cls, row)

    @edge(texts.texts_of_series, only_with="language", otherwise="title", description="Title.")
    def title(self, found: Texts | None, language: Language = None) -> str:
        return (found and found.title.text) or self.row.title

    @edge(
        texts.texts_of_series,
        only_with="language",
        otherwise="tagline",
        description="The line on the poster.",
    )
    def tagline(self, found: Texts | None, language: Language = None) -> str | None:
        return (found and found.tagline.text) or self.row.tagline

    @edge(texts.texts_of_series, only_with="language", otherwise="overview", description="What it is about.")
    def overview(self, found: Texts | None, language: Language = None) -> str | None:
        return (found and found.overview.text) or self.row.overview

    title_language = language_of("title", texts.texts_of_series)
    tagline_language = language_of("tagline", texts.texts_of_series)
    overview_language = language_of("overview", texts.texts_of_series)

    @edge(texts.translations_of_series, description="Its texts in every language that there are any in.")
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
    @edge(terms.genres_of_series, shows=Genre, description="Its genres, the most fitting first.")
    def genres(self) -> list[Genre]: ...

    @edge(terms.studios_of_series, shows=Studio, description="The companies that made it.")
    def studios(self) -> list[Studio]: ...

    @edge(terms.networks_of_series, shows=Network, description="Who showed it first.")
    def networks(self) -> list[Network]: ...

    @edge(terms.keywords_of_series, shows=Keyword, description="What it deals with.")
    def keywords(self) -> Connection[Keyword]: ...


@refetched_by(reads.seasons_by_id, Permission.SERIES_GET)
@shows(reads.Season, id=id_of("Season"), key="id", series_key="series_id")
@strawberry.type(description="A season of a series; number 0 holds the specials.")
class Season(Node):
    row: strawberry.Private[reads.Season]
    series_key: strawberry.Private[UUID]
    number: int = strawberry.field(description="Its number; 0 for the specials.")
    air_date: date | None = strawberry.field(description="The day its first episode was shown.")

    @classmethod
    def of(cls, row: reads.Season) -> "Season":
        return show(cls, row)

    @edge(
        texts.texts_of_seasons,
        only_with="language",
        otherwise="title",
        description="A name of its own, where it has one.",
    )
    def title(self, found: Texts | None, language: Language = None) -> str | None:
        return (found and found.title.text) or self.row.title

    @edge(texts.texts_of_seasons, only_with="language", otherwise="overview", description="What it is about.")
    def overview(self, found: Texts | None, language: Language = None) -> str | None:
        return (found and found.overview.text) or self.row.overview

    title_language = language_of("title", texts.texts_of_seasons)
    overview_language = language_of("overview", texts.texts_of_seasons)

    @edge(texts.translations_of_seasons, description="Its texts in every language that there are any in.")
    def translations(self, rows: list[TranslationRow]) -> list[Translation]:
        return [Translation.of(row) for row in rows]

    @strawberry.field(description="Whether it holds the specials.")
    def is_specials(self) -> bool:
        return self.number == 0

    @edge(reads.series, shows=Series, key="series_key", description="The series it belongs to.")
    def series(self) -> Series: ...


@refetched_by(reads.episodes_by_id, Permission.SERIES_GET)
@shows(
    reads.Episode,
    id=id_of("Episode"),
    key="id",
    series_key="series_id",
    season_key="season_id",
    runtime_seconds="runtime_s",
)
@strawberry.type(description="An episode of a series; one that has no number is known by its air date.")
class Episode(Node):
    row: strawberry.Private[reads.Episode]
    series_key: strawberry.Private[UUID]
    season_key: strawberry.Private[UUID]
    season_number: int = strawberry.field(description="Number of its season; 0 for a special.")
    number: int | None = strawberry.field(description="Its number within the season.")
    absolute_number: int | None = strawberry.field(description="Its number counted through all seasons.")
    air_date: date | None = strawberry.field(description="The day it was first shown.")
    runtime_seconds: int | None = strawberry.field(description="Length as its sources say, in seconds.")
    added_at: datetime = strawberry.field(description="When it came into the catalog.")
    updated_at: datetime = strawberry.field(description="When anything of it was last changed.")

    @classmethod
    def of(cls, row: reads.Episode) -> "Episode":
        return show(cls, row)

    @edge(texts.texts_of_episodes, only_with="language", otherwise="title", description="Title.")
    def title(self, found: Texts | None, language: Language = None) -> str | None:
        return (found and found.title.text) or self.row.title

    @edge(
        texts.texts_of_episodes, only_with="language", otherwise="overview", description="What happens in it."
    )
    def overview(self, found: Texts | None, language: Language = None) -> str | None:
        return (found and found.overview.text) or self.row.overview

    title_language = language_of("title", texts.texts_of_episodes)
    overview_language = language_of("overview", texts.texts_of_episodes)

    @edge(texts.translations_of_episodes, description="Its texts in every language that there are any in.")
    def translations(self, rows: list[TranslationRow]) -> list[Translation]:
        return [Translation.of(row) for row in rows]

    @strawberry.field(description="Whether it is a special.")
    def is_special(self) -> bool:
        return self.season_number == 0

    @strawberry.field(description="Ratings by source.")
    def ratings(self) -> list[works.Rating]:
        return works.ratings(self.row.ratings)

    @strawberry.field(description="Its ids elsewhere.")
    def provider_ids(self) -> list[works.ProviderId]:
        return works.provider_ids(self.row.provider_ids)

    @edge(reads.series, shows=Series, key="series_key", description="The series it belongs to.")
    def series(self) -> Series: ...

    @edge(reads.seasons, shows=Season, key="season_key", description="The season it belongs to.")
    def season(self) -> Season: ...


@extend(Series)
class SeriesParts:
    @priced(items=5)
    @edge(reads.seasons_of_series, shows=Season, description="Its seasons by number, the specials last.")
    def seasons(self) -> list[Season]: ...

    @edge(
        reads.episodes_of_series, shows=Episode, description="Its episodes, by season and number unless told."
    )
    def episodes(self, where: WhichEpisodes = None, order: EpisodesInOrder = None) -> Connection[Episode]: ...


@extend(Season)
class SeasonParts:
    @edge(reads.episodes_of_seasons, shows=Episode, description="Its episodes, by number unless told.")
    def episodes(self, where: WhichEpisodes = None, order: EpisodesInOrder = None) -> Connection[Episode]: ...


@extend(Genre)
@extend(Studio)
@extend(Network)
@extend(Keyword)
class TermInSeries:
    @edge(reads.series_of_terms, shows=Series, description="Its series, by title unless told.")
    def series(self, where: WhichSeries = None, order: SeriesInOrder = None) -> Connection[Series]: ...


@strawberry.type
class TvQuery:
    @requires(Permission.SERIES_GET)
    @root(
        reads.find_series,
        shows=Series,
        description="A series by one of its ids or its slug; null where there is none.",
    )
    def series(self, by: Annotated[SeriesBy, argument("What it is looked up by.")]) -> Series | None: ...

    @requires(Permission.SERIES_LIST)
    @root(reads.list_series, shows=Series, description="Series, by title unless told.")
    def all_series(self, where: WhichSeries = None, order: SeriesInOrder = None) -> Connection[Series]: ...

    @requires(Permission.SERIES_GET)
    @strawberry.field(description="A season by id; null where there is none.")
    async def season(
        self, info: Info, wanted: Annotated[strawberry.ID, argument("The season's id.", "id")]
    ) -> Season | None:
        row = await info.context.load(reads.seasons_by_id, parse_key(wanted, "Season"))
        return None if row is None else Season.of(row)

    @requires(Permission.SERIES_GET)
    @strawberry.field(description="An episode by id; null where there is none.")
    async def episode(
        self, info: Info, wanted: Annotated[strawberry.ID, argument("The episode's id.", "id")]
    ) -> Episode | None:
        row = await info.context.load(reads.episodes_by_id, parse_key(wanted, "Episode"))
        return None if row is None else Episode.of(row)

    @requires(Permission.SERIES_LIST)
    @root(
        reads.list_episodes,
        shows=Episode,
        description="Episodes of all series, the newest in the catalog first unless told.",
    )
    def episodes(
        self,
        where: WhichEpisodes = None,
        order: Annotated[EpisodeOrder | None, argument("In what order.", "orderBy")] = None,
    ) -> Connection[Episode]: ...
