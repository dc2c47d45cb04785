"""Loading works for a person's edits, and writing what comes of these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import DeclarativeBase

from app.catalog.columns import PROVIDERS
from app.catalog.edits import State
from app.catalog.movies.tables import MovieTermRow
from app.catalog.provenance import TERM_FIELDS, Field, field_of
from app.catalog.taxonomy.writes import ensure_terms
from app.catalog.tv.tables import SeriesTermRow
from app.core.bulk import delete, insert
from app.core.errors import Conflict
from app.core.outbox import Tx

_TEXTS = {"title": "text", "overview": "text", "translations": "jsonb", "sources": "jsonb"}
_WORK = _TEXTS | {
    "original_title": "text",
    "sort_title": "text",
    "tagline": "text",
    "original_language": "text",
    "status": "text",
    "year": "int",
    "countries": "text[]",
    "certifications": "jsonb",
    "provider_ids": "jsonb",
}
_LOAD = """
    SELECT id, jsonb_build_object({pairs}) AS state FROM {table} w WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id
"""
_TERMS = """
    'terms', coalesce((SELECT jsonb_object_agg(k.kind, k.names) FROM (
        SELECT t.kind, jsonb_agg(t.name ORDER BY l.position, t.name) AS names
        FROM {links} l JOIN taxonomy.terms t ON t.id = l.term_id WHERE l.{key} = w.id GROUP BY t.kind) k), '{{}}')
"""
_SAVE = """
    UPDATE {table} AS w SET {sets} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, {shape})
    WHERE w.id = r.id
"""
_HOLDERS = """
    SELECT title, provider_ids FROM {table} WHERE id <> ALL(CAST(:ids AS uuid[])) AND (
        (provider_ids ? 'tmdb' AND provider_ids ->> 'tmdb' = ANY(CAST(:tmdb AS text[])))
        OR (provider_ids ? 'imdb' AND provider_ids ->> 'imdb' = ANY(CAST(:imdb AS text[])))
        OR (provider_ids ? 'tvdb' AND provider_ids ->> 'tvdb' = ANY(CAST(:tvdb AS text[]))))
"""


@dataclass(frozen=True, slots=True)
class Editable:
    """What of a kind of work people edit. columns: PostgreSQL's types by name; `date` stands for `date_column`."""

    table: str
    columns: Mapping[str, str]
    date_column: str
    term_row: type[DeclarativeBase] | None = None
    term_key: str = ""
    is_unique: bool = False
    has_updated_at: bool = True
    load: TextClause = field(init=False)
    save: TextClause = field(init=False)
    holders: TextClause = field(init=False)

    def __post_init__(self) -> None:
        own = {name: self.date_column if name == "date" else name for name in self.columns}
        pairs = [f"'{name}', w.{column}" for name, column in own.items()]
        if self.term_row is not None:
            links = f"{self.term_row.__table__.schema}.{self.term_row.__tablename__}"
            pairs.append(_TERMS.format(links=links, key=self.term_key))
        if self.is_unique:
            pairs.append("'match_key', w.match_key")
        sets = [f'{column} = r."{name}"' for name, column in own.items()]
        sets += ["updated_at = now()"] if self.has_updated_at else []
        words = {
            "table": self.table,
            "pairs": ", ".join(pairs),
            "sets": ", ".join(sets),
            "shape": ", ".join(f'"{name}" {kind}' for name, kind in self.columns.items()),
        }
        for name, sql in (("load", _LOAD), ("save", _SAVE), ("holders", _HOLDERS)):
            object.__setattr__(self, name, text(sql.format(**words)))

    @property
    def fields(self) -> frozenset[str]:
        """Fields that such a work has, those that only sources fill included."""
        own = {field_of(name) for name in self.columns} & set(Field)
        if self.term_row is not None:
            own |= {name.value for name in TERM_FIELDS.values()} | {Field.RATINGS, Field.CREDITS}
        if self.table == "movies.movies":
            own = (own | {Field.COLLECTION}) - {Field.NETWORKS}
        if self.table == "tv.episodes":
            own |= {Field.RATINGS, Field.CREDITS}
        return frozenset(str(name) for name in own)


EDITABLE = {
    "movie": Editable(
        "movies.movies",
        _WORK | {"date": "date", "runtime_s": "int"},
        "release_date",
        MovieTermRow,
        "movie_id",
        is_unique=True,
    ),
    "series": Editable(
        "tv.series", _WORK | {"date": "date"}, "first_air_date", SeriesTermRow, "series_id", is_unique=True
    ),
    "season": Editable("tv.seasons", _TEXTS | {"date": "date"}, "air_date", has_updated_at=False),
    "episode": Editable(
        "tv.episodes",
        _TEXTS | {"date": "date", "runtime_s": "int", "absolute_number": "int", "provider_ids": "jsonb"},
        "air_date",
    ),
}


async def load_states(tx: Tx, kind: str, ids: Sequence[UUID]) -> dict[UUID, State]:
    """Those of the works that there are, as people edit them. One statement."""
    return {row["id"]: row["state"] for row in await tx.db.rows(EDITABLE[kind].load, ids=ids)}


async def save_states(tx: Tx, kind: str, before: Mapping[UUID, State], after: Mapping[UUID, State]) -> None:
    """Write what differs. Raises Conflict where another work has a provider's id. A constant number of statements."""
    editable = EDITABLE[kind]
    changed = {key: state for key, state in after.items() if state != before[key]}
    if not changed:
        return
    if editable.is_unique:
        await _refuse_held_ids(tx, editable, before, changed)
    await tx.db.run(editable.save, rows=[{"id": key, **state} for key, state in changed.items()])
    if editable.term_row is not None:
        terms = {
            key: state["terms"] for key, state in changed.items() if state["terms"] != before[key]["terms"]
        }
        await save_terms(tx, editable.term_row, editable.term_key, terms)


async def _refuse_held_ids(
    tx: Tx, editable: Editable, before: Mapping[UUID, State], after: Mapping[UUID, State]
) -> None:
    said = [state["provider_ids"] for state in after.values()]
    if all(state["provider_ids"] == before[key]["provider_ids"] for key, state in after.items()):
        return
    wanted = {name: [ids[name] for ids in said if name in ids] for name in PROVIDERS}
    for title, ids in await tx.db.rows(editable.holders, ids=list(after), **wanted):
        name = next(name for name in PROVIDERS if ids.get(name) in wanted[name])
        raise Conflict(f"The {name} id {ids[name]} is that of “{title}”.")


async def save_terms(
    tx: Tx, row: type[DeclarativeBase], key: str, terms: Mapping[UUID, Mapping[str, Sequence[str]]]
) -> None:
    """Give each work these terms, by kind, and no others."""
    if not terms:
        return
    named = [
        (work_id, kind, place, name)
        for work_id, kinds in terms.items()
        for kind, names in kinds.items()
        for place, name in enumerate(names)
    ]
    ids = await ensure_terms(tx, [(kind, name) for _, kind, _, name in named])
    await delete(tx.db, row, key, terms)
    rows = [
        {key: work_id, "term_id": ids[kind, name], "position": place} for work_id, kind, place, name in named
    ]
    await insert(tx.db, row, rows, key=(key, "term_id"))
