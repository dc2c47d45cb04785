"""What people decided about files: kept for longer than the files, and before anything that names or NFO files say."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.bulk import delete, insert
from app.core.db import Db
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identify.files import ExtraKind, FileRole
from app.identify.titles import match_key
from app.library.read_folders import series_folder
from app.library.tables import DecisionRow

SAMPLE = "sample"


class Verdict(StrEnum):
    """What a file is: of this film, of this series, a work as its name says, no work, or an extra."""

    MOVIE = "movie"
    SERIES = "series"
    VIDEO = "video"
    NONE = "none"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a file.

    movie_id, series_id: the work; of an extra, the one it belongs to, if any. season, episodes (television) and edition
    (film): None where the file's name is right about them; season 0 holds specials. extra_kind: one of
    identify.files.ExtraKind, or SAMPLE.
    """

    file_id: UUID
    verdict: Verdict
    movie_id: UUID | None = None
    series_id: UUID | None = None
    season: int | None = None
    episodes: tuple[int, ...] | None = None
    edition: str | None = None
    extra_kind: str | None = None

    @property
    def role(self) -> FileRole:
        """What the file is for, whatever its name says."""
        if self.verdict is not Verdict.EXTRA:
            return FileRole.VIDEO
        if self.extra_kind == SAMPLE:
            return FileRole.SAMPLE
        return FileRole.TRAILER if self.extra_kind == ExtraKind.TRAILER else FileRole.EXTRA


@dataclass(frozen=True, slots=True)
class Place:
    """A file that is being identified, and what its name says. is_new: whether it was nothing before."""

    file_id: UUID
    root_id: UUID
    folder: str
    name: str
    size_bytes: int
    content_hash: int | None = None
    title: str | None = None
    year: int | None = None
    edition: str | None = None
    is_new: bool = False

    @property
    def match_key(self) -> str | None:
        return match_key(self.title) if self.title else None


FILES = text(
    """
    SELECT f.id, f.root_id, f.folder, f.name, f.size_bytes, f.content_hash, f.reading FROM library.files f
    WHERE f.id = ANY(CAST(:ids AS uuid[]))
    """
)


async def decide(tx: Tx, decisions: Sequence[Decision]) -> None:
    """From now on these files are what was decided, whatever scans find. Two statements.

    It comes into force for what is in the catalog with `place_again`.
    """
    by_file = {decision.file_id: decision for decision in decisions}
    rows = [decision_row(by_file[place.file_id], place) for place in await places_of(tx.db, list(by_file))]
    update = tuple(name for name in rows[0] if name not in ("id", "file_id")) if rows else ()
    await insert(tx.db, DecisionRow, rows, key=("file_id",), update=update)


async def forget(tx: Tx, file_ids: Sequence[UUID]) -> None:
    """Names and NFO files say again what these files are. One statement."""
    await delete(tx.db, DecisionRow, "file_id", file_ids)


async def places_of(db: Db, file_ids: Sequence[UUID]) -> list[Place]:
    """Files as a decision about them is found again. One statement."""
    return [Place(*row[:6], **_said(row["reading"])) for row in await db.rows(FILES, ids=list(file_ids))]


def _said(reading: dict[str, Any] | None) -> dict[str, Any]:
    return {name: (reading or {}).get(name) for name in ("title", "year", "edition")}


def decision_row(decision: Decision, place: Place, inherited_from: UUID | None = None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "file_id": place.file_id,
        **whereabouts(place),
        "year": place.year,
        "reads_edition": place.edition,
        "verdict": decision.verdict,
        "role": decision.role,
        "movie_id": decision.movie_id,
        "series_id": decision.series_id,
        "season": decision.season,
        "episodes": decision.episodes,
        "edition": decision.edition,
        "extra_kind": decision.extra_kind,
        "inherited_from": inherited_from,
        "decided_at": "now",
    }


def whereabouts(place: Place) -> dict[str, Any]:
    return {
        "root_id": place.root_id,
        "folder": place.folder,
        "name": place.name,
        "home": home_of(place.folder),
        "match_key": place.match_key,
        "size_bytes": place.size_bytes,
        "content_hash": place.content_hash,
    }


@lru_cache(maxsize=4096)
def home_of(folder: str) -> str:
    """Of a series the folder above its seasons; a film's folder is its own."""
    return series_folder(folder)
