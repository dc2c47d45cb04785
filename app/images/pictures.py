"""Which pictures there are of something, of which one is shown: for those who choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, any_, bindparam, case, or_, select

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.core.db import Db
from app.core.paging import Condition, Listing, Order, Page, Slice, fetch_pages_by_parent, sorts
from app.images.reads import Image
from app.images.tables import ImageRow, PictureRow


@dataclass(frozen=True, slots=True)
class Picture:
    """width, height: as its source tells them; of an upload as it is kept. image: None until it is fetched."""

    id: UUID
    owner_kind: str
    owner_id: UUID
    kind: str
    source: str
    provider: str | None
    language: str | None
    votes: int
    score: float
    width: int | None
    height: int | None
    is_chosen: bool
    failure: str | None
    fetch_at: datetime | None
    image_id: UUID | None


COLUMNS = (
    PictureRow.id,
    PictureRow.owner_kind,
    PictureRow.owner_id,
    PictureRow.kind,
    PictureRow.source,
    PictureRow.provider,
    PictureRow.language,
    PictureRow.votes,
    PictureRow.score,
    PictureRow.width,
    PictureRow.height,
    PictureRow.is_chosen,
    PictureRow.failure,
    PictureRow.fetch_at,
    PictureRow.image_id,
)
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_KIND = bindparam("kind", type_=Text())
OF_SOMETHING = select(*COLUMNS).where(PictureRow.owner_kind != "user")
PICTURES = OF_SOMETHING.where(PictureRow.id == any_(_IDS))
LISTING = Listing(OF_SOMETHING, PictureRow.id, Picture, parent=PictureRow.owner_id)
# Who was chosen, then as providers have them.
BEST_FIRST = sorts("best", case((PictureRow.is_chosen, -1), else_=PictureRow.position).cast(Integer()))[
    Order("best")
]
OF_KIND = Condition(or_(_KIND.is_(None), PictureRow.kind == _KIND))
IMAGES = select(ImageRow.id, ImageRow.width, ImageRow.height, ImageRow.thumbhash, ImageRow.color).where(
    ImageRow.id == any_(_IDS)
)


async def pictures(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Picture | None]:
    """None for those of accounts, too. One statement."""
    found: dict[UUID, Picture | None] = dict.fromkeys(ids)
    return found | {row[0]: Picture(*row) for row in await db.rows(PICTURES, ids=ids)}


async def pictures_of_owners(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page, kind: str | None = None
) -> dict[UUID, Slice[Picture]]:
    """What is chosen first, then as providers order them; none, without a statement, for those who may not choose."""
    if not viewer.may(Permission.CONTENT_MODERATE):
        nothing: Slice[Picture] = Slice(total=0 if page.with_total else None)
        return dict.fromkeys(ids, nothing)
    return await fetch_pages_by_parent(db, LISTING, ids, BEST_FIRST, page, OF_KIND, kind=kind)


async def images(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Image | None]:
    """By their own ids, which only those have who saw what they show. One statement."""
    found: dict[UUID, Image | None] = dict.fromkeys(ids)
    return found | {row[0]: Image(*row) for row in await db.rows(IMAGES, ids=ids)}
