"""The tables whose rows a change remembers, and how those that it may touch are found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase

from app.catalog.collections.tables import CollectionMovieRow, CollectionRow
from app.catalog.identity.tables import AliasRow, DepartedRow, RedirectRow
from app.catalog.movies.tables import EditionRow, MovieCreditRow, MovieRow, MovieTermRow, VersionRow
from app.catalog.tv.tables import (
    EpisodeCreditRow,
    EpisodeRow,
    SeasonRow,
    SeriesCreditRow,
    SeriesRow,
    SeriesTermRow,
)
from app.library.tables import (
    ArtworkRow,
    DecisionRow,
    EpisodePartRow,
    ExtraRow,
    FileRow,
    LibraryMovieRow,
    LibrarySeriesRow,
    MatchRow,
    MoviePartRow,
    SeriesFolderRow,
)
from app.metadata.link_tables import LinkRow

Key = tuple[Any, ...]
Row = dict[str, Any]
# Rows by table (`movies.editions`) and key, in the form that PostgreSQL's to_jsonb gives them.
Image = Mapping[str, Mapping[Key, Row]]


@dataclass(frozen=True, slots=True)
class Journalled:
    """A table whose rows a change remembers.

    what: what a row is called in a sentence. where: which rows `t` hang on the works :movie_ids and :series_ids, the
    files :file_ids or the :collection_ids.
    key: columns that tell a row from others for good.
    free: columns that scans rewrite as they go: restored, but never a reason to refuse.
    columns: only these columns are remembered, of rows that are neither made nor removed by changes.
    said: further values of a row, to compare or to name it by, as name and SQL.
    by_file: scans write all rows of a file anew on their own account, so these are restored together, whatever they
    are by then; unless they say of which `work` the file is, and it is of another one.
    holds: what such a row hangs on can't be taken away by undoing.
    parked: what a row that is about to go gives up first, for others to get it.
    """

    row_type: type[DeclarativeBase]
    what: str
    where: str
    key: tuple[str, ...] = ("id",)
    free: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    by_file: bool = False
    holds: bool = False
    parked: str = ""

    @property
    def table(self) -> Table[Any]:
        return cast("Table[Any]", self.row_type.__table__)

    @property
    def name(self) -> str:
        return f"{self.table.schema}.{self.table.name}"

    @property
    def remembered(self) -> tuple[str, ...]:
        """The columns that rows are remembered by, without those that PostgreSQL sets itself."""
        every = tuple(column.name for column in self.table.columns if column.server_onupdate is None)
        return (*self.key, *self.columns) if self.columns else every

    def key_of(self, row: Row) -> Key:
        return tuple(row[name] for name in self.key)

    @property
    def says_work(self) -> bool:
        """Whether a row tells of which work its file is."""
        return any(name == "work" for name, _ in self.said)

    @property
    def is_fixed(self) -> bool:
        """Whether its rows are neither made nor removed by changes."""
        return bool(self.columns)

    @property
    def parents(self) -> dict[str, str]:
        """Column to the table that it refers to, and with which the row goes."""
        return {
            column.name: f"{key.column.table.schema}.{key.column.table.name}"
            for column in self.table.columns
            for key in column.foreign_keys
            if key.ondelete == "CASCADE"
        }


def of(column: str, ids: str) -> str:
    return f"t.{column} = ANY(CAST(:{ids} AS uuid[]))"


OF_MOVIES, OF_SERIES, OF_FILES = (
    of("movie_id", "movie_ids"),
    of("series_id", "series_ids"),
    of("file_id", "file_ids"),
)
IN_EDITIONS = f"t.edition_id IN (SELECT t.id FROM movies.editions t WHERE {OF_MOVIES})"  # noqa: S608
IN_VERSIONS = f"""t.version_id IN (
    SELECT v.id FROM movies.versions v JOIN movies.editions t ON t.id = v.edition_id WHERE {OF_MOVIES})"""  # noqa: S608
IN_SEASONS = f"t.season_id IN (SELECT t.id FROM tv.seasons t WHERE {OF_SERIES})"  # noqa: S608
IN_EPISODES = f"t.episode_id IN (SELECT t.id FROM tv.episodes t WHERE {OF_SERIES})"  # noqa: S608
LEADING_HERE = f"""
    {of("became", "movie_ids")} OR {of("became", "series_ids")}
    OR t.became IN (SELECT t.id FROM tv.seasons t WHERE {OF_SERIES})
    OR t.became IN (SELECT t.id FROM tv.episodes t WHERE {OF_SERIES})"""  # noqa: S608
GONE = f"{of('id', 'movie_ids')} OR {of('id', 'series_ids')} OR {of('parent_id', 'series_ids')}"
NAMED = f"{of('work_id', 'movie_ids')} OR {of('work_id', 'series_ids')}"
LINKED = f"""t.kind = 'movie' AND {of("work_id", "movie_ids")} OR t.kind = 'tv' AND {of("work_id", "series_ids")}"""
_FILM_OF_VERSION = """(
    SELECT e.movie_id FROM movies.versions v JOIN movies.editions e ON e.id = v.edition_id WHERE v.id = t.version_id)"""
# Where a file is, and what its name says, is kept beside what was decided about it.
_WHEREABOUTS = (
    *("file_id", "root_id", "folder", "name", "home", "match_key"),
    *("year", "reads_edition", "size_bytes", "content_hash"),
)
_WORK_IS_PARKED = "slug = t.id::text, provider_ids = '{}'"

# Parents before what hangs on them.
JOURNALLED = (
    Journalled(
        FileRow,
        "file",
        of("id", "file_ids"),
        free=("role",),
        columns=("role",),
        said=(("name", "t.name"),),
    ),
    Journalled(
        MovieRow, "film", of("id", "movie_ids"), free=("popularity", "ratings"), parked=_WORK_IS_PARKED
    ),
    Journalled(
        SeriesRow, "series", of("id", "series_ids"), free=("popularity", "ratings"), parked=_WORK_IS_PARKED
    ),
    Journalled(
        CollectionRow,
        "collection",
        of("id", "collection_ids"),
        free=("sources",),
        parked=_WORK_IS_PARKED,
    ),
    Journalled(EditionRow, "edition", OF_MOVIES),
    Journalled(VersionRow, "version", IN_EDITIONS, free=("key", "label")),
    Journalled(SeasonRow, "season", OF_SERIES),
    Journalled(EpisodeRow, "episode", OF_SERIES, free=("ratings",)),
    Journalled(
        MovieTermRow, "genre, studio or keyword", OF_MOVIES, ("movie_id", "term_id"), free=("position",)
    ),
    Journalled(MovieCreditRow, "credit", OF_MOVIES),
    Journalled(
        SeriesTermRow, "genre, network or keyword", OF_SERIES, ("series_id", "term_id"), free=("position",)
    ),
    Journalled(SeriesCreditRow, "credit", OF_SERIES),
    Journalled(EpisodeCreditRow, "credit", IN_EPISODES),
    Journalled(
        CollectionMovieRow,
        "place in a collection",
        OF_MOVIES,
        ("collection_id", "movie_id"),
        free=("position",),
    ),
    Journalled(LibraryMovieRow, "place in a library", OF_MOVIES, ("library_id", "movie_id")),
    Journalled(LibrarySeriesRow, "place in a library", OF_SERIES, ("library_id", "series_id")),
    Journalled(SeriesFolderRow, "folder of a series", OF_SERIES, ("root_id", "folder")),
    Journalled(
        MoviePartRow,
        "file of a version",
        f"{OF_FILES} OR {IN_VERSIONS}",
        said=(("work", _FILM_OF_VERSION),),
        by_file=True,
        holds=True,
    ),
    Journalled(
        EpisodePartRow,
        "file of an episode",
        f"{OF_FILES} OR {IN_EPISODES}",
        said=(("work", "t.episode_id"),),
        by_file=True,
        holds=True,
    ),
    Journalled(
        ArtworkRow,
        "picture",
        f"{OF_FILES} OR {OF_MOVIES} OR {OF_SERIES} OR {IN_SEASONS} OR {IN_EPISODES}",
        ("file_id",),
        by_file=True,
    ),
    Journalled(RedirectRow, "former id", LEADING_HERE, ("kind", "id"), free=("at",)),
    Journalled(DepartedRow, "work that went", GONE, ("kind", "id"), free=("departed_at", "row")),
    Journalled(AliasRow, "other name", NAMED, ("kind", "name", "value", "year"), free=("at",)),
    Journalled(ExtraRow, "extra", f"{OF_FILES} OR {OF_MOVIES} OR {OF_SERIES}", ("file_id",), by_file=True),
    Journalled(
        MatchRow,
        "match",
        OF_FILES,
        ("file_id",),
        free=("library_id", "status", "score", "evidence", "candidates", "decided_by", "decided_at"),
    ),
    Journalled(
        LinkRow,
        "work of a provider",
        LINKED,
        ("kind", "work_id"),
        free=("score", "evidence", "candidates", "basis", "decided_at", "problem", "asked_at"),
    ),
    Journalled(DecisionRow, "decision", f"{OF_FILES} OR {OF_MOVIES} OR {OF_SERIES}", free=_WHEREABOUTS),
)
BY_NAME = {each.name: each for each in JOURNALLED}
