"""Reading where the fields of series, seasons and episodes come from."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.provenance import Field, FieldSource, field_sources, named_fields
from app.catalog.tv.tables import EpisodeRow, SeasonRow, SeriesRow
from app.core.db import Db

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
OF_SERIES = select(
    SeriesRow.id, SeriesRow.sources, SeriesRow.added_at, SeriesRow.year, SeriesRow.provider_ids
).where(SeriesRow.id == any_(_IDS))
OF_SEASONS = select(SeasonRow.id, SeasonRow.sources).where(SeasonRow.id == any_(_IDS))
OF_EPISODES = select(
    EpisodeRow.id,
    EpisodeRow.sources,
    EpisodeRow.added_at,
    EpisodeRow.title,
    EpisodeRow.air_date,
    EpisodeRow.absolute_number,
).where(EpisodeRow.id == any_(_IDS))


async def sources_of_series(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[FieldSource]]:
    """By field; those that nobody said anything of are left out."""
    found = await db.rows(OF_SERIES, ids=ids)
    return {key: [] for key in ids} | {
        row[0]: field_sources(row[1], named_fields(row), row[2]) for row in found
    }


async def sources_of_seasons(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[FieldSource]]:
    """By field; those that nobody said anything of are left out."""
    found = await db.rows(OF_SEASONS, ids=ids)
    return {key: [] for key in ids} | {row[0]: field_sources(row[1], (), None) for row in found}


async def sources_of_episodes(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[FieldSource]]:
    """By field; those that nobody said anything of are left out."""
    sources: dict[UUID, list[FieldSource]] = {key: [] for key in ids}
    for key, document, added_at, title, air_date, absolute in await db.rows(OF_EPISODES, ids=ids):
        values = {Field.TITLE: title, Field.DATE: air_date, Field.ABSOLUTE_NUMBER: absolute}
        named = [field.value for field, value in values.items() if value is not None]
        sources[key] = field_sources(document, named, added_at)
    return sources
