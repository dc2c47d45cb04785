"""Collections of films that belong together."""

from typing import Any
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.columns import BY_TRIGGER
from app.catalog.movies.tables import MovieRow
from app.core.db import Base


class CollectionRow(Base):
    __tablename__ = "collections"
    __table_args__ = (
        Index("uq_collections_slug", "slug", unique=True),
        Index("ix_collections_sort_key", "sort_key", "id"),
        Index(
            "uq_collections_tmdb",
            text("(provider_ids ->> 'tmdb')"),
            unique=True,
            postgresql_where=text("provider_ids ? 'tmdb'"),
        ),
        {"schema": "collections"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    sort_title: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(
        Text(collation="C"), Computed("marquee_fold(sort_title)", persisted=True)
    )
    # As works have them.
    sort_keys: Mapped[dict[str, str] | None] = mapped_column(JSONB, **BY_TRIGGER)
    slug: Mapped[str] = mapped_column(Text)
    overview: Mapped[str | None] = mapped_column(Text)
    provider_ids: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    # As works have it; None where nobody noted who said anything.
    sources: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class CollectionMovieRow(Base):
    __tablename__ = "movies"
    __table_args__ = (
        Index("ix_movies_movie_id", "movie_id"),
        Index("ix_movies_order", "collection_id", "position", "movie_id"),
        {"schema": "collections"},
    )

    collection_id: Mapped[UUID] = mapped_column(
        ForeignKey(CollectionRow.id, ondelete="CASCADE"), primary_key=True
    )
    movie_id: Mapped[UUID] = mapped_column(ForeignKey(MovieRow.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, server_default="0")
