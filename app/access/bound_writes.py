"""Saying what users, and those who have a role, may see."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import text

from app.access.bound_tables import BoundsRow
from app.access.bounds import NO_BOUNDS, Bounds, access_of, bounds_of
from app.access.events import PermissionsChanged
from app.access.role_writes import check_gives_no_more
from app.access.roles import roles_of
from app.access.rule import EVERYTHING, Schedule
from app.access.viewer import Viewer
from app.activity.record import record
from app.core.bulk import delete, insert
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx

HIGHEST_AGE = 21
MOST_LISTED = 1000
MOST_WINDOWS = 50
LAST_MINUTE = 24 * 60 - 1
USERS_AN_EVENT = 1000
# Whoever says something of a holder waits for whoever does already.
HOLDERS = {
    "user": text("SELECT name FROM identity.users WHERE id = :id FOR UPDATE"),
    "role": text("SELECT name FROM access.roles WHERE id = :id FOR UPDATE"),
}
LIBRARIES = text("SELECT id FROM library.libraries WHERE id = ANY(CAST(:ids AS uuid[]))")
TERMS = text("SELECT id FROM taxonomy.terms WHERE id = ANY(CAST(:ids AS uuid[]))")
HAVING_ROLE = text(
    """
    WITH RECURSIVE building AS (
        SELECT CAST(:id AS uuid) AS role_id
        UNION
        SELECT p.role_id FROM building b JOIN access.role_parents p ON p.parent_id = b.role_id
    )
    SELECT DISTINCT u.user_id FROM building b JOIN access.held_roles u ON u.role_id = b.role_id ORDER BY u.user_id
    """
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Of whom something is said. kind: user or role."""

    kind: str
    id: UUID

    @property
    def column(self) -> str:
        return f"{self.kind}_id"


async def set_bounds(tx: Tx, viewer: Viewer, holder: Holder, bounds: Bounds) -> None:
    """From now on the holder has these bounds and no others; none at all if they say nothing.

    Raises NotFound; Invalid; Denied where the holder may do what the viewer may not. Emits PermissionsChanged. A
    constant number of statements.
    """
    _check(bounds)
    if await tx.db.value(HOLDERS[holder.kind], id=holder.id) is None:
        raise NotFound(holder.kind, holder.id)
    await _check_reach(tx, viewer, holder)
    before = (await bounds_of(tx.db, viewer, [holder.id]))[holder.id]
    if before == bounds:
        return
    await _check_known(tx, before, bounds)
    if bounds == NO_BOUNDS:
        await delete(tx.db, BoundsRow, holder.column, [holder.id])
    else:
        await _save(tx, holder, bounds)
    await _check_keeps_view(tx, viewer)
    told = {name: value for name, value in _told(bounds).items() if value != _told(before)[name]}
    was = {name: _told(before)[name] for name in told}
    await record(tx, viewer.actor, "access.changed", holder.kind, holder.id, before=was, after=told)
    await _announce(tx, holder)


async def _check_reach(tx: Tx, viewer: Viewer, holder: Holder) -> None:
    """Whoever sees less than all may change less, so that bounds would take from others what they may do."""
    is_role = holder.kind == "role"
    role_ids = [holder.id] if is_role else [role.id for role in await roles_of(tx.db, holder.id)]
    await check_gives_no_more(tx, viewer, role_ids)


async def _check_keeps_view(tx: Tx, viewer: Viewer) -> None:
    """Whoever bound themselves could not undo it, and perhaps nobody could."""
    if viewer.user_id is not None and await access_of(tx.db, viewer.user_id) != EVERYTHING:
        raise Invalid("holderId", "That would be said of you, too, and you could not take it back.")


async def _save(tx: Tx, holder: Holder, bounds: Bounds) -> None:
    columns = bounds.columns()
    row = {"id": new_id(), "user_id": None, "role_id": None} | {holder.column: holder.id} | columns
    await insert(tx.db, BoundsRow, [row], key=(holder.column,), update=tuple(columns))


async def _announce(tx: Tx, holder: Holder) -> None:
    having = await tx.db.rows(HAVING_ROLE, id=holder.id) if holder.kind == "role" else ()
    users = [row[0] for row in having] if holder.kind == "role" else [holder.id]
    for start in range(0, len(users), USERS_AN_EVENT):
        tx.emit(PermissionsChanged(tuple(users[start : start + USERS_AN_EVENT])))


def _told(bounds: Bounds) -> dict[str, Any]:
    return {
        name: [str(each) for each in value] if name.endswith("_ids") else value
        for name, value in bounds.columns().items()
    }


def _check(bounds: Bounds) -> None:
    if bounds.max_age is not None and not 0 <= bounds.max_age <= HIGHEST_AGE:
        raise Invalid("maxAge", f"An age is between 0 and {HIGHEST_AGE} years.")
    if bounds.kinds is not None and not bounds.kinds:
        raise Invalid("kinds", "Name at least one kind, or leave them out for all.")
    if bounds.library_ids and bounds.all_libraries is not False:
        raise Invalid("libraryIds", "Libraries are listed where not all of them are granted.")
    lists = {
        "libraryIds": bounds.library_ids,
        "blockedTermIds": bounds.blocked_terms,
        "allowedTermIds": bounds.allowed_terms,
    }
    for field, ids in lists.items():
        if len(ids) > MOST_LISTED:
            raise Invalid(field, f"At most {MOST_LISTED} of them.")
    if bounds.schedule is not None:
        _check_schedule(bounds.schedule)


def _check_schedule(schedule: Schedule) -> None:
    if schedule.time_zone not in available_timezones():
        raise Invalid("schedule.timeZone", f"{schedule.time_zone[:50]!r} is no time zone of the IANA.")
    if not 1 <= len(schedule.windows) <= MOST_WINDOWS:
        raise Invalid("schedule.windows", f"A schedule has 1 to {MOST_WINDOWS} windows.")
    for place, window in enumerate(schedule.windows):
        if not (0 <= window.start <= LAST_MINUTE and 0 <= window.end <= LAST_MINUTE):
            raise Invalid(f"schedule.windows.{place}", f"A minute of the day is 0 to {LAST_MINUTE}.")


async def _check_known(tx: Tx, before: Bounds, bounds: Bounds) -> None:
    """What was listed before may be gone meanwhile; what is new has to be there."""
    lists = (
        ("libraryIds", LIBRARIES, bounds.library_ids, before.library_ids),
        ("blockedTermIds", TERMS, bounds.blocked_terms, before.blocked_terms),
        ("allowedTermIds", TERMS, bounds.allowed_terms, before.allowed_terms),
    )
    for field, statement, wanted, known in lists:
        fresh = set(wanted) - set(known)
        found = {row[0] for row in await tx.db.rows(statement, ids=list(fresh))} if fresh else fresh
        for place, key in enumerate(wanted):
            if key in fresh - found:
                raise Invalid(f"{field}.{place}", "There is nothing with this id.")
