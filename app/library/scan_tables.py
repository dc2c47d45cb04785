"""Tables of scans: how far each is, what is left to look at, and what it would remove."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment
from app.library.tables import SCHEMA, FileRow, LibraryRow, Path, RootRow


class ScanRow(Base):
    """A scan of a library, or of one folder in it, and how far it is."""

    __tablename__ = "scans"
    __table_args__ = (
        CheckConstraint(
            "status IN ('queued', 'running', 'awaiting_confirmation', 'removing', 'completed', 'failed', 'cancelled')",
            name="status",
        ),
        Index("ix_scans_library_id", "library_id", "id"),
        Index(
            "uq_scans_running",
            "library_id",
            unique=True,
            postgresql_where="status IN ('queued', 'running', 'removing')",
        ),
        Index(
            "uq_scans_awaiting",
            "library_id",
            unique=True,
            postgresql_where="status = 'awaiting_confirmation'",
        ),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"))
    path: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    files_total: Mapped[int] = mapped_column(BigInteger, server_default="0")
    files_done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    files_added: Mapped[int] = mapped_column(BigInteger, server_default="0")
    files_changed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    files_missing: Mapped[int] = mapped_column(BigInteger, server_default="0")
    files_removed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    problems: Mapped[int] = mapped_column(BigInteger, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class RemovalRow(Base):
    """A file that a scan would remove, and asks about first."""

    __tablename__ = "removals"
    __table_args__ = (Index("ix_removals_file_id", "file_id"), SCHEMA)

    scan_id: Mapped[UUID] = mapped_column(ForeignKey(ScanRow.id, ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)


class ScanTaskRow(Base):
    """Folders of a running scan that are still to be looked at. Workers take such a bundle by lease; one whose lease
    ran out is anybody's."""

    __tablename__ = "scan_tasks"
    __table_args__ = (
        Index("ix_scan_tasks_scan_id", "scan_id", "id"),
        Index("ix_scan_tasks_root_id", "root_id"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    scan_id: Mapped[UUID] = mapped_column(ForeignKey(ScanRow.id, ondelete="CASCADE"))
    root_id: Mapped[UUID] = mapped_column(ForeignKey(RootRow.id, ondelete="CASCADE"))
    folders: Mapped[list[str]] = mapped_column(ARRAY(Path))
    lease_owner: Mapped[UUID | None] = mapped_column()
    lease_until: Mapped[datetime | None] = mapped_column(Moment)


class ScanSeenRow(Base):
    """Folders that a running scan is through with; what lies in no such folder is gone."""

    __tablename__ = "scan_seen"
    __table_args__ = (
        Index("ix_scan_seen_scan_id", "scan_id", "root_id"),
        Index("ix_scan_seen_root_id", "root_id"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    scan_id: Mapped[UUID] = mapped_column(ForeignKey(ScanRow.id, ondelete="CASCADE"))
    root_id: Mapped[UUID] = mapped_column(ForeignKey(RootRow.id, ondelete="CASCADE"))
    folders: Mapped[list[str]] = mapped_column(ARRAY(Path))


class FolderToAttachRow(Base):
    """A folder in or below which pictures, extras and subtitles may have got another owner since they were attached."""

    __tablename__ = "folders_to_attach"
    __table_args__ = (SCHEMA,)

    root_id: Mapped[UUID] = mapped_column(ForeignKey(RootRow.id, ondelete="CASCADE"), primary_key=True)
    folder: Mapped[str] = mapped_column(Path, primary_key=True)
