"""Which picture stands for a work: chosen by a person, or lying beside its files, or the best of a provider's."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import TextClause, text

from app.access.viewer import Viewer
from app.core.db import Db
from app.images.reads import SPOKEN, Image, Pictures, by_owner

TAKEN = text(
    """
    SELECT t.file_id, t.failure, i.id, i.width, i.height, i.thumbhash, i.color FROM library.taken_images t
    LEFT JOIN images.images i ON i.id = t.image_id
    WHERE t.file_id = ANY(CAST(:ids AS uuid[]))
    """
)


def _pictures_of(owner: str) -> TextClause:
    return text(
        f"""
        SELECT DISTINCT ON (p.owner_id, p.kind) p.owner_id, p.kind, i.id, i.width, i.height, i.thumbhash, i.color
        FROM (
            SELECT a.{owner}_id AS owner_id, a.kind, t.image_id, false AS is_chosen, true AS is_local, 0 AS spoken,
                0 AS position, CAST(0 AS float8) AS score, a.file_id AS key
            FROM library.artwork a JOIN library.taken_images t ON t.file_id = a.file_id
            WHERE a.{owner}_id = ANY(CAST(:ids AS uuid[]))
            UNION ALL
            SELECT c.owner_id, c.kind, c.image_id, c.is_chosen, false, {SPOKEN}, c.position, c.score, c.id
            FROM images.pictures c WHERE c.owner_kind = '{owner}' AND c.owner_id = ANY(CAST(:ids AS uuid[]))
        ) p JOIN images.images i ON i.id = p.image_id
        ORDER BY p.owner_id, p.kind, p.is_chosen DESC, p.is_local DESC, p.spoken, p.position, p.score DESC, p.key
        """  # noqa: S608
    )


OF_MOVIES, OF_SERIES, OF_SEASONS, OF_EPISODES = map(_pictures_of, ("movie", "series", "season", "episode"))


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an image file: the image, or a sentence that says why it is none."""

    image: Image | None
    failure: str | None


async def pictures_of_movies(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Pictures]:
    return await _pictures(db, viewer, OF_MOVIES, ids)


async def pictures_of_series(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Pictures]:
    return await _pictures(db, viewer, OF_SERIES, ids)


async def pictures_of_seasons(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Pictures]:
    return await _pictures(db, viewer, OF_SEASONS, ids)


async def pictures_of_episodes(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Pictures]:
    return await _pictures(db, viewer, OF_EPISODES, ids)


async def taken_of_files(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Taken | None]:
    """None for files that were not looked at yet. One statement."""
    found: dict[UUID, Taken | None] = dict.fromkeys(ids)
    for key, failure, *image in await db.rows(TAKEN, ids=ids):
        found[key] = Taken(Image(*image) if failure is None else None, failure)
    return found


async def _pictures(
    db: Db, viewer: Viewer, statement: TextClause, ids: Sequence[UUID]
) -> dict[UUID, Pictures]:
    """One statement; {} for works without any."""
    return by_owner(ids, await db.rows(statement, ids=ids, languages=list(viewer.languages)))
