"""Reading files and what is in them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.access.viewer import Viewer
from app.catalog.filters import Where, narrowing
from app.catalog.movies.tables import EditionRow, VersionRow
from app.core.db import Db
from app.core.paging import Listing, Page, Slice, fetch_pages_by_parent
from app.core.projection import Columns, also
from app.core.records import Record, by_id, places
from app.library.filters import FILE_FILTERS
from app.library.reads import OLDEST_FIRST, joined
from app.library.tables import (
    ChapterRow,
    FileRow,
    MoviePartRow,
    RootRow,
    StreamRow,
)


class File(Record):
    """A file below a root. folder: relative to the root, '/' between names. tags: the container's own."""

    __slots__ = ()

    id: UUID
    library_id: UUID
    root_id: UUID
    root_path: str
    folder: str
    name: str
    role: str
    size_bytes: int
    content_hash: int | None
    container: str | None
    duration_ms: int | None
    bit_rate: int | None
    tags: dict[str, str]
    added_at: datetime
    updated_at: datetime
    missing_since: datetime | None

    @property
    def path(self) -> str:
        return joined(self.root_path, self.folder, self.name)


class Stream(Record):
    """A stream of a file, or a subtitle file beside it; what its kind doesn't have is None.

    kind: video, audio, subtitle or attachment. For the rest see app.library.media.
    """

    __slots__ = ()

    file_id: UUID
    external_file_id: UUID | None
    kind: str
    position: int
    codec: str | None
    profile: str | None
    level: float | None
    language: str | None
    title: str | None
    duration_ms: int | None
    bit_rate: int | None
    is_default: bool
    width: int | None
    height: int | None
    frame_rate: float | None
    bit_depth: int | None
    pixel_format: str | None
    color_space: str | None
    color_range: str | None
    color_primaries: str | None
    color_transfer: str | None
    hdr: str | None
    hdr_fallback: str | None
    is_interlaced: bool | None
    dolby_vision_profile: int | None
    rotation: int | None
    channels: int | None
    layout: str | None
    sample_rate: int | None
    is_commentary: bool
    is_forced: bool
    is_sdh: bool
    file_name: str | None
    mime_type: str | None


class Chapter(Record):
    __slots__ = ()

    file_id: UUID
    position: int
    start_ms: int
    end_ms: int | None
    title: str | None


_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_STREAM = StreamRow.__table__.c
_FILE_COLUMNS = (
    FileRow.id,
    FileRow.library_id,
    FileRow.root_id,
    RootRow.path,
    FileRow.folder,
    FileRow.name,
    FileRow.role,
    FileRow.size_bytes,
    FileRow.content_hash,
    FileRow.container,
    FileRow.duration_ms,
    FileRow.bit_rate,
    FileRow.tags,
    FileRow.added_at,
    FileRow.updated_at,
    FileRow.missing_since,
)
FILES_ALL = select(*_FILE_COLUMNS).join(RootRow, RootRow.id == FileRow.root_id)
_STREAMS = select(*(_STREAM[name] for name in places(Stream)))
# A file that serves two versions of a film is one file of it.
_FILES_OF_MOVIES = (
    select(EditionRow.movie_id, MoviePartRow.file_id)
    .join(VersionRow, VersionRow.edition_id == EditionRow.id)
    .join(MoviePartRow, MoviePartRow.version_id == VersionRow.id)
    .distinct()
    .subquery("held")
)

FILES = FILES_ALL.where(FileRow.id == any_(_IDS))
FILES_OF_LIBRARIES = Listing(FILES_ALL, FileRow.id, File, FileRow.library_id)
FILES_OF_MOVIES = Listing(
    FILES_ALL.join(_FILES_OF_MOVIES, _FILES_OF_MOVIES.c.file_id == FileRow.id),
    FileRow.id,
    File,
    _FILES_OF_MOVIES.c.movie_id,
)
STREAMS_OF_FILES = _STREAMS.where(StreamRow.file_id == any_(_IDS)).order_by(StreamRow.position)
STREAMS_FROM_SIDECARS = _STREAMS.where(StreamRow.external_file_id == any_(_IDS)).order_by(StreamRow.id)
CHAPTERS_OF_FILES = (
    select(ChapterRow.file_id, ChapterRow.position, ChapterRow.start_ms, ChapterRow.end_ms, ChapterRow.title)
    .where(ChapterRow.file_id == any_(_IDS))
    .order_by(ChapterRow.file_id, ChapterRow.position)
)


async def files(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, File | None]:
    return by_id(ids, await db.records(File, FILES, ids=ids))


async def files_of_libraries(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, page: Page, where: Where | None = None
) -> dict[UUID, Slice[File]]:
    """In the order in which they were found."""
    return await pages(db, FILES_OF_LIBRARIES, ids, page, where)


async def files_of_movies(
    db: Db,
    viewer: Viewer,
    ids: Sequence[UUID],
    *,
    page: Page,
    where: Where | None = None,
    columns: Columns = None,
) -> dict[UUID, Slice[File]]:
    """The files of all editions and versions, in the order in which they were found."""
    return await pages(db, FILES_OF_MOVIES, ids, page, where, columns)


async def pages(
    db: Db,
    listing: Listing[File],
    ids: Sequence[UUID],
    page: Page,
    where: Where | None,
    columns: Columns = None,
) -> dict[UUID, Slice[File]]:
    narrowed = narrowing(FILE_FILTERS, where)
    return await fetch_pages_by_parent(
        db, listing, ids, OLDEST_FIRST, page, narrowed.condition, columns, **narrowed.values
    )


async def streams_of_files(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, columns: Columns = None
) -> dict[UUID, list[Stream]]:
    """In the file's order; subtitle files beside it last."""
    found: dict[UUID, list[Stream]] = {key: [] for key in ids}
    # Rows' ids cost less to write than to hash.
    by_text = {str(key): streams for key, streams in found.items()}
    wanted = also(columns, "file_id", "kind")
    for row in await db.records_of(Stream, STREAMS_OF_FILES, wanted, ids=ids):
        by_text[str(row[0])].append(row)
    return found


async def streams_from_sidecars(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Stream]]:
    """What each subtitle file is to the videos beside it."""
    found: dict[UUID, list[Stream]] = {key: [] for key in ids}
    for row in await db.records(Stream, STREAMS_FROM_SIDECARS, ids=ids):
        found[row[1]].append(row)
    return found


async def chapters_of_files(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Chapter]]:
    """In the order of time."""
    found: dict[UUID, list[Chapter]] = {key: [] for key in ids}
    for row in await db.records(Chapter, CHAPTERS_OF_FILES, ids=ids):
        found[row[0]].append(row)
    return found
