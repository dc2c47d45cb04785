"""Reading how libraries are watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.core.db import Db

WATCHES = text(
    """
    SELECT l.id, l.watch, CASE WHEN l.watch = 'off' THEN 'off' ELSE coalesce(w.state, 'unattended') END,
        w.mode, w.message
    FROM library.libraries l
    LEFT JOIN library.watches w ON w.library_id = l.id AND w.lease_until > now() AND l.watch <> 'off'
    WHERE l.id = ANY(CAST(:ids AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class Watch:
    """How a library is watched. wanted: as it was set. mode: as it is, None while it isn't.

    state: off, unattended (no worker does), starting, watching or offline. message: what is amiss.
    """

    wanted: str
    state: str
    mode: str | None
    message: str | None


async def watches(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Watch]:
    """By library; of one that is gone meanwhile, that it isn't watched."""
    found = {row[0]: Watch(*row[1:]) for row in await db.rows(WATCHES, ids=ids)}
    return {key: found.get(key, Watch("off", "off", None, None)) for key in ids}
