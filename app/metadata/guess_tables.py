"""Which works of a provider titles may mean, as its list of all works says."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Float, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.tables import Moment


class ExportRow(Base):
    """The last list of a provider's works that was taken. edition: of the guesses that count, none before the first.

    made_on: the day of that list. asked_at: when it was last begun to be fetched. problem: why none came of that, in
    so far as it is over; while it goes on, that it does.
    """

    __tablename__ = "exports"
    __table_args__ = ({"schema": "metadata"},)

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    edition: Mapped[UUID | None] = mapped_column()
    made_on: Mapped[date | None] = mapped_column(Date)
    asked_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    problem: Mapped[str | None] = mapped_column(Text)


class GuessRow(Base):
    """A work of a list that is called as works are that waited then; not written to the log of the database, since a
    crash that empties it costs requests and nothing else.

    key: of the title. edition: of the list that it is from, larger for later ones.
    """

    __tablename__ = "guesses"
    __table_args__ = ({"schema": "metadata", "prefixes": ["UNLOGGED"]},)

    edition: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    provider: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    popularity: Mapped[float] = mapped_column(Float)
