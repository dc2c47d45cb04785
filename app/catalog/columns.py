"""Columns that films and series both have; their tables stay their own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Computed, Float, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.catalog.title_sorts import title_indexes
from app.core.tables import Moment

# Providers whose ids are looked up; each id belongs to one work.
PROVIDERS = ("tmdb", "imdb", "tvdb")


class WorkColumns:
    """Texts, ids and figures of a work. Translations: `{"de": {"title": ..., "overview": ...}}`."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    original_title: Mapped[str | None] = mapped_column(Text)
    sort_title: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    tagline: Mapped[str | None] = mapped_column(Text)
    overview: Mapped[str | None] = mapped_column(Text)
    original_language: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    match_key: Mapped[str] = mapped_column(Text)
    popularity: Mapped[float] = mapped_column(Float, server_default="0")
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    certifications: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    ratings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    provider_ids: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    sources: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    known_as: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    added_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())

    @declared_attr
    def sort_key(self) -> Mapped[str]:
        """What `sort_title` sorts by: folded, in byte order, so that every server agrees."""
        return mapped_column(Text(collation="C"), Computed("marquee_fold(sort_title)", persisted=True))

    @declared_attr
    def sort_keys(self) -> Mapped[dict[str, str]]:
        """What the titles in other languages sort by, folded and without their articles: `{"de": "boot"}`."""
        titles = "title, sort_title, original_title, original_language, translations"
        return mapped_column(JSONB, Computed(f"marquee_sort_keys({titles})", persisted=True))

    @declared_attr
    def search_text(self) -> Mapped[str]:
        """Every title in every language, and by which it is known beside, folded, for trigram search."""
        titles = "title, original_title, translations, known_as"
        return mapped_column(Text, Computed(f"marquee_search_text({titles})", persisted=True))


def work_indexes(table: str) -> tuple[Index, ...]:
    """What every table of works is looked up and sorted by."""
    providers = tuple(
        Index(
            f"uq_{table}_{provider}",
            text(f"(provider_ids ->> '{provider}')"),
            unique=True,
            postgresql_where=text(f"provider_ids ? '{provider}'"),
        )
        for provider in PROVIDERS
    )
    return (
        *providers,
        *title_indexes(table),
        Index(f"uq_{table}_slug", "slug", unique=True),
        Index(f"ix_{table}_match_key", "match_key"),
        Index(f"ix_{table}_sort_key", "sort_key", "id"),
        Index(f"ix_{table}_added_at", "added_at", "id"),
        Index(f"ix_{table}_popularity", "popularity", "id"),
        Index(f"ix_{table}_countries", "countries", postgresql_using="gin"),
        Index(
            f"ix_{table}_search",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )


def nullable_sort(table: str, column: str, lowest: str, highest: str) -> tuple[Index, Index]:
    """Keyset indexes of a column that may be empty: empty comes last in either direction."""
    return (
        Index(f"ix_{table}_{column}_asc", text(f"coalesce({column}, {highest})"), "id"),
        Index(f"ix_{table}_{column}_desc", text(f"coalesce({column}, {lowest})"), "id"),
    )
