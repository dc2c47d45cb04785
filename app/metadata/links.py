"""Which works of providers the catalog's works are: what is kept of it, and who said so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.db import Db
from app.core.outbox import Tx
from app.metadata.facts import FoundWork, Kind
from app.metadata.score import Rated, Status

MOST_CANDIDATES = 10
LONGEST_OVERVIEW = 500
# Of a link, in the order in which `Link.read` takes them.
COLUMNS = (
    *("kind", "work_id", "status", "provider", "provider_id", "score", "evidence", "candidates", "basis"),
    *("decided_by", "decided_at", "problem", "asked_at"),
)
LINKS = text(
    f"""
    SELECT {", ".join(COLUMNS)} FROM metadata.links
    WHERE kind = :kind AND work_id = ANY(CAST(:ids AS uuid[]))
    """  # noqa: S608
)
# A machine never writes over what a person said, not even one that asked before the person spoke.
_UNLESS_HUMAN = "WHERE metadata.links.decided_by <> 'human'"
_DECIDED = """status, provider, provider_id, score, evidence, candidates, basis, decided_by, decided_at,
    problem, asked_at"""
_GIVEN = """:kind, CAST(:work_id AS uuid), :status, CAST(:provider AS text), CAST(:provider_id AS text),
    CAST(:score AS float8), CAST(:evidence AS jsonb), CAST(:candidates AS jsonb), CAST(:basis AS jsonb), :decided_by,
    now(), CAST(:problem AS text), now()"""
_SAVE = f"""
    INSERT INTO metadata.links (kind, work_id, {_DECIDED}) VALUES ({_GIVEN})
    ON CONFLICT (kind, work_id) DO UPDATE SET ({_DECIDED}) = (
        excluded.status, excluded.provider, excluded.provider_id, excluded.score, excluded.evidence,
        excluded.candidates, excluded.basis, excluded.decided_by, excluded.decided_at, excluded.problem,
        excluded.asked_at)
"""  # noqa: S608
SAVE_FOUND, SAVE_SAID = text(f"{_SAVE} {_UNLESS_HUMAN}"), text(_SAVE)
# What stands stays; only that it could not be asked about is new.
SAVE_PROBLEM = text(
    """
    INSERT INTO metadata.links (kind, work_id, status, decided_by, problem)
    VALUES (:kind, CAST(:work_id AS uuid), 'pending', 'provider', CAST(:problem AS text))
    ON CONFLICT (kind, work_id) DO UPDATE SET problem = excluded.problem, asked_at = now()
    """
)
ASKED = text(
    """
    UPDATE metadata.links SET problem = NULL, asked_at = now(), provider_id = CAST(:provider_id AS text)
    WHERE kind = :kind AND work_id = CAST(:work_id AS uuid) AND provider = :provider
    """
)
FORGET = text("DELETE FROM metadata.links WHERE kind = :kind AND work_id = CAST(:work_id AS uuid)")


class DecidedBy(StrEnum):
    PROVIDER = "provider"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider's work that may be meant. poster_url: at the provider. overview: its beginning."""

    provider: str
    id: str
    title: str
    original_title: str | None
    year: int | None
    score: float
    evidence: tuple[str, ...]
    overview: str | None = None
    poster_url: str | None = None

    @classmethod
    def of(cls, rated: Rated) -> "Candidate":
        told = rated.told
        return cls(
            told.provider,
            told.id,
            told.title,
            next((title for title in told.titles if title != told.title), None),
            told.year,
            rated.score,
            rated.evidence,
            told.overview[:LONGEST_OVERVIEW] if told.overview else None,
            told.poster.url if told.poster else None,
        )

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Candidate":
        said = dict(stored)
        said["evidence"] = tuple(said["evidence"])
        return cls(**said)


@dataclass(frozen=True, slots=True)
class Link:
    """problem: why nobody could be asked when it was last tried; what is said beside it stood before."""

    kind: Kind
    work_id: UUID
    status: Status
    provider: str | None
    provider_id: str | None
    score: float
    evidence: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    basis: Mapping[str, Any]
    decided_by: DecidedBy
    decided_at: datetime
    problem: str | None
    asked_at: datetime

    @property
    def is_human(self) -> bool:
        return self.decided_by is DecidedBy.HUMAN

    @property
    def means(self) -> tuple[str, str] | None:
        """Which work of which provider it is."""
        if self.provider is None or self.provider_id is None:
            return None
        return self.provider, self.provider_id

    @classmethod
    def read(cls, *row: Any) -> "Link":
        """Of COLUMNS."""
        said = dict[str, Any](zip(COLUMNS, row, strict=True))
        said["kind"], said["status"] = Kind(said["kind"]), Status(said["status"])
        said["decided_by"] = DecidedBy(said["decided_by"])
        said["evidence"] = tuple(said["evidence"])
        said["candidates"] = tuple(Candidate.read(each) for each in said["candidates"])
        return cls(**said)


@dataclass(frozen=True, slots=True)
class Found:
    """What asking for a work came to. work: all that the provider tells, wherever one is meant and there.

    is_known: whether that is what was decided before. problem: why it could not be decided, or not be asked about;
    status is then `pending` unless it was decided before. error: the problem as it was raised.
    lost: that it was another work before, which the provider has no more; a sentence.
    """

    kind: Kind
    work_id: UUID
    status: Status
    provider: str | None = None
    provider_id: str | None = None
    score: float = 0.0
    evidence: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    basis: Mapping[str, Any] = field(default_factory=dict[str, Any])
    work: FoundWork | None = None
    is_known: bool = False
    problem: str | None = None
    error: Exception | None = None
    lost: str | None = None


async def link_of(db: Db, kind: Kind, ids: Collection[UUID]) -> dict[UUID, Link | None]:
    """None for works that nobody was asked about yet. One statement."""
    rows = await db.rows(LINKS, kind=kind.value, ids=list(ids))
    return dict.fromkeys(ids) | {row["work_id"]: Link.read(*row) for row in rows}


def is_another(before: Link | None, now: Link | None) -> bool:
    """Whether a work was taken for one of a provider's that it is not taken for any more."""
    return before is not None and before.means is not None and (now is None or now.means != before.means)


async def save_link(tx: Tx, found: Found) -> bool:
    """Keep what asking came to; False where a person spoke meanwhile, whose word stands. One statement."""
    key = {"kind": found.kind.value, "work_id": found.work_id}
    if found.problem is not None:
        return await tx.db.run(SAVE_PROBLEM, **key, problem=found.problem) > 0
    if found.is_known:
        said = {"provider": found.provider, "provider_id": found.provider_id}
        return found.status is Status.REJECTED or await tx.db.run(ASKED, **key, **said) > 0
    return await _save(tx, found, DecidedBy.PROVIDER) > 0


async def say_link(tx: Tx, said: Found) -> None:
    """Keep what a person decided. One statement."""
    await _save(tx, said, DecidedBy.HUMAN)


async def forget_link(tx: Tx, kind: Kind, work_id: UUID) -> None:
    """As if nobody had ever been asked about it. One statement."""
    await tx.db.run(FORGET, kind=kind.value, work_id=work_id)


async def _save(tx: Tx, found: Found, by: DecidedBy) -> int:
    return await tx.db.run(
        SAVE_SAID if by is DecidedBy.HUMAN else SAVE_FOUND,
        kind=found.kind.value,
        work_id=found.work_id,
        status=found.status.value,
        provider=found.provider,
        provider_id=found.provider_id,
        score=found.score,
        evidence=list(found.evidence),
        candidates=[asdict(each) for each in found.candidates],
        basis=dict(found.basis),
        decided_by=by.value,
        problem=found.problem,
    )


def candidates_of(rated: Sequence[Rated]) -> tuple[Candidate, ...]:
    return tuple(Candidate.of(each) for each in rated[:MOST_CANDIDATES])
