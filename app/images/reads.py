"""Images as those see them who are told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.core.db import Db, Row
from app.images.formats import fitting
from app.images.kinds import OwnerKind

# Of pictures without words none is in a wrong language; those of another language come last.
SPOKEN = """
    coalesce(array_position(CAST(:languages AS text[]), c.language),
        CASE WHEN c.language IS NULL THEN 1000 ELSE 1001 END)
"""
AVATARS = text(
    """
    SELECT p.owner_id, i.id, i.width, i.height, i.thumbhash, i.color FROM images.pictures p
    JOIN images.images i ON i.id = p.image_id
    WHERE p.kind = 'avatar' AND p.owner_kind = 'user' AND p.owner_id = ANY(CAST(:ids AS uuid[]))
    """
)
# Of owners that no files lie beside.
OF_OWNERS = text(
    f"""
    SELECT DISTINCT ON (c.owner_id, c.kind) c.owner_id, c.kind, i.id, i.width, i.height, i.thumbhash, i.color
    FROM images.pictures c JOIN images.images i ON i.id = c.image_id
    WHERE c.owner_id = ANY(CAST(:ids AS uuid[])) AND c.owner_kind = :owner_kind
    ORDER BY c.owner_id, c.kind, c.is_chosen DESC, {SPOKEN}, c.position, c.score DESC, c.id
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Image:
    """width, height: as it is kept. thumbhash, color: see app.images.render."""

    id: UUID
    width: int
    height: int
    thumbhash: bytes
    color: str

    def size_at(self, width: int) -> tuple[int, int]:
        """How large it is handed out when so much is asked for; never larger than it is kept."""
        given = fitting(width)
        if given >= self.width:
            return self.width, self.height
        return given, max(1, round(self.height * given / self.width))


# By kind of picture, the best of each.
Pictures = Mapping[str, Image]


async def pictures_of_people(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Pictures]:
    return await _pictures(db, viewer, OwnerKind.PERSON, ids)


async def pictures_of_collections(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Pictures]:
    return await _pictures(db, viewer, OwnerKind.COLLECTION, ids)


async def avatars_of_users(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Image | None]:
    """One statement; None for those without."""
    found: dict[UUID, Any] = dict.fromkeys(ids)
    return found | {key: Image(*image) for key, *image in await db.rows(AVATARS, ids=ids)}


async def _pictures(
    db: Db, viewer: Viewer, owner_kind: OwnerKind, ids: Sequence[UUID]
) -> dict[UUID, Pictures]:
    """One statement; {} for those without any."""
    rows = await db.rows(OF_OWNERS, ids=ids, owner_kind=owner_kind, languages=list(viewer.languages))
    return by_owner(ids, rows)


def by_owner(ids: Sequence[UUID], rows: Sequence[Row]) -> dict[UUID, Pictures]:
    """rows: owner, kind, and the columns of an image."""
    found: dict[UUID, dict[str, Image]] = {key: {} for key in ids}
    for owner, kind, *image in rows:
        found[owner][kind] = Image(*image)
    return {**found}
