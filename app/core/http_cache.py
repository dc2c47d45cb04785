"""Answers that are kept: so that a service need not send again what has not changed."""

import zlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.core.clock import now
from app.core.db import Db

# Of all answers together, packed; a film's with everything about it is about 15 KiB.
MOST_BYTES = 512 * 1024 * 1024
# What was not asked for in so long is not worth its place.
KEPT_DAYS = 60
BATCH = 500
# A tenth larger than by the usual level, in two fifths of the time.
LEVEL = 1

# Looking is using, but is written down once a day only.
FIND = text(
    """
    WITH found AS (SELECT * FROM http.responses WHERE key = :key),
    used AS (
        UPDATE http.responses r SET used_at = now() FROM found
        WHERE r.key = found.key AND found.used_at < now() - interval '1 day'
    )
    SELECT status, url, etag, last_modified, body, checked_at FROM found
    """
)
KEEP = text(
    """
    INSERT INTO http.responses (key, service, url, status, etag, last_modified, body, size_bytes)
    VALUES (:key, :service, :url, CAST(:status AS int), :etag, :last_modified, :body, CAST(:size_bytes AS int))
    ON CONFLICT (key) DO UPDATE SET url = excluded.url, status = excluded.status, etag = excluded.etag,
        last_modified = excluded.last_modified, body = excluded.body, size_bytes = excluded.size_bytes,
        checked_at = now(), used_at = now()
    """
)
STILL_HOLDS = text("UPDATE http.responses SET checked_at = now(), used_at = now() WHERE key = :key")
FORGET = text("DELETE FROM http.responses WHERE key = :key")
DROP_OLD = text(
    "DELETE FROM http.responses WHERE used_at < now() - make_interval(days => CAST(:days AS int))"
)
# The least recently used beyond the bound, a batch at a time.
DROP_BEYOND = text(
    """
    DELETE FROM http.responses WHERE key IN (
        SELECT key FROM (
            SELECT key, used_at, sum(size_bytes) OVER (ORDER BY used_at DESC, key) AS so_far FROM http.responses
        ) AS sized
        WHERE so_far > CAST(:most_bytes AS bigint) ORDER BY used_at LIMIT CAST(:batch AS int)
    )
    """
)


@dataclass(frozen=True, slots=True)
class Kept:
    """body: the JSON as it came. etag, last_modified: by which the service can say that it still holds."""

    status: int
    url: str
    body: bytes
    etag: str | None
    last_modified: str | None
    checked_at: datetime

    @property
    def age_s(self) -> float:
        return (now() - self.checked_at).total_seconds()

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that ask for it only where it has changed."""
        given = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in given.items() if value}


async def find(db: Db, key: bytes) -> Kept | None:
    """One statement."""
    row = await db.row(FIND, key=key)
    if row is None:
        return None
    try:
        body = zlib.decompress(row["body"])
    except zlib.error:
        return None
    return Kept(row["status"], row["url"], body, row["etag"], row["last_modified"], row["checked_at"])


async def keep(db: Db, key: bytes, service: str, kept: Kept) -> None:
    packed = zlib.compress(kept.body, LEVEL)
    await db.run(
        KEEP,
        key=key,
        service=service,
        url=kept.url,
        status=kept.status,
        etag=kept.etag,
        last_modified=kept.last_modified,
        body=packed,
        size_bytes=len(packed),
    )


async def still_holds(db: Db, key: bytes) -> None:
    await db.run(STILL_HOLDS, key=key)


async def forget(db: Db, key: bytes) -> None:
    await db.run(FORGET, key=key)


async def purge(db: Db, most_bytes: int = MOST_BYTES) -> int:
    """Forget what was long not asked for, and the least recently used beyond the bound; how many comes back."""
    dropped = await db.run(DROP_OLD, days=KEPT_DAYS)
    while batch := await db.run(DROP_BEYOND, most_bytes=most_bytes, batch=BATCH):
        dropped += batch
    return dropped
