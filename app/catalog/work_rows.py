"""From what is said of films and series to rows of their tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.catalog.facts import WorkFacts
from app.catalog.match import Alias, Catalog, How, Known, Match, unique_pairs
from app.catalog.outcome import Outcome
from app.catalog.provenance import (
    PROVIDED,
    TERM_FIELDS,
    Field,
    Source,
    provided_keys,
    relations,
    said,
    unlocked,
)
from app.catalog.returning import (
    as_it_was,
    ids_provided,
    is_bound,
    locked_before,
    returned,
    terms_before,
)
from app.catalog.slugs import unique_slug
from app.catalog.titles import slug
from app.core.ids import new_id

# Columns that a describing source renews; what it leaves out stays.
TEXTS = ("original_title", "tagline", "overview", "original_language", "status", "popularity")
DOCUMENTS = ("certifications", "ratings", "provider_ids", "translations")


class Works:
    """The works of one kind that a batch is about: those known, and those to be made."""

    def __init__(
        self, known: Iterable[Known], aliases: Iterable[Alias], slugs: Iterable[str], now: datetime
    ) -> None:
        self._catalog = Catalog(known, aliases)
        self._slugs = set(slugs)
        self._at = int(now.timestamp())
        self._new: set[UUID] = set()
        self._changed: dict[UUID, dict[str, Any]] = {}
        self._speaking: list[bool] = []
        self.outcomes: list[Outcome] = []
        self.fresh: list[dict[str, Any]] = []
        self.returned: list[UUID] = []
        self.called: list[Alias] = []
        self._kept_terms: dict[UUID, tuple[WorkFacts, dict[str, tuple[str, ...]]]] = {}

    def place(self, wanted: Sequence[WorkFacts]) -> None:
        """Decide for each work; `outcomes` are in the same order. A work that had gone comes back under its id."""
        # A work that is still called as before by some of its files is not given a new name by others.
        meant = {match.work.id for facts in wanted if (match := self._catalog.find(facts)) is not None}
        for facts in wanted:
            match = self._catalog.find(facts)
            self._speaking.append(match is None or match.speaks)
            how = How.NEW if match is None else match.how
            if match is not None and match.work.row is not None:
                self._return(match, match.work.row, facts)
            elif match is not None and not match.speaks:
                is_new = match.work.id in self._new
                self.outcomes.append(Outcome(match.work.id, is_new=is_new, is_changed=False))
            elif match is not None:
                self._renew(match.work, facts, is_renamed=_is_called_anew(match, facts))
            elif (work := self._catalog.before(facts)) is not None and work.id not in meant:
                self._renew(work, facts, is_renamed=True)
                meant.add(work.id)
                how = How.BEFORE
            else:
                self._make(facts)
            outcome = self.outcomes[-1]
            others = self._catalog.others(facts, outcome.id)
            self.outcomes[-1] = replace(outcome, speaks=self._speaking[-1], how=how, others=others)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """One row for each known work to renew; the first source that describes it speaks."""
        return list(self._changed.values())

    def described(self, wanted: Sequence[WorkFacts]) -> list[tuple[UUID, WorkFacts]]:
        """Each work that a source describes, with the first such source; `wanted` as it was placed.

        Without the relations that are locked. A work that came back has those that were.
        """
        first: dict[UUID, WorkFacts] = {}
        for outcome, facts, speaks in zip(self.outcomes, wanted, self._speaking, strict=True):
            if facts.is_described and speaks:
                first.setdefault(outcome.id, _unlocked(facts, self._catalog.locked(outcome.id)))
        for work_id, (facts, kept) in self._kept_terms.items():
            known = first.get(work_id, replace(facts, terms={}, credits=(), collection=None))
            first[work_id] = replace(known, terms={**known.terms, **kept})
        return list(first.items())

    def _free_ids(self, work_id: UUID, facts: WorkFacts) -> dict[str, str]:
        """Provider ids that no other work holds."""
        held = {
            name
            for name, value in unique_pairs(facts.provider_ids)
            if self._catalog.holder((name, value)) not in (None, work_id)
        }
        return {name: value for name, value in facts.provider_ids.items() if name not in held}

    def _make(self, facts: WorkFacts) -> None:
        work_id = new_id()
        row = columns(facts) | {"provider_ids": self._free_ids(work_id, facts)}
        row["sources"] = self._described(facts, row) if facts.is_described else {}
        known = Known(work_id, facts.match_key, facts.year, row["provider_ids"])
        self._add(known, slug(facts.title, facts.year), row)

    def _return(self, match: Match, before: Mapping[str, Any], facts: WorkFacts) -> None:
        """Under its id and with what was locked; all of it as it was, if what is said was said of another."""
        work = match.work
        held = {
            name for name, value in unique_pairs(work.provider_ids) if self._catalog.holder((name, value))
        }
        ids = {name: value for name, value in work.provider_ids.items() if name not in held}
        row = columns(facts) | {"sources": dict[str, Any](), "year": facts.year or work.year}
        if not match.speaks:
            row = as_it_was(row, before)
        else:
            if facts.is_described:
                row["sources"] = self._described(facts, columns(facts), locked_before(before))
            row = returned(row, before)
            row["sources"] = ids_provided(before, ids.keys() - facts.provider_ids.keys()) | row["sources"]
            ids |= {} if is_bound(before) else self._free_ids(work.id, facts)
        self.returned.append(work.id)
        if kept := terms_before(before):
            self._kept_terms[work.id] = (facts, kept)
        work = Known(work.id, row["match_key"], row["year"], ids, locked_before(before))
        self._add(work, before["slug"], row | {"provider_ids": ids})

    def _add(self, work: Known, wanted_slug: str, row: Mapping[str, Any]) -> None:
        own_slug = unique_slug(wanted_slug, self._slugs, work.id)
        self._slugs.add(own_slug)
        self.fresh.append({**row, "id": work.id, "slug": own_slug})
        self._new.add(work.id)
        self._catalog.put(work)
        self.outcomes.append(Outcome(work.id, is_new=True, is_changed=False))

    def _renew(self, work: Known, facts: WorkFacts, *, is_renamed: bool) -> None:
        free = self._free_ids(work.id, facts)
        learns_year = work.year is None and facts.year is not None
        learns_ids = bool(free.keys() - work.provider_ids.keys())
        is_new = work.id in self._new
        is_changed = facts.is_described or is_renamed or learns_year or learns_ids
        if is_changed:
            kept = work.locked if facts.is_described else work.locked | work.given
            row = unlocked(columns(facts) | {"provider_ids": free}, kept)
            if is_renamed and Field.YEAR in work.given and facts.year != work.year:
                # The provider's year stays, and these files are found by theirs.
                self.called.append(Alias("title", facts.match_key, facts.year, work.id, speaks=True))
                self._catalog.call(self.called[-1])
            if not self._changed.get(work.id, {}).get("described"):
                flags = {"id": work.id, "described": facts.is_described, "renamed": is_renamed}
                self._changed[work.id] = flags | row | {"sources": self._said(work, facts, row, is_renamed)}
            self._catalog.put(_renewed(work, row, speaks=facts.is_described or is_renamed))
        self.outcomes.append(Outcome(work.id, is_new=is_new, is_changed=is_changed and not is_new))

    def _described(
        self, facts: WorkFacts, row: Mapping[str, Any], locked: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        return said(Source.NFO, unlocked({**row, **relations(facts)}, locked), self._at)

    def _said(
        self, work: Known, facts: WorkFacts, row: Mapping[str, Any], is_renamed: bool
    ) -> dict[str, Any]:
        if facts.is_described:
            return self._described(facts, row, work.locked) | _not_provided(work, row)
        told = {"year": row["year"] if is_renamed or work.year is None else None}
        told = said(Source.FILE, told | ({"title": row["title"]} if is_renamed else {}), self._at)
        return told | (_not_provided(work, row) if is_renamed else {})


def _is_called_anew(match: Match, facts: WorkFacts) -> bool:
    """Whether all files of a work call it by a name that it had before, so that it is called so again."""
    work = match.work
    if match.how is not How.NAMED or facts.previous_id != work.id:
        return False
    has_year = facts.year in (None, work.year) or Field.YEAR in work.given | work.locked
    return facts.match_key != work.match_key or not has_year


def _renewed(work: Known, row: Mapping[str, Any], *, speaks: bool) -> Known:
    """What the statement that renews makes of a work."""
    ids = row["provider_ids"]
    return replace(
        work,
        match_key=row["match_key"] if speaks else work.match_key,
        year=(row["year"] or work.year) if speaks else (work.year or row["year"]),
        provider_ids={**work.provider_ids, **ids} if speaks else {**ids, **work.provider_ids},
    )


def _not_provided(work: Known, row: Mapping[str, Any]) -> dict[str, Any]:
    """Keys of documents that are no provider's any more, since another source says them now; as `sources` has it."""
    left = provided_keys(work.provided, row)
    return {PROVIDED: left} if left != work.provided else {}


def _unlocked(facts: WorkFacts, locked: frozenset[str]) -> WorkFacts:
    """Without the relations that are locked."""
    if not locked:
        return facts
    return replace(
        facts,
        terms={kind: names for kind, names in facts.terms.items() if TERM_FIELDS[kind] not in locked},
        credits=() if Field.CREDITS in locked else facts.credits,
        collection=None if Field.COLLECTION in locked else facts.collection,
    )


def columns(facts: WorkFacts) -> dict[str, Any]:
    """Every column that facts can fill, None where they don't say."""
    row: dict[str, Any] = {name: getattr(facts, name) for name in TEXTS}
    row |= {name: dict(getattr(facts, name)) for name in DOCUMENTS}
    row |= {
        "title": facts.title,
        "match_key": facts.match_key,
        "sort_title": facts.sort_title,
        "year": facts.year,
        "date": facts.released_on,
    }
    return row | {"runtime_s": facts.runtime_s, "countries": list(facts.countries)}
