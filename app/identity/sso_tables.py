"""Single sign-on: providers, who is known to them, and what is under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import Sealed
from app.core.db import Base
from app.core.tables import Moment

PROVIDER = "identity.sso_providers.id"
USER = "identity.users.id"


class ProviderRow(Base):
    """An OpenID provider. client_secret: None for a client that has only PKCE.

    may_register: whether it may make accounts. may_link_by_email: whether somebody new to it gets the account that has
    their verified address. is_second_factor: whether who comes from it is asked for no second factor here.
    """

    __tablename__ = "sso_providers"
    __table_args__ = ({"schema": "identity"},)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text)
    client_id: Mapped[str] = mapped_column(Text)
    client_secret: Mapped[bytes | None] = mapped_column(Sealed)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    may_register: Mapped[bool] = mapped_column(Boolean)
    may_link_by_email: Mapped[bool] = mapped_column(Boolean)
    is_second_factor: Mapped[bool] = mapped_column(Boolean)
    is_enabled: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class RoleRuleRow(Base):
    """A role for those of whom the provider says something; for all who come from it where `claim` is NULL."""

    __tablename__ = "sso_role_rules"
    __table_args__ = (Index("ix_sso_role_rules_role_id", "role_id"), {"schema": "identity"})

    provider_id: Mapped[UUID] = mapped_column(ForeignKey(PROVIDER, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    claim: Mapped[str | None] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    role_id: Mapped[UUID] = mapped_column(ForeignKey("access.roles.id", ondelete="CASCADE"))


class IdentityRow(Base):
    """A user as a provider knows them. subject: what it calls them, for ever. name: what they are called there."""

    __tablename__ = "sso_identities"
    __table_args__ = (
        UniqueConstraint("provider_id", "subject", name="uq_sso_identities_provider_id_subject"),
        UniqueConstraint("user_id", "provider_id", name="uq_sso_identities_user_id_provider_id"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey(PROVIDER, ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    last_used_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class FlowRow(Base):
    """Somebody on their way to a provider and back, which is good once.

    browser_hash: of what the browser keeps in a cookie; nonce and PKCE verifier follow from it and are not stored.
    user_id: who is signed in and wants to be known there; NULL for a sign-in.
    """

    __tablename__ = "sso_flows"
    __table_args__ = (
        Index("ix_sso_flows_provider_id", "provider_id"),
        Index("ix_sso_flows_user_id", "user_id"),
        Index("ix_sso_flows_expires_at", "expires_at"),
        {"schema": "identity"},
    )

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey(PROVIDER, ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    redirect_uri: Mapped[str] = mapped_column(Text)
    next: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class ProviderSessionRow(Base):
    """What a session that a provider began is called there. id_token: to name it when the user signs out.

    pending_id: of the sign-in that still waits for its second factor, before there is a session.
    """

    __tablename__ = "sso_sessions"
    __table_args__ = (
        CheckConstraint("num_nonnulls(session_id, pending_id) = 1", name="holder"),
        Index("ix_sso_sessions_subject", "provider_id", "subject"),
        Index("ix_sso_sessions_sid", "provider_id", "sid"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("identity.sessions.id", ondelete="CASCADE"), unique=True
    )
    pending_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("identity.one_time_tokens.id", ondelete="CASCADE"), unique=True
    )
    provider_id: Mapped[UUID] = mapped_column(ForeignKey(PROVIDER, ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(Text)
    sid: Mapped[str | None] = mapped_column(Text)
    id_token: Mapped[bytes] = mapped_column(Sealed)


class LogoutRow(Base):
    """A logout token that was heeded, so that it is not heeded twice."""

    __tablename__ = "sso_logouts"
    __table_args__ = (Index("ix_sso_logouts_expires_at", "expires_at"), {"schema": "identity"})

    provider_id: Mapped[UUID] = mapped_column(ForeignKey(PROVIDER, ondelete="CASCADE"), primary_key=True)
    jti_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
