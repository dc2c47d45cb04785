"""Reading the texts of series, seasons and episodes in other languages than the viewer's own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, null, select

from app.access.viewer import Viewer
from app.catalog.texts import Texts, Translation, texts_in, translations
from app.catalog.tv.tables import EpisodeRow, SeasonRow, SeriesRow
from app.core.db import Db

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
OF_SERIES = select(
    SeriesRow.id,
    SeriesRow.translations,
    SeriesRow.original_language,
    func.coalesce(SeriesRow.original_title, SeriesRow.title),
    SeriesRow.tagline,
    SeriesRow.overview,
).where(SeriesRow.id == any_(_IDS))
OF_SEASONS = (
    select(
        SeasonRow.id,
        SeasonRow.translations,
        SeriesRow.original_language,
        SeasonRow.title,
        null(),
        SeasonRow.overview,
    )
    .join(SeriesRow, SeriesRow.id == SeasonRow.series_id)
    .where(SeasonRow.id == any_(_IDS))
)
OF_EPISODES = (
    select(
        EpisodeRow.id,
        EpisodeRow.translations,
        SeriesRow.original_language,
        EpisodeRow.title,
        null(),
        EpisodeRow.overview,
    )
    .join(SeriesRow, SeriesRow.id == EpisodeRow.series_id)
    .where(EpisodeRow.id == any_(_IDS))
)


async def texts_of_series(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str
) -> dict[UUID, Texts | None]:
    """Texts in the language, or in the more general one that it implies; None where there are none."""
    return await _texts(db, OF_SERIES, ids, language)


async def texts_of_seasons(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str
) -> dict[UUID, Texts | None]:
    """Texts in the language, or in the more general one that it implies; None where there are none."""
    return await _texts(db, OF_SEASONS, ids, language)


async def texts_of_episodes(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str
) -> dict[UUID, Texts | None]:
    """Texts in the language, or in the more general one that it implies; None where there are none."""
    return await _texts(db, OF_EPISODES, ids, language)


async def translations_of_series(
    db: Db, viewer: Viewer, ids: Sequence[UUID]
) -> dict[UUID, list[Translation]]:
    found = await db.rows(OF_SERIES, ids=ids)
    return {key: [] for key in ids} | {row[0]: translations(row[1]) for row in found}


async def _texts(db: Db, statement: Any, ids: Sequence[UUID], language: str) -> dict[UUID, Texts | None]:
    found = await db.rows(statement, ids=ids)
    return dict.fromkeys(ids) | {
        key: texts_in(language, document, original_language, Texts(*original))
        for key, document, original_language, *original in found
    }
