"""Reading series, seasons and episodes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.columns import PROVIDERS
from app.catalog.filters import Where, narrowing
from app.catalog.identity.aliases import meant
from app.catalog.identity.redirects import became, following
from app.catalog.lookups import Lookup, lookups
from app.catalog.texts import localized, work_text
from app.catalog.title_sorts import title_order
from app.catalog.tv.filters import (
    EPISODE_FILTERS,
    EPISODE_SORTS,
    EPISODE_SORTS_IN_SEASON,
    EPISODE_SORTS_IN_SERIES,
    SERIES_FILTERS,
    SERIES_SORTS,
    SPECIALS,
)
from app.catalog.tv.tables import EpisodeRow, SeasonRow, SeriesRow, SeriesTermRow
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, Sort, fetch_page, fetch_pages_by_parent
from app.core.projection import Columns, also
from app.core.records import Record, by_id


class Series(Record):
    """A series, its texts in the viewer's language.

    certifications: by country (ISO 3166-1). ratings: by source, `{"imdb": {"value": 8.1, "votes": 1000, "max": 10}}`.
    """

    __slots__ = ()

    id: UUID
    title: str
    original_title: str | None
    sort_title: str
    slug: str
    tagline: str | None
    overview: str | None
    original_language: str | None
    status: str | None
    first_air_date: date | None
    last_air_date: date | None
    year: int | None
    popularity: float
    countries: list[str]
    certifications: dict[str, str]
    ratings: dict[str, Any]
    provider_ids: dict[str, str]
    added_at: datetime
    updated_at: datetime


class Season(Record):
    """A season, its texts in the viewer's language; number 0 holds the specials."""

    __slots__ = ()

    id: UUID
    series_id: UUID
    number: int
    title: str | None
    overview: str | None
    air_date: date | None


class Episode(Record):
    """An episode, its texts in the viewer's language; an unnumbered one is known by its air date."""

    __slots__ = ()

    id: UUID
    series_id: UUID
    season_id: UUID
    season_number: int
    number: int | None
    absolute_number: int | None
    title: str | None
    overview: str | None
    air_date: date | None
    runtime_s: int | None
    ratings: dict[str, Any]
    provider_ids: dict[str, str]
    added_at: datetime
    updated_at: datetime


_SEASON, _EPISODE = SeasonRow.__table__.c, EpisodeRow.__table__.c
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
SERIES_COLUMNS = (
    SeriesRow.id,
    work_text(SeriesRow, "title"),
    SeriesRow.original_title,
    SeriesRow.sort_title,
    SeriesRow.slug,
    work_text(SeriesRow, "tagline"),
    work_text(SeriesRow, "overview"),
    SeriesRow.original_language,
    SeriesRow.status,
    SeriesRow.first_air_date,
    SeriesRow.last_air_date,
    SeriesRow.year,
    SeriesRow.popularity,
    SeriesRow.countries,
    SeriesRow.certifications,
    SeriesRow.ratings,
    SeriesRow.provider_ids,
    SeriesRow.added_at,
    SeriesRow.updated_at,
)
_SERIES = select(*SERIES_COLUMNS)
_SEASONS = select(
    SeasonRow.id,
    SeasonRow.series_id,
    SeasonRow.number,
    localized(_SEASON.translations, "title", _SEASON.title),
    localized(_SEASON.translations, "overview", _SEASON.overview),
    SeasonRow.air_date,
)
EPISODE_COLUMNS = (
    EpisodeRow.id,
    EpisodeRow.series_id,
    EpisodeRow.season_id,
    EpisodeRow.season_number,
    EpisodeRow.number,
    EpisodeRow.absolute_number,
    localized(_EPISODE.translations, "title", _EPISODE.title),
    localized(_EPISODE.translations, "overview", _EPISODE.overview),
    EpisodeRow.air_date,
    EpisodeRow.runtime_s,
    EpisodeRow.ratings,
    EpisodeRow.provider_ids,
    EpisodeRow.added_at,
    EpisodeRow.updated_at,
)
_EPISODES = select(*EPISODE_COLUMNS)
SERIES = _SERIES.where(SeriesRow.id == any_(_IDS))
SERIES_LOOKUPS = lookups(_SERIES, SeriesRow, PROVIDERS)
SERIES_LISTING = Listing(_SERIES, SeriesRow.id, Series)
SERIES_OF_TERMS = Listing(
    _SERIES.join(SeriesTermRow, SeriesTermRow.series_id == SeriesRow.id),
    SeriesRow.id,
    Series,
    SeriesTermRow.term_id,
)
SEASONS = _SEASONS.where(SeasonRow.id == any_(_IDS))
# Specials last, as an appendix.
SEASONS_OF_SERIES = _SEASONS.where(SeasonRow.series_id == any_(_IDS)).order_by(
    SeasonRow.series_id, SeasonRow.number == SPECIALS, SeasonRow.number
)
EPISODES = _EPISODES.where(EpisodeRow.id == any_(_IDS))
EPISODE_LISTING = Listing(_EPISODES, EpisodeRow.id, Episode)
EPISODES_OF_SERIES = Listing(_EPISODES, EpisodeRow.id, Episode, EpisodeRow.series_id)
EPISODES_OF_SEASONS = Listing(_EPISODES, EpisodeRow.id, Episode, EpisodeRow.season_id)
BY_TITLE = Order("title")
IN_ORDER = Order("order")
NEWEST_FIRST = Order("added_at", descending=True)


async def series(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, Series | None]:
    found = await db.records_of(Series, SERIES, also(columns, "id"), ids=ids, languages=viewer.languages)
    return by_id(ids, found)


series_by_id = following("series", series)


async def find_series(db: Db, viewer: Viewer, *, by: Lookup, columns: Columns = None) -> Series | None:
    """By an id that it once had as well, and by a provider's id of one that was merged into it."""
    found = await db.records_of(
        Series, SERIES_LOOKUPS[by.by], columns, value=by.value, languages=viewer.languages
    )
    if found:
        return found[0]
    if by.by == "id":
        work_id = (await became(db, "series", [by.value])).get(by.value)
    else:
        work_id = await meant(db, "series", by)
    return None if work_id is None else (await series_by_id(db, viewer, [work_id], columns=columns))[work_id]


async def list_series(
    db: Db,
    viewer: Viewer,
    *,
    page: Page,
    where: Where | None = None,
    order: Order | None = None,
    columns: Columns = None,
) -> Slice[Series]:
    narrowed = narrowing(SERIES_FILTERS, where)
    return await fetch_page(
        db,
        SERIES_LISTING,
        title_order(SERIES_SORTS, SeriesRow, order or BY_TITLE, viewer, page),
        page,
        narrowed.condition,
        columns,
        languages=viewer.languages,
        **narrowed.values,
    )


async def series_of_terms(
    db: Db,
    viewer: Viewer,
    ids: Sequence[UUID],
    *,
    page: Page,
    where: Where | None = None,
    order: Order | None = None,
    columns: Columns = None,
) -> dict[UUID, Slice[Series]]:
    """The series that each genre, studio, network or keyword belongs to."""
    narrowed = narrowing(SERIES_FILTERS, where)
    return await fetch_pages_by_parent(
        db,
        SERIES_OF_TERMS,
        ids,
        title_order(SERIES_SORTS, SeriesRow, order or BY_TITLE, viewer, page),
        page,
        narrowed.condition,
        columns,
        languages=viewer.languages,
        **narrowed.values,
    )


async def seasons(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, Season | None]:
    found = await db.records_of(Season, SEASONS, also(columns, "id"), ids=ids, languages=viewer.languages)
    return by_id(ids, found)


seasons_by_id = following("season", seasons)


async def seasons_of_series(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, list[Season]]:
    """In the order of their numbers, the specials last."""
    found: dict[UUID, list[Season]] = {key: [] for key in ids}
    wanted = also(columns, "series_id")
    for row in await db.records_of(Season, SEASONS_OF_SERIES, wanted, ids=ids, languages=viewer.languages):
        found[row[1]].append(row)
    return found


async def episodes(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, Episode | None]:
    found = await db.records_of(Episode, EPISODES, also(columns, "id"), ids=ids, languages=viewer.languages)
    return by_id(ids, found)


episodes_by_id = following("episode", episodes)


async def list_episodes(
    db: Db,
    viewer: Viewer,
    *,
    page: Page,
    where: Where | None = None,
    order: Order | None = None,
    columns: Columns = None,
) -> Slice[Episode]:
    narrowed = narrowing(EPISODE_FILTERS, where)
    return await fetch_page(
        db,
        EPISODE_LISTING,
        EPISODE_SORTS[order or NEWEST_FIRST],
        page,
        narrowed.condition,
        columns,
        languages=viewer.languages,
        **narrowed.values,
    )


async def episodes_of_series(
    db: Db,
    viewer: Viewer,
    ids: Sequence[UUID],
    *,
    page: Page,
    where: Where | None = None,
    order: Order | None = None,
    columns: Columns = None,
) -> dict[UUID, Slice[Episode]]:
    """By season and place in it, or by air date; specials stand in season 0, which comes first."""
    sort = EPISODE_SORTS_IN_SERIES[order or IN_ORDER]
    return await _episodes(db, viewer, EPISODES_OF_SERIES, sort, ids, page, where, columns)


async def episodes_of_seasons(
    db: Db,
    viewer: Viewer,
    ids: Sequence[UUID],
    *,
    page: Page,
    where: Where | None = None,
    order: Order | None = None,
    columns: Columns = None,
) -> dict[UUID, Slice[Episode]]:
    sort = EPISODE_SORTS_IN_SEASON[order or IN_ORDER]
    return await _episodes(db, viewer, EPISODES_OF_SEASONS, sort, ids, page, where, columns)


async def _episodes(
    db: Db,
    viewer: Viewer,
    listing: Listing[Episode],
    sort: Sort,
    ids: Sequence[UUID],
    page: Page,
    where: Where | None,
    columns: Columns,
) -> dict[UUID, Slice[Episode]]:
    narrowed = narrowing(EPISODE_FILTERS, where)
    values = {"languages": viewer.languages, **narrowed.values}
    return await fetch_pages_by_parent(db, listing, ids, sort, page, narrowed.condition, columns, **values)
