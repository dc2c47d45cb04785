"""Reading libraries, their roots, scans and problems, and what of the catalog they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Float, Uuid, any_, bindparam, extract, func, select

from app.access.viewer import Viewer
from app.catalog.filters import Where, narrowing
from app.catalog.movies import reads as movies
from app.catalog.movies.filters import MOVIE_FILTERS, MOVIE_SORTS
from app.catalog.movies.tables import MovieRow
from app.catalog.title_sorts import title_order
from app.catalog.tv import reads as tv
from app.catalog.tv.filters import SERIES_FILTERS, SERIES_SORTS
from app.catalog.tv.tables import SeriesRow
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, Sort, fetch_page, fetch_pages_by_parent
from app.library.filters import PROBLEM_FILTERS
from app.library.scan_tables import ScanRow
from app.library.tables import FileRow, LibraryMovieRow, LibraryRow, LibrarySeriesRow, ProblemRow, RootRow


@dataclass(frozen=True, slots=True)
class Library:
    """kind: `movie` or `tv`."""

    id: UUID
    name: str
    kind: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Root:
    """checked_at: when a scan last looked whether it is online."""

    id: UUID
    library_id: UUID
    path: str
    is_online: bool
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Scan:
    """path: the one folder that is scanned, None for all. elapsed_s: from its start to its end or until now.

    asked_at: when it asked for `confirm_removal`.
    """

    id: UUID
    library_id: UUID
    path: str | None
    status: str
    files_total: int
    files_done: int
    files_added: int
    files_changed: int
    files_missing: int
    files_removed: int
    problems: int
    error: str | None
    created_at: datetime
    started_at: datetime | None
    asked_at: datetime | None
    finished_at: datetime | None
    elapsed_s: float | None

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @property
    def files_per_second(self) -> float | None:
        """Over its whole running time; None before it began."""
        return self.files_done / self.elapsed_s if self.elapsed_s else None

    @property
    def eta_s(self) -> float | None:
        """How long the files known so far will take at this pace; None unless it runs and has done some."""
        if self.status != "running" or not self.files_per_second:
            return None
        return max(0, self.files_total - self.files_done) / self.files_per_second


@dataclass(frozen=True, slots=True)
class Problem:
    """path: relative to the root, empty for the root itself."""

    id: UUID
    library_id: UUID
    root_id: UUID
    file_id: UUID | None
    root_path: str
    path: str
    reason: str
    message: str
    found_at: datetime

    @property
    def absolute_path(self) -> str:
        return joined(self.root_path, self.path)


def joined(root: str, *names: str) -> str:
    """An absolute path of a root and what is below it, empty parts left out."""
    return "/".join((root.rstrip("/"), *filter(None, names))) or "/"


_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_LIBRARIES = select(
    LibraryRow.id, LibraryRow.name, LibraryRow.kind, LibraryRow.created_at, LibraryRow.updated_at
)
_ROOTS = select(RootRow.id, RootRow.library_id, RootRow.path, RootRow.is_online, RootRow.checked_at)
# How long people take to answer is no part of a scan's pace.
_ELAPSED_S = extract(
    "epoch", func.coalesce(ScanRow.asked_at, ScanRow.finished_at, func.now()) - ScanRow.started_at
).cast(Float())
_SCANS = select(
    ScanRow.id,
    ScanRow.library_id,
    ScanRow.path,
    ScanRow.status,
    ScanRow.files_total,
    ScanRow.files_done,
    ScanRow.files_added,
    ScanRow.files_changed,
    ScanRow.files_missing,
    ScanRow.files_removed,
    ScanRow.problems,
    ScanRow.error,
    ScanRow.created_at,
    ScanRow.started_at,
    ScanRow.asked_at,
    ScanRow.finished_at,
    _ELAPSED_S,
)
_PROBLEMS = select(
    ProblemRow.id,
    ProblemRow.library_id,
    ProblemRow.root_id,
    ProblemRow.file_id,
    RootRow.path,
    ProblemRow.path,
    ProblemRow.reason,
    ProblemRow.message,
    ProblemRow.found_at,
).join(RootRow, RootRow.id == ProblemRow.root_id)

LIBRARIES = _LIBRARIES.where(LibraryRow.id == any_(_IDS))
LIBRARY_LISTING = Listing(_LIBRARIES, LibraryRow.id, Library)
LIBRARIES_OF_MOVIES = (
    _LIBRARIES.add_columns(LibraryMovieRow.movie_id)
    .join(LibraryMovieRow, LibraryMovieRow.library_id == LibraryRow.id)
    .where(LibraryMovieRow.movie_id == any_(_IDS))
    .order_by(LibraryRow.name)
)
LIBRARIES_OF_SERIES = (
    _LIBRARIES.add_columns(LibrarySeriesRow.series_id)
    .join(LibrarySeriesRow, LibrarySeriesRow.library_id == LibraryRow.id)
    .where(LibrarySeriesRow.series_id == any_(_IDS))
    .order_by(LibraryRow.name)
)
ROOTS = _ROOTS.where(RootRow.id == any_(_IDS))
ROOTS_OF_LIBRARIES = _ROOTS.where(RootRow.library_id == any_(_IDS)).order_by(RootRow.path)
ONLINE = (
    select(RootRow.library_id, func.bool_and(RootRow.is_online))
    .where(RootRow.library_id == any_(_IDS))
    .group_by(RootRow.library_id)
)
SCANS = _SCANS.where(ScanRow.id == any_(_IDS))
ASKING_SCANS = _SCANS.where(ScanRow.library_id == any_(_IDS), ScanRow.status == "awaiting_confirmation")
SCANS_OF_LIBRARIES = Listing(_SCANS, ScanRow.id, Scan, ScanRow.library_id)
PROBLEMS = _PROBLEMS.where(ProblemRow.id == any_(_IDS))
PROBLEMS_OF_LIBRARIES = Listing(_PROBLEMS, ProblemRow.id, Problem, ProblemRow.library_id)
PROBLEMS_OF_FILES = _PROBLEMS.where(ProblemRow.file_id == any_(_IDS)).order_by(ProblemRow.id)
MOVIES_OF_LIBRARIES = Listing(
    select(*movies.COLUMNS).join(LibraryMovieRow, LibraryMovieRow.movie_id == MovieRow.id),
    MovieRow.id,
    movies.Movie,
    LibraryMovieRow.library_id,
)
SERIES_OF_LIBRARIES = Listing(
    select(*tv.SERIES_COLUMNS).join(LibrarySeriesRow, LibrarySeriesRow.series_id == SeriesRow.id),
    SeriesRow.id,
    tv.Series,
    LibrarySeriesRow.library_id,
)
COUNTS = {
    row_type: select(row_type.library_id, func.count())
    .where(row_type.library_id == any_(_IDS))
    .group_by(row_type.library_id)
    for row_type in (FileRow, ProblemRow, LibraryMovieRow, LibrarySeriesRow)
}
SIZES = (
    select(FileRow.library_id, func.sum(FileRow.size_bytes).cast(FileRow.__table__.c.size_bytes.type))
    .where(FileRow.library_id == any_(_IDS))
    .group_by(FileRow.library_id)
)

BY_NAME = Sort(Order("name"), (LibraryRow.__table__.c.name,))
# Ids are made in the order of time.
OLDEST_FIRST = Sort(Order("id"), ())
NEWEST_FIRST = Sort(Order("id", descending=True), ())
BY_TITLE = Order("title")


async def libraries(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Library | None]:
    return dict.fromkeys(ids) | {row[0]: Library(*row) for row in await db.rows(LIBRARIES, ids=ids)}


async def list_libraries(db: Db, viewer: Viewer, *, page: Page) -> Slice[Library]:
    return await fetch_page(db, LIBRARY_LISTING, BY_NAME, page)


async def libraries_of_movies(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Library]]:
    return await _libraries_of(db, LIBRARIES_OF_MOVIES, ids)


async def libraries_of_series(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Library]]:
    return await _libraries_of(db, LIBRARIES_OF_SERIES, ids)


async def _libraries_of(db: Db, statement: Any, ids: Sequence[UUID]) -> dict[UUID, list[Library]]:
    found: dict[UUID, list[Library]] = {key: [] for key in ids}
    for *library, work_id in await db.rows(statement, ids=ids):
        found[work_id].append(Library(*library))
    return found


async def roots(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Root | None]:
    return dict.fromkeys(ids) | {row[0]: Root(*row) for row in await db.rows(ROOTS, ids=ids)}


async def roots_of_libraries(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Root]]:
    """By path."""
    found: dict[UUID, list[Root]] = {key: [] for key in ids}
    for row in await db.rows(ROOTS_OF_LIBRARIES, ids=ids):
        found[row[1]].append(Root(*row))
    return found


async def are_online(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Whether every root of each library is online."""
    return dict.fromkeys(ids, True) | dict(map(tuple, await db.rows(ONLINE, ids=ids)))


async def scans(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Scan | None]:
    return dict.fromkeys(ids) | {row[0]: Scan(*row) for row in await db.rows(SCANS, ids=ids)}


async def scans_of_libraries(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page
) -> dict[UUID, Slice[Scan]]:
    """The newest first."""
    return await fetch_pages_by_parent(db, SCANS_OF_LIBRARIES, ids, NEWEST_FIRST, page)


async def latest_scans(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Scan | None]:
    """The last scan of each library, whether it is over or not."""
    newest = await scans_of_libraries(db, viewer, ids, page=Page(first=1))
    return {key: next(iter(scans.items), None) for key, scans in newest.items()}


async def asking_scans(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Scan | None]:
    """The scan of each library that waits for `confirm_removal`; there is one at most."""
    return dict.fromkeys(ids) | {row[1]: Scan(*row) for row in await db.rows(ASKING_SCANS, ids=ids)}


async def problems(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Problem | None]:
    return dict.fromkeys(ids) | {row[0]: Problem(*row) for row in await db.rows(PROBLEMS, ids=ids)}


async def problems_of_libraries(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page, where: Where | None = None
) -> dict[UUID, Slice[Problem]]:
    """In the order in which they were found."""
    narrowed = narrowing(PROBLEM_FILTERS, where)
    return await fetch_pages_by_parent(
        db, PROBLEMS_OF_LIBRARIES, ids, OLDEST_FIRST, page, narrowed.condition, **narrowed.values
    )


async def problems_of_files(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Problem]]:
    found: dict[UUID, list[Problem]] = {key: [] for key in ids}
    for row in await db.rows(PROBLEMS_OF_FILES, ids=ids):
        found[row[3]].append(Problem(*row))
    return found


async def movies_of_libraries(
    db: Db,
    viewer: Viewer,
    ids: Sequence[UUID],
    *,
    page: Page,
    where: Where | None = None,
    order: Order | None = None,
) -> dict[UUID, Slice[movies.Movie]]:
    narrowed = narrowing(MOVIE_FILTERS, where)
    return await fetch_pages_by_parent(
        db,
        MOVIES_OF_LIBRARIES,
        ids,
        title_order(MOVIE_SORTS, MovieRow, order or BY_TITLE, viewer, page),
        page,
        narrowed.condition,
        languages=viewer.languages,
        **narrowed.values,
    )


async def series_of_libraries(
    db: Db,
    viewer: Viewer,
    ids: Sequence[UUID],
    *,
    page: Page,
    where: Where | None = None,
    order: Order | None = None,
) -> dict[UUID, Slice[tv.Series]]:
    narrowed = narrowing(SERIES_FILTERS, where)
    return await fetch_pages_by_parent(
        db,
        SERIES_OF_LIBRARIES,
        ids,
        title_order(SERIES_SORTS, SeriesRow, order or BY_TITLE, viewer, page),
        page,
        narrowed.condition,
        languages=viewer.languages,
        **narrowed.values,
    )


async def file_counts(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, int]:
    return await _numbers(db, COUNTS[FileRow], ids)


async def problem_counts(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, int]:
    return await _numbers(db, COUNTS[ProblemRow], ids)


async def movie_counts(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, int]:
    return await _numbers(db, COUNTS[LibraryMovieRow], ids)


async def series_counts(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, int]:
    return await _numbers(db, COUNTS[LibrarySeriesRow], ids)


async def sizes(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, int]:
    """Bytes of all files of each library, missing ones included."""
    return await _numbers(db, SIZES, ids)


async def _numbers(db: Db, statement: Any, ids: Sequence[UUID]) -> dict[UUID, int]:
    return dict.fromkeys(ids, 0) | dict(map(tuple, await db.rows(statement, ids=ids)))
