"""What a provider tells of works beside the catalog's columns, and orders of episodes that people chose."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment
from app.metadata.facts import GroupOrder, Kind

SCHEMA = {"schema": "metadata"}


def _one_of(column: str, values: type[Kind] | type[GroupOrder]) -> CheckConstraint:
    named = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({named})", name=column)


class DetailsRow(Base):
    """Of each work what its first provider told last, as a whole; lists in the provider's order.

    work_id: without a foreign key: a work that goes may come back, by a scan or by undoing. ownerless_since: when it
    was first seen to be gone. provider_id: the work's. The shapes of the documents are those of app.metadata.details.
    """

    __tablename__ = "details"
    __table_args__ = (
        _one_of("kind", Kind),
        Index("ix_details_owned", "kind", "work_id", postgresql_where="ownerless_since IS NULL"),
        Index("ix_details_ownerless", "ownerless_since", postgresql_where="ownerless_since IS NOT NULL"),
        SCHEMA,
    )

    work_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    provider: Mapped[str] = mapped_column(Text)
    provider_id: Mapped[str] = mapped_column(Text)
    homepage: Mapped[str | None] = mapped_column(Text)
    titles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    videos: Mapped[list[Any]] = mapped_column(JSONB)
    releases: Mapped[list[Any]] = mapped_column(JSONB)
    similar_works: Mapped[list[Any]] = mapped_column(JSONB)
    recommended_works: Mapped[list[Any]] = mapped_column(JSONB)
    collection_id: Mapped[str | None] = mapped_column(Text)
    seasons: Mapped[list[Any]] = mapped_column(JSONB)
    episode_orders: Mapped[list[Any]] = mapped_column(JSONB)
    told_at: Mapped[datetime] = mapped_column(Moment)
    ownerless_since: Mapped[datetime | None] = mapped_column(Moment)


class EpisodeOrderRow(Base):
    """By which order a series' files are numbered, where a person said that it is not the one in which it aired.

    series_id: without a foreign key: what a person said outlives the files. parts: `[[number, name, [[season, episode],
    ...]], ...]`, as the provider airs them; null until they were fetched. problem: why they can't be.
    """

    __tablename__ = "episode_orders"
    __table_args__ = (_one_of("kind", GroupOrder), SCHEMA)

    series_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(Text)
    order_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parts: Mapped[list[Any] | None] = mapped_column(JSONB)
    problem: Mapped[str | None] = mapped_column(Text)
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    chosen_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
