"""What videos look like, which of them look alike, and the groups of files that may be more than are needed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment
from app.library.tables import SCHEMA, FileRow, LibraryRow


class FingerprintRow(Base):
    """A video at `frames` places, as it was when it had this size and time; `hashes` is empty if it can't be decoded.

    bands: pieces of the hashes, each with its place, some of which are equal in two files that look alike.
    """

    __tablename__ = "fingerprints"
    __table_args__ = (Index("ix_fingerprints_bands", "bands", postgresql_using="gin"), SCHEMA)

    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    frames: Mapped[int] = mapped_column(Integer)
    hashes: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger))
    bands: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class LookalikeRow(Base):
    """Two videos that look alike. distance: bits of 64 in which their frames differ on average."""

    __tablename__ = "lookalikes"
    __table_args__ = (
        CheckConstraint("file_id < other_id", name="order"),
        Index("ix_lookalikes_other_id", "other_id"),
        SCHEMA,
    )

    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)
    distance: Mapped[float] = mapped_column(Float)


class DuplicateRow(Base):
    """Files of a library that may be duplicates. key: tells sets of files apart; one that was dismissed stays so."""

    __tablename__ = "duplicates"
    __table_args__ = (
        CheckConstraint("kind IN ('exact', 'same_quality', 'perceptual')", name="kind"),
        UniqueConstraint("library_id", "kind", "key"),
        Index("ix_duplicates_library_id", "library_id", "id"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    score: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    dismissed_at: Mapped[datetime | None] = mapped_column(Moment)
