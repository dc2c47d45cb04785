"""Bounds of users and of roles: what was said of them, and what it comes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.access.rule import Access, Kind, Schedule, Window
from app.access.viewer import Viewer
from app.core.db import Db

_COLUMNS = """
    b.all_libraries, b.library_ids, b.max_age, b.shows_unrated, b.blocked_term_ids, b.allowed_term_ids, b.kinds,
    b.time_zone, b.windows
"""
OF_HOLDERS = text(
    f"""
    SELECT coalesce(b.user_id, b.role_id) AS holder_id, {_COLUMNS} FROM access.bounds b
    WHERE b.user_id = ANY(CAST(:ids AS uuid[])) OR b.role_id = ANY(CAST(:ids AS uuid[]))
    """  # noqa: S608
)
# `UNION` ends where roles that build on each other would go in a circle.
ON_USERS = text(
    f"""
    WITH RECURSIVE reached AS (
        SELECT user_id, role_id FROM access.held_roles WHERE user_id = ANY(CAST(:ids AS uuid[]))
        UNION
        SELECT r.user_id, p.parent_id FROM reached r JOIN access.role_parents p ON p.role_id = r.role_id
    ), on_users AS (
        SELECT b.user_id AS of_user, NULL AS role, b.* FROM access.bounds b WHERE b.user_id = ANY(CAST(:ids AS uuid[]))
        UNION ALL
        SELECT r.user_id, n.name, b.* FROM reached r JOIN access.bounds b ON b.role_id = r.role_id
            JOIN access.roles n ON n.id = r.role_id
    )
    SELECT b.of_user, b.role, {_COLUMNS} FROM on_users b ORDER BY b.role NULLS FIRST
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one user or one role may see; None and empty where nothing is said.

    library_ids: libraries that are granted; all_libraries: whether these are all, None where nothing is said.
    For the rest see app.access.rule.Access.
    """

    all_libraries: bool | None = None
    library_ids: tuple[UUID, ...] = ()
    max_age: int | None = None
    shows_unrated: bool = True
    blocked_terms: tuple[UUID, ...] = ()
    allowed_terms: tuple[UUID, ...] = ()
    kinds: frozenset[Kind] | None = None
    schedule: Schedule | None = None

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Bounds":
        """Of the columns in the order of the statements here."""
        is_all, library_ids, max_age, unrated, blocked, allowed, kinds, zone, windows = row
        return cls(
            is_all,
            tuple(library_ids),
            max_age,
            unrated,
            tuple(blocked),
            tuple(allowed),
            None if kinds is None else frozenset(map(Kind, kinds)),
            None if zone is None else Schedule(zone, tuple(Window(**each) for each in windows)),
        )

    def columns(self) -> dict[str, Any]:
        windows = self.schedule.windows if self.schedule else ()
        return {
            "all_libraries": self.all_libraries,
            "library_ids": list(self.library_ids),
            "max_age": self.max_age,
            "shows_unrated": self.shows_unrated,
            "blocked_term_ids": list(self.blocked_terms),
            "allowed_term_ids": list(self.allowed_terms),
            "kinds": None if self.kinds is None else sorted(self.kinds),
            "time_zone": self.schedule.time_zone if self.schedule else None,
            "windows": [{"weekday": at.weekday, "start": at.start, "end": at.end} for at in windows],
        }

    @property
    def access(self) -> Access:
        """What they come to alone."""
        return combined(self, ())


NO_BOUNDS = Bounds()


class Said(NamedTuple):
    """Bounds, and the role of which they were said; None for those of the user."""

    role: str | None
    bounds: Bounds


def combined(own: Bounds, of_roles: Iterable[Bounds]) -> Access:
    """Libraries: the user's own, or else all that any role grants; of everything else all holds."""
    roles = tuple(of_roles)
    every = (own, *roles)
    ages = [bounds.max_age for bounds in every if bounds.max_age is not None]
    kinds = [bounds.kinds for bounds in every if bounds.kinds is not None]
    return Access(
        library_ids=_libraries([own] if own.all_libraries is not None else roles),
        max_age=min(ages, default=None),
        shows_unrated=all(bounds.shows_unrated for bounds in every if bounds.max_age is not None),
        blocked_terms=tuple(sorted({term for bounds in every for term in bounds.blocked_terms})),
        allowed_terms=tuple(sorted({bounds.allowed_terms for bounds in every if bounds.allowed_terms})),
        kinds=frozenset(Kind).intersection(*kinds) if kinds else None,
        schedules=tuple(dict.fromkeys(bounds.schedule for bounds in every if bounds.schedule)),
    )


def _libraries(said: Iterable[Bounds]) -> tuple[UUID, ...] | None:
    grants = [bounds for bounds in said if bounds.all_libraries is not None]
    if not grants or any(bounds.all_libraries for bounds in grants):
        return None
    return tuple(sorted({key for bounds in grants for key in bounds.library_ids}))


async def said_of_users(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Said]]:
    """All bounds on each user, their own first, then those of their roles and of what these build on."""
    found: dict[UUID, list[Said]] = {key: [] for key in ids}
    for user_id, role, *columns in await db.rows(ON_USERS, ids=ids):
        found[user_id].append(Said(role, Bounds.of(columns)))
    return found


async def bounds_of(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Bounds]:
    """What was said of each user or role itself."""
    found = {row[0]: Bounds.of(list(row)[1:]) for row in await db.rows(OF_HOLDERS, ids=ids)}
    return {key: found.get(key, NO_BOUNDS) for key in ids}


def access_by(said: Iterable[Said]) -> Access:
    """What all bounds on one user come to."""
    bounds: Mapping[bool, list[Bounds]] = {True: [], False: []}
    for each in said:
        bounds[each.role is None].append(each.bounds)
    return combined(next(iter(bounds[True]), NO_BOUNDS), bounds[False])


async def access_of_users(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Access]:
    """Which works exist for each user. One statement."""
    return {key: access_by(said) for key, said in (await said_of_users(db, viewer, ids)).items()}


async def access_of(db: Db, user_id: UUID) -> Access:
    """Which works exist for a user; everything, unless something was said of them or of their roles. One statement."""
    found: list[Said] = []
    for _, role, *columns in await db.rows(ON_USERS, ids=[user_id]):
        found.append(Said(role, Bounds.of(columns)))
    return access_by(found)
