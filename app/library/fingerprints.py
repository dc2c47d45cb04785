"""What videos look like, kept so that one that was encoded anew, in whatever size and container, is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.bulk import insert
from app.core.outbox import Tx
from app.library.duplicate_tables import FingerprintRow
from app.library.prober import decoder
from app.library.problems import LEFT_ALONE
from app.library.questions import HASH_BITS, Question
from app.library.walk import join

AT_ONCE = 16
# What is shorter shows too little to tell it from others.
SHORTEST_MS = 1000
# Measured (tests/library/test_fingerprints.py): films encoded again differ in 1 to 7 of 64 bits, others in 28 and more.
MOST_DISTANT = 10.0
FEWEST_FRAMES = 8
# One picture is too little to go by: title cards, logos and people in front of a wall differ in few bits.
FEWEST_PICTURES = 2
LIKE_SHARE, LIKE_MS = 0.02, 2000
BAND_BITS, BANDS = 16, 2

UNSEEN = text(
    """
    SELECT f.id, r.path, f.folder, f.name, f.size_bytes, f.mtime_ns, f.duration_ms FROM library.files f
    JOIN library.roots r ON r.id = f.root_id AND r.is_online
    WHERE f.library_id = :library_id AND f.role = 'video' AND f.missing_since IS NULL AND f.id > :after
      AND f.duration_ms >= :shortest_ms
      AND NOT EXISTS (
        SELECT FROM library.fingerprints p
        WHERE p.file_id = f.id AND p.size_bytes = f.size_bytes AND p.mtime_ns = f.mtime_ns AND p.frames = :frames)
      AND NOT EXISTS (
        SELECT FROM library.problems p
        WHERE p.file_id = f.id AND p.reason = ANY(CAST(:left_alone AS text[])))
    ORDER BY f.id LIMIT CAST(:most AS int)
    """
)
STILL_SO = text(
    """
    SELECT f.id FROM library.files f
    JOIN jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(file_id uuid, size_bytes bigint, mtime_ns bigint)
      ON f.id = r.file_id AND f.size_bytes = r.size_bytes AND f.mtime_ns = r.mtime_ns
    FOR KEY SHARE OF f
    """
)
DROP_PAIRS = text(
    """
    DELETE FROM library.lookalikes
    WHERE file_id = ANY(CAST(:ids AS uuid[])) OR other_id = ANY(CAST(:ids AS uuid[]))
    """
)
# The bands are what the index finds few candidates by, however many films are of one length.
FIND_PAIRS = text(
    """
    INSERT INTO library.lookalikes (file_id, other_id, distance)
    SELECT DISTINCT least(a.file_id, b.file_id), greatest(a.file_id, b.file_id), d.distance
    FROM library.fingerprints a
    JOIN library.fingerprints b ON b.bands && a.bands AND b.file_id <> a.file_id AND b.frames = a.frames
      AND abs(b.duration_ms - a.duration_ms) <= greatest(:like_ms, a.duration_ms * CAST(:like_share AS float8))
    CROSS JOIN LATERAL (
        SELECT count(*) AS pairs, avg(bit_count((p.one # p.other)::bit(64)))::float8 AS distance
        FROM unnest(a.hashes, b.hashes) AS p(one, other) WHERE p.one IS NOT NULL AND p.other IS NOT NULL) AS d
    WHERE a.file_id = ANY(CAST(:ids AS uuid[])) AND d.pairs >= least(:fewest, a.frames)
      AND d.distance <= CAST(:most AS float8)
    ON CONFLICT (file_id, other_id) DO UPDATE SET distance = excluded.distance
    """
)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A video whose pictures are not known."""

    id: UUID
    root: str
    folder: str
    name: str
    size_bytes: int
    mtime_ns: int
    duration_ms: int


async def look_at_videos(app: App, library_id: UUID) -> None:
    """Take the fingerprints of a library's videos that have none, and find what they look like.

    A few at a time, each stored at once, so that a job that dies loses little. One that can't be decoded is not tried
    again until it changes.
    """
    after = UUID(int=0)
    frames = app.config.fingerprint_frames
    while frames and (videos := await _unseen(app, library_id, after, frames)):
        after = videos[-1].id
        answers = await decoder(app).ask(
            [Question(video.root, join(video.folder, video.name), frames) for video in videos]
        )
        async with app.transaction() as tx:
            rows = [_row(video, frames, answer.frames) for video, answer in zip(videos, answers, strict=True)]
            await store_fingerprints(tx, rows)


async def _unseen(app: App, library_id: UUID, after: UUID, frames: int) -> list[Unseen]:
    rows = await app.db.rows(
        UNSEEN,
        library_id=library_id,
        after=after,
        frames=frames,
        shortest_ms=SHORTEST_MS,
        most=AT_ONCE,
        left_alone=list(LEFT_ALONE),
    )
    return [Unseen(*row) for row in rows]


def _row(video: Unseen, frames: int, hashes: Sequence[int | None]) -> dict[str, Any]:
    return {
        "file_id": video.id,
        "size_bytes": video.size_bytes,
        "mtime_ns": video.mtime_ns,
        "duration_ms": video.duration_ms,
        "frames": frames,
        "hashes": list(hashes),
        "bands": bands(hashes) if shows_enough(hashes) else [],
    }


def shows_enough(hashes: Sequence[int | None]) -> bool:
    """Whether there are several pictures among the frames, each unlike the others."""
    seen: list[int] = []
    for number in hashes:
        if number is not None and all(_distance(number, other) > MOST_DISTANT for other in seen):
            seen.append(number)
    return len(seen) >= min(FEWEST_PICTURES, len(hashes))


def _distance(number: int, other: int) -> int:
    return ((number ^ other) % (1 << HASH_BITS)).bit_count()


def bands(hashes: Sequence[int | None]) -> list[int]:
    """The lowest frequencies of every frame, which survive most, in pieces that are looked up."""
    mask = (1 << BAND_BITS) - 1
    return [
        ((place * BANDS + band) << BAND_BITS) | ((number >> (band * BAND_BITS)) & mask)
        for place, number in enumerate(hashes)
        if number is not None
        for band in range(BANDS)
    ]


async def store_fingerprints(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Write fingerprints of files that are still what they were, and whom they look like. Four statements."""
    still = {row[0] for row in await tx.db.rows(STILL_SO, rows=list(rows))}
    wanted = [row for row in rows if row["file_id"] in still]
    ids = [row["file_id"] for row in wanted]
    update = tuple(name for name in rows[0] if name != "file_id")
    await insert(tx.db, FingerprintRow, wanted, key=("file_id",), update=update)
    await tx.db.run(DROP_PAIRS, ids=ids)
    await tx.db.run(
        FIND_PAIRS,
        ids=ids,
        like_ms=LIKE_MS,
        like_share=LIKE_SHARE,
        fewest=FEWEST_FRAMES,
        most=MOST_DISTANT,
    )
