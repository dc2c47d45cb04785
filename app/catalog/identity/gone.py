"""Whether works that went were among what a viewer saw."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.access.rule import Access
from app.catalog.identity.redirects import became
from app.core.db import Db

_FACTS = """
    SELECT w.id, w.age, ARRAY(SELECT l.term_id FROM {links} l WHERE l.{kind}_id = w.id) AS terms
    FROM {table} w WHERE w.id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT d.id, CAST(d.row ->> 'age' AS int), ARRAY(
        SELECT CAST(t AS uuid) FROM jsonb_array_elements_text(coalesce(d.row -> 'term_ids', '[]')) AS t)
    FROM catalog.departed d WHERE d.kind = '{kind}' AND d.id = ANY(CAST(:ids AS uuid[]))
"""
FACTS = {
    kind: text(_FACTS.format(kind=kind, table=table, links=links))
    for kind, table, links in (
        ("movie", "movies.movies", "movies.movie_terms"),
        ("series", "tv.series", "tv.series_terms"),
    )
}
_PARENTS = """
    SELECT id, series_id FROM {table} WHERE id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT id, parent_id FROM catalog.departed WHERE kind = '{kind}' AND id = ANY(CAST(:ids AS uuid[]))
"""
PARENTS = {
    kind: text(_PARENTS.format(kind=kind, table=table))
    for kind, table in (("season", "tv.seasons"), ("episode", "tv.episodes"))
}


async def seen_before(db: Db, seen: Db, access: Access, kind: str, ids: Sequence[UUID]) -> list[UUID]:
    """Those of the works that the viewer saw in their library, before they left it; at most three statements.

    kind: movie, series, season or episode. db: with everything in it; seen: as it is for the viewer.
    """
    if not ids or not access.shape.is_within_libraries:
        return list(ids)
    series = {row[0]: row[1] for row in await db.rows(PARENTS[kind], ids=ids)} if kind in PARENTS else {}
    works = [series[key] for key in ids if key in series] if kind in PARENTS else ids
    rows = await db.rows(FACTS["movie" if kind == "movie" else "series"], ids=works)
    allowed = {row[0] for row in rows if access.allows(row[1], row[2])}
    ways = await became(seen, kind, ids)
    return [key for key in ids if series.get(key, key) in allowed or key in ways]
