"""Making collections and putting films into them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.collections.tables import CollectionMovieRow, CollectionRow
from app.catalog.facts import CollectionFacts
from app.catalog.provenance import Source
from app.catalog.provenance import said as stated
from app.catalog.slugs import unique_slug
from app.catalog.titles import slug, sort_title
from app.core.bulk import insert
from app.core.clock import now
from app.core.db import Row
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
LEARN = text(
    """
    UPDATE collections.collections AS c
    SET provider_ids = c.provider_ids || r.provider_ids, overview = coalesce(r.overview, c.overview),
        sources = coalesce(c.sources, '{}') || r.sources
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, overview text, provider_ids jsonb, sources jsonb)
    WHERE c.id = r.id
    """
)
LEAVE_OTHERS = text(
    "DELETE FROM collections.movies WHERE movie_id = ANY(CAST(:movie_ids AS uuid[])) RETURNING collection_id"
)
DROP_EMPTY = text(
    """
    DELETE FROM collections.collections c WHERE c.id = ANY(CAST(:ids AS uuid[]))
      AND NOT EXISTS (SELECT FROM collections.movies m WHERE m.collection_id = c.id)
    """
)
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


async def put_in_collections(
    tx: Tx, members: Sequence[tuple[UUID, CollectionFacts]], provider: str | None = None
) -> None:
    """Each film into its collection, made where it is new, and out of any other. A constant number of statements.

    A collection that its last film leaves is gone. provider: who says so, where it is no NFO.
    """
    if not members:
        return
    await tx.db.run(locks.COLLECTIONS)
    found = await _ensure(tx, [facts for _, facts in members], provider)
    left = await tx.db.rows(LEAVE_OTHERS, movie_ids=[movie_id for movie_id, _ in members])
    rows = {
        movie_id: {"collection_id": collection_id, "movie_id": movie_id}
        for (movie_id, _), collection_id in zip(members, found, strict=True)
    }
    await insert(tx.db, CollectionMovieRow, list(rows.values()))
    await tx.db.run(DROP_EMPTY, ids=sorted({row[0] for row in left}))
    await tx.db.run(ORDER_BY_RELEASE, collection_ids=sorted({row[0] for row in left} | set(found)))


async def leave_collections(tx: Tx, movie_ids: Sequence[UUID]) -> None:
    """Take films out of their collections. At most four statements."""
    if not movie_ids:
        return
    await tx.db.run(locks.COLLECTIONS)
    left = sorted({row[0] for row in await tx.db.rows(LEAVE_OTHERS, movie_ids=list(movie_ids))})
    await tx.db.run(DROP_EMPTY, ids=left)
    await tx.db.run(ORDER_BY_RELEASE, collection_ids=left)


class Collections:
    """The collections that films are said to belong to, found or newly made."""

    def __init__(self, rows: Sequence[Row], provider: str | None = None) -> None:
        self._provider = provider
        self._tmdb: dict[UUID, str | None] = {}
        self._by_title: dict[str, list[UUID]] = {}
        self._slugs: set[str] = set()
        self.fresh: dict[UUID, dict[str, Any]] = {}
        self.learned: dict[UUID, dict[str, Any]] = {}
        for collection_id, title, known_slug, tmdb in rows:
            self._slugs.add(known_slug)
            self._add(collection_id, title, tmdb)

    def _add(self, collection_id: UUID, title: str, tmdb: str | None) -> None:
        self._tmdb[collection_id] = tmdb
        self._by_title.setdefault(title.casefold(), []).append(collection_id)

    def id_of(self, facts: CollectionFacts) -> UUID:
        """By the provider's id, else by title unless the ids contradict; made where none fits."""
        tmdb = facts.provider_ids.get("tmdb")
        same_id = [each for each, known in self._tmdb.items() if tmdb and known == tmdb]
        titled = self._by_title.get(facts.title.casefold(), [])
        fitting = same_id or [each for each in titled if not (tmdb and self._tmdb[each])]
        if not fitting:
            return self._make(facts)
        self._learn(fitting[0], facts, is_title=fitting[0] in titled)
        return fitting[0]

    def _sources(self, said: Mapping[str, Any]) -> dict[str, Any]:
        at = int(now().timestamp())
        if self._provider is not None:
            return {name: [Source.PROVIDER.value, at, self._provider] for name in ("title", "sort_title")}
        return stated(Source.NFO, said, at)

    def _learn(self, collection_id: UUID, facts: CollectionFacts, *, is_title: bool) -> None:
        """is_title: whether it is found by its title, which an NFO that calls it so has stay."""
        said: dict[str, Any] = {"overview": facts.overview, "provider_ids": dict(facts.provider_ids)}
        if self._provider is not None:
            said |= {"overview": None, "sources": {}}
        else:
            title = {"title": facts.title, "sort_title": facts.title} if is_title else {}
            said["sources"] = self._sources({"overview": facts.overview} | title)
        if not (said["overview"] or facts.provider_ids or said["sources"]):
            return
        self._tmdb[collection_id] = facts.provider_ids.get("tmdb") or self._tmdb[collection_id]
        if collection_id in self.fresh:
            row = self.fresh[collection_id]
            row["overview"] = row["overview"] or said["overview"]
            row["provider_ids"] |= said["provider_ids"]
            row["sources"] |= said["sources"]
        else:
            self.learned.setdefault(collection_id, {"id": collection_id} | said)

    def _make(self, facts: CollectionFacts) -> UUID:
        collection_id = new_id()
        own_slug = unique_slug(slug(facts.title), self._slugs, collection_id)
        self._slugs.add(own_slug)
        self._add(collection_id, facts.title, facts.provider_ids.get("tmdb"))
        texts: dict[str, Any] = {
            "title": facts.title,
            "sort_title": sort_title(facts.title),
            "overview": facts.overview,
        }
        texts["sources"] = self._sources(texts)
        ids = {"id": collection_id, "slug": own_slug, "provider_ids": dict(facts.provider_ids)}
        self.fresh[collection_id] = texts | ids
        return collection_id


async def _ensure(tx: Tx, wanted: Sequence[CollectionFacts], provider: str | None) -> list[UUID]:
    known = await tx.db.rows(
        CANDIDATES,
        slugs=sorted({slug(facts.title) for facts in wanted}),
        titles=sorted({facts.title.lower() for facts in wanted}),
        tmdb=sorted({facts.provider_ids["tmdb"] for facts in wanted if "tmdb" in facts.provider_ids}),
    )
    collections = Collections(known, provider)
    found = [collections.id_of(facts) for facts in wanted]
    await insert(tx.db, CollectionRow, list(collections.fresh.values()))
    if collections.learned:
        await tx.db.run(LEARN, rows=list(collections.learned.values()))
    return found
