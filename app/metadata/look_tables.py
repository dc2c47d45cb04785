"""What is to be looked at again with providers, when, and who asked for it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment

SCHEMA = {"schema": "metadata"}


class RefreshRow(Base):
    """What somebody asked for at once, and how far it is; what is left of it is in `looks`.

    progressed_at: when the last of it was done, or could not be.
    """

    __tablename__ = "refreshes"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'completed', 'cancelled')", name="status"),
        Index("ix_refreshes_running", "id", postgresql_where="status = 'running'"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(Text, server_default="running")
    done: Mapped[int] = mapped_column(Integer, server_default="0")
    failed: Mapped[int] = mapped_column(Integer, server_default="0")
    requested_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    progressed_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class LookRow(Base):
    """A work, season or collection that providers are asked about: the last look at it, and the next.

    due_at: by age, or after a failure. asked_at: since when somebody wants it out of turn, the smaller `urgency` the
    sooner. version: grows whenever that happens, so that who looks just then knows. failures, problem, code: of the
    looks that failed since one did not; code is that of an error.
    """

    __tablename__ = "looks"
    __table_args__ = (
        CheckConstraint("kind IN ('movie', 'tv', 'season', 'collection')", name="kind"),
        Index("ix_looks_asked", "urgency", "asked_at", "work_id", postgresql_where="asked_at IS NOT NULL"),
        Index("ix_looks_due_at", "due_at"),
        Index("ix_looks_failed", "due_at", postgresql_where="failures > 0"),
        Index("ix_looks_refresh_id", "refresh_id", postgresql_where="refresh_id IS NOT NULL"),
        Index("ix_looks_failed_in", "failed_in", postgresql_where="failed_in IS NOT NULL"),
        Index("ix_looks_owner", "owner", postgresql_where="owner IS NOT NULL"),
        SCHEMA,
    )

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    work_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    urgency: Mapped[int] = mapped_column(SmallInteger, server_default="2")
    version: Mapped[int] = mapped_column(Integer, server_default="0")
    owner: Mapped[UUID | None] = mapped_column()
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    looked_at: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    problem: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    refresh_id: Mapped[UUID | None] = mapped_column(ForeignKey(RefreshRow.id, ondelete="SET NULL"))
    failed_in: Mapped[UUID | None] = mapped_column(ForeignKey(RefreshRow.id, ondelete="SET NULL"))


class FeedRow(Base):
    """How far what changed at a provider is known. until: the day from which to ask on."""

    __tablename__ = "feeds"
    __table_args__ = (SCHEMA,)

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    until: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
