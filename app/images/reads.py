"""Images as those see them who are told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.core.db import Db
from app.images.formats import fitting

AVATARS = text(
    """
    SELECT p.owner_id, i.id, i.width, i.height, i.thumbhash, i.color FROM images.pictures p
    JOIN images.images i ON i.id = p.image_id
    WHERE p.kind = 'avatar' AND p.owner_kind = 'user' AND p.owner_id = ANY(CAST(:ids AS uuid[]))
    """
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


async def avatars_of_users(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Image | None]:
    """One statement; None for those without."""
    found: dict[UUID, Any] = dict.fromkeys(ids)
    return found | {key: Image(*image) for key, *image in await db.rows(AVATARS, ids=ids)}
