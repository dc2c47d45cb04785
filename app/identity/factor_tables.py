"""Second factors: authenticator apps, backup codes, passkeys, and devices that are trusted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import Sealed
from app.core.db import Base

MOMENT = DateTime(timezone=True)
USER = "identity.users.id"


class TotpRow(Base):
    """An authenticator app. It counts once a code of it was entered; a step of time is good for one code.

    sealed: the secret under the keyring.
    """

    __tablename__ = "totp"
    __table_args__ = ({"schema": "identity"},)

    user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(Sealed)
    confirmed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    last_step: Mapped[int] = mapped_column(BigInteger, server_default="0")
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class BackupCodeRow(Base):
    """hash: SHA-256 of the code, which is random enough (80 bits) to need no slow hash."""

    __tablename__ = "backup_codes"
    __table_args__ = ({"schema": "identity"},)

    user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(MOMENT)


class PasskeyRow(Base):
    """A WebAuthn credential. public_key: COSE. suspected_at: when its counter went backwards, as a copy's would."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_user_id", "user_id"), {"schema": "identity"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_backed_up: Mapped[bool] = mapped_column()
    aaguid: Mapped[str] = mapped_column(Text)
    suspected_at: Mapped[datetime | None] = mapped_column(MOMENT)
    last_used_at: Mapped[datetime | None] = mapped_column(MOMENT)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class ChallengeRow(Base):
    """What an authenticator is asked to sign, once. user_id: None where anybody may answer."""

    __tablename__ = "challenges"
    __table_args__ = (
        Index("ix_challenges_user_id", "user_id"),
        Index("ix_challenges_expires_at", "expires_at"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    challenge: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime] = mapped_column(MOMENT)


class TrustedDeviceRow(Base):
    """A browser that needs no second factor for some time. hash: SHA-256 of the token that it holds."""

    __tablename__ = "trusted_devices"
    __table_args__ = (Index("ix_trusted_devices_user_id", "user_id"), {"schema": "identity"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    agent: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    last_used_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(MOMENT)
