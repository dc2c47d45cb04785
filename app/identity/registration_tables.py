"""People who want an account: those who were invited, and those who have yet to show that an address is theirs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment


class InvitationRow(Base):
    """A link by which accounts can be made; it ends with whoever made it.

    token_hash: SHA-256. created_by: None for Marquee itself. email: of the one whom it is for; None for anybody.
    is_mailed: whether the link was told to nobody but that address.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("used BETWEEN 0 AND uses", name="used"),
        Index("ix_invitations_created_by", "created_by"),
        Index("ix_invitations_expires_at", "expires_at"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", ondelete="CASCADE"))
    email: Mapped[str | None] = mapped_column(Text)
    is_mailed: Mapped[bool] = mapped_column(Boolean)
    uses: Mapped[int] = mapped_column(Integer)
    used: Mapped[int] = mapped_column(Integer, server_default="0")
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class InvitationRoleRow(Base):
    """A role that accounts made by an invitation get."""

    __tablename__ = "invitation_roles"
    __table_args__ = (Index("ix_invitation_roles_role_id", "role_id"), {"schema": "identity"})

    invitation_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.invitations.id", ondelete="CASCADE"), primary_key=True
    )
    role_id: Mapped[UUID] = mapped_column(ForeignKey("access.roles.id", ondelete="CASCADE"), primary_key=True)


class RegistrationRow(Base):
    """An account that there will be once its address is verified; it holds the name for that long, not the address.

    So it is the same, from outside, whether the address has an account or not.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        Index("ix_registrations_invitation_id", "invitation_id"),
        Index("ix_registrations_expires_at", "expires_at"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    email: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    invitation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("identity.invitations.id", ondelete="CASCADE")
    )
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(Moment)
