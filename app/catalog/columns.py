"""Columns that films and series both have; their tables stay their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Computed, FetchedValue, Float, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.core.tables import Moment

# Providers whose ids are looked up; each id belongs to one work.
PROVIDERS = ("tmdb", "imdb", "tvdb")
# Of columns that nobody else writes.
BY_TRIGGER: Mapping[str, Any] = {"server_default": FetchedValue(), "server_onupdate": FetchedValue()}


class WorkColumns:
    """Texts, ids and figures of a work. Translations: `{"de": {"title": ..., "overview": ...}}`.

    Triggers set `sort_keys` and `search_text` whenever titles change. sort_keys: what the titles in other languages
    sort by, folded and without their articles, `{"de": "boot"}`; null where nobody wrote since there are these keys.
    search_text: every title in every language, and by which the work is known beside, folded, for trigram search.
    """

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
    sort_keys: Mapped[dict[str, str] | None] = mapped_column(JSONB, **BY_TRIGGER)
    search_text: Mapped[str] = mapped_column(Text, **BY_TRIGGER)
    added_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())

    @declared_attr
    def sort_key(self) -> Mapped[str]:
        """What `sort_title` sorts by: folded, in byte order, so that every server agrees."""
        return mapped_column(Text(collation="C"), Computed("marquee_fold(sort_title)", persisted=True))


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
