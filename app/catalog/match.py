"""Decides whether a work is one that the catalog has, or had. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.catalog.columns import PROVIDERS
from app.catalog.facts import WorkFacts

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What tells a work in the catalog from others. row: of a work that went, as it was; None while it is there.

    locked: fields that keep their value whatever sources say. given: fields that people or providers gave, which names
    don't take back. provided: which keys of documents are whose, as app.catalog.provenance has it.
    """

    id: UUID
    match_key: str
    year: int | None
    provider_ids: Mapping[str, str]
    locked: frozenset[str] = frozenset()
    row: Mapping[str, Any] | None = None
    given: frozenset[str] = frozenset()
    provided: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict[str, Mapping[str, str]], compare=False
    )


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a work. name: `title` (value: a match key) or a provider.

    speaks: whether what files of this name say renews the work; not so where it was another work's name.
    """

    name: str
    value: str
    year: int | None
    work_id: UUID
    speaks: bool


class How(StrEnum):
    """By what a work was found."""

    DECIDED = "decided"
    CERTAIN = "certain"
    PROVIDER_ID = "provider_id"
    NAMED = "named"
    TITLE_AND_YEAR = "title_and_year"
    TITLE = "title"
    BEFORE = "before"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Match:
    """The work that is meant. speaks: whether what is said of it is said of this work, and may renew it."""

    work: Known
    speaks: bool = True
    how: How = field(default=How.CERTAIN, compare=False)


@dataclass(slots=True)
class Index:
    """Works by title and by provider id."""

    by_key: dict[str, dict[UUID, None]] = field(default_factory=dict)
    by_pair: dict[Pair, UUID] = field(default_factory=dict)

    def add(self, work: Known) -> None:
        self.by_key.setdefault(work.match_key, {})[work.id] = None
        for pair in unique_pairs(work.provider_ids):
            self.by_pair.setdefault(pair, work.id)

    def drop(self, work: Known) -> None:
        self.by_key.get(work.match_key, {}).pop(work.id, None)
        for pair in unique_pairs(work.provider_ids):
            if self.by_pair.get(pair) == work.id:
                del self.by_pair[pair]


class Catalog:
    """The works that a batch may mean, by all that they can be found by."""

    def __init__(self, known: Iterable[Known], aliases: Iterable[Alias] = ()) -> None:
        self._works: dict[UUID, Known] = {}
        self._there, self._gone = Index(), Index()
        self._aliases: dict[tuple[str, str], list[Alias]] = {}
        for alias in aliases:
            self.call(alias)
        for work in known:
            self.put(work)

    def put(self, work: Known) -> None:
        """Add a work, or what became of it."""
        if (before := self._works.get(work.id)) is not None:
            self._index(before).drop(before)
        self._works[work.id] = work
        self._index(work).add(work)

    def call(self, alias: Alias) -> None:
        """Add a name."""
        self._aliases.setdefault((alias.name, alias.value), []).append(alias)

    def titled(self, match_key: str, year: int | None) -> set[UUID]:
        """The works that are there and are called this by themselves."""
        return {key for key in self._there.by_key.get(match_key, {}) if self._works[key].year == year}

    def _index(self, work: Known) -> Index:
        return self._there if work.row is None else self._gone

    def holder(self, pair: Pair) -> UUID | None:
        """The work that has this provider id, or is meant by it; each belongs to one."""
        if (held := self._there.by_pair.get(pair)) is not None:
            return held
        alias = next(iter(self._aliases.get(pair, ())), None)
        return alias.work_id if alias is not None and not alias.speaks else None

    def locked(self, work_id: UUID) -> frozenset[str]:
        """Fields of a work that keep their value."""
        return self._works[work_id].locked

    def find(self, wanted: WorkFacts) -> Match | None:
        """The work that is meant, there or gone, or None for one that is not known by what is said of it.

        What a person decided counts; then a certain id or a shared provider id, and a contradicting one excludes. Then
        titles have to be equal and years too; where one side has no year, the other is meant only if there is no second
        work of that title. What a person said that a name means comes before the titles that works have by themselves,
        and what is there before what went, as long as both are meant in the same way.
        """
        decided = self._works.get(wanted.decided_id) if wanted.decided_id is not None else None
        if decided is not None:
            said = self._said(wanted)
            speaks = said is not None and said.work.id == decided.id and said.speaks
            return Match(decided, speaks, How.DECIDED)
        known = self._works.get(wanted.known_id) if wanted.known_id is not None else None
        if known is not None and known.row is None:
            return Match(known)
        return self._said(wanted)

    def _said(self, wanted: WorkFacts) -> Match | None:
        if not wanted.provider_ids and not self._has_title(wanted.match_key):
            return None
        return (
            self._of_pair(wanted, self._there)
            or self._of_aliased_pair(wanted)
            or self._of_pair(wanted, self._gone)
            or self._of_title_and_year(wanted, self._there)
            or self._of_title_and_year(wanted, self._gone)
            or self._of_title(wanted, self._there)
            # Where several that are there may be meant, none that went is.
            or (None if self._titled(wanted, self._there) else self._of_title(wanted, self._gone))
        )

    def _has_title(self, key: str) -> bool:
        return key in self._there.by_key or key in self._gone.by_key or ("title", key) in self._aliases

    def others(self, wanted: WorkFacts, meant: UUID) -> tuple[Known, ...]:
        """Works that are there and have the same title: remakes, and those that a missing year leaves open."""
        titled = self._all(self._there.by_key.get(wanted.match_key, {}))
        return tuple(work for work in titled if work.id != meant and not _contradict(wanted, work))

    def before(self, wanted: WorkFacts) -> Known | None:
        """The work that the files were read as before, unless an id says that they are another's."""
        work = self._works.get(wanted.previous_id) if wanted.previous_id is not None else None
        return None if work is None or work.row is not None or _contradict(wanted, work) else work

    def _of_pair(self, wanted: WorkFacts, index: Index) -> Match | None:
        holders = (index.by_pair.get(pair) for pair in unique_pairs(wanted.provider_ids))
        holder = next((each for each in holders if each is not None), None)
        return None if holder is None else Match(self._works[holder], how=How.PROVIDER_ID)

    def _of_aliased_pair(self, wanted: WorkFacts) -> Match | None:
        aliases = (each for pair in unique_pairs(wanted.provider_ids) for each in self._aliases.get(pair, ()))
        return next((self._meant(alias) for alias in aliases if alias.work_id in self._works), None)

    def _of_title_and_year(self, wanted: WorkFacts, index: Index) -> Match | None:
        return next((match for match, year in self._titled(wanted, index) if year == wanted.year), None)

    def _of_title(self, wanted: WorkFacts, index: Index) -> Match | None:
        """Where a year is missing; the other work of that title is not meant then."""
        titled = self._titled(wanted, index)
        unsure = {
            match.work.id: match
            for match, year in reversed(titled)
            if wanted.year is None or (year is None and not _has_got_a_year(match))
        }
        return next(iter(unsure.values())) if len(unsure) == 1 else None

    def _titled(self, wanted: WorkFacts, index: Index) -> list[tuple[Match, int | None]]:
        """Works of the title with their years, first those that a person said that it means."""
        works = self._all(index.by_key.get(wanted.match_key, {}))
        titled = [(Match(work, how=_how(wanted, work)), work.year) for work in works]
        if index is self._there:
            aliases = self._aliases.get(("title", wanted.match_key), ())
            named = [(self._meant(each), each.year) for each in aliases if each.work_id in self._works]
            titled = named + titled
        return [(match, year) for match, year in titled if not _contradict(wanted, match.work)]

    def _meant(self, alias: Alias) -> Match:
        return Match(self._works[alias.work_id], alias.speaks, How.NAMED)

    def _all(self, ids: Iterable[UUID]) -> list[Known]:
        return [self._works[work_id] for work_id in ids]


def _how(wanted: WorkFacts, work: Known) -> How:
    return How.TITLE_AND_YEAR if wanted.year is not None and wanted.year == work.year else How.TITLE


def _has_got_a_year(match: Match) -> bool:
    """Whether the name is what the work was called before somebody knew its year, which is no other year's."""
    return match.how is How.NAMED and match.speaks and match.work.year is not None


def unique_pairs(provider_ids: Mapping[str, str]) -> list[Pair]:
    """The ids that belong to one work each."""
    return [(name, provider_ids[name]) for name in PROVIDERS if name in provider_ids]


def _contradict(wanted: WorkFacts, work: Known) -> bool:
    return any(
        work.provider_ids.get(name, value) != value for name, value in unique_pairs(wanted.provider_ids)
    )
