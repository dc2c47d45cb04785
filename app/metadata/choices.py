"""Which providers a library asks, where that was said."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.activity.record import record
from app.core.db import Db
from app.core.errors import Invalid, NotFound
from app.core.outbox import Tx
from app.metadata.wanted import begin_taking_up

CHOICES = text(
    "SELECT library_id, providers FROM metadata.choices WHERE library_id = ANY(CAST(:ids AS uuid[]))"
)
LOCK_LIBRARY = text("SELECT id FROM library.libraries WHERE id = :id FOR KEY SHARE")
CHOOSE = text(
    """
    INSERT INTO metadata.choices (library_id, providers) VALUES (:id, CAST(:providers AS text[]))
    ON CONFLICT (library_id) DO UPDATE SET providers = excluded.providers, updated_at = now()
    """
)
UNCHOOSE = text("DELETE FROM metadata.choices WHERE library_id = :id")


async def choices(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[str] | None]:
    """The ids of providers by library, in order; None where it asks as the server is set. One statement."""
    rows = await db.rows(CHOICES, ids=ids)
    return dict.fromkeys(ids) | {row["library_id"]: row["providers"] for row in rows}


async def choice_of(db: Db, library_id: UUID) -> list[str] | None:
    rows = await db.rows(CHOICES, ids=[library_id])
    return rows[0]["providers"] if rows else None


async def choose(
    tx: Tx, actor: Actor, library_id: UUID, providers: Sequence[str] | None, known: Sequence[str]
) -> None:
    """None: as the server is set. known: the ids that there are. Raises NotFound, Invalid.

    What the library's works are to be looked at for by this begins after the commit.
    """
    if await tx.db.value(LOCK_LIBRARY, id=library_id) is None:
        raise NotFound("library", library_id)
    before = await choice_of(tx.db, library_id)
    if providers is None:
        await tx.db.run(UNCHOOSE, id=library_id)
    else:
        if unknown := sorted(set(providers) - set(known)):
            raise Invalid("providers", f"There is no provider {unknown[0]}. There are: {', '.join(known)}.")
        if len(set(providers)) != len(providers):
            raise Invalid("providers", "Each provider can be named once.")
        await tx.db.run(CHOOSE, id=library_id, providers=list(providers))
    begin_taking_up(tx)
    after = None if providers is None else list(providers)
    await record(
        tx,
        actor,
        "library.providers_chosen",
        "library",
        library_id,
        before={"providers": before},
        after={"providers": after},
    )
