"""Writing what providers tell of collections that there are."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.edits import State
from app.catalog.told import Told, retold
from app.core.outbox import Tx

LOAD = text(
    """
    SELECT id, jsonb_build_object('title', title, 'sort_title', sort_title, 'overview', overview,
        'translations', translations, 'provider_ids', provider_ids, 'sources', coalesce(sources, '{}')) AS state
    FROM collections.collections WHERE id = ANY(CAST(:ids AS uuid[]))
    """
)
HELD = text(
    """
    SELECT provider_ids ->> 'tmdb' AS value, id FROM collections.collections
    WHERE provider_ids ? 'tmdb' AND provider_ids ->> 'tmdb' = ANY(CAST(:values AS text[]))
    """
)
SAVE = text(
    """
    UPDATE collections.collections AS c SET title = r.title, sort_title = r.sort_title, overview = r.overview,
        translations = r.translations, provider_ids = r.provider_ids, sources = r.sources
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, title text, sort_title text, overview text,
        translations jsonb, provider_ids jsonb, sources jsonb)
    WHERE c.id = r.id
    """
)


async def tell_of_collections(tx: Tx, told: Mapping[UUID, Told], at: int) -> dict[UUID, bool]:
    """Renew what providers say of collections; answers whether anything of each that is there is new.

    What an NFO calls one stays, and so does its slug. An id that another collection has is left to that. at: seconds
    since 1970. At most four statements.
    """
    if not told:
        return {}
    await tx.db.run(locks.COLLECTIONS)
    before: dict[UUID, State] = {row["id"]: row["state"] for row in await tx.db.rows(LOAD, ids=list(told))}
    wanted = [ids["tmdb"] for each in told.values() if "tmdb" in (ids := each.documents["provider_ids"])]
    held: dict[str, UUID] = {row["value"]: row["id"] for row in await tx.db.rows(HELD, values=wanted)}
    after = {key: retold(state, _fitting(told[key], key, held), at).state for key, state in before.items()}
    rows: list[dict[str, Any]] = [
        {"id": key, **state} for key, state in after.items() if state != before[key]
    ]
    if rows:
        await tx.db.run(SAVE, rows=rows)
    return {key: _seen(state) != _seen(before[key]) for key, state in after.items()}


def _fitting(told: Told, collection_id: UUID, held: dict[str, UUID]) -> Told:
    ids = dict(told.documents["provider_ids"])
    if "tmdb" in ids and held.setdefault(ids["tmdb"], collection_id) != collection_id:
        del ids["tmdb"]
    return replace(told, documents={**told.documents, "provider_ids": ids})


def _seen(state: State) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != "sources"}
