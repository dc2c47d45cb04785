"""Who has pictures, of which kinds, and where they are to be found."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text

from app.core.db import Db
from app.core.errors import NotFound
from app.core.outbox import Tx
from app.images.kinds import OwnerKind, PictureKind

TABLES: Mapping[OwnerKind, str] = {
    OwnerKind.MOVIE: "movies.movies",
    OwnerKind.SERIES: "tv.series",
    OwnerKind.SEASON: "tv.seasons",
    OwnerKind.EPISODE: "tv.episodes",
    OwnerKind.PERSON: "people.people",
    OwnerKind.COLLECTION: "collections.collections",
    OwnerKind.USER: "identity.users",
}
_OF_WORKS = frozenset({PictureKind.POSTER, PictureKind.BACKDROP, PictureKind.LOGO})
# What is shown of each, and so may be uploaded.
SHOWN: Mapping[OwnerKind, frozenset[PictureKind]] = {
    OwnerKind.MOVIE: _OF_WORKS,
    OwnerKind.SERIES: _OF_WORKS,
    OwnerKind.SEASON: frozenset({PictureKind.POSTER}),
    OwnerKind.EPISODE: frozenset({PictureKind.STILL}),
    OwnerKind.PERSON: frozenset({PictureKind.PROFILE}),
    OwnerKind.COLLECTION: frozenset({PictureKind.POSTER, PictureKind.BACKDROP}),
}
THERE = {kind: text(f"SELECT id FROM {table} WHERE id = :id") for kind, table in TABLES.items()}  # noqa: S608
HOLD = {
    kind: text(f"SELECT id FROM {table} WHERE id = :id FOR NO KEY UPDATE")  # noqa: S608
    for kind, table in TABLES.items()
}


async def must_be_there(db: Db, kind: OwnerKind, owner_id: UUID) -> None:
    """Raises NotFound."""
    if await db.value(THERE[kind], id=owner_id) is None:
        raise NotFound(kind, owner_id)


async def hold_owner(tx: Tx, kind: OwnerKind, owner_id: UUID) -> None:
    """Until the transaction ends, nobody deletes the owner, or chooses another picture for it. Raises NotFound."""
    if await tx.db.value(HOLD[kind], id=owner_id) is None:
        raise NotFound(kind, owner_id)
