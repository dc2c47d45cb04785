"""The job that makes images of the pictures that lie beside works."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.jobs import Queue, job
from app.core.outbox import Tx
from app.images.refusal import Refused
from app.images.studio import StudioFailed
from app.images.take import take_file
from app.library.walk import join

log = logging.getLogger(__name__)

AT_ONCE = 16
# With so many that can't be read, it is no matter of single files.
MOST_FAILURES = 50

_UNTAKEN = """
    library.artwork a JOIN library.files f ON f.id = a.file_id
    JOIN library.roots r ON r.id = f.root_id AND r.is_online
    WHERE f.library_id = :library_id AND f.missing_since IS NULL
      AND NOT EXISTS (
        SELECT FROM library.taken_images t
        WHERE t.file_id = f.id AND t.size_bytes = f.size_bytes AND t.mtime_ns = f.mtime_ns)
"""
ANY_UNTAKEN = text(f"SELECT EXISTS (SELECT FROM {_UNTAKEN})")  # noqa: S608
UNTAKEN = text(
    f"""
    SELECT f.id, r.path, f.folder, f.name, f.size_bytes, f.mtime_ns FROM {_UNTAKEN} AND f.id > :after
    ORDER BY f.id LIMIT CAST(:most AS int)
    """  # noqa: S608
)
# A file may have gone meanwhile; one that is there stays until this is written.
STORE = text(
    """
    INSERT INTO library.taken_images (file_id, size_bytes, mtime_ns, image_id, failure, tried_at)
    SELECT f.id, r.size_bytes, r.mtime_ns, r.image_id, r.failure, now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS r(file_id uuid, size_bytes bigint, mtime_ns bigint, image_id uuid, failure text)
    JOIN library.files f ON f.id = r.file_id
    ORDER BY f.id FOR KEY SHARE OF f
    ON CONFLICT (file_id) DO UPDATE SET size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns,
      image_id = excluded.image_id, failure = excluded.failure, tried_at = excluded.tried_at
    """
)


class Unreadable(Exception):
    """Some files could not be read, or what was made of them not be kept."""


@dataclass(frozen=True, slots=True)
class Untaken:
    """A picture of a work that was not taken, or has changed since."""

    id: UUID
    root: str
    folder: str
    name: str
    size_bytes: int
    mtime_ns: int

    @property
    def path(self) -> Path:
        return Path(self.root) / join(self.folder, self.name)


@job("library.take_images", queue=Queue.LOW, timeout=timedelta(days=7), tries=5)
async def take_images(app: App, library_id: str) -> None:
    """Take what is new or changed, a few at a time, each page stored at once.

    What is refused is not tried again until it changes. What could not be read is tried again with the whole job, and
    if that doesn't help, after the next scan. Raises Unreadable.
    """
    failures, after = 0, UUID(int=0)
    while pictures := await _untaken(app, UUID(library_id), after):
        after = pictures[-1].id
        rows = await asyncio.gather(*(_taken(app, picture) for picture in pictures))
        async with app.transaction() as tx:
            await tx.db.run(STORE, rows=[row for row in rows if row is not None])
        failures += sum(row is None for row in rows)
        if failures >= MOST_FAILURES:
            break
    if failures:
        raise Unreadable(f"{failures} pictures could not be read or kept.")


async def ask_for_images(tx: Tx, library_id: UUID) -> None:
    """Have what lies beside works taken, if anything is left of it. One statement."""
    if await tx.db.value(ANY_UNTAKEN, library_id=library_id):
        tx.enqueue(take_images, library_id)


async def _untaken(app: App, library_id: UUID, after: UUID) -> Sequence[Untaken]:
    rows = await app.db.rows(UNTAKEN, library_id=library_id, after=after, most=AT_ONCE)
    return [Untaken(*row) for row in rows]


async def _taken(app: App, picture: Untaken) -> dict[str, Any] | None:
    """None where it is to be tried again."""
    row = {"file_id": picture.id, "size_bytes": picture.size_bytes, "mtime_ns": picture.mtime_ns}
    try:
        return row | {"image_id": await take_file(app, picture.path)}
    except Refused as refused:
        return row | {"failure": str(refused)}
    except (StudioFailed, OSError) as error:
        log.warning("%s can't be taken: %s", picture.path, error)
        return None
