"""Making collections and putting films into them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.collections.tables import CollectionMovieRow, CollectionRow
from app.catalog.facts import CollectionFacts
from app.catalog.slugs import unique_slug
from app.catalog.titles import slug, sort_title
from app.core.bulk import insert
from app.core.ids import new_id
from app.core.outbox import Tx

CANDIDATES = text(
    """
    SELECT id, title, slug, provider_ids ->> 'tmdb' AS tmdb FROM collections.collections
    WHERE slug = ANY(CAST(:slugs AS text[])) OR lower(title) = ANY(CAST(:titles AS text[]))
       OR provider_ids ->> 'tmdb' = ANY(CAST(:tmdb AS text[]))
    ORDER BY id
    """
)
LEAVE_OTHERS = text("DELETE FROM collections.movies WHERE movie_id = ANY(CAST(:movie_ids AS uuid[]))")
# Films of a collection stand in the order of their release.
ORDER_BY_RELEASE = text(
    """
    UPDATE collections.movies AS c SET position = o.position FROM (
        SELECT cm.collection_id, cm.movie_id, row_number() OVER (
            PARTITION BY cm.collection_id ORDER BY m.release_date NULLS LAST, m.year NULLS LAST, m.sort_key, m.id
        ) AS position
        FROM collections.movies cm JOIN movies.movies m ON m.id = cm.movie_id
        WHERE cm.collection_id = ANY(CAST(:collection_ids AS uuid[]))
    ) o WHERE c.collection_id = o.collection_id AND c.movie_id = o.movie_id AND c.position <> o.position
    """
)


async def put_in_collections(tx: Tx, members: Sequence[tuple[UUID, CollectionFacts]]) -> None:
    """Each film into its collection, made where it is new, and out of any other. At most five statements."""
    if not members:
        return
    await tx.db.run(locks.COLLECTIONS)
    ids = await _ensure(tx, [facts for _, facts in members])
    await tx.db.run(LEAVE_OTHERS, movie_ids=[movie_id for movie_id, _ in members])
    rows = {
        movie_id: {"collection_id": ids[_key(facts)], "movie_id": movie_id} for movie_id, facts in members
    }
    await insert(tx.db, CollectionMovieRow, list(rows.values()))
    await tx.db.run(ORDER_BY_RELEASE, collection_ids=sorted(set(ids.values())))


def _key(facts: CollectionFacts) -> str:
    tmdb = facts.provider_ids.get("tmdb")
    return f"tmdb:{tmdb}" if tmdb else facts.title.casefold()


async def _ensure(tx: Tx, collections: Sequence[CollectionFacts]) -> dict[str, UUID]:
    known = await tx.db.rows(
        CANDIDATES,
        slugs=[slug(facts.title) for facts in collections],
        titles=[facts.title.lower() for facts in collections],
        tmdb=[facts.provider_ids["tmdb"] for facts in collections if "tmdb" in facts.provider_ids],
    )
    ids: dict[str, UUID] = {}
    taken: set[str] = set()
    for collection_id, title, known_slug, tmdb in known:
        taken.add(known_slug)
        ids.setdefault(f"tmdb:{tmdb}" if tmdb else title.casefold(), collection_id)
    fresh: list[dict[str, Any]] = []
    for facts in collections:
        if _key(facts) in ids:
            continue
        collection_id = ids[_key(facts)] = new_id()
        own_slug = unique_slug(slug(facts.title), taken, collection_id)
        taken.add(own_slug)
        fresh.append(
            {
                "id": collection_id,
                "title": facts.title,
                "sort_title": sort_title(facts.title),
                "slug": own_slug,
            }
            | {"overview": facts.overview, "provider_ids": dict(facts.provider_ids)}
        )
    await insert(tx.db, CollectionRow, fresh)
    return ids
