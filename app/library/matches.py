"""The match ledger: what each video was taken for, how sure that is, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.match import How, Known
from app.catalog.outcome import Outcome
from app.core.bulk import delete, insert
from app.core.outbox import Tx
from app.identify.kinds import LibraryKind
from app.identify.reading import SURE, Reading
from app.library.decided import Decided
from app.library.decisions import Verdict
from app.library.tables import MatchRow

MOST_CANDIDATES = 5
# Titles that are equal and years that are off by one, as festivals and releases are: as likely as not.
NEXT_YEAR, ANY_YEAR, OTHER_YEAR = 0.55, 0.5, 0.2

_FOUND = {
    How.CERTAIN: "It lies in the folder of this {kind}.",
    How.PROVIDER_ID: "This {kind} has the same id at a provider.",
    How.NAMED: "You said that this {kind} is meant by the name.",
    How.TITLE_AND_YEAR: "Title and year are those of this {kind}.",
    How.TITLE: "The title is that of this {kind}, and no year tells otherwise.",
    How.BEFORE: "It was taken for this {kind} before, which had another name.",
    How.NEW: "No {kind} of this name was known before.",
}
# Nothing else has to be right where these are.
_SURELY = {How.CERTAIN: 0.9, How.PROVIDER_ID: 0.97, How.NAMED: 0.95}
_KINDS = {LibraryKind.MOVIE: "film", LibraryKind.EPISODE: "series"}
TITLES = {
    LibraryKind.MOVIE: text("SELECT id, title FROM movies.movies WHERE id = ANY(CAST(:ids AS uuid[]))"),
    LibraryKind.EPISODE: text("SELECT id, title FROM tv.series WHERE id = ANY(CAST(:ids AS uuid[]))"),
}


@dataclass(frozen=True, slots=True)
class Identified:
    """A video, what its name and NFO said, and what came of it. outcome: None where it is no work's."""

    file_id: UUID
    reading: Reading | None
    has_nfo: bool
    outcome: Outcome | None
    decided: Decided | None


async def store_matches(tx: Tx, library_id: UUID, kind: LibraryKind, videos: Sequence[Identified]) -> None:
    """Write what became of every looked-at video. One statement, and one for the titles of what else may be meant."""
    others = {work.id for video in videos if video.outcome for work in video.outcome.others}
    titles: dict[UUID, str] = {}
    if others:
        titles = {row["id"]: row["title"] for row in await tx.db.rows(TITLES[kind], ids=sorted(others))}
    rows = [{"library_id": library_id} | _row(kind, video, titles) for video in videos]
    update = ("library_id", "status", "score", "evidence", "candidates", "decided_by", "decided_at")
    await insert(tx.db, MatchRow, rows, key=("file_id",), update=update)


async def drop_matches(tx: Tx, file_ids: Sequence[UUID]) -> None:
    """Forget what files were taken for that are to be no work's any more, an extra for one."""
    if file_ids:
        await delete(tx.db, MatchRow, "file_id", file_ids)


def _row(kind: LibraryKind, video: Identified, titles: dict[UUID, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"file_id": video.file_id, "decided_at": "now", "candidates": []}
    said = list(video.reading.evidence) if video.reading else []
    if video.decided is not None and (video.outcome or not video.decided.is_work):
        status = "unmatched" if video.decided.decision.verdict is Verdict.NONE else "matched"
        return row | {
            "status": status,
            "score": 1.0,
            "evidence": [video.decided.evidence, *said],
            "decided_by": "human",
        }
    by = "nfo" if video.has_nfo else "file"
    if video.outcome is None or video.reading is None:
        evidence = said or ["Nothing could be read from its name."]
        return row | {"status": "unmatched", "score": 0.0, "evidence": evidence, "decided_by": by}
    candidates = _candidates(video.reading, video.outcome.others, titles)
    score = score_of(video.reading, video.outcome, max((each["score"] for each in candidates), default=0.0))
    return row | {
        "status": "matched" if score >= SURE else "uncertain",
        "score": score,
        "evidence": [*said, _FOUND[video.outcome.how].format(kind=_KINDS[kind])],
        "candidates": candidates,
        "decided_by": by,
    }


def score_of(reading: Reading, outcome: Outcome, best_other: float) -> float:
    """How sure it is, from 0 to 1: as sure as the reading is, less where another work may be meant."""
    if outcome.how in _SURELY:
        return max(reading.confidence, _SURELY[outcome.how])
    doubt = 1 - best_other if outcome.how is not How.TITLE_AND_YEAR else 1.0
    return round(min(reading.confidence, doubt), 3)


def _candidates(reading: Reading, others: Sequence[Known], titles: dict[UUID, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"work_id": work.id, "title": titles[work.id], "year": work.year}
        | dict(zip(("score", "evidence"), _likeness(reading.year, work.year), strict=True))
        for work in others
        if work.id in titles
    ]
    return sorted(found, key=lambda each: -each["score"])[:MOST_CANDIDATES]


def _likeness(said: int | None, year: int | None) -> tuple[float, list[str]]:
    if said is None or year is None:
        return ANY_YEAR, ["It has the same title, and a year is missing."]
    if abs(said - year) <= 1:
        return NEXT_YEAR, ["It has the same title, and its year is that of the name or next to it."]
    return OTHER_YEAR, [f"It has the same title, but is of {year}."]
