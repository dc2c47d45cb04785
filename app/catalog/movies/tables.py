"""Films, their editions and versions, and who and what belongs to them."""

from datetime import date
from uuid import UUID

from sqlalchemy import Computed, Date, ForeignKey, Index, Integer, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.columns import WorkColumns, nullable_sort, work_indexes
from app.catalog.people.tables import PersonRow
from app.catalog.taxonomy.tables import TermRow
from app.core.db import Base


class MovieRow(WorkColumns, Base):
    __tablename__ = "movies"
    __table_args__ = (
        *work_indexes("movies"),
        *nullable_sort("movies", "release_date", "'-infinity'::date", "'infinity'::date"),
        *nullable_sort("movies", "runtime_s", "-1", "2147483647"),
        Index("ix_movies_year", "year"),
        {"schema": "movies"},
    )

    release_date: Mapped[date | None] = mapped_column(Date)
    year: Mapped[int | None] = mapped_column(Integer)
    runtime_s: Mapped[int | None] = mapped_column(Integer)
    # As app.catalog.ages.age_of says.
    age: Mapped[int | None] = mapped_column(
        SmallInteger, Computed("marquee_film_age(certifications)", persisted=True)
    )


class EditionRow(Base):
    """A cut of a film; the name is empty for the ordinary one."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("movie_id", "name"), {"schema": "movies"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    movie_id: Mapped[UUID] = mapped_column(ForeignKey(MovieRow.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)


class VersionRow(Base):
    """One rendering of an edition, in one quality; the key tells its files from those of others."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("edition_id", "key"), {"schema": "movies"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey(EditionRow.id, ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)


class MovieTermRow(Base):
    __tablename__ = "movie_terms"
    __table_args__ = (
        Index("ix_movie_terms_term_id", "term_id", "movie_id"),
        {"schema": "movies"},
    )

    movie_id: Mapped[UUID] = mapped_column(ForeignKey(MovieRow.id, ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[UUID] = mapped_column(ForeignKey(TermRow.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, server_default="0")


class MovieCreditRow(Base):
    __tablename__ = "credits"
    __table_args__ = (
        Index("ix_credits_movie_id_billing", "movie_id", "billing", "id"),
        Index("ix_credits_person_id", "person_id", "movie_id"),
        {"schema": "movies"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    movie_id: Mapped[UUID] = mapped_column(ForeignKey(MovieRow.id, ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id, ondelete="CASCADE"))
    department: Mapped[str] = mapped_column(Text)
    job: Mapped[str] = mapped_column(Text)
    character: Mapped[str | None] = mapped_column(Text)
    billing: Mapped[int] = mapped_column(Integer)
