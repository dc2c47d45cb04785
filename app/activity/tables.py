"""The activity log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class EntryRow(Base):
    """Who did what, to what, from where. No foreign keys: what is told of outlives what it is told about."""

    __tablename__ = "entries"
    __table_args__ = (
        Index("ix_entries_user_id", "user_id", "id"),
        Index("ix_entries_subject", "kind", "key", "id"),
        Index("ix_entries_action", "action", "id"),
        Index("ix_entries_at", "at"),
        {"schema": "activity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    user_id: Mapped[UUID | None] = mapped_column()
    token_id: Mapped[UUID | None] = mapped_column()
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
