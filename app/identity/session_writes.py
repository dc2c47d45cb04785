"""Ending sessions on somebody's behalf."""

from collections.abc import Sequence
from uuid import UUID

from app.access.viewer import Viewer
from app.activity.record import record
from app.core.errors import Denied
from app.core.outbox import Tx
from app.identity.sessions import Ended, end, end_all


async def end_own(tx: Tx, viewer: Viewer, ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """End some of the viewer's sessions; answers which were good until now. Emits SessionsEnded. Raises Denied."""
    user_id = _own(viewer)
    why = Ended.SIGNED_OUT if list(ids) == [viewer.session_id] else Ended.BY_USER
    return await _told(tx, viewer, await end(tx, user_id, ids, why), why)


async def end_all_own(tx: Tx, viewer: Viewer, *, but: UUID | None) -> tuple[UUID, ...]:
    """End all of the viewer's sessions, but one where one is named. Emits SessionsEnded. Raises Denied."""
    return await _told(tx, viewer, await end_all(tx, [_own(viewer)], Ended.BY_USER, but=but), Ended.BY_USER)


async def end_of_user(tx: Tx, viewer: Viewer, user_id: UUID, ids: Sequence[UUID] | None) -> tuple[UUID, ...]:
    """End some of somebody's sessions, or all. Emits SessionsEnded."""
    why = Ended.BY_ADMIN
    ended = await (end_all(tx, [user_id], why) if ids is None else end(tx, user_id, ids, why))
    return await _told(tx, viewer, ended, why)


async def _told(tx: Tx, viewer: Viewer, ended: tuple[UUID, ...], why: Ended) -> tuple[UUID, ...]:
    for key in ended:
        await record(tx, viewer.actor, "session.ended", "session", key, after={"why": why})
    return ended


def _own(viewer: Viewer) -> UUID:
    if viewer.user_id is None or viewer.actor.token_id is not None:
        raise Denied("Only somebody who is signed in ends sessions of theirs; API tokens don't.")
    return viewer.user_id
