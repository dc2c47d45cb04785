"""From what is said of films and series to rows of their tables."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.catalog.facts import WorkFacts
from app.catalog.match import Known, find
from app.catalog.outcome import Outcome
from app.catalog.slugs import unique_slug
from app.catalog.titles import slug
from app.core.db import Row
from app.core.ids import new_id

# Columns that a describing source renews; what it leaves out stays.
TEXTS = ("original_title", "tagline", "overview", "original_language", "status", "popularity")
DOCUMENTS = ("certifications", "ratings", "provider_ids", "translations")


class Works:
    """The works of one kind that a batch is about: those known, and those to be made."""

    def __init__(self, known: Sequence[Row], slugs: Sequence[Row]) -> None:
        self.known = [Known(*row) for row in known]
        self._slugs = {row[0] for row in slugs}
        self.outcomes: list[Outcome] = []
        self.fresh: list[dict[str, Any]] = []
        self._changed: dict[UUID, dict[str, Any]] = {}

    def place(self, facts: WorkFacts) -> None:
        """Decide for one work; appends to `outcomes` in the order of calls."""
        work = find(facts, self.known)
        if work is None:
            self._make(facts)
        else:
            self._renew(work, facts)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """One row for each known work to renew; the first source that describes it speaks."""
        return list(self._changed.values())

    def _free_ids(self, work_id: UUID, facts: WorkFacts) -> dict[str, str]:
        """Provider ids that no other work holds, since each belongs to one."""
        held = {pair for work in self.known if work.id != work_id for pair in work.provider_ids.items()}
        return {name: value for name, value in facts.provider_ids.items() if (name, value) not in held}

    def described(self, wanted: Sequence[WorkFacts]) -> list[tuple[UUID, WorkFacts]]:
        """Each work that a source describes, with the first such source; `wanted` as it was placed."""
        first: dict[UUID, WorkFacts] = {}
        for outcome, facts in zip(self.outcomes, wanted, strict=True):
            if facts.is_described:
                first.setdefault(outcome.id, facts)
        return list(first.items())

    def _make(self, facts: WorkFacts) -> None:
        work_id = new_id()
        own_slug = unique_slug(slug(facts.title, facts.year), self._slugs, work_id)
        self._slugs.add(own_slug)
        free = self._free_ids(work_id, facts)
        row = {"id": work_id, "slug": own_slug} | columns(facts)
        self.fresh.append(row | {"provider_ids": free})
        self.known.append(Known(work_id, facts.match_key, facts.year, free))
        self.outcomes.append(Outcome(work_id, is_new=True, is_changed=False))

    def _renew(self, work: Known, facts: WorkFacts) -> None:
        learns_year = work.year is None and facts.year is not None
        learns_ids = bool(facts.provider_ids.keys() - work.provider_ids.keys())
        is_new = any(outcome.id == work.id and outcome.is_new for outcome in self.outcomes)
        is_changed = facts.is_described or learns_year or learns_ids
        if is_changed:
            free = self._free_ids(work.id, facts)
            row = {"id": work.id, "described": facts.is_described} | columns(facts) | {"provider_ids": free}
            if not self._changed.get(work.id, {}).get("described"):
                self._changed[work.id] = row
            index = self.known.index(work)
            merged = free | dict(work.provider_ids)
            self.known[index] = Known(work.id, work.match_key, work.year or facts.year, merged)
        self.outcomes.append(Outcome(work.id, is_new=is_new, is_changed=is_changed and not is_new))


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
