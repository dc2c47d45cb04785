"""Libraries, their roots, scans and problems in the graph."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, extend, root
from app.api.filters import argument
from app.api.library_inputs import ProblemFilter, ProblemReason
from app.api.locations import NAME_ONLY, may_see_paths, shown_path, shown_text
from app.api.movies import Movie, MoviesInOrder, WhichMovies
from app.api.node import Node, global_id, parse_key, refetched_by
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.api.scalars import BigInt
from app.api.tv import Series, SeriesInOrder, WhichSeries
from app.catalog.movies.reads import Movie as MovieRow
from app.catalog.tv.reads import Series as SeriesRow
from app.core.paging import Slice
from app.library import reads


@strawberry.enum(description="What a library holds.")
class LibraryKind(Enum):
    MOVIE = strawberry.enum_value("movie", description="Films.")
    TV = strawberry.enum_value("tv", description="Series.")


@strawberry.enum(description="How far a scan is.")
class ScanStatus(Enum):
    QUEUED = strawberry.enum_value("queued", description="Waits for a worker.")
    RUNNING = strawberry.enum_value("running", description="Is under way.")
    AWAITING_CONFIRMATION = strawberry.enum_value(
        "awaiting_confirmation",
        description="Found what there is, and asks before it forgets so many files: `confirmRemoval` or `cancelScan`."
        " Other scans may run meanwhile.",
    )
    REMOVING = strawberry.enum_value("removing", description="Forgets the files that were confirmed.")
    COMPLETED = strawberry.enum_value("completed", description="Came to its end.")
    FAILED = strawberry.enum_value("failed", description="Stopped by an error.")
    CANCELLED = strawberry.enum_value("cancelled", description="Was cancelled; what it found so far stays.")


@refetched_by(reads.libraries, Permission.LIBRARY_GET)
@strawberry.type(description="Folders of films or of series that belong together.")
class Library(Node):
    name: str = strawberry.field(description="Name; unique whatever its case.")
    kind: LibraryKind = strawberry.field(description="What it holds.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When its name or its folders were last changed.")

    @classmethod
    def of(cls, row: reads.Library) -> "Library":
        return cls(
            id=global_id("Library", row.id),
            key=row.id,
            name=row.name,
            kind=LibraryKind(row.kind),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @edge(
        reads.are_online,
        description="Whether all its folders could be read when they were last checked; `roots` tells them apart.",
    )
    def is_online(self, is_online: bool) -> bool:
        return is_online

    @edge(reads.file_counts, description="How many files it has, missing ones included.")
    def file_count(self, count: int) -> int:
        return count

    @edge(reads.sizes, description="Bytes of all its files, missing ones included.")
    def size_bytes(self, size: int) -> BigInt:
        return BigInt(size)

    @edge(reads.movie_counts, description="How many films it holds.")
    def movie_count(self, count: int) -> int:
        return count

    @edge(reads.series_counts, description="How many series it holds.")
    def series_count(self, count: int) -> int:
        return count

    @edge(reads.problem_counts, description="How many of its files and folders can't be used.")
    def problem_count(self, count: int) -> int:
        return count

    @edge(reads.movies_of_libraries, description="Its films, by title unless told.")
    def movies(
        self, rows: Slice[MovieRow], where: WhichMovies = None, order: MoviesInOrder = None
    ) -> Connection[Movie]:
        return connect(rows, Movie.of)

    @edge(reads.series_of_libraries, description="Its series, by title unless told.")
    def series(
        self, rows: Slice[SeriesRow], where: WhichSeries = None, order: SeriesInOrder = None
    ) -> Connection[Series]:
        return connect(rows, Series.of)


@refetched_by(reads.roots, Permission.LIBRARY_GET)
@strawberry.type(description="A folder that a library is made of.")
class LibraryRoot(Node):
    row: strawberry.Private[reads.Root]
    library_key: strawberry.Private[UUID]
    is_online: bool = strawberry.field(
        description="Whether it could be read when it was last checked; while it can't, nothing in it counts as gone."
    )
    checked_at: datetime | None = strawberry.field(description="When a scan last checked it.")

    @classmethod
    def of(cls, row: reads.Root) -> "LibraryRoot":
        return cls(
            id=global_id("LibraryRoot", row.id),
            key=row.id,
            row=row,
            library_key=row.library_id,
            is_online=row.is_online,
            checked_at=row.checked_at,
        )

    @strawberry.field(description="Absolute path on the server" + NAME_ONLY)
    def path(self, info: Info) -> str:
        return shown_path(info, self.row.path)

    @edge(reads.libraries, key="library_key", description="The library.")
    def library(self, row: reads.Library) -> Library:
        return Library.of(row)


@refetched_by(reads.scans, Permission.LIBRARY_GET)
@strawberry.type(description="A look through a library, or through one folder of it, for what changed.")
class Scan(Node):
    row: strawberry.Private[reads.Scan]
    library_key: strawberry.Private[UUID]
    status: ScanStatus = strawberry.field(description="How far it is.")
    files_total: int = strawberry.field(description="Files found so far; grows until all folders are listed.")
    files_done: int = strawberry.field(description="Files that are dealt with.")
    files_added: int = strawberry.field(description="Files that were new.")
    files_changed: int = strawberry.field(description="Files whose contents were new.")
    files_missing: int = strawberry.field(description="Files that were no longer there.")
    files_removed: int = strawberry.field(description="Files forgotten, since they were missing for long.")
    problem_count: int = strawberry.field(description="Files and folders that couldn't be used.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When a worker began.")
    asked_at: datetime | None = strawberry.field(
        description="When it asked for `confirmRemoval`; null for one that never did."
    )
    finished_at: datetime | None = strawberry.field(description="When it was over.")

    @classmethod
    def of(cls, row: reads.Scan) -> "Scan":
        return cls(
            id=global_id("Scan", row.id),
            key=row.id,
            row=row,
            library_key=row.library_id,
            status=ScanStatus(row.status),
            files_total=row.files_total,
            files_done=row.files_done,
            files_added=row.files_added,
            files_changed=row.files_changed,
            files_missing=row.files_missing,
            files_removed=row.files_removed,
            problem_count=row.problems,
            created_at=row.created_at,
            started_at=row.started_at,
            asked_at=row.asked_at,
            finished_at=row.finished_at,
        )

    @strawberry.field(description="The one folder it is about, null for the whole library" + NAME_ONLY)
    def path(self, info: Info) -> str | None:
        return None if self.row.path is None else shown_path(info, self.row.path)

    @strawberry.field(description="Why it failed; for viewers without `file:paths`, only that it did.")
    def error(self, info: Info) -> str | None:
        if self.row.error is None or may_see_paths(info):
            return self.row.error
        return "It failed."

    @strawberry.field(description="Pace over its whole running time; null before it began.")
    def files_per_second(self) -> float | None:
        return self.row.files_per_second

    @strawberry.field(
        description="How long the files found so far will take at this pace; null unless it is running."
    )
    def eta_seconds(self) -> float | None:
        return self.row.eta_s

    @edge(reads.libraries, key="library_key", description="The library.")
    def library(self, row: reads.Library) -> Library:
        return Library.of(row)


@refetched_by(reads.problems, Permission.LIBRARY_GET)
@strawberry.type(description="A file or folder that can't be used; gone as soon as a scan finds that it can.")
class Problem(Node):
    library_key: strawberry.Private[UUID]
    root_key: strawberry.Private[UUID]
    file_key: strawberry.Private[UUID | None]
    row: strawberry.Private[reads.Problem]
    reason: ProblemReason = strawberry.field(description="What is wrong.")
    found_at: datetime = strawberry.field(description="When it was found.")

    @classmethod
    def of(cls, row: reads.Problem) -> "Problem":
        return cls(
            id=global_id("Problem", row.id),
            key=row.id,
            library_key=row.library_id,
            root_key=row.root_id,
            file_key=row.file_id,
            row=row,
            reason=ProblemReason(row.reason),
            found_at=row.found_at,
        )

    @strawberry.field(description="Absolute path on the server" + NAME_ONLY)
    def path(self, info: Info) -> str:
        return shown_path(info, self.row.absolute_path)

    @strawberry.field(description="What is wrong, in a sentence for people.")
    def message(self, info: Info) -> str:
        return shown_text(info, self.row.message, self.row.root_path)

    @edge(reads.libraries, key="library_key", description="The library.")
    def library(self, row: reads.Library) -> Library:
        return Library.of(row)

    @edge(reads.roots, key="root_key", description="The library's folder that it lies in.")
    def root(self, row: reads.Root) -> LibraryRoot:
        return LibraryRoot.of(row)


@extend(Library)
class LibraryParts:
    @edge(reads.roots_of_libraries, description="The folders it is made of, by path.")
    def roots(self, rows: list[reads.Root]) -> list[LibraryRoot]:
        return [LibraryRoot.of(row) for row in rows]

    @edge(reads.scans_of_libraries, description="Its scans, the newest first.")
    def scans(self, rows: Slice[reads.Scan]) -> Connection[Scan]:
        return connect(rows, Scan.of)

    @edge(reads.latest_scans, description="Its last scan, whether it is over or not; null before the first.")
    def latest_scan(self, row: reads.Scan | None) -> Scan | None:
        return None if row is None else Scan.of(row)

    @edge(
        reads.asking_scans,
        description="The scan that asks for `confirmRemoval`; null where none does.",
    )
    def scan_awaiting_confirmation(self, row: reads.Scan | None) -> Scan | None:
        return None if row is None else Scan.of(row)

    @edge(
        reads.problems_of_libraries,
        description="Files and folders that can't be used, in the order in which they were found.",
    )
    def problems(
        self,
        rows: Slice[reads.Problem],
        where: Annotated[ProblemFilter | None, argument("Which problems.", "filter")] = None,
    ) -> Connection[Problem]:
        return connect(rows, Problem.of)


@extend(Movie)
class MovieInLibraries:
    @edge(reads.libraries_of_movies, description="The libraries that hold it, by name.")
    def libraries(self, rows: list[reads.Library]) -> list[Library]:
        return [Library.of(row) for row in rows]


@extend(Series)
class SeriesInLibraries:
    @edge(reads.libraries_of_series, description="The libraries that hold it, by name.")
    def libraries(self, rows: list[reads.Library]) -> list[Library]:
        return [Library.of(row) for row in rows]


@strawberry.type
class LibraryQuery:
    @requires(Permission.LIBRARY_GET)
    @strawberry.field(description="A library by id; null where there is none.")
    async def library(
        self, info: Info, wanted: Annotated[strawberry.ID, argument("The library's id.", "id")]
    ) -> Library | None:
        row = await info.context.load(reads.libraries, parse_key(wanted, "Library"))
        return None if row is None else Library.of(row)

    @requires(Permission.LIBRARY_LIST)
    @root(reads.list_libraries, description="Libraries, by name.")
    def libraries(self, rows: Slice[reads.Library]) -> Connection[Library]:
        return connect(rows, Library.of)

    @requires(Permission.LIBRARY_GET)
    @strawberry.field(description="A scan by id; null where there is none.")
    async def scan(
        self, info: Info, wanted: Annotated[strawberry.ID, argument("The scan's id.", "id")]
    ) -> Scan | None:
        row = await info.context.load(reads.scans, parse_key(wanted, "Scan"))
        return None if row is None else Scan.of(row)
