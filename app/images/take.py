"""Taking images in: what was taken before is known by its bytes, whoever brings it."""

import asyncio
import os
import stat
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.ids import new_id
from app.images.kinds import Source
from app.images.refusal import Reason, Refused
from app.images.store import master_key, store
from app.images.studio import studio

MOST_BYTES = 64 << 20

KNOWN = text("SELECT id FROM images.images WHERE content_hash = :content_hash")
# The row of a running transaction is waited for: whoever is second gets the first one's id.
ADD = text(
    """
    INSERT INTO images.images (id, content_hash, width, height, size_bytes, thumbhash, color, source)
    VALUES (:id, :content_hash, :width, :height, :size_bytes, :thumbhash, :color, :source)
    ON CONFLICT (content_hash) DO NOTHING RETURNING id
    """
)


async def take(app: App, content: bytes, source: Source) -> UUID:
    """Keep an image; answers its id, which is that of the same bytes before.

    The master is stored before the row is written, so that a row always has one; a master whose row was never written
    is swept up later. Raises Refused; StudioFailed, OSError where it may be tried again.
    """
    if len(content) > MOST_BYTES:
        raise Refused(Reason.TOO_MANY_BYTES)
    content_hash = await asyncio.to_thread(_hash, content)
    known: UUID | None = await app.db.value(KNOWN, content_hash=content_hash)
    if known is not None:
        return known
    made = await studio(app).render(content)
    image_id = new_id()
    await store(app).put(master_key(image_id), made.master)
    added = await app.db.value(
        ADD,
        id=image_id,
        content_hash=content_hash,
        width=made.width,
        height=made.height,
        size_bytes=len(made.master),
        thumbhash=made.thumbhash,
        color=made.color,
        source=source,
    )
    if added is not None:
        return added
    await store(app).delete([master_key(image_id)])
    return await app.db.value(KNOWN, content_hash=content_hash)


async def take_file(app: App, path: Path, source: Source = Source.FILE) -> UUID:
    """As `take`, of a file. Raises OSError where it can't be read."""
    return await take(app, await asyncio.to_thread(_read, path), source)


def _hash(content: bytes) -> bytes:
    return sha256(content).digest()


def _read(path: Path) -> bytes:
    """No more than may be taken, and nothing but a file: a pipe would be waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise Refused(Reason.NOT_AN_IMAGE)
        if found.st_size > MOST_BYTES:
            raise Refused(Reason.TOO_MANY_BYTES)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MOST_BYTES + 1)
    finally:
        os.close(descriptor)
