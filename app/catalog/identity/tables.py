"""What is known of ids for ever: what became of works, works that went, and other names of works."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Index, Integer, Text, func, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.columns import PROVIDERS
from app.core.db import Base
from app.core.tables import Moment

SCHEMA = {"schema": "catalog"}


class RedirectRow(Base):
    """The work that another one became. into_id: as it was said; became: where that leads now, never a redirect."""

    __tablename__ = "redirects"
    __table_args__ = (
        Index("ix_redirects_into_id", "kind", "into_id"),
        Index("ix_redirects_became", "became"),
        SCHEMA,
    )

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    into_id: Mapped[UUID] = mapped_column()
    became: Mapped[UUID] = mapped_column()
    at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class DepartedRow(Base):
    """A work whose last file went, by all that it is known by when it comes back.

    parent_id: the series of a season or episode. row: the work's whole row as it was.
    """

    __tablename__ = "departed"
    __table_args__ = (
        Index("ix_departed_match_key", "kind", "match_key", postgresql_where=text("match_key IS NOT NULL")),
        Index("ix_departed_parent_id", "parent_id", "season", postgresql_where=text("parent_id IS NOT NULL")),
        *(
            Index(
                f"ix_departed_{provider}",
                "kind",
                text(f"(provider_ids ->> '{provider}')"),
                postgresql_where=text(f"provider_ids ? '{provider}'"),
            )
            for provider in PROVIDERS
        ),
        SCHEMA,
    )

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column()
    match_key: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(Integer)
    season: Mapped[int | None] = mapped_column(Integer)
    number: Mapped[int | None] = mapped_column(Integer)
    air_date: Mapped[date | None] = mapped_column(Date)
    provider_ids: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    row: Mapped[dict[str, Any]] = mapped_column(JSONB)
    departed_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class AliasRow(Base):
    """Another name of a work. name: `title` (value: a match key) or a provider; year: 0 for a title without one.

    speaks: whether what files of this name say renews the work; not so where it was another work's name.
    """

    __tablename__ = "aliases"
    __table_args__ = (Index("ix_aliases_work_id", "kind", "work_id"), SCHEMA)

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, server_default="0")
    work_id: Mapped[UUID] = mapped_column()
    speaks: Mapped[bool] = mapped_column(Boolean, server_default=true())
    at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
