"""Making and renewing works and what hangs on them; films and series bring their own tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import DeclarativeBase

from app.catalog.columns import PROVIDERS
from app.catalog.facts import CreditFacts, WorkFacts
from app.catalog.identity.aliases import remember
from app.catalog.identity.departures import come_back
from app.catalog.match import Alias, Catalog, Known
from app.catalog.people.writes import credit_key, ensure_people
from app.catalog.provenance import DOCUMENTS
from app.catalog.taxonomy.writes import ensure_terms
from app.catalog.titles import slug
from app.catalog.work_rows import Works
from app.core.bulk import delete, insert, sparse
from app.core.clock import now
from app.core.db import Row
from app.core.ids import new_id
from app.core.outbox import Tx

_SHAPE = """
    id uuid, described boolean, renamed boolean, title text, sort_title text, slug text, match_key text,
    original_title text, tagline text, overview text, original_language text, status text, popularity float8,
    year int, "date" date, runtime_s int, countries text[], certifications jsonb, ratings jsonb, provider_ids jsonb,
    translations jsonb, sources jsonb
"""
# Each branch asks for what its index holds, so that all of them are used.
_MEANT = """
    match_key = ANY(CAST(:keys AS text[])) OR id = ANY(CAST(:ids AS uuid[]))
    OR (provider_ids ? 'tmdb' AND provider_ids ->> 'tmdb' = ANY(CAST(:tmdb AS text[])))
    OR (provider_ids ? 'imdb' AND provider_ids ->> 'imdb' = ANY(CAST(:imdb AS text[])))
    OR (provider_ids ? 'tvdb' AND provider_ids ->> 'tvdb' = ANY(CAST(:tvdb AS text[])))
"""
# Of ids of a work that went, those that another has meanwhile are left out.
_KNOWN = """
    SELECT id, match_key, year, provider_ids, sources -> 'locked' AS locked, NULL AS row,
        ARRAY(SELECT s.key FROM jsonb_each(sources) s WHERE s.value ->> 0 IN ('provider', 'human')) AS given,
        sources -> 'provided' AS provided
    FROM {table} WHERE {meant}
    UNION ALL
    SELECT id, match_key, year, provider_ids - ARRAY({held}), NULL, row, NULL, NULL
    FROM catalog.departed d WHERE kind = '{kind}' AND ({meant})
    ORDER BY id
"""
_HELD = " UNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT FROM {{table}} w WHERE w.provider_ids ? '{name}'"  # noqa: S608
    f" AND w.provider_ids ->> '{name}' = d.provider_ids ->> '{name}')"
    for name in PROVIDERS
)
_ALIASES = """
    SELECT name, value, nullif(year, 0) AS year, work_id, speaks FROM catalog.aliases
    WHERE kind = '{kind}' AND (
        (name = 'title' AND value = ANY(CAST(:keys AS text[])))
        OR (name = 'tmdb' AND value = ANY(CAST(:tmdb AS text[])))
        OR (name = 'imdb' AND value = ANY(CAST(:imdb AS text[])))
        OR (name = 'tvdb' AND value = ANY(CAST(:tvdb AS text[]))))
    ORDER BY at
"""
_INSERT = """
    INSERT INTO {table} ({names}, popularity)
    SELECT {values}, coalesce(popularity, 0) FROM json_to_recordset(CAST(:rows AS json)) AS r({shape})
"""
_RENEW = """
    UPDATE {table} AS w SET
        title = CASE WHEN r.described OR r.renamed THEN coalesce(r.title, w.title) ELSE w.title END,
        match_key = CASE WHEN r.described OR r.renamed THEN r.match_key ELSE w.match_key END,
        sort_title = CASE WHEN r.described OR r.renamed THEN coalesce(r.sort_title, w.sort_title)
            ELSE w.sort_title END,
        year = CASE WHEN r.described OR r.renamed THEN coalesce(r.year, w.year) ELSE coalesce(w.year, r.year) END,
        {date} = coalesce(r."date", w.{date}),
        {coalesced},
        countries = CASE WHEN cardinality(r.countries) > 0 THEN r.countries ELSE w.countries END,
        certifications = w.certifications || r.certifications,
        ratings = w.ratings || r.ratings,
        provider_ids = CASE WHEN r.described OR r.renamed THEN w.provider_ids || r.provider_ids
            ELSE r.provider_ids || w.provider_ids END,
        translations = marquee_translations(w.translations, r.translations),
        sources = w.sources || r.sources,
        updated_at = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({shape}) WHERE w.id = r.id
"""
_DROP_TERMS = """
    DELETE FROM {links} l USING taxonomy.terms t
    WHERE t.id = l.term_id AND (l.{key}, t.kind) IN (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[])))
"""
_PLAIN = ("original_title", "tagline", "overview", "original_language", "status")
_ALWAYS = ("id", "title", "sort_title", "slug", "match_key", "year", "countries")
_DOCUMENTS = ("certifications", "ratings", "provider_ids", "translations", "sources")


@dataclass(frozen=True, slots=True)
class WorkTables:
    """Where works of one kind are kept. key: what the tables of terms and credits call the work."""

    kind: str
    table: str
    date: str
    key: str
    lock: TextClause
    term_row: type[DeclarativeBase]
    credit_row: type[DeclarativeBase]
    has_runtime: bool
    known: TextClause = field(init=False)
    aliases: TextClause = field(init=False)
    slugs: TextClause = field(init=False)
    insert: TextClause = field(init=False)
    renew: TextClause = field(init=False)
    drop_terms: TextClause = field(init=False)

    def __post_init__(self) -> None:
        plain = (*_PLAIN, "runtime_s") if self.has_runtime else _PLAIN
        names = ", ".join((*_ALWAYS, *plain, *_DOCUMENTS))
        coalesced = ", ".join(f"{name} = coalesce(r.{name}, w.{name})" for name in (*plain, "popularity"))
        links = f"{self.term_row.__table__.schema}.{self.term_row.__tablename__}"
        words = {
            "kind": self.kind,
            "table": self.table,
            "meant": _MEANT,
            "held": _HELD.format(table=self.table),
            "date": self.date,
            "shape": _SHAPE,
            "coalesced": coalesced,
            "links": links,
        }
        words |= {"names": f"{names}, {self.date}", "values": f'{names}, "date"', "key": self.key}
        for name, sql in (
            ("known", _KNOWN),
            ("aliases", _ALIASES),
            ("insert", _INSERT),
            ("renew", _RENEW),
            ("drop_terms", _DROP_TERMS),
        ):
            object.__setattr__(self, name, text(sql.format(**words)))
        slugs = f"SELECT slug FROM {self.table} WHERE slug = ANY(CAST(:slugs AS text[]))"  # noqa: S608
        object.__setattr__(self, "slugs", text(slugs))


Described = list[tuple[UUID, WorkFacts]]


async def save_works(tx: Tx, tables: WorkTables, wanted: Sequence[WorkFacts]) -> tuple[Works, Described]:
    """Find or make each work and renew what a describing source says, its terms and credits included.

    Answers with the outcomes in the order given, and with each described work once. A constant number of statements.
    """
    await tx.db.run(tables.lock)
    known, aliases = await possible(tx, tables, wanted)
    wanted_slugs = {slug(facts.title, facts.year) for facts in wanted}
    wanted_slugs |= {work.row["slug"] for work in known if work.row is not None}
    slugs = await tx.db.rows(tables.slugs, slugs=sorted(wanted_slugs))
    works = Works(known, aliases, [row[0] for row in slugs], now())
    works.place(wanted)
    if works.fresh:
        await tx.db.run(tables.insert, rows=sparse(works.fresh))
        await come_back(tx, tables.kind, works.returned)
    if works.changes:
        await tx.db.run(tables.renew, rows=works.changes)
    await remember(tx, tables.kind, works.called)
    described = works.described(wanted)
    if described:
        await _set_terms(tx, tables, described)
        credited = [(work_id, facts.credits) for work_id, facts in described if facts.credits]
        await set_credits(tx, tables.credit_row, tables.key, credited)
    return works, described


async def known_work(tx: Tx, tables: WorkTables, facts: WorkFacts) -> UUID | None:
    """The work that is there and meant; None where `save_works` would make one, or bring one back. Writes nothing."""
    known, aliases = await possible(tx, tables, [facts])
    match = Catalog(known, aliases).find(facts)
    return match.work.id if match is not None and match.work.row is None else None


async def possible(
    tx: Tx, tables: WorkTables, wanted: Sequence[WorkFacts]
) -> tuple[list[Known], list[Alias]]:
    """The works that may be meant, and names that people gave some. Two statements."""
    ids = {
        name: [facts.provider_ids[name] for facts in wanted if name in facts.provider_ids]
        for name in ("tmdb", "imdb", "tvdb")
    }
    certain = [
        each
        for facts in wanted
        for each in (facts.known_id, facts.decided_id, facts.previous_id)
        if each is not None
    ]
    keys = sorted({facts.match_key for facts in wanted})
    aliases = [Alias(*row) for row in await tx.db.rows(tables.aliases, keys=keys, **ids)]
    certain += [alias.work_id for alias in aliases]
    known = [_known(row) for row in await tx.db.rows(tables.known, keys=keys, ids=certain, **ids)]
    return known, aliases


def _known(row: Row) -> Known:
    work_id, match_key, year, provider_ids, locked, before, given, provided = row
    return Known(
        work_id,
        match_key or "",
        year,
        provider_ids,
        frozenset(locked or ()),
        before,
        frozenset(given or ()) - DOCUMENTS,
        provided or {},
    )


async def _set_terms(tx: Tx, tables: WorkTables, described: Described) -> None:
    named = [
        (work_id, kind, position, name)
        for work_id, facts in described
        for kind, names in facts.terms.items()
        for position, name in enumerate(names)
    ]
    if not named:
        return
    terms = await ensure_terms(tx, [(kind, name) for _, kind, _, name in named])
    pairs = sorted({(work_id, kind) for work_id, kind, _, _ in named})
    await tx.db.run(tables.drop_terms, ids=[pair[0] for pair in pairs], kinds=[pair[1] for pair in pairs])
    rows = [
        {tables.key: work_id, "term_id": terms[kind, name], "position": position}
        for work_id, kind, position, name in named
    ]
    await insert(tx.db, tables.term_row, rows, key=(tables.key, "term_id"))


async def set_credits(
    tx: Tx,
    credit_row: type[DeclarativeBase],
    key: str,
    credited: Sequence[tuple[UUID, Sequence[CreditFacts]]],
) -> None:
    """Replace the credits of each work or episode by those given; none given leaves them as they are."""
    if not credited:
        return
    people = await ensure_people(tx, [credit for _, parts in credited for credit in parts])
    await delete(tx.db, credit_row, key, [owner_id for owner_id, _ in credited])
    await insert(
        tx.db,
        credit_row,
        [
            credit_columns(key, owner_id, credit, people[credit_key(credit)])
            for owner_id, parts in credited
            for credit in parts
        ],
    )


def credit_columns(key: str, owner_id: UUID, credit: CreditFacts, person_id: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        key: owner_id,
        "person_id": person_id,
        "department": credit.department,
        "job": credit.job,
        "character": credit.character,
        "billing": credit.billing,
    }
