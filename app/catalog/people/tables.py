"""People, whatever they do and wherever they are credited."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Date, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.columns import PROVIDERS
from app.core.db import Base


class PersonRow(Base):
    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_name_key", "name_key", "id"),
        Index(
            "ix_people_search",
            "name_key",
            postgresql_using="gin",
            postgresql_ops={"name_key": "gin_trgm_ops"},
        ),
        *(
            Index(
                f"uq_people_{provider}",
                text(f"(provider_ids ->> '{provider}')"),
                unique=True,
                postgresql_where=text(f"provider_ids ? '{provider}'"),
            )
            for provider in PROVIDERS
        ),
        {"schema": "people"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text(collation="C"), Computed("marquee_fold(name)", persisted=True))
    biography: Mapped[str | None] = mapped_column(Text)
    born_on: Mapped[date | None] = mapped_column(Date)
    died_on: Mapped[date | None] = mapped_column(Date)
    provider_ids: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
