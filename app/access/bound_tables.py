"""What of the catalog users may see: what was said of them and of their roles."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, SmallInteger, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.access.tables import RoleRow
from app.core.db import Base
from app.core.tables import Moment


class BoundsRow(Base):
    """The bounds of one user or of one role; NULL where nothing is said.

    all_libraries: whether all of them are granted, or those of `library_ids`, which may be gone meanwhile.
    windows: `[{"weekday": 0, "start": 480, "end": 1200}]`, see app.access.rule.Window; time_zone is given with them.
    """

    __tablename__ = "bounds"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, role_id) = 1", name="holder"),
        CheckConstraint("max_age BETWEEN 0 AND 21", name="max_age"),
        CheckConstraint("kinds <@ ARRAY['movie', 'tv']", name="kinds"),
        {"schema": "access"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("identity.users.id", ondelete="CASCADE"), unique=True
    )
    role_id: Mapped[UUID | None] = mapped_column(ForeignKey(RoleRow.id, ondelete="CASCADE"), unique=True)
    all_libraries: Mapped[bool | None] = mapped_column(Boolean)
    library_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    max_age: Mapped[int | None] = mapped_column(SmallInteger)
    shows_unrated: Mapped[bool] = mapped_column(Boolean, server_default="true")
    blocked_term_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    allowed_term_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    time_zone: Mapped[str | None] = mapped_column(Text)
    windows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
