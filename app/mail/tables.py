"""Letters: what waits to be sent, and for a while what was."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import Sealed
from app.core.db import Base
from app.core.tables import Moment


class LetterRow(Base):
    """facts: what the letter tells, links with tokens among it; erased when it is sent or given up.

    error: why the last try failed. claimed_until: until when one worker has it.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_waiting", "due_at", postgresql_where="sent_at IS NULL AND given_up_at IS NULL"),
        Index("ix_letters_created_at", "created_at"),
        {"schema": "mail"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    template: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[bytes | None] = mapped_column(Sealed)
    tries: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    give_up_after: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
