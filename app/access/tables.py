"""Roles, what they build on, and who has them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Text,
    Uuid,
    column,
    func,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment

SCHEMA = {"schema": "access"}


class RoleRow(Base):
    """patterns: permissions, or patterns of them. rank: the higher, the further up in lists.

    streams, transcodes, downloads: how many at a time. requests: how many in any `request_days` days. A limit that is
    NULL is that of what the role builds on; where that says nothing either, there is none.
    """

    __tablename__ = "roles"
    __table_args__ = (
        CheckConstraint("least(streams, transcodes, downloads, requests) >= 0", name="limits"),
        CheckConstraint("(requests IS NULL) = (request_days IS NULL) AND request_days > 0", name="quota"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    is_builtin: Mapped[bool] = mapped_column(Boolean, server_default="false")
    rank: Mapped[int] = mapped_column(Integer, server_default="0")
    patterns: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    streams: Mapped[int | None] = mapped_column(Integer)
    transcodes: Mapped[int | None] = mapped_column(Integer)
    downloads: Mapped[int | None] = mapped_column(Integer)
    requests: Mapped[int | None] = mapped_column(Integer)
    request_days: Mapped[int | None] = mapped_column(Integer)
    requires_second_factor: Mapped[bool] = mapped_column(Boolean, server_default="false")
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class RoleParentRow(Base):
    """A role that gives all that another gives."""

    __tablename__ = "role_parents"
    __table_args__ = (Index("ix_role_parents_parent_id", "parent_id"), SCHEMA)

    role_id: Mapped[UUID] = mapped_column(ForeignKey(RoleRow.id, ondelete="CASCADE"), primary_key=True)
    parent_id: Mapped[UUID] = mapped_column(ForeignKey(RoleRow.id, ondelete="CASCADE"), primary_key=True)


class UserRoleRow(Base):
    """A role that was given by hand."""

    __tablename__ = "user_roles"
    __table_args__ = (Index("ix_user_roles_user_id", "user_id"), SCHEMA)

    role_id: Mapped[UUID] = mapped_column(ForeignKey(RoleRow.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.users.id", ondelete="CASCADE"), primary_key=True
    )


class MappedRoleRow(Base):
    """A role by what a provider of single sign-on says of somebody. `access.held_roles` has both kinds."""

    __tablename__ = "mapped_roles"
    __table_args__ = (
        Index("ix_mapped_roles_role_id", "role_id"),
        Index("ix_mapped_roles_provider_id", "provider_id"),
        SCHEMA,
    )

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.users.id", ondelete="CASCADE"), primary_key=True
    )
    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.sso_providers.id", ondelete="CASCADE"), primary_key=True
    )
    role_id: Mapped[UUID] = mapped_column(ForeignKey(RoleRow.id, ondelete="CASCADE"), primary_key=True)


# A view of both.
HELD_ROLES = table("held_roles", column("user_id", Uuid()), column("role_id", Uuid()), schema="access")
