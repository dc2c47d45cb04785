"""Images, and what shows whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    false,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.images.kinds import OwnerKind, PictureKind, Source

Moment = DateTime(timezone=True)
SCHEMA = {"schema": "images"}


def _one_of(column: str, values: type[PictureKind] | type[OwnerKind] | type[Source]) -> CheckConstraint:
    named = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({named})", name=column)


class ImageRow(Base):
    """What the store keeps. content_hash: SHA-256 of what was taken in, so that the same is taken once.

    width, height, size_bytes: of the master. source: where it first came from.
    """

    __tablename__ = "images"
    __table_args__ = (_one_of("source", Source), Index("ix_images_added_at", "added_at"), SCHEMA)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    thumbhash: Mapped[bytes] = mapped_column(LargeBinary)
    color: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class PictureRow(Base):
    """A picture of somebody or something, other than the local artwork of works.

    owner_id: without a foreign key: owners are of many kinds, and a work that goes may come back by undoing.
    provider, provider_key: whose it is, and what that calls it; null for uploads.
    image_id: null until it was fetched, or while it can't be (`failure`, `failures` times in a row).
    fetch_at: when to fetch it, or to try again; null where nobody would be shown it, or it is there.
    position: the lower, the better, as its source has it. score: the higher, the better, as `votes` people voted.
    width, height: as its source tells them. is_chosen: by a person; none takes its place.
    ownerless_since: when the owner was first seen to be gone.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        _one_of("owner_kind", OwnerKind),
        _one_of("kind", PictureKind),
        _one_of("source", Source),
        Index(
            "uq_pictures_owner_id",
            "owner_id",
            "kind",
            "provider",
            "provider_key",
            unique=True,
        ),
        Index("uq_pictures_chosen", "owner_id", "kind", unique=True, postgresql_where="is_chosen"),
        Index("ix_pictures_image_id", "image_id"),
        Index("ix_pictures_fetch_at", "fetch_at", postgresql_where="fetch_at IS NOT NULL"),
        Index("ix_pictures_owned", "owner_kind", "owner_id", postgresql_where="ownerless_since IS NULL"),
        Index("ix_pictures_ownerless", "ownerless_since", postgresql_where="ownerless_since IS NOT NULL"),
        Index("uq_pictures_avatar", "owner_id", unique=True, postgresql_where="kind = 'avatar'"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_kind: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    image_id: Mapped[UUID | None] = mapped_column(ForeignKey(ImageRow.id))
    source: Mapped[str] = mapped_column(Text)
    provider: Mapped[str | None] = mapped_column(Text)
    provider_key: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    language: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    score: Mapped[float] = mapped_column(Float, server_default="0")
    votes: Mapped[int] = mapped_column(Integer, server_default="0")
    is_chosen: Mapped[bool] = mapped_column(Boolean, server_default=false())
    failure: Mapped[str | None] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    fetch_at: Mapped[datetime | None] = mapped_column(Moment)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    ownerless_since: Mapped[datetime | None] = mapped_column(Moment)
    added_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
