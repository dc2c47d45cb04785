"""What became of the image files of works."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.images.tables import ImageRow
from app.library.tables import FileRow


class TakenImageRow(Base):
    """size_bytes, mtime_ns: of the file as it was taken, or refused: it is tried again when it has others."""

    __tablename__ = "taken_images"
    __table_args__ = (
        CheckConstraint("num_nonnulls(image_id, failure) = 1", name="outcome"),
        Index("ix_taken_images_image_id", "image_id"),
        {"schema": "library"},
    )

    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    image_id: Mapped[UUID | None] = mapped_column(ForeignKey(ImageRow.id))
    failure: Mapped[str | None] = mapped_column(Text)
    tried_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
