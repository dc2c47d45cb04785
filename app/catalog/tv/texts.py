"""Reading the texts of series, seasons and episodes by language."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, null, select

from app.access.viewer import Viewer
from app.catalog.texts import Own, Texts, Translation, asked_for, texts_in, translations
from app.catalog.tv.tables import EpisodeRow, SeasonRow, SeriesRow
from app.core.db import Db

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
OF_SERIES = select(
    SeriesRow.id,
    SeriesRow.translations,
    SeriesRow.title,
    SeriesRow.tagline,
    SeriesRow.overview,
    SeriesRow.original_language,
    SeriesRow.original_title,
).where(SeriesRow.id == any_(_IDS))
OF_SEASONS = (
    select(
        SeasonRow.id,
        SeasonRow.translations,
        SeasonRow.title,
        null(),
        SeasonRow.overview,
        SeriesRow.original_language,
    )
    .join(SeriesRow, SeriesRow.id == SeasonRow.series_id)
    .where(SeasonRow.id == any_(_IDS))
)
OF_EPISODES = (
    select(
        EpisodeRow.id,
        EpisodeRow.translations,
        EpisodeRow.title,
        null(),
        EpisodeRow.overview,
        SeriesRow.original_language,
    )
    .join(SeriesRow, SeriesRow.id == EpisodeRow.series_id)
    .where(EpisodeRow.id == any_(_IDS))
)


async def texts_of_series(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str | None = None
) -> dict[UUID, Texts | None]:
    """Texts in the language, or in the more general one that it implies, or else in the viewer's."""
    languages = asked_for(language, viewer.languages)
    found = await db.rows(OF_SERIES, ids=ids)
    return dict.fromkeys(ids) | {
        key: texts_in(languages, document, Own(*own)) for key, document, *own in found
    }


async def texts_of_seasons(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str | None = None
) -> dict[UUID, Texts | None]:
    """Texts in the language, or in the more general one that it implies, or else in the viewer's."""
    return await _texts(db, OF_SEASONS, viewer, ids, language)


async def texts_of_episodes(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, language: str | None = None
) -> dict[UUID, Texts | None]:
    """Texts in the language, or in the more general one that it implies, or else in the viewer's."""
    return await _texts(db, OF_EPISODES, viewer, ids, language)


async def translations_of_series(
    db: Db, viewer: Viewer, ids: Sequence[UUID]
) -> dict[UUID, list[Translation]]:
    return await _translations(db, OF_SERIES, ids)


async def translations_of_seasons(
    db: Db, viewer: Viewer, ids: Sequence[UUID]
) -> dict[UUID, list[Translation]]:
    return await _translations(db, OF_SEASONS, ids)


async def translations_of_episodes(
    db: Db, viewer: Viewer, ids: Sequence[UUID]
) -> dict[UUID, list[Translation]]:
    return await _translations(db, OF_EPISODES, ids)


async def _texts(
    db: Db, statement: Any, viewer: Viewer, ids: Sequence[UUID], language: str | None
) -> dict[UUID, Texts | None]:
    """The series' original language has a say only where it is asked for: the viewer's texts are read without it."""
    asked, languages = asked_for(language, ()), asked_for(language, viewer.languages)
    found = await db.rows(statement, ids=ids)
    return dict.fromkeys(ids) | {
        key: texts_in(
            languages, document, Own(title, tagline, overview, original if original in asked else None)
        )
        for key, document, title, tagline, overview, original in found
    }


async def _translations(db: Db, statement: Any, ids: Sequence[UUID]) -> dict[UUID, list[Translation]]:
    found = await db.rows(statement, ids=ids)
    return {key: [] for key in ids} | {row[0]: translations(row[1]) for row in found}
