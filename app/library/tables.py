"""Libraries, their roots and files, what is in the files, and what is amiss with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.movies.tables import MovieRow, VersionRow
from app.catalog.tv.tables import EpisodeRow, SeasonRow, SeriesRow
from app.core.db import Base
from app.core.tables import Moment

SCHEMA = {"schema": "library"}
# Compared and looked up by its beginning, byte by byte; no language's order is meant.
Path = Text(collation="C")


class LibraryRow(Base):
    __tablename__ = "libraries"
    __table_args__ = (
        CheckConstraint("kind IN ('movie', 'tv')", name="kind"),
        CheckConstraint("watch IN ('auto', 'events', 'polling', 'off')", name="watch"),
        UniqueConstraint("name"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    watch: Mapped[str] = mapped_column(Text, server_default="auto")
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class RootRow(Base):
    """A folder that a library is made of; offline when it can't be read, so that nothing in it counts as gone.

    rules: what told the roles of its files when all of it was last looked at. device: number of
    the file system that it was on when it was last found online.
    """

    __tablename__ = "roots"
    __table_args__ = (UniqueConstraint("path"), Index("ix_roots_library_id", "library_id"), SCHEMA)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(Text)
    rules: Mapped[str | None] = mapped_column(Text)
    is_online: Mapped[bool] = mapped_column(Boolean, server_default="true")
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    device: Mapped[int | None] = mapped_column(BigInteger)


class FileRow(Base):
    """A file below a root: `folder` is relative to it with '/' between names, empty for the root itself."""

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("root_id", "folder", "name"),
        Index("ix_files_library_id", "library_id", "id"),
        Index("ix_files_role", "library_id", "role", "id"),
        Index("ix_files_inode", "inode"),
        Index(
            "ix_files_content_hash",
            "size_bytes",
            "content_hash",
            "missing_since",
            postgresql_where="content_hash IS NOT NULL",
        ),
        Index("ix_files_missing_since", "missing_since", postgresql_where="missing_since IS NOT NULL"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"))
    root_id: Mapped[UUID] = mapped_column(ForeignKey(RootRow.id, ondelete="CASCADE"))
    folder: Mapped[str] = mapped_column(Path)
    name: Mapped[str] = mapped_column(Path)
    role: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    inode: Mapped[int] = mapped_column(BigInteger)
    content_hash: Mapped[int | None] = mapped_column(BigInteger)
    container: Mapped[str | None] = mapped_column(Text)
    duration_ms: Mapped[int | None] = mapped_column(BigInteger)
    bit_rate: Mapped[int | None] = mapped_column(BigInteger)
    tags: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    added_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    missing_since: Mapped[datetime | None] = mapped_column(Moment)


class StreamRow(Base):
    """A stream of a media file, or a subtitle file beside it (`external_file_id`)."""

    __tablename__ = "streams"
    __table_args__ = (
        CheckConstraint("kind IN ('video', 'audio', 'subtitle', 'attachment')", name="kind"),
        Index("ix_streams_file_id", "file_id", "kind", "position"),
        Index("ix_streams_external_file_id", "external_file_id"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"))
    external_file_id: Mapped[UUID | None] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)
    codec: Mapped[str | None] = mapped_column(Text)
    profile: Mapped[str | None] = mapped_column(Text)
    level: Mapped[float | None] = mapped_column(Float)
    language: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    duration_ms: Mapped[int | None] = mapped_column(BigInteger)
    bit_rate: Mapped[int | None] = mapped_column(BigInteger)
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=false())
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    frame_rate: Mapped[float | None] = mapped_column(Float)
    bit_depth: Mapped[int | None] = mapped_column(Integer)
    pixel_format: Mapped[str | None] = mapped_column(Text)
    color_space: Mapped[str | None] = mapped_column(Text)
    color_range: Mapped[str | None] = mapped_column(Text)
    color_primaries: Mapped[str | None] = mapped_column(Text)
    color_transfer: Mapped[str | None] = mapped_column(Text)
    hdr: Mapped[str | None] = mapped_column(Text)
    hdr_fallback: Mapped[str | None] = mapped_column(Text)
    is_interlaced: Mapped[bool | None] = mapped_column(Boolean)
    dolby_vision_profile: Mapped[int | None] = mapped_column(Integer)
    rotation: Mapped[int | None] = mapped_column(Integer)
    channels: Mapped[int | None] = mapped_column(Integer)
    layout: Mapped[str | None] = mapped_column(Text)
    sample_rate: Mapped[int | None] = mapped_column(Integer)
    is_commentary: Mapped[bool] = mapped_column(Boolean, server_default=false())
    is_forced: Mapped[bool] = mapped_column(Boolean, server_default=false())
    is_sdh: Mapped[bool] = mapped_column(Boolean, server_default=false())
    file_name: Mapped[str | None] = mapped_column(Text)
    mime_type: Mapped[str | None] = mapped_column(Text)


class ChapterRow(Base):
    __tablename__ = "chapters"
    __table_args__ = (SCHEMA,)

    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    start_ms: Mapped[int] = mapped_column(BigInteger)
    end_ms: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str | None] = mapped_column(Text)


class MoviePartRow(Base):
    """A file as a part of a version; one file may serve several, `start_ms` and `end_ms` say which span of it."""

    __tablename__ = "movie_parts"
    __table_args__ = (
        UniqueConstraint("version_id", "number", "file_id"),
        Index("ix_movie_parts_file_id", "file_id"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey(VersionRow.id, ondelete="CASCADE"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    start_ms: Mapped[int | None] = mapped_column(BigInteger)
    end_ms: Mapped[int | None] = mapped_column(BigInteger)


class EpisodePartRow(Base):
    """A file as (a part of) a version of an episode; a file with several episodes has a row for each."""

    __tablename__ = "episode_parts"
    __table_args__ = (
        UniqueConstraint("episode_id", "version", "number", "file_id"),
        Index("ix_episode_parts_file_id", "file_id"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    episode_id: Mapped[UUID] = mapped_column(ForeignKey(EpisodeRow.id, ondelete="CASCADE"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"))
    version: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)
    number: Mapped[int] = mapped_column(Integer)
    start_ms: Mapped[int | None] = mapped_column(BigInteger)
    end_ms: Mapped[int | None] = mapped_column(BigInteger)


class LibraryMovieRow(Base):
    """Which library holds a film."""

    __tablename__ = "library_movies"
    __table_args__ = (Index("ix_library_movies_movie_id", "movie_id", "library_id"), SCHEMA)

    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"), primary_key=True)
    movie_id: Mapped[UUID] = mapped_column(ForeignKey(MovieRow.id, ondelete="CASCADE"), primary_key=True)


class LibrarySeriesRow(Base):
    """Which library holds a series."""

    __tablename__ = "library_series"
    __table_args__ = (Index("ix_library_series_series_id", "series_id", "library_id"), SCHEMA)

    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[UUID] = mapped_column(ForeignKey(SeriesRow.id, ondelete="CASCADE"), primary_key=True)


class SeriesFolderRow(Base):
    """The folder that holds a series, so that what lies beside its seasons finds it."""

    __tablename__ = "series_folders"
    __table_args__ = (Index("ix_series_folders_series_id", "series_id"), SCHEMA)

    root_id: Mapped[UUID] = mapped_column(ForeignKey(RootRow.id, ondelete="CASCADE"), primary_key=True)
    folder: Mapped[str] = mapped_column(Path, primary_key=True)
    series_id: Mapped[UUID] = mapped_column(ForeignKey(SeriesRow.id, ondelete="CASCADE"))


class ExtraRow(Base):
    """A trailer, sample or other extra, and the work it belongs to where that is known."""

    __tablename__ = "extras"
    __table_args__ = (
        Index("ix_extras_movie_id", "movie_id", "file_id"),
        Index("ix_extras_series_id", "series_id", "file_id"),
        SCHEMA,
    )

    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    movie_id: Mapped[UUID | None] = mapped_column(ForeignKey(MovieRow.id, ondelete="CASCADE"))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey(SeriesRow.id, ondelete="CASCADE"))


class ArtworkRow(Base):
    """A local image and the one thing it shows."""

    __tablename__ = "artwork"
    __table_args__ = (
        CheckConstraint("num_nonnulls(movie_id, series_id, season_id, episode_id) = 1", name="owner"),
        Index("ix_artwork_movie_id", "movie_id", "kind", "file_id"),
        Index("ix_artwork_series_id", "series_id", "kind", "file_id"),
        Index("ix_artwork_season_id", "season_id", "kind", "file_id"),
        Index("ix_artwork_episode_id", "episode_id", "kind", "file_id"),
        SCHEMA,
    )

    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    movie_id: Mapped[UUID | None] = mapped_column(ForeignKey(MovieRow.id, ondelete="CASCADE"))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey(SeriesRow.id, ondelete="CASCADE"))
    season_id: Mapped[UUID | None] = mapped_column(ForeignKey(SeasonRow.id, ondelete="CASCADE"))
    episode_id: Mapped[UUID | None] = mapped_column(ForeignKey(EpisodeRow.id, ondelete="CASCADE"))


class ProblemRow(Base):
    """A file or folder that could not be used, and why; gone as soon as it can. folder: whose listing found it."""

    __tablename__ = "problems"
    __table_args__ = (
        UniqueConstraint("root_id", "path"),
        Index("ix_problems_folder", "root_id", "folder"),
        Index("ix_problems_library_id", "library_id", "id"),
        Index("ix_problems_file_id", "file_id"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"))
    root_id: Mapped[UUID] = mapped_column(ForeignKey(RootRow.id, ondelete="CASCADE"))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"))
    folder: Mapped[str] = mapped_column(Path, server_default="")
    path: Mapped[str] = mapped_column(Path)
    reason: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())


class MatchRow(Base):
    """What a video was taken for, how sure that is and why; its works hang on the file by its parts.

    evidence: sentences. candidates: `[{"work_id", "title", "year", "score", "evidence"}]`, best first: other works that
    may be meant. decided_by: file (its name), nfo or human.
    """

    __tablename__ = "matches"
    __table_args__ = (
        CheckConstraint("status IN ('matched', 'uncertain', 'unmatched')", name="status"),
        CheckConstraint("decided_by IN ('file', 'nfo', 'human')", name="decided_by"),
        Index("ix_matches_queue", "library_id", "is_open", "score", "file_id"),
        SCHEMA,
    )

    file_id: Mapped[UUID] = mapped_column(ForeignKey(FileRow.id, ondelete="CASCADE"), primary_key=True)
    library_id: Mapped[UUID] = mapped_column(ForeignKey(LibraryRow.id, ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(Text)
    score: Mapped[float] = mapped_column(Float)
    evidence: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    is_open: Mapped[bool] = mapped_column(
        Boolean, Computed("status <> 'matched' AND decided_by <> 'human'", persisted=True)
    )


class DecisionRow(Base):
    """What a person decided about a file. It outlives the file, and is found again for the file that takes its place.

    verdict: movie, series, video (a work, as its name says), none (it holds no work), or extra. role: what the file is
    for, whatever its name says. season, episodes, edition: None where the name is right.
    root_id, folder, name: where the file is, or was last. home: the folder in which further files whose names read as
    the title `match_key` are the same: a film's folder, a series' folder. year, reads_edition: what the name said.
    inherited_from: the decision that this one was taken over from.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("verdict IN ('movie', 'series', 'video', 'none', 'extra')", name="verdict"),
        CheckConstraint("(verdict = 'movie') <= (movie_id IS NOT NULL)", name="movie"),
        CheckConstraint("(verdict = 'series') <= (series_id IS NOT NULL)", name="series"),
        Index("uq_decisions_file_id", "file_id", unique=True),
        Index("ix_decisions_path", "root_id", "folder", "name"),
        Index("ix_decisions_home", "root_id", "home", "match_key"),
        Index("ix_decisions_content", "size_bytes", "content_hash"),
        Index("ix_decisions_movie_id", "movie_id"),
        Index("ix_decisions_series_id", "series_id"),
        Index("ix_decisions_inherited_from", "inherited_from"),
        SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column()
    root_id: Mapped[UUID] = mapped_column()
    folder: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    home: Mapped[str] = mapped_column(Text)
    match_key: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    content_hash: Mapped[int | None] = mapped_column(BigInteger)
    verdict: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    movie_id: Mapped[UUID | None] = mapped_column()
    series_id: Mapped[UUID | None] = mapped_column()
    season: Mapped[int | None] = mapped_column(Integer)
    episodes: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    edition: Mapped[str | None] = mapped_column(Text)
    reads_edition: Mapped[str | None] = mapped_column(Text)
    extra_kind: Mapped[str | None] = mapped_column(Text)
    inherited_from: Mapped[UUID | None] = mapped_column(
        ForeignKey("library.decisions.id", ondelete="CASCADE")
    )
    decided_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
