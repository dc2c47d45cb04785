"""Works that go with their last file, and come back under their ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.facts import EpisodeFacts, EpisodeKey
from app.catalog.identity.redirects import lead_back, redirect
from app.catalog.provenance import DATED
from app.core.outbox import Tx

# Columns that PostgreSQL makes by itself are left out.
_DEPART = """
    WITH gone AS (DELETE FROM {table} w WHERE w.id = ANY(CAST(:ids AS uuid[])) AND {is_empty} RETURNING w.*)
    INSERT INTO catalog.departed (kind, id, {names}, row)
    SELECT '{kind}', id, {columns}, to_jsonb(gone) - ARRAY['search_text', 'sort_key', 'sort_keys'] || {more} FROM gone
    ON CONFLICT (kind, id) DO UPDATE SET {renewed}, row = excluded.row, departed_at = now()
    RETURNING id
"""
# Terms that are locked come back with the work; by all of them it is known who saw it.
_TERMS = """
    jsonb_build_object('term_ids', (
        SELECT coalesce(jsonb_agg(l.term_id), '[]') FROM {links} l WHERE l.{key} = gone.id
    )) || CASE WHEN gone.sources ? 'locked' THEN jsonb_build_object('terms', (
        SELECT coalesce(jsonb_object_agg(k.kind, k.names), '{{}}') FROM (
            SELECT t.kind, jsonb_agg(t.name ORDER BY l.position) AS names
            FROM {links} l JOIN taxonomy.terms t ON t.id = l.term_id
            WHERE l.{key} = gone.id AND (gone.sources -> 'locked') ? (
                CASE t.kind WHEN 'genre' THEN 'genres' WHEN 'studio' THEN 'studios'
                    WHEN 'network' THEN 'networks' ELSE 'keywords' END)
            GROUP BY t.kind
        ) k
    )) ELSE '{{}}' END
"""
_WORK = {"match_key": "match_key", "year": "year", "provider_ids": "provider_ids"}
_SEASON = {"parent_id": "series_id", "season": "number"}
_EPISODE = {
    "parent_id": "series_id",
    "season": "season_number",
    "number": "number",
    "air_date": "air_date",
    "provider_ids": "provider_ids",
}


def _depart(kind: str, table: str, is_empty: str, columns: Mapping[str, str], links: str = "") -> Any:
    return text(
        _DEPART.format(
            kind=kind,
            table=table,
            is_empty=is_empty,
            names=", ".join(columns),
            columns=", ".join(columns.values()),
            more=_TERMS.format(links=links, key=f"{kind}_id") if links else "'{}'",
            renewed=", ".join(f"{name} = excluded.{name}" for name in columns),
        )
    )


DEPART = {
    "movie": _depart(
        "movie",
        "movies.movies",
        "NOT EXISTS (SELECT FROM movies.editions e WHERE e.movie_id = w.id)",
        _WORK,
        "movies.movie_terms",
    ),
    "series": _depart(
        "series",
        "tv.series",
        "NOT EXISTS (SELECT FROM tv.episodes e WHERE e.series_id = w.id)",
        _WORK,
        "tv.series_terms",
    ),
    "season": _depart(
        "season", "tv.seasons", "NOT EXISTS (SELECT FROM tv.episodes e WHERE e.season_id = w.id)", _SEASON
    ),
    "episode": _depart(
        "episode",
        "tv.episodes",
        "NOT EXISTS (SELECT FROM library.episode_parts p WHERE p.episode_id = w.id)",
        _EPISODE,
    ),
}
RETURN = text("DELETE FROM catalog.departed WHERE kind = :kind AND id = ANY(CAST(:ids AS uuid[]))")
OF_SEASONS = text(
    """
    SELECT kind, id, parent_id, season, number, air_date, row FROM catalog.departed
    WHERE parent_id IS NOT NULL AND (parent_id, season) IN (
        SELECT * FROM unnest(CAST(:series_ids AS uuid[]), CAST(:seasons AS int[])))
    ORDER BY departed_at
    """
)


async def depart(
    tx: Tx, kind: str, ids: Sequence[UUID], became: Mapping[UUID, UUID] | None = None
) -> list[UUID]:
    """Take those works away that hold nothing any more, and keep what they are known by; answers which went.

    kind: movie, series, season or episode, what is below before what is above. became: the works that their files
    now are; an id that goes answers with that work until its own comes back.
    """
    if not ids:
        return []
    gone = [row["id"] for row in await tx.db.rows(DEPART[kind], ids=ids)]
    await redirect(tx, kind, {key: became[key] for key in gone if key in became} if became else {})
    return gone


async def come_back(tx: Tx, kind: str, ids: Sequence[UUID]) -> None:
    """Works that had gone are there again, under their own ids. At most three statements."""
    if ids:
        await tx.db.run(RETURN, kind=kind, ids=ids)
        await lead_back(tx, kind, ids)


@dataclass(frozen=True, slots=True)
class Departed:
    """A season or episode that went, and its row as it was."""

    id: UUID
    row: Mapping[str, Any]


@dataclass(slots=True)
class DepartedParts:
    """Seasons by (series, number), and episodes by (series, key), that had gone."""

    seasons: dict[tuple[UUID, int], Departed] = field(default_factory=dict)
    episodes: dict[EpisodeKey, Departed] = field(default_factory=dict)


async def departed_parts(tx: Tx, seasons: Sequence[tuple[UUID, int]]) -> DepartedParts:
    """What had gone of these seasons of series, the latest of each. One statement."""
    found = DepartedParts()
    rows = await tx.db.rows(
        OF_SEASONS, series_ids=[pair[0] for pair in seasons], seasons=[pair[1] for pair in seasons]
    )
    for kind, key, series_id, season, number, air_date, row in rows:
        gone = Departed(key, row)
        if kind == "season":
            found.seasons[series_id, season] = gone
        else:
            found.episodes[series_id, EpisodeFacts(season, number, air_date).key] = gone
            if DATED in row["sources"]:
                found.episodes[series_id, EpisodeFacts(season, None, air_date).key] = gone
    return found
