"""Whose doing a change is."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.outbox import Tx

SIGN = text(
    """
    UPDATE curation.changes SET user_id = CAST(:user_id AS uuid) WHERE id = :change_id
    RETURNING action, summary, undoes, cardinality(movie_ids) AS movies, cardinality(series_ids) AS series,
        cardinality(file_ids) AS files
    """
)


async def sign(tx: Tx, actor: Actor, change_id: UUID) -> None:
    """Note in the journal and in the activity log who made a change, in its transaction.

    The log tells how many works and files it may have touched; what was before and after is in the journal.
    """
    row = await tx.db.row(SIGN, change_id=change_id, user_id=actor.user_id)
    told = dict[str, Any](row or {})
    action = told.pop("action")
    await record(tx, actor, f"catalog.{action}", "change", change_id, after=told)
