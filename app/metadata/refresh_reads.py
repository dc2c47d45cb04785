"""How far what people asked for at once is, and when works were looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, select, text

from app.access.viewer import Viewer
from app.catalog.filters import Where, narrowing
from app.catalog.movies.filters import MOVIE_FILTERS
from app.catalog.movies.tables import MovieRow
from app.catalog.tv.filters import SERIES_FILTERS
from app.catalog.tv.tables import SeriesRow
from app.core.db import Db
from app.core.errors import Invalid
from app.core.paging import Condition

MOST_AT_ONCE = 200_000
REFRESHES = text(
    """
    SELECT r.id, r.status, r.done, r.failed,
        (SELECT count(*) FROM metadata.looks l WHERE l.refresh_id = r.id) AS remaining,
        r.requested_at, r.started_at, r.progressed_at, r.finished_at
    FROM metadata.refreshes r WHERE r.id = ANY(CAST(:ids AS uuid[]))
    """
)
FAILURES = text(
    """
    SELECT k.id, l.kind, l.work_id, l.problem, l.code, l.due_at
    FROM unnest(CAST(:ids AS uuid[])) AS k(id) CROSS JOIN LATERAL (
        SELECT * FROM metadata.looks l WHERE l.failed_in = k.id ORDER BY l.kind, l.work_id LIMIT CAST(:first AS int)
    ) AS l
    """
)
LOOKS = text(
    """
    SELECT work_id, looked_at, CASE WHEN asked_at IS NULL THEN due_at END AS due_at, failures, problem, code
    FROM metadata.looks WHERE kind = :kind AND work_id = ANY(CAST(:ids AS uuid[]))
    """
)
HELD = {
    "movie": text("SELECT movie_id FROM library.library_movies WHERE library_id = :library_id"),
    "tv": text("SELECT series_id FROM library.library_series WHERE library_id = :library_id"),
}
ASKABLE = text(
    """
    SELECT (SELECT count(DISTINCT h.movie_id) FROM library.library_movies h
            WHERE h.movie_id = ANY(CAST(:movies AS uuid[])) AND h.library_id = ANY(CAST(:libraries AS uuid[])))
         + (SELECT count(DISTINCT h.series_id) FROM library.library_series h
            WHERE h.series_id = ANY(CAST(:series AS uuid[])) AND h.library_id = ANY(CAST(:libraries AS uuid[])))
    """
)
_FILTERS: Mapping[str, tuple[Any, Any]] = {
    "movie": (MovieRow, MOVIE_FILTERS),
    "tv": (SeriesRow, SERIES_FILTERS),
}


@dataclass(frozen=True, slots=True)
class Refresh:
    """remaining: what is left to look at, which grows as series name their seasons."""

    id: UUID
    status: str
    done: int
    failed: int
    remaining: int
    requested_at: datetime
    started_at: datetime | None
    progressed_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.status != "running"

    @property
    def total(self) -> int:
        return self.done + self.failed + self.remaining

    @property
    def rate_per_s(self) -> float | None:
        """Over all of its time, from when it was asked for to when it last got further."""
        if self.progressed_at is None:
            return None
        seconds = (self.progressed_at - self.requested_at).total_seconds()
        return (self.done + self.failed) / seconds if seconds > 0 else None

    @property
    def eta_s(self) -> float | None:
        rate = self.rate_per_s
        return None if self.is_over or not rate else self.remaining / rate


@dataclass(frozen=True, slots=True)
class FailedLook:
    kind: str
    work_id: UUID
    problem: str | None
    fault: str | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class LookedAt:
    """due_at: None while it waits for its turn. failures: since it could last be looked at."""

    looked_at: datetime | None
    due_at: datetime | None
    failures: int
    problem: str | None
    fault: str | None


async def refreshes(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Refresh | None]:
    """None for those that were forgotten, 30 days after their end. One statement."""
    found: dict[UUID, Refresh | None] = dict.fromkeys(ids)
    return found | {row["id"]: Refresh(*row) for row in await db.rows(REFRESHES, ids=list(ids))}


async def failures_of_refreshes(
    db: Db, viewer: Viewer, ids: Sequence[UUID], *, first: int = 20
) -> dict[UUID, list[FailedLook]]:
    """What could not be looked at, and was not since. One statement."""
    found: dict[UUID, list[FailedLook]] = {key: [] for key in ids}
    for key, *look in await db.rows(FAILURES, ids=list(ids), first=first):
        found[key].append(FailedLook(*look))
    return found


async def looks_at_movies(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, LookedAt | None]:
    return await _looks(db, "movie", ids)


async def looks_at_series(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, LookedAt | None]:
    return await _looks(db, "tv", ids)


async def _looks(db: Db, kind: str, ids: Sequence[UUID]) -> dict[UUID, LookedAt | None]:
    found: dict[UUID, LookedAt | None] = dict.fromkeys(ids)
    for key, *look in await db.rows(LOOKS, kind=kind, ids=list(ids)):
        found[key] = LookedAt(*look)
    return found


async def works_meant(db: Db, kind: str, where: Where) -> list[UUID]:
    """All films or series that a filter means, by id. Raises Invalid where they are too many. One statement."""
    narrowed = narrowing(_FILTERS[kind][1], where)
    rows = await db.rows(_matching(kind, narrowed.condition), most=MOST_AT_ONCE + 1, **narrowed.values)
    if len(rows) > MOST_AT_ONCE:
        raise Invalid("filter", f"It means more than {MOST_AT_ONCE} works; narrow it.")
    return [row[0] for row in rows]


async def works_held(db: Db, kind: str, library_id: UUID) -> list[UUID]:
    return [row[0] for row in await db.rows(HELD[kind], library_id=library_id)]


async def askable(db: Db, works: Mapping[str, Sequence[UUID]], libraries: Sequence[UUID]) -> int:
    """How many of these films and series any of these libraries holds. One statement."""
    params = {"movies": list(works["movie"]), "series": list(works["tv"])}
    return int(await db.value(ASKABLE, **params, libraries=libraries))


@lru_cache(maxsize=256)
def _matching(kind: str, condition: Condition | None) -> Any:
    row = _FILTERS[kind][0]
    statement = select(row.id).order_by(row.id).limit(bindparam("most", type_=Integer()))
    return statement if condition is None else statement.where(condition.clause)
