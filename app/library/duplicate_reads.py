"""Reading groups of files that may be duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Text, Uuid, any_, bindparam, func, or_, select

from app.access.viewer import Viewer
from app.core.db import Db
from app.core.paging import Listing, Page, Slice, fetch_page
from app.library.duplicate_tables import DuplicateRow
from app.library.file_reads import FILES_ALL, File
from app.library.reads import OLDEST_FIRST
from app.library.tables import FileRow

KINDS = ("exact", "same_quality", "perceptual")
# Of a group with more files, no more are told.
MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """score: how alike its files are, 0 to 1. reason: a sentence for people. file_count: as it was found."""

    id: UUID
    library_id: UUID
    kind: str
    score: float
    reason: str
    file_count: int
    found_at: datetime
    dismissed_at: datetime | None


_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_LIBRARY = bindparam("library_id", type_=Uuid())
_GROUPS = select(
    DuplicateRow.id,
    DuplicateRow.library_id,
    DuplicateRow.kind,
    DuplicateRow.score,
    DuplicateRow.reason,
    func.cardinality(DuplicateRow.file_ids),
    DuplicateRow.found_at,
    DuplicateRow.dismissed_at,
)
GROUPS = _GROUPS.where(DuplicateRow.id == any_(_IDS))
GROUP_LISTING = Listing(
    _GROUPS.where(
        or_(_LIBRARY.is_(None), DuplicateRow.library_id == _LIBRARY),
        DuplicateRow.kind == any_(bindparam("kinds", type_=ARRAY(Text()))),
        DuplicateRow.dismissed_at.is_not(None) == bindparam("is_dismissed", type_=Boolean()),
    ),
    DuplicateRow.id,
    DuplicateGroup,
)
_SHOWN = (
    select(
        DuplicateRow.id.label("group_id"), func.unnest(DuplicateRow.file_ids[1:MOST_FILES]).label("file_id")
    )
    .where(DuplicateRow.id == any_(_IDS))
    .subquery("shown")
)
FILES_OF_GROUPS = (
    FILES_ALL.add_columns(_SHOWN.c.group_id)
    .join(_SHOWN, _SHOWN.c.file_id == FileRow.id)
    .order_by(_SHOWN.c.group_id, FileRow.size_bytes.desc(), FileRow.id)
)


async def duplicate_groups(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, DuplicateGroup | None]:
    return dict.fromkeys(ids) | {row[0]: DuplicateGroup(*row) for row in await db.rows(GROUPS, ids=ids)}


async def list_duplicates(
    db: Db,
    viewer: Viewer,
    *,
    page: Page,
    library_id: UUID | None = None,
    kinds: tuple[str, ...] = KINDS,
    is_dismissed: bool = False,
) -> Slice[DuplicateGroup]:
    """In the order in which they were found."""
    return await fetch_page(
        db,
        GROUP_LISTING,
        OLDEST_FIRST,
        page,
        library_id=library_id,
        kinds=list(kinds),
        is_dismissed=is_dismissed,
    )


async def files_of_duplicates(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[File]]:
    """The files of each group, the largest first; those that were removed meanwhile are left out."""
    found: dict[UUID, list[File]] = {key: [] for key in ids}
    for file in await db.records(File, FILES_OF_GROUPS, ids=ids):
        found[file[-1]].append(file)
    return found
