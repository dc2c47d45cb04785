"""Which providers a library asks, and asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment


class ChoiceRow(Base):
    """providers: their ids, in order; empty where none is to be asked. Without a row: as the server is set."""

    __tablename__ = "choices"
    __table_args__ = ({"schema": "metadata"},)

    library_id: Mapped[UUID] = mapped_column(
        ForeignKey("library.libraries.id", ondelete="CASCADE"), primary_key=True
    )
    providers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class FollowedRow(Base):
    """For whom a library's works were taken up: the ids of those who were asked about it then, in order."""

    __tablename__ = "followed"
    __table_args__ = ({"schema": "metadata"},)

    library_id: Mapped[UUID] = mapped_column(
        ForeignKey("library.libraries.id", ondelete="CASCADE"), primary_key=True
    )
    providers: Mapped[list[str]] = mapped_column(ARRAY(Text))
