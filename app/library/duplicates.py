"""Groups of files that may be duplicates: found after scans, listed for people, and never resolved on their own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import MARQUEE, Actor
from app.activity.record import record
from app.core.bulk import insert
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.jobs import JobRef, Queue
from app.core.outbox import Tx
from app.library.duplicate_tables import DuplicateRow
from app.library.questions import HASH_BITS

FIND_DUPLICATES = JobRef("library.find_duplicates", Queue.BULK)

LOCK = text("SELECT pg_advisory_xact_lock(7105023, hashtext(CAST(:library_id AS text)))")
# Several names of one file take no more room than one.
EXACT = text(
    """
    SELECT array_agg(f.id ORDER BY f.id), f.size_bytes FROM library.files f
    WHERE f.library_id = :library_id AND f.missing_since IS NULL AND f.content_hash IS NOT NULL
    GROUP BY f.size_bytes, f.content_hash HAVING count(DISTINCT (f.inode, f.mtime_ns)) > 1
    """
)
_QUALITY = """
    WITH held AS MATERIALIZED ({held}),
    several AS (SELECT work FROM held GROUP BY work HAVING count(DISTINCT version) > 1),
    seen AS (
        SELECT h.work, h.version, h.file_id, h.content, s.codec, coalesce(s.hdr, 'sdr') AS hdr,
            CASE WHEN s.width >= 3200 OR s.height >= 1800 THEN '2160p' WHEN s.width >= 1800 OR s.height >= 1000
                THEN '1080p' WHEN s.width >= 1200 OR s.height >= 700 THEN '720p' WHEN s.height >= 560 THEN '576p'
                ELSE '480p' END AS size
        FROM held h JOIN several USING (work)
        CROSS JOIN LATERAL (
            SELECT codec, hdr, width, height FROM library.streams
            WHERE file_id = h.file_id AND kind = 'video' ORDER BY position LIMIT 1) AS s)
    SELECT DISTINCT array_agg(DISTINCT file_id ORDER BY file_id), size, codec, hdr FROM seen
    GROUP BY work, size, codec, hdr HAVING count(DISTINCT version) > 1 AND count(DISTINCT content) > 1
"""
_FILES = "WHERE f.library_id = :library_id AND f.missing_since IS NULL"
_CONTENT = "coalesce(f.content_hash::text, f.id::text) AS content"
SAME_QUALITY = tuple(
    text(_QUALITY.format(held=held))
    for held in (
        f"""
        SELECT v.edition_id AS work, v.id::text AS version, p.file_id, {_CONTENT} FROM library.files f
        JOIN library.movie_parts p ON p.file_id = f.id JOIN movies.versions v ON v.id = p.version_id {_FILES}
        """,  # noqa: S608
        f"""
        SELECT p.episode_id AS work, p.version, p.file_id, {_CONTENT} FROM library.files f
        JOIN library.episode_parts p ON p.file_id = f.id {_FILES}
        """,  # noqa: S608
    )
)
PAIRS = text(
    """
    SELECT l.file_id, l.other_id, l.distance FROM library.lookalikes l
    JOIN library.files f ON f.id = l.file_id AND f.library_id = :library_id AND f.missing_since IS NULL
    JOIN library.files o ON o.id = l.other_id AND o.library_id = :library_id AND o.missing_since IS NULL
    WHERE (f.size_bytes, f.content_hash) IS DISTINCT FROM (o.size_bytes, o.content_hash)
    ORDER BY l.file_id, l.other_id
    """
)
DROP_OTHERS = text(
    """
    DELETE FROM library.duplicates d WHERE d.library_id = :library_id AND d.id <> ALL(CAST(:ids AS uuid[]))
      AND (d.dismissed_at IS NULL OR NOT EXISTS (SELECT FROM library.files f WHERE f.id = ANY(d.file_ids)))
    """
)
# What was said of a group holds of what is left of it.
DISMISS_PARTS = text(
    """
    UPDATE library.duplicates d SET dismissed_at = w.dismissed_at FROM library.duplicates w
    WHERE d.library_id = :library_id AND w.library_id = :library_id AND d.kind = w.kind AND d.id <> w.id
      AND d.dismissed_at IS NULL AND w.dismissed_at IS NOT NULL AND d.file_ids <@ w.file_ids
    """
)
DISMISS = text(
    "UPDATE library.duplicates SET dismissed_at = coalesce(dismissed_at, now()) WHERE id = :id RETURNING id"
)
# A group that holds this one, or of which it holds all, would have it dismissed again.
RESTORE = text(
    """
    UPDATE library.duplicates d SET dismissed_at = NULL FROM library.duplicates w
    WHERE w.id = :id AND d.library_id = w.library_id AND d.kind = w.kind
      AND (d.file_ids <@ w.file_ids OR d.file_ids @> w.file_ids)
    RETURNING d.id
    """
)


@dataclass(frozen=True, slots=True)
class Group:
    """score: how alike the files are, 0 to 1. reason: a sentence for people."""

    kind: str
    file_ids: tuple[UUID, ...]
    score: float
    reason: str


def ask_for_duplicates(tx: Tx, library_id: UUID) -> None:
    """Have a library's duplicates found, once however often this is asked while that goes on."""
    tx.enqueue(FIND_DUPLICATES, library_id, dedupe=f"duplicates:{library_id}")


async def refresh(tx: Tx, library_id: UUID) -> None:
    """Find a library's groups anew. A constant number of statements, but for what is known of dismissed ones kept."""
    await tx.db.run(LOCK, library_id=str(library_id))
    groups = [*await _exact(tx, library_id), *await _same_quality(tx, library_id)]
    groups += await _perceptual(tx, library_id)
    rows = {(group.kind, _key(group.file_ids)): _row(library_id, group) for group in groups}
    kept = await insert(
        tx.db,
        DuplicateRow,
        list(rows.values()),
        key=("library_id", "kind", "key"),
        update=("score", "reason"),
        returning=("id",),
    )
    await tx.db.run(DROP_OTHERS, library_id=library_id, ids=[row[0] for row in kept])
    await tx.db.run(DISMISS_PARTS, library_id=library_id)


def _row(library_id: UUID, group: Group) -> dict[str, Any]:
    return {
        "id": new_id(),
        "library_id": library_id,
        "kind": group.kind,
        "key": _key(group.file_ids),
        "file_ids": list(group.file_ids),
        "score": group.score,
        "reason": group.reason,
    }


def _key(file_ids: Iterable[UUID]) -> str:
    return blake2b(b"".join(each.bytes for each in file_ids), digest_size=16).hexdigest()


async def _exact(tx: Tx, library_id: UUID) -> list[Group]:
    return [
        Group("exact", tuple(ids), 1.0, f"The files hold the same: {size:,} bytes with one content hash.")
        for ids, size in await tx.db.rows(EXACT, library_id=library_id)
    ]


async def _same_quality(tx: Tx, library_id: UUID) -> list[Group]:
    return [
        Group(
            "same_quality", tuple(ids), 1.0, f"Several versions of one work in the same quality: {quality}."
        )
        for statement in SAME_QUALITY
        for ids, size, codec, hdr in await tx.db.rows(statement, library_id=library_id)
        for quality in [", ".join((size, codec, hdr.replace("_", " ").upper()))]
    ]


async def _perceptual(tx: Tx, library_id: UUID) -> list[Group]:
    rows = await tx.db.rows(PAIRS, library_id=library_id)
    pairs = [(row[0], row[1], row[2]) for row in rows]
    return [_alike(ids, furthest) for ids, furthest in connected(pairs)]


def _alike(ids: Sequence[UUID], furthest: float) -> Group:
    reason = (
        f"The pictures are alike: frames at the same places differ in {furthest:.1f} of {HASH_BITS} bits."
    )
    return Group("perceptual", tuple(ids), round(1 - furthest / HASH_BITS, 4), reason)


def connected(pairs: Sequence[tuple[UUID, UUID, float]]) -> list[tuple[list[UUID], float]]:
    """Sets of files that pairs connect, ids ascending, each with the greatest distance among its pairs."""
    above: dict[UUID, UUID] = {}

    def top(key: UUID) -> UUID:
        while above.setdefault(key, key) != key:
            above[key] = key = above[above[key]]
        return key

    for one, other, _ in pairs:
        above[top(one)] = top(other)
    members: dict[UUID, set[UUID]] = {}
    furthest: dict[UUID, float] = {}
    for one, other, distance in pairs:
        key = top(one)
        members.setdefault(key, set()).update((one, other))
        furthest[key] = max(furthest.get(key, 0.0), distance)
    return [(sorted(ids), furthest[key]) for key, ids in members.items()]


async def dismiss_duplicates(tx: Tx, group_id: UUID, *, actor: Actor = MARQUEE) -> None:
    """Say that the files of a group are no duplicates; it stays so through later scans. Raises NotFound."""
    if await tx.db.value(DISMISS, id=group_id) is None:
        raise NotFound("duplicate group", group_id)
    await record(tx, actor, "duplicates.dismissed", "duplicates", group_id)


async def restore_duplicates(tx: Tx, group_id: UUID, *, actor: Actor = MARQUEE) -> None:
    """Take back that the files of a group, or of one that it is a part of, are no duplicates. Raises NotFound."""
    if not await tx.db.rows(RESTORE, id=group_id):
        raise NotFound("duplicate group", group_id)
    await record(tx, actor, "duplicates.restored", "duplicates", group_id)
