"""Decides whether a work is one that the catalog has. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.catalog.columns import PROVIDERS
from app.catalog.facts import WorkFacts

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What tells a work in the catalog from others."""

    id: UUID
    match_key: str
    year: int | None
    provider_ids: Mapping[str, str]


class Catalog:
    """The works that a batch may mean, by all that they can be found by."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._works: dict[UUID, Known] = {}
        self._by_key: dict[str, dict[UUID, None]] = {}
        self._by_pair: dict[Pair, UUID] = {}
        for work in known:
            self.put(work)

    def put(self, work: Known) -> None:
        """Add a work, or what became of it."""
        if (before := self._works.get(work.id)) is not None:
            self._by_key[before.match_key].pop(work.id, None)
            for pair in unique_pairs(before.provider_ids):
                self._by_pair.pop(pair, None)
        self._works[work.id] = work
        self._by_key.setdefault(work.match_key, {})[work.id] = None
        for pair in unique_pairs(work.provider_ids):
            self._by_pair.setdefault(pair, work.id)

    def holder(self, pair: Pair) -> UUID | None:
        """The work that has this provider id; each belongs to one."""
        return self._by_pair.get(pair)

    def find(self, wanted: WorkFacts) -> Known | None:
        """The work that is meant, or None for one that is not known by what is said of it.

        A certain id or a shared provider id decides, a contradicting one excludes. Then titles have to be equal and
        years too; where one side has no year, the other is meant only if there is no second work of that title.
        """
        if wanted.known_id is not None and wanted.known_id in self._works:
            return self._works[wanted.known_id]
        holders = (self.holder(pair) for pair in unique_pairs(wanted.provider_ids))
        if (holder := next((each for each in holders if each is not None), None)) is not None:
            return self._works[holder]
        return self._of_title(wanted)

    def before(self, wanted: WorkFacts) -> Known | None:
        """The work that the files were read as before, unless an id says that they are another's."""
        work = self._works.get(wanted.previous_id) if wanted.previous_id is not None else None
        return None if work is None or _contradict(wanted, work) else work

    def _of_title(self, wanted: WorkFacts) -> Known | None:
        titled = (self._works[work_id] for work_id in self._by_key.get(wanted.match_key, ()))
        possible = [work for work in titled if not _contradict(wanted, work)]
        same_year = [work for work in possible if work.year == wanted.year]
        if same_year:
            return same_year[0]
        either_unsure = [work for work in possible if work.year is None or wanted.year is None]
        return either_unsure[0] if len(either_unsure) == 1 else None


def unique_pairs(provider_ids: Mapping[str, str]) -> list[Pair]:
    """The ids that belong to one work each."""
    return [(name, provider_ids[name]) for name in PROVIDERS if name in provider_ids]


def _contradict(wanted: WorkFacts, work: Known) -> bool:
    return any(
        work.provider_ids.get(name, value) != value for name, value in unique_pairs(wanted.provider_ids)
    )
