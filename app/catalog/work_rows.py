"""From what is said of films and series to rows of their tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.catalog.facts import WorkFacts
from app.catalog.match import Alias, Catalog, Known, Match, unique_pairs
from app.catalog.outcome import Outcome
from app.catalog.slugs import unique_slug
from app.catalog.titles import slug
from app.core.ids import new_id

# Columns that a describing source renews; what it leaves out stays.
TEXTS = ("original_title", "tagline", "overview", "original_language", "status", "popularity")
DOCUMENTS = ("certifications", "ratings", "provider_ids", "translations")


class Works:
    """The works of one kind that a batch is about: those known, and those to be made."""

    def __init__(self, known: Iterable[Known], aliases: Iterable[Alias], slugs: Iterable[str]) -> None:
        self._catalog = Catalog(known, aliases)
        self._slugs = set(slugs)
        self._new: set[UUID] = set()
        self._changed: dict[UUID, dict[str, Any]] = {}
        self._speaking: list[bool] = []
        self.outcomes: list[Outcome] = []
        self.fresh: list[dict[str, Any]] = []
        self.returned: list[UUID] = []

    def place(self, wanted: Sequence[WorkFacts]) -> None:
        """Decide for each work; `outcomes` are in the same order. A work that had gone comes back under its id."""
        # A work that is still called as before by some of its files is not given a new name by others.
        meant = {match.work.id for facts in wanted if (match := self._catalog.find(facts)) is not None}
        for facts in wanted:
            match = self._catalog.find(facts)
            self._speaking.append(match is None or match.speaks)
            if match is not None and match.work.row is not None:
                self._return(match, match.work.row, facts)
            elif match is not None and not match.speaks:
                is_new = match.work.id in self._new
                self.outcomes.append(Outcome(match.work.id, is_new=is_new, is_changed=False))
            elif match is not None:
                self._renew(match.work, facts, is_renamed=False)
            elif (work := self._catalog.before(facts)) is not None and work.id not in meant:
                self._renew(work, facts, is_renamed=True)
                meant.add(work.id)
            else:
                self._make(facts)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """One row for each known work to renew; the first source that describes it speaks."""
        return list(self._changed.values())

    def described(self, wanted: Sequence[WorkFacts]) -> list[tuple[UUID, WorkFacts]]:
        """Each work that a source describes, with the first such source; `wanted` as it was placed."""
        first: dict[UUID, WorkFacts] = {}
        for outcome, facts, speaks in zip(self.outcomes, wanted, self._speaking, strict=True):
            if facts.is_described and speaks:
                first.setdefault(outcome.id, facts)
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
        self._add(work_id, slug(facts.title, facts.year), row)

    def _return(self, match: Match, before: Mapping[str, Any], facts: WorkFacts) -> None:
        """Under its id, and its address where that is free still; as it was, if what is said is said of another."""
        work = match.work
        row = columns(facts) | {"year": facts.year or work.year}
        if not match.speaks:
            row |= {name: before[name] for name in row.keys() & before.keys()}
        free = self._free_ids(work.id, facts) if match.speaks else {}
        held = {
            name for name, value in unique_pairs(work.provider_ids) if self._catalog.holder((name, value))
        }
        known = {name: value for name, value in work.provider_ids.items() if name not in held}
        self._add(work.id, before["slug"], row | {"provider_ids": known | free})
        self.returned.append(work.id)

    def _add(self, work_id: UUID, wanted_slug: str, row: Mapping[str, Any]) -> None:
        own_slug = unique_slug(wanted_slug, self._slugs, work_id)
        self._slugs.add(own_slug)
        self.fresh.append({"id": work_id, "slug": own_slug, **row})
        self._new.add(work_id)
        self._catalog.put(Known(work_id, row["match_key"], row["year"], row["provider_ids"]))
        self.outcomes.append(Outcome(work_id, is_new=True, is_changed=False))

    def _renew(self, work: Known, facts: WorkFacts, *, is_renamed: bool) -> None:
        free = self._free_ids(work.id, facts)
        learns_year = work.year is None and facts.year is not None
        learns_ids = bool(free.keys() - work.provider_ids.keys())
        is_new = work.id in self._new
        is_changed = facts.is_described or is_renamed or learns_year or learns_ids
        if is_changed:
            row = {"id": work.id, "described": facts.is_described, "renamed": is_renamed} | columns(facts)
            if not self._changed.get(work.id, {}).get("described"):
                self._changed[work.id] = row | {"provider_ids": free}
            self._catalog.put(_renewed(work, facts, free, is_renamed=is_renamed))
        self.outcomes.append(Outcome(work.id, is_new=is_new, is_changed=is_changed and not is_new))


def _renewed(work: Known, facts: WorkFacts, free: Mapping[str, str], *, is_renamed: bool) -> Known:
    """What the statement that renews makes of a work."""
    speaks = facts.is_described or is_renamed
    return Known(
        work.id,
        facts.match_key if speaks else work.match_key,
        (facts.year or work.year) if speaks else (work.year or facts.year),
        {**work.provider_ids, **free} if speaks else {**free, **work.provider_ids},
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
