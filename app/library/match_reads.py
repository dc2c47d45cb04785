"""Reading the match ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, select, true

from app.access.viewer import Viewer
from app.catalog.filters import Fields, Where, comparable, narrowing, textual
from app.catalog.movies import reads as movies
from app.catalog.movies.tables import EditionRow, MovieRow, VersionRow
from app.catalog.tv import reads as tv
from app.catalog.tv.tables import EpisodeRow, SeriesRow
from app.core.db import Db
from app.core.paging import Listing, Order, Page, Slice, fetch_page, sorts
from app.library.tables import EpisodePartRow, FileRow, MatchRow, MoviePartRow


@dataclass(frozen=True, slots=True)
class Candidate:
    """A work that may be meant: a film or a series, or none that is known. score: 0 to 1. evidence: sentences."""

    movie_id: UUID | None
    series_id: UUID | None
    title: str
    year: int | None
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a video was taken for. status: matched, uncertain or unmatched. decided_by: file, nfo or human."""

    file_id: UUID
    library_id: UUID
    status: str
    score: float
    evidence: list[str]
    candidates: list[dict[str, Any]]
    decided_by: str
    decided_at: datetime

    def candidates_of(self, *, is_film: bool) -> list[Candidate]:
        return [
            Candidate(
                UUID(each["work_id"]) if is_film else None,
                None if is_film else UUID(each["work_id"]),
                each["title"],
                each["year"],
                each["score"],
                tuple(each["evidence"]),
            )
            for each in self.candidates
        ]


_MATCH = MatchRow.__table__.c
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_MATCHES = select(*(_MATCH[name] for name in Match.__slots__))
MATCHES = _MATCHES.where(MatchRow.file_id == any_(_IDS))
# The two that an index holds together: of one library, and open.
QUEUE = Listing(
    _MATCHES.join(FileRow, FileRow.id == MatchRow.file_id).where(
        MatchRow.library_id == bindparam("library_id", type_=Uuid()), MatchRow.is_open == true()
    ),
    MatchRow.file_id,
    Match,
)
OPEN = (
    select(MatchRow.library_id, func.count())
    .where(MatchRow.library_id == any_(_IDS), MatchRow.is_open == true())
    .group_by(MatchRow.library_id)
)
MATCH_FILTERS = Fields(
    {
        "status": comparable(MatchRow.status),
        "score": comparable(MatchRow.score),
        "folder": textual(FileRow.folder),
        "name": textual(FileRow.name),
    }
)
BEST_FIRST = sorts("score", _MATCH.score)[Order("score", descending=True)]
MOVIES_OF_FILES = (
    select(*movies.COLUMNS, MoviePartRow.file_id)
    .join(EditionRow, EditionRow.movie_id == MovieRow.id)
    .join(VersionRow, VersionRow.edition_id == EditionRow.id)
    .join(MoviePartRow, MoviePartRow.version_id == VersionRow.id)
    .where(MoviePartRow.file_id == any_(_IDS))
)
SERIES_OF_FILES = (
    select(*tv.SERIES_COLUMNS, EpisodePartRow.file_id)
    .join(EpisodeRow, EpisodeRow.series_id == SeriesRow.id)
    .join(EpisodePartRow, EpisodePartRow.episode_id == EpisodeRow.id)
    .where(EpisodePartRow.file_id == any_(_IDS))
)
EPISODES_OF_FILES = (
    select(*tv.EPISODE_COLUMNS, EpisodePartRow.file_id)
    .join(EpisodePartRow, EpisodePartRow.episode_id == EpisodeRow.id)
    .where(EpisodePartRow.file_id == any_(_IDS))
    .order_by(EpisodeRow.season_number, EpisodeRow.position, EpisodeRow.id)
)


async def matches(db: Db, viewer: Viewer, file_ids: Sequence[UUID]) -> dict[UUID, Match | None]:
    """What each file was taken for; None for what is no video, or was not identified yet."""
    return dict.fromkeys(file_ids) | {row[0]: Match(*row) for row in await db.rows(MATCHES, ids=file_ids)}


async def match_queue(
    db: Db, viewer: Viewer, *, library_id: UUID, page: Page, where: Where | None = None
) -> Slice[Match]:
    """What a person should decide about in a library, the most certain first."""
    narrowed = narrowing(MATCH_FILTERS, where)
    return await fetch_page(
        db, QUEUE, BEST_FIRST, page, narrowed.condition, library_id=library_id, **narrowed.values
    )


async def open_matches(db: Db, viewer: Viewer, library_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How much of each library a person should decide about."""
    rows = await db.rows(OPEN, ids=library_ids)
    return dict.fromkeys(library_ids, 0) | {row[0]: row[1] for row in rows}


async def movies_of_files(
    db: Db, viewer: Viewer, file_ids: Sequence[UUID]
) -> dict[UUID, movies.Movie | None]:
    """The film that each file holds."""
    rows = await db.records(movies.Movie, MOVIES_OF_FILES, ids=file_ids, languages=viewer.languages)
    return dict.fromkeys(file_ids) | {row[-1]: row for row in rows}


async def series_of_files(db: Db, viewer: Viewer, file_ids: Sequence[UUID]) -> dict[UUID, tv.Series | None]:
    """The series whose episodes each file holds."""
    rows = await db.records(tv.Series, SERIES_OF_FILES, ids=file_ids, languages=viewer.languages)
    return dict.fromkeys(file_ids) | {row[-1]: row for row in rows}


async def episodes_of_files(db: Db, viewer: Viewer, file_ids: Sequence[UUID]) -> dict[UUID, list[tv.Episode]]:
    """The episodes that each file holds, in order."""
    found: dict[UUID, list[tv.Episode]] = {key: [] for key in file_ids}
    rows = await db.records(tv.Episode, EPISODES_OF_FILES, ids=file_ids, languages=viewer.languages)
    for row in rows:
        found[row[-1]].append(row)
    return found
