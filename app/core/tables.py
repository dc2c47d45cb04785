"""The outbox: events and jobs, written in the transaction that causes them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Identity,
    Index,
    Integer,
    Text,
    func,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base

Moment = DateTime(timezone=True)


class EventRow(Base):
    __tablename__ = "events"
    __table_args__ = (Index("ix_events_created_at", "created_at"), {"schema": "outbox"})

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class CursorRow(Base):
    """How far events were published, and how far they are no longer kept; a single row."""

    __tablename__ = "cursor"
    __table_args__ = (CheckConstraint("is_single", name="single"), {"schema": "outbox"})

    is_single: Mapped[bool] = mapped_column(Boolean, primary_key=True, server_default=true())
    dispatched_seq: Mapped[int] = mapped_column(BigInteger, server_default="0")
    dropped_seq: Mapped[int] = mapped_column(BigInteger, server_default="0")


class JobRow(Base):
    """A job until it is done: Redis only carries the hint that it waits.

    attempt counts hints, so that an outdated one is known; failures counts runs that ended in an error, deaths those
    that ended with their worker.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_waiting", "run_at", postgresql_where="dispatched_at IS NULL AND failed_at IS NULL"),
        Index("ix_jobs_dispatched", "dispatched_at", postgresql_where="failed_at IS NULL"),
        Index("uq_jobs_dedupe", "dedupe", unique=True, postgresql_where="failed_at IS NULL"),
        {"schema": "outbox"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    args: Mapped[list[Any]] = mapped_column(JSONB)
    queue: Mapped[str] = mapped_column(Text)
    dedupe: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(Integer, server_default="0")
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    deaths: Mapped[int] = mapped_column(Integer, server_default="0")
    run_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    dispatched_at: Mapped[datetime | None] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
