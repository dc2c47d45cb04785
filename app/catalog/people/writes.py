"""Making people."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.facts import CreditFacts
from app.catalog.people.tables import PersonRow
from app.core.bulk import insert
from app.core.db import Row
from app.core.ids import new_id
from app.core.outbox import Tx

# Each branch asks for what its index holds, so that all of them are used.
CANDIDATES = text(
    """
    SELECT p.id, p.name, p.provider_ids FROM people.people p WHERE p.id IN (
        SELECT k.id FROM unnest(CAST(:names AS text[])) AS n(name)
            JOIN people.people k ON k.name_key = marquee_fold(n.name) COLLATE "C"
        UNION ALL SELECT k.id FROM people.people k
            WHERE k.provider_ids ? 'tmdb' AND k.provider_ids ->> 'tmdb' = ANY(CAST(:tmdb AS text[]))
        UNION ALL SELECT k.id FROM people.people k
            WHERE k.provider_ids ? 'imdb' AND k.provider_ids ->> 'imdb' = ANY(CAST(:imdb AS text[]))
        UNION ALL SELECT k.id FROM people.people k
            WHERE k.provider_ids ? 'tvdb' AND k.provider_ids ->> 'tvdb' = ANY(CAST(:tvdb AS text[])))
    ORDER BY p.id
    """
)
LEARN_IDS = text(
    """
    UPDATE people.people AS p SET provider_ids = p.provider_ids || r.provider_ids
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, provider_ids jsonb) WHERE p.id = r.id
    """
)

CreditKey = tuple[str, tuple[tuple[str, str], ...]]


def credit_key(credit: CreditFacts) -> CreditKey:
    """What says who is meant."""
    return (credit.name, tuple(sorted(credit.provider_ids.items())))


class People:
    """The people that credits name, found or newly made. learned: new provider ids of those known before."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._ids: dict[UUID, dict[str, str]] = {}
        self._by_id: dict[tuple[str, str], UUID] = {}
        self._by_name: dict[str, list[UUID]] = {}
        self.fresh: dict[UUID, dict[str, object]] = {}
        self.learned: dict[UUID, dict[str, str]] = {}
        for person_id, name, provider_ids in rows:
            self._by_name.setdefault(name.casefold(), []).append(person_id)
            self._learn(person_id, provider_ids)

    def _learn(self, person_id: UUID, provider_ids: Mapping[str, str]) -> None:
        self._ids.setdefault(person_id, {}).update(provider_ids)
        for pair in provider_ids.items():
            self._by_id.setdefault(pair, person_id)

    def id_of(self, credit: CreditFacts) -> UUID:
        """By provider id, else by name unless the ids contradict; made where nobody fits."""
        for pair in credit.provider_ids.items():
            if pair in self._by_id:
                return self._by_id[pair]
        for person_id in self._by_name.get(credit.name.casefold(), ()):
            known = self._ids[person_id]
            if all(known.get(name, value) == value for name, value in credit.provider_ids.items()):
                self._add_ids(person_id, credit.provider_ids)
                return person_id
        return self._make(credit)

    def _add_ids(self, person_id: UUID, provider_ids: Mapping[str, str]) -> None:
        """So that a namesake with another id is told apart from now on."""
        if provider_ids.keys() <= self._ids[person_id].keys():
            return
        self._learn(person_id, provider_ids)
        if person_id in self.fresh:
            self.fresh[person_id]["provider_ids"] = self._ids[person_id]
        else:
            self.learned[person_id] = self._ids[person_id]

    def _make(self, credit: CreditFacts) -> UUID:
        person_id = new_id()
        self._by_name.setdefault(credit.name.casefold(), []).append(person_id)
        self._learn(person_id, credit.provider_ids)
        self.fresh[person_id] = {
            "id": person_id,
            "name": credit.name,
            "provider_ids": dict(credit.provider_ids),
        }
        return person_id


async def ensure_people(tx: Tx, credited: Iterable[CreditFacts]) -> dict[CreditKey, UUID]:
    """The person behind each credit; new people are made. At most four statements."""
    parts = list(credited)
    if not parts:
        return {}
    await tx.db.run(locks.PEOPLE)
    ids = {
        name: [credit.provider_ids[name] for credit in parts if name in credit.provider_ids]
        for name in ("tmdb", "imdb", "tvdb")
    }
    people = People(await tx.db.rows(CANDIDATES, names=sorted({credit.name for credit in parts}), **ids))
    found = {credit_key(credit): people.id_of(credit) for credit in parts}
    await insert(tx.db, PersonRow, list(people.fresh.values()))
    if people.learned:
        rows = [{"id": person_id, "provider_ids": ids} for person_id, ids in people.learned.items()]
        await tx.db.run(LEARN_IDS, rows=rows)
    return found
