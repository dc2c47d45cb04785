"""Devices that ask to be signed in from elsewhere."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment


class DeviceSignInRow(Base):
    """device_hash, user_code_hash: SHA-256. user_id: who let it in. interval_s: how seldom it has to ask."""

    __tablename__ = "device_sign_ins"
    __table_args__ = (
        Index("ix_device_sign_ins_user_id", "user_id"),
        Index("ix_device_sign_ins_expires_at", "expires_at"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    client_name: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    interval_s: Mapped[int] = mapped_column(Integer)
    polled_at: Mapped[datetime | None] = mapped_column(Moment)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", ondelete="CASCADE"))
    denied_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(Moment)
