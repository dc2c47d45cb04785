"""Writing what providers tell of films and series that there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from app.catalog.collections.writes import leave_collections, put_in_collections
from app.catalog.columns import PROVIDERS
from app.catalog.credit_writes import renew_credits
from app.catalog.edit_writes import EDITABLE, Editable, save_terms
from app.catalog.edits import State
from app.catalog.facts import CollectionFacts, WorkFacts
from app.catalog.identity.aliases import TITLE, remember
from app.catalog.match import Alias, Catalog, Known, unique_pairs
from app.catalog.movies import writes as movies
from app.catalog.provenance import LOCKED, Field, Source
from app.catalog.told import FIGURES, Retold, Told, is_changed, retold
from app.catalog.tv import writes as tv
from app.catalog.work_writes import WorkTables, possible
from app.core.outbox import Tx

_FIGURES = {"ratings": "jsonb", "popularity": "float8"}
# Figures alone are no change of a work that anybody would look at it anew for.
_SAVE_FIGURES = """
    UPDATE {table} AS w SET ratings = r.ratings, popularity = r.popularity, sources = r.sources
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, ratings jsonb, popularity float8, sources jsonb)
    WHERE w.id = r.id
"""
# Ids that providers gave, that is; those of names, NFO files and people stay.
_GIVE_UP = """
    UPDATE {table} AS w SET provider_ids = w.provider_ids - CAST(:name AS text)
    WHERE w.provider_ids ? CAST(:name AS text)
      AND w.provider_ids ->> CAST(:name AS text) = ANY(CAST(:values AS text[]))
      AND w.sources #> '{{provided,provider_ids}}' ? CAST(:name AS text)
"""


@dataclass(frozen=True, slots=True)
class Tellable:
    """What of a kind of work providers tell."""

    tables: WorkTables
    editable: Editable
    save_figures: TextClause
    give_up: TextClause
    has_collections: bool


def _tellable(kind: str, tables: WorkTables) -> Tellable:
    editable = EDITABLE[kind]
    more = {} if kind == "movie" else {"last_air_date": "date"}
    whole = replace(editable, columns={**editable.columns, **_FIGURES, **more})
    figures = text(_SAVE_FIGURES.format(table=tables.table))
    give_up = text(_GIVE_UP.format(table=tables.table))
    return Tellable(tables, whole, figures, give_up, has_collections=kind == "movie")


TELLABLE = {"movie": _tellable("movie", movies.TABLES), "series": _tellable("series", tv.TABLES)}


@dataclass(frozen=True, slots=True)
class Clash:
    """What a provider said of a work was left out, since another work has it. name: of the provider, for an id."""

    field: Field
    name: str | None
    value: str
    work_id: UUID


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a work that there is. is_changed: whether people see anything of it that is new but figures."""

    is_changed: bool
    clashes: tuple[Clash, ...] = ()


async def tell_of_works(tx: Tx, kind: str, told: Mapping[UUID, Told], at: int) -> dict[UUID, Result]:
    """Renew what providers say of works; those that are not there are left out of the answer.

    kind: movie or series. at: seconds since 1970. Takes the locks of the kind, of terms, people and collections, in
    this order. A provider's year takes the place of another only where no other work is called so, and files go on to
    find the work by the year that they say. A constant number of statements. Emits nothing.
    """
    tellable = TELLABLE[kind]
    await tx.db.run(tellable.tables.lock)
    before: dict[UUID, State] = {
        row["id"]: row["state"] for row in await tx.db.rows(tellable.editable.load, ids=list(told))
    }
    names = await _names(tx, tellable, before, told)
    at_last = {key: retold(state, names.fitting(key, state, told[key]), at) for key, state in before.items()}
    await _save(tx, tellable, before, at_last)
    await remember(tx, kind, names.aliases)
    others = await _save_relations(tx, tellable, at_last)
    return {
        key: Result(
            is_changed(before[key], now.state) or key in others,
            tuple(clash for of, clash in names.clashes if of == key),
        )
        for key, now in at_last.items()
    }


async def give_up_ids(tx: Tx, kind: str, wanted: Sequence[Mapping[str, str]]) -> None:
    """Works give up ids that providers gave them, for works that come back to have them. At most three statements."""
    for name in PROVIDERS:
        if values := [ids[name] for ids in wanted if name in ids]:
            await tx.db.run(TELLABLE[kind].give_up, name=name, values=values)


class Names:
    """Titles with years, and ids, which each belong to one work. aliases: by what files go on to find works."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.clashes: list[tuple[UUID, Clash]] = []
        self.aliases: list[Alias] = []

    def fitting(self, work_id: UUID, state: State, told: Told) -> Told:
        """Without what another work has."""
        ids = {
            name: value
            for name, value in told.documents["provider_ids"].items()
            if not self._is_held(work_id, name, value)
        }
        values = dict(told.values)
        if not self._takes_year(work_id, state, values.get("year")):
            values["year"] = None
        year = values["year"] or state["year"]
        self._catalog.put(Known(work_id, state["match_key"], year, state["provider_ids"] | ids))
        return replace(told, values=values, documents={**told.documents, "provider_ids": ids})

    def _is_held(self, work_id: UUID, name: str, value: str) -> bool:
        pairs = unique_pairs({name: value})
        holder = self._catalog.holder(pairs[0]) if pairs else None
        if holder is None or holder == work_id:
            return False
        self.clashes.append((work_id, Clash(Field.PROVIDER_IDS, name, value, holder)))
        return True

    def _takes_year(self, work_id: UUID, state: State, year: int | None) -> bool:
        """Whether the year is new to the work and free; then the year that it was found by is remembered."""
        entry, own = state["sources"].get(Field.YEAR, (Source.FILE,)), state["year"]
        is_open = entry[0] in (Source.FILE, Source.PROVIDER)
        if year is None or not is_open or Field.YEAR in state["sources"].get(LOCKED, ()):
            return False
        if year == own:
            return True
        key = state["match_key"]
        if others := self._catalog.titled(key, year) - {work_id}:
            self.clashes.append((work_id, Clash(Field.YEAR, None, str(year), min(others))))
            return False
        if not self._catalog.titled(key, own) - {work_id}:
            self.aliases.append(Alias(TITLE, key, own, work_id, speaks=True))
        return True


async def _names(
    tx: Tx, tellable: Tellable, before: Mapping[UUID, State], told: Mapping[UUID, Told]
) -> Names:
    """Two statements."""
    wanted = [
        WorkFacts("", state["match_key"], "", provider_ids=told[key].documents["provider_ids"], known_id=key)
        for key, state in before.items()
    ]
    return Names(Catalog(*await possible(tx, tellable.tables, wanted)))


async def _save(
    tx: Tx, tellable: Tellable, before: Mapping[UUID, State], after: Mapping[UUID, Retold]
) -> None:
    differing = {key: now.state for key, now in after.items() if now.state != before[key]}
    changed = {key for key, state in differing.items() if is_changed(before[key], state)}
    rows: list[dict[str, Any]] = [{"id": key, **state} for key, state in differing.items()]
    if changed:
        await tx.db.run(tellable.editable.save, rows=[row for row in rows if row["id"] in changed])
    if figures := [_figures(row) for row in rows if row["id"] not in changed]:
        await tx.db.run(tellable.save_figures, rows=figures)
    terms = {
        key: state["terms"] for key, state in differing.items() if state["terms"] != before[key]["terms"]
    }
    if tellable.editable.term_row is not None:
        await save_terms(tx, tellable.editable.term_row, tellable.editable.term_key, terms)


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "sources", *FIGURES)}


async def _save_relations(tx: Tx, tellable: Tellable, after: Mapping[UUID, Retold]) -> set[UUID]:
    """Answers the works of which people see others."""
    tables = tellable.tables
    credited = {key: now.credits for key, now in after.items() if now.credits is not None}
    changed = await renew_credits(tx, tables.credit_row, tables.key, credited)
    if tellable.has_collections:
        members: dict[str, list[tuple[UUID, CollectionFacts]]] = {}
        for key, now in after.items():
            if now.collection is not None:
                who = now.state["sources"][Field.COLLECTION][2]
                members.setdefault(who, []).append((key, now.collection))
        for who, of_provider in sorted(members.items()):
            await put_in_collections(tx, of_provider, who)
        await leave_collections(tx, [key for key, now in after.items() if now.leaves_collection])
    return changed
