"""Answers of outside services that may still hold, and how it stands with each service."""

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment


class ResponseRow(Base):
    """Not written to the log of the database: a crash empties it, which costs requests and nothing else.

    key: SHA-256 of what was asked. body: the JSON, by zlib. checked_at: when the service last said so.
    """

    __tablename__ = "responses"
    __table_args__ = (
        Index("ix_responses_used_at", "used_at"),
        {"schema": "http", "prefixes": ["UNLOGGED"]},
    )

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    service: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    status: Mapped[int] = mapped_column(Integer)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    size_bytes: Mapped[int] = mapped_column(Integer)
    checked_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    used_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class StandingRow(Base):
    """failing_since: since when nothing but failures came. refused_at: when the key was, since nothing was answered."""

    __tablename__ = "standings"
    __table_args__ = ({"schema": "http"},)

    service: Mapped[str] = mapped_column(Text, primary_key=True)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    failing_since: Mapped[datetime | None] = mapped_column(Moment)
    refused_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(Text)
