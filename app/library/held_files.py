"""Rows of files, held by whoever goes on to their works."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from app.core.outbox import Tx

HOLD = text("SELECT FROM library.files WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE")


async def hold_files(tx: Tx, file_ids: Iterable[UUID]) -> None:
    """Keep others from writing these rows until the commit.

    For all that will write them and takes the locks of works (`app.catalog.locks`) as well: before these, and in the
    order of ids, so that nobody waits in a circle. At most one statement.
    """
    if ids := list(file_ids):
        await tx.db.run(HOLD, ids=ids)
