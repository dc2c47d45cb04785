"""Making terms."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.taxonomy.tables import TermRow
from app.catalog.titles import slug
from app.core.bulk import insert
from app.core.ids import new_id
from app.core.outbox import Tx

Term = tuple[str, str]

TERMS_BY_SLUG = text(
    """
    SELECT t.kind, t.slug, t.id FROM taxonomy.terms t
    JOIN unnest(CAST(:kinds AS text[]), CAST(:slugs AS text[])) AS k(kind, slug) ON t.kind = k.kind AND t.slug = k.slug
    """
)


async def ensure_terms(tx: Tx, terms: Iterable[Term]) -> dict[Term, UUID]:
    """Ids of (kind, name) pairs; new ones are made. Names that differ only in case or accents are one term.

    At most three statements.
    """
    keys = {(kind, name): (kind, slug(name)) for kind, name in terms}
    if not keys:
        return {}
    await tx.db.run(locks.TERMS)
    wanted = sorted(set(keys.values()))
    rows = await tx.db.rows(
        TERMS_BY_SLUG, kinds=[kind for kind, _ in wanted], slugs=[key for _, key in wanted]
    )
    ids: dict[Term, UUID] = {(kind, key): term_id for kind, key, term_id in rows}
    fresh: dict[Term, dict[str, object]] = {}
    for (kind, name), key in keys.items():
        if key not in ids:
            ids[key] = new_id()
            fresh[key] = {"id": ids[key], "kind": kind, "name": name, "slug": key[1]}
    await insert(tx.db, TermRow, list(fresh.values()))
    return {term: ids[key] for term, key in keys.items()}
