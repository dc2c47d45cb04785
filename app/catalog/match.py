"""Decides whether a work is one that the catalog has. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.catalog.facts import WorkFacts


@dataclass(frozen=True, slots=True)
class Known:
    """What tells a work in the catalog from others."""

    id: UUID
    match_key: str
    year: int | None
    provider_ids: Mapping[str, str]


def find(wanted: WorkFacts, known: Sequence[Known]) -> Known | None:
    """The work that is meant, or None for a new one.

    A certain id or a shared provider id decides, a contradicting one excludes. Then titles have to be equal and
    years too; where one side has no year, the other is meant only if there is no second work of that title.
    """
    for work in known:
        if work.id == wanted.known_id or wanted.provider_ids.items() & work.provider_ids.items():
            return work
    same_title = [
        work for work in known if work.match_key == wanted.match_key and not _contradict(wanted, work)
    ]
    same_year = [work for work in same_title if work.year == wanted.year]
    if same_year:
        return same_year[0]
    either_unsure = [work for work in same_title if work.year is None or wanted.year is None]
    return either_unsure[0] if len(either_unsure) == 1 else None


def _contradict(wanted: WorkFacts, work: Known) -> bool:
    shared = wanted.provider_ids.keys() & work.provider_ids.keys()
    return any(wanted.provider_ids[name] != work.provider_ids[name] for name in shared)
