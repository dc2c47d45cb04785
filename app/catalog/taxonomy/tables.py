"""Genres, studios, networks and keywords: one vocabulary for films and series."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class TermRow(Base):
    __tablename__ = "terms"
    __table_args__ = (
        CheckConstraint("kind IN ('genre', 'studio', 'network', 'keyword')", name="kind"),
        Index("uq_terms_kind_slug", "kind", "slug", unique=True),
        Index("ix_terms_kind_name", "kind", "name", "id"),
        {"schema": "taxonomy"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
