"""What people changed, as it was before and after."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment


class ChangeRow(Base):
    """A change by a person. rows: the difference it made, see app.curation.difference.

    movie_ids, series_ids, file_ids, collection_ids: all that it may have touched. undone_by: the change that took it
    back, if it does not hold any more; undoes: the change that this one took back. user_id: who made it, who may be
    gone meanwhile; NULL for Marquee itself.
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_movie_ids", "movie_ids", postgresql_using="gin"),
        Index("ix_changes_series_ids", "series_ids", postgresql_using="gin"),
        Index("ix_changes_file_ids", "file_ids", postgresql_using="gin"),
        Index("ix_changes_action", "action", "id"),
        Index("ix_changes_undone_by", "undone_by"),
        Index("ix_changes_undoes", "undoes"),
        {"schema": "curation"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    user_id: Mapped[UUID | None] = mapped_column()
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    movie_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    series_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    collection_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("curation.changes.id"))
    undoes: Mapped[UUID | None] = mapped_column(ForeignKey("curation.changes.id"))
