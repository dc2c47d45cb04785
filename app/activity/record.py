"""Writing the activity log, in the transaction of what it tells of."""

from collections.abc import Mapping
from typing import Any

from app.activity.actor import Actor
from app.activity.tables import EntryRow
from app.core.bulk import insert
from app.core.ids import new_id
from app.core.outbox import Tx


async def record(
    tx: Tx,
    actor: Actor,
    action: str,
    kind: str,
    key: object = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note what is done, in the same transaction. One statement.

    action: `user.disabled`, `library.scan_requested`. kind, key: what it is done to. before, after: what of it
    changed, as JSON; never a secret, nor anything from which one follows.
    """
    row = {
        "id": new_id(),
        "user_id": actor.user_id,
        "token_id": actor.token_id,
        "address": actor.address,
        "agent": actor.agent,
        "request_id": actor.request_id,
        "action": action,
        "kind": kind,
        "key": None if key is None else str(key),
        "before": before,
        "after": after,
    }
    await insert(tx.db, EntryRow, [row])
