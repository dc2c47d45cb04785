"""Failed attempts to sign in."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment


class AttemptRow(Base):
    """What was tried by a key: an account as it was typed, an address, somebody's second factor.

    failures: since the last success. pending: let in, and not decided yet. locked_until: `infinity` until somebody
    unlocks it.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_last_at", "last_at"), {"schema": "identity"})

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    pending: Mapped[int] = mapped_column(Integer, server_default="0")
    last_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
