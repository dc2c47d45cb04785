"""Which pictures providers have of whom, as rows; fetching those that are shown is a job's."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.ids import new_id
from app.core.outbox import Tx
from app.images.kinds import OwnerKind
from app.metadata.facts import ImageFacts
from app.metadata.fetch_pictures import ask_for_pictures

# Somebody who chooses looks at a few; providers have hundreds of some films. The first in a provider's order are kept.
PER_LANGUAGE, PER_KIND = 10, 60
_LONGEST = 1000

_SHAPE = """
    id uuid, owner_kind text, owner_id uuid, kind text, key text, url text, language text, position int, score float8,
    votes int, width int, height int
"""
# In one order, so that those who renew the same people's pictures at once wait for each other and not in a circle.
HOLD = text(
    """
    SELECT id FROM images.pictures WHERE owner_id = ANY(CAST(:owners AS uuid[])) AND provider = :provider
    ORDER BY id FOR UPDATE
    """
)
RENEW = text(
    f"""
    INSERT INTO images.pictures AS p (id, owner_kind, owner_id, kind, source, provider, provider_key, url, language,
      position, score, votes, width, height)
    SELECT id, owner_kind, owner_id, kind, 'provider', :provider, key, url, language, position, score, votes, width,
      height
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({_SHAPE})
    ORDER BY owner_id, kind, key
    ON CONFLICT (owner_id, kind, provider, provider_key) DO UPDATE SET
      url = excluded.url, language = excluded.language, position = excluded.position, score = excluded.score,
      votes = excluded.votes, width = excluded.width, height = excluded.height
    WHERE (p.url, p.language, p.position, p.score, p.votes, p.width, p.height) IS DISTINCT FROM
      (excluded.url, excluded.language, excluded.position, excluded.score, excluded.votes, excluded.width,
       excluded.height)
    """  # noqa: S608
)
DROP_GONE = text(
    """
    DELETE FROM images.pictures p
    WHERE owner_id = ANY(CAST(:owners AS uuid[])) AND provider = :provider AND NOT is_chosen AND NOT EXISTS (
      SELECT FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(owner_id uuid, kind text, key text)
      WHERE r.owner_id = p.owner_id AND r.kind = p.kind AND r.key = p.provider_key)
    """
)
_CREDITED = {
    OwnerKind.MOVIE: "SELECT c.person_id FROM movies.credits c WHERE c.movie_id = ANY(CAST(:works AS uuid[]))",
    OwnerKind.SERIES: """
        SELECT c.person_id FROM tv.series_credits c WHERE c.series_id = ANY(CAST(:works AS uuid[]))
        UNION SELECT c.person_id FROM tv.episode_credits c JOIN tv.episodes e ON e.id = c.episode_id
        WHERE e.series_id = ANY(CAST(:works AS uuid[]))
    """,
}
# By way of the works: ids of people are indexed for few providers.
CREDITED = {
    kind: text(
        f"""
        SELECT p.id, p.provider_ids ->> :provider AS key FROM people.people p
        WHERE p.id IN ({people}) AND p.provider_ids ->> :provider = ANY(CAST(:keys AS text[]))
        """  # noqa: S608
    )
    for kind, people in _CREDITED.items()
}


@dataclass(frozen=True, slots=True)
class Owned:
    """All that a provider has of one owner, the best of each kind first."""

    kind: OwnerKind
    id: UUID
    images: Sequence[ImageFacts]


async def save_pictures(
    tx: Tx, owner_kind: OwnerKind, owner_id: UUID, images: Sequence[ImageFacts], provider: str
) -> None:
    """As `save_all`, of one owner."""
    await save_all(tx, [Owned(owner_kind, owner_id, images)], provider)


async def save_all(tx: Tx, owned: Sequence[Owned], provider: str) -> None:
    """Keep what a provider has now of these owners, and have fetched what will be shown of it.

    What it has no longer goes, unless a person chose it; other providers' pictures and people's stay as they are.
    Three statements however many owners.
    """
    if not owned:
        return
    owners = sorted({each.id for each in owned})
    rows = list(
        {(row["owner_id"], row["kind"], row["key"]): row for each in owned for row in _rows(each)}.values()
    )
    await tx.db.run(HOLD, owners=owners, provider=provider)
    await tx.db.run(DROP_GONE, owners=owners, provider=provider, rows=rows)
    await tx.db.run(RENEW, provider=provider, rows=rows)
    ask_for_pictures(tx, owners)


async def save_profiles(
    tx: Tx, work_kind: OwnerKind, works: Sequence[UUID], profiles: Mapping[str, ImageFacts], provider: str
) -> None:
    """Keep the portraits of films' or series' credited people, which the provider knows by these ids.

    Who is not credited in the catalog is left out. Four statements.
    """
    if not profiles:
        return
    found = await tx.db.rows(CREDITED[work_kind], works=works, provider=provider, keys=sorted(profiles))
    people = [Owned(OwnerKind.PERSON, row["id"], (profiles[row["key"]],)) for row in found]
    await save_all(tx, people, provider)


def _rows(owned: Owned) -> Iterator[dict[str, Any]]:
    """Each picture once, and no more of a kind and language than are kept."""
    places: Counter[str] = Counter()
    spoken: Counter[tuple[str, str | None]] = Counter()
    seen: set[tuple[str, str]] = set()
    for image in owned.images:
        kind, language = image.kind.value, image.language.lower() if image.language else None
        is_new = (
            (kind, image.key) not in seen and 0 < len(image.key) <= _LONGEST and len(image.url) <= _LONGEST
        )
        if not is_new or places[kind] >= PER_KIND or spoken[kind, language] >= PER_LANGUAGE:
            continue
        seen.add((kind, image.key))
        yield {
            "id": new_id(),
            "owner_kind": owned.kind,
            "owner_id": owned.id,
            "kind": kind,
            "key": image.key,
            "url": image.url,
            "language": language,
            "position": places[kind],
            "score": image.score or 0.0,
            "votes": image.votes,
            "width": image.width,
            "height": image.height,
        }
        places[kind] += 1
        spoken[kind, language] += 1
