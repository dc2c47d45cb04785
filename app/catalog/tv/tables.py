"""Series, seasons and episodes, and who and what belongs to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Date, ForeignKey, Index, Integer, SmallInteger, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.columns import WorkColumns, nullable_sort, work_indexes
from app.catalog.people.tables import PersonRow
from app.catalog.taxonomy.tables import TermRow
from app.core.db import Base
from app.core.tables import Moment


class SeriesRow(WorkColumns, Base):
    __tablename__ = "series"
    __table_args__ = (
        *work_indexes("series"),
        *nullable_sort("series", "first_air_date", "'-infinity'::date", "'infinity'::date"),
        Index("ix_series_year", "year"),
        {"schema": "tv"},
    )

    first_air_date: Mapped[date | None] = mapped_column(Date)
    last_air_date: Mapped[date | None] = mapped_column(Date)
    year: Mapped[int | None] = mapped_column(Integer)
    # As app.catalog.ages.age_of says.
    age: Mapped[int | None] = mapped_column(
        SmallInteger, Computed("marquee_series_age(certifications)", persisted=True)
    )


class SeasonRow(Base):
    """A season; number 0 holds the specials."""

    __tablename__ = "seasons"
    __table_args__ = (UniqueConstraint("series_id", "number"), {"schema": "tv"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series_id: Mapped[UUID] = mapped_column(ForeignKey(SeriesRow.id, ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str | None] = mapped_column(Text)
    overview: Mapped[str | None] = mapped_column(Text)
    air_date: Mapped[date | None] = mapped_column(Date)
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    sources: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class EpisodeRow(Base):
    """An episode; a daily show's has no number until somebody knows it, and is told apart by its air date."""

    __tablename__ = "episodes"
    __table_args__ = (
        Index(
            "uq_episodes_season_id_number",
            "season_id",
            "number",
            unique=True,
            postgresql_where="number IS NOT NULL",
        ),
        Index(
            "uq_episodes_season_id_air_date",
            "season_id",
            "air_date",
            unique=True,
            postgresql_where="number IS NULL",
        ),
        Index("ix_episodes_order", "series_id", "season_number", "position", "id"),
        Index("ix_episodes_season_order", "season_id", "position", "id"),
        Index("ix_episodes_added_at", "added_at", "id"),
        *nullable_sort("episodes", "air_date", "'-infinity'::date", "'infinity'::date"),
        Index(
            "ix_episodes_search",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        {"schema": "tv"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series_id: Mapped[UUID] = mapped_column(ForeignKey(SeriesRow.id, ondelete="CASCADE"))
    season_id: Mapped[UUID] = mapped_column(ForeignKey(SeasonRow.id, ondelete="CASCADE"))
    season_number: Mapped[int] = mapped_column(Integer)
    number: Mapped[int | None] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    absolute_number: Mapped[int | None] = mapped_column(Integer)
    title: Mapped[str | None] = mapped_column(Text)
    overview: Mapped[str | None] = mapped_column(Text)
    air_date: Mapped[date | None] = mapped_column(Date)
    runtime_s: Mapped[int | None] = mapped_column(Integer)
    ratings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    provider_ids: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    sources: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    search_text: Mapped[str] = mapped_column(
        Text, Computed("marquee_search_text(coalesce(title, ''), NULL, translations)", persisted=True)
    )
    added_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class SeriesTermRow(Base):
    __tablename__ = "series_terms"
    __table_args__ = (
        Index("ix_series_terms_term_id", "term_id", "series_id"),
        {"schema": "tv"},
    )

    series_id: Mapped[UUID] = mapped_column(ForeignKey(SeriesRow.id, ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[UUID] = mapped_column(ForeignKey(TermRow.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, server_default="0")


class SeriesCreditRow(Base):
    """A credit of a whole series: its regular cast, its creators."""

    __tablename__ = "series_credits"
    __table_args__ = (
        Index("ix_series_credits_series_id_billing", "series_id", "billing", "id"),
        Index("ix_series_credits_person_id", "person_id", "series_id"),
        {"schema": "tv"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series_id: Mapped[UUID] = mapped_column(ForeignKey(SeriesRow.id, ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id, ondelete="CASCADE"))
    department: Mapped[str] = mapped_column(Text)
    job: Mapped[str] = mapped_column(Text)
    character: Mapped[str | None] = mapped_column(Text)
    billing: Mapped[int] = mapped_column(Integer)


class EpisodeCreditRow(Base):
    """A credit of one episode: guests, its director and writers."""

    __tablename__ = "episode_credits"
    __table_args__ = (
        Index("ix_episode_credits_episode_id_billing", "episode_id", "billing", "id"),
        Index("ix_episode_credits_person_id", "person_id", "episode_id"),
        {"schema": "tv"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    episode_id: Mapped[UUID] = mapped_column(ForeignKey(EpisodeRow.id, ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id, ondelete="CASCADE"))
    department: Mapped[str] = mapped_column(Text)
    job: Mapped[str] = mapped_column(Text)
    character: Mapped[str | None] = mapped_column(Text)
    billing: Mapped[int] = mapped_column(Integer)
