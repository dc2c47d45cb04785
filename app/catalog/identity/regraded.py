"""Works that became others to viewers: what they were before the transaction that runs."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.access.rule import Access
from app.core.outbox import Tx

# The triggers of migration 0031 note what works were, each once.
_REGRADED = """
    SELECT w.id, f.value AS was, ARRAY(SELECT h.library_id FROM library.library_{table} h WHERE h.{kind}_id = w.id)
    FROM jsonb_each(CAST(coalesce(nullif(current_setting('marquee.former', true), ''), '{{}}') AS jsonb)) f
        JOIN {schema}.{table} w ON w.id = CAST(f.key AS uuid)
    WHERE w.id = ANY(CAST(:ids AS uuid[])) AND f.value <> jsonb_build_object('age', w.age, 'terms', ARRAY(
        SELECT l.term_id FROM {schema}.{kind}_terms l WHERE l.{kind}_id = w.id ORDER BY 1))
"""
REGRADED = {
    kind: text(_REGRADED.format(schema=schema, table=table, kind=kind))
    for kind, schema, table in (("movie", "movies", "movies"), ("series", "tv", "series"))
}


@dataclass(frozen=True, slots=True)
class Former:
    """What decided who saw a work, before it changed. terms: of all kinds."""

    id: UUID
    age: int | None
    terms: frozenset[UUID]

    @classmethod
    def load(cls, said: str) -> "Former":
        facts = json.loads(said)
        return cls(UUID(facts["id"]), facts["age"], frozenset(map(UUID, facts["terms"])))

    def dump(self) -> str:
        """As events carry it."""
        return json.dumps({"id": str(self.id), "age": self.age, "terms": sorted(map(str, self.terms))})


@dataclass(frozen=True, slots=True)
class Regraded:
    """A work that others may see now than before, and the libraries that hold it."""

    former: Former
    library_ids: Sequence[UUID]


def formers(found: Mapping[UUID, Regraded], ids: Collection[UUID]) -> tuple[str, ...]:
    """For an event that tells of these works."""
    return tuple(found[key].former.dump() for key in sorted(found) if key in ids)


def elsewhere(found: Mapping[UUID, Regraded], library_id: UUID) -> dict[UUID, set[UUID]]:
    """The works by the other libraries that hold them."""
    libraries: dict[UUID, set[UUID]] = {}
    for key, each in found.items():
        for other in each.library_ids:
            if other != library_id:
                libraries.setdefault(other, set()).add(key)
    return libraries


def seen_otherwise(
    access: Access, was: Sequence[str], visible: Collection[UUID]
) -> tuple[set[UUID], set[UUID]]:
    """Of works in an event: which came into a viewer's sight, and which went out of it. visible: what they see now."""
    if not access.shape.is_within_libraries:
        return set(), set()
    known = [Former.load(said) for said in was]
    came = {each.id for each in known if each.id in visible and not access.allows(each.age, each.terms)}
    went = {each.id for each in known if each.id not in visible and access.allows(each.age, each.terms)}
    return came, went


async def regraded(tx: Tx, kind: str, ids: Sequence[UUID]) -> Mapping[UUID, Regraded]:
    """Those of the works of which this transaction changed the age or the terms; none but films and series have them.

    At most one statement.
    """
    if not ids or kind not in REGRADED:
        return {}
    found: dict[UUID, Regraded] = {}
    for key, was, library_ids in await tx.db.rows(REGRADED[kind], ids=ids):
        former = Former(key, was["age"], frozenset(map(UUID, was["terms"])))
        found[key] = Regraded(former, library_ids)
    return found
