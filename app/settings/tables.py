"""Settings that differ from their defaults, and what they were before."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import Sealed
from app.core.db import Base
from app.core.tables import Moment


class ValueRow(Base):
    """A value of the whole server, of a role or of a person; of nobody else where neither is named."""

    __tablename__ = "values"
    __table_args__ = (
        UniqueConstraint("name", "role_id", "user_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("role_id IS NULL OR user_id IS NULL", name="owner"),
        Index("ix_values_user_id", "user_id"),
        Index("ix_values_role_id", "role_id"),
        {"schema": "settings"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role_id: Mapped[UUID | None] = mapped_column(ForeignKey("access.roles.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", ondelete="CASCADE"))
    value: Mapped[Any] = mapped_column(JSONB)
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class HistoryRow(Base):
    """before, after: NULL where the default held. No foreign keys: what is told of outlives whose it was."""

    __tablename__ = "history"
    __table_args__ = (
        Index("ix_history_name", "name", "id"),
        Index("ix_history_user_id", "user_id", "id"),
        {"schema": "settings"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role_id: Mapped[UUID | None] = mapped_column()
    user_id: Mapped[UUID | None] = mapped_column()
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    changed_by: Mapped[UUID | None] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class SecretRow(Base):
    """A secret of an outside service: its key to the Movie Database, the password of a mail server."""

    __tablename__ = "secrets"
    __table_args__ = ({"schema": "settings"},)

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(Sealed)
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class KeyProbeRow(Base):
    """What is sealed to be opened by every process that begins; there is one."""

    __tablename__ = "key_probe"
    __table_args__ = (CheckConstraint("place = 1", name="one"), {"schema": "settings"})

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(Sealed)
