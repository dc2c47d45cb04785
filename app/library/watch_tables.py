"""Tables of watching: who watches which library, and the folders in which something happened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment
from app.library.tables import SCHEMA, LibraryRow, RootRow


class WatchRow(Base):
    """The one worker that watches a library, under a lease that others take over when it runs out."""

    __tablename__ = "watches"
    __table_args__ = (
        CheckConstraint("mode IN ('events', 'polling')", name="mode"),
        CheckConstraint("state IN ('starting', 'watching', 'offline')", name="state"),
        SCHEMA,
    )

    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"), primary_key=True)
    owner: Mapped[UUID] = mapped_column()
    lease_until: Mapped[datetime] = mapped_column(Moment)
    mode: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    message: Mapped[str | None] = mapped_column(Text)


class StirredRow(Base):
    """A folder to be scanned since something happened in it; `folder` is as in FileRow."""

    __tablename__ = "stirred"
    __table_args__ = (Index("ix_stirred_library_id", "library_id"), SCHEMA)

    root_id: Mapped[UUID] = mapped_column(ForeignKey(RootRow.id, ondelete="CASCADE"), primary_key=True)
    folder: Mapped[str] = mapped_column(Text, primary_key=True)
    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"))
    noted_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
