"""Which works of providers the catalog's works are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Computed, Float, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment


class LinkRow(Base):
    """What a film (kind `movie`) or series (`tv`) is to a provider, how sure that is, and why.

    It refers to the work by id but not by foreign key: a work that goes and comes back is what it was.
    evidence: sentences. candidates: as `links.Candidate`, best first. basis: by what it was decided, so that a work
    that is called otherwise by then is looked for anew. problem: why nobody could be asked when last tried.
    """

    __tablename__ = "links"
    __table_args__ = (
        CheckConstraint("kind IN ('movie', 'tv')", name="kind"),
        CheckConstraint(
            "status IN ('matched', 'uncertain', 'unmatched', 'pending', 'rejected')", name="status"
        ),
        CheckConstraint("decided_by IN ('provider', 'human')", name="decided_by"),
        CheckConstraint("(status = 'matched') = (provider_id IS NOT NULL)", name="matched"),
        CheckConstraint("(provider IS NULL) = (provider_id IS NULL)", name="whole"),
        Index("ix_links_open", "kind", "score", "work_id", postgresql_where="is_open"),
        Index("ix_links_provider_id", "kind", "provider", "provider_id"),
        {"schema": "metadata"},
    )

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    work_id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(Text)
    provider: Mapped[str | None] = mapped_column(Text)
    provider_id: Mapped[str | None] = mapped_column(Text)
    score: Mapped[float] = mapped_column(Float, server_default="0")
    evidence: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    basis: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    problem: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    is_open: Mapped[bool] = mapped_column(
        Boolean,
        Computed("status IN ('uncertain', 'unmatched') AND decided_by <> 'human'", persisted=True),
    )
