"""What roles come to, together with all on which they build."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import TextClause, text

from app.access.limits import UNLIMITED, Limits, most_generous
from app.access.permissions import STRANGERS, Permission, expand
from app.access.viewer import Viewer
from app.core.db import Db

# `UNION` ends where roles that build on each other would go in a circle.
_REACHED = """
    WITH RECURSIVE given AS ({given}), reached AS (
        SELECT start, role_id FROM given
        UNION
        SELECT r.start, p.parent_id FROM reached r JOIN access.role_parents p ON p.role_id = r.role_id
    )
    SELECT c.start, r.id, r.patterns, r.requires_second_factor,
        r.streams, r.transcodes, r.downloads, r.requests, r.request_days,
        ARRAY(SELECT p.parent_id FROM access.role_parents p WHERE p.role_id = r.id) AS parents,
        EXISTS (SELECT FROM given g WHERE g.start = c.start AND g.role_id = r.id) AS is_given
    FROM reached c JOIN access.roles r ON r.id = c.role_id
"""
OF_USERS = text(
    _REACHED.format(
        given="SELECT user_id AS start, role_id FROM access.held_roles WHERE user_id = ANY(CAST(:ids AS uuid[]))"
    )
)
OF_ROLES = text(
    _REACHED.format(
        given="SELECT id AS start, id AS role_id FROM access.roles WHERE id = ANY(CAST(:ids AS uuid[]))"
    )
)


@dataclass(frozen=True, slots=True)
class Grants:
    """What a user may do. requires_second_factor: whether any of the roles says so."""

    permissions: frozenset[Permission] = STRANGERS
    limits: Limits = UNLIMITED
    requires_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A role that was given, or on which one that was given builds."""

    patterns: Sequence[str]
    requires_second_factor: bool
    own: Limits
    parents: Sequence[UUID]
    is_given: bool


@dataclass(frozen=True, slots=True)
class _Parts:
    by_id: dict[UUID, _Part] = field(default_factory=dict[UUID, _Part])

    def grants(self) -> Grants:
        parts = self.by_id.values()
        patterns = {pattern for part in parts for pattern in part.patterns}
        limits = most_generous(self._limits(part) for part in parts if part.is_given)
        return Grants(
            expand(patterns) | STRANGERS, limits, any(part.requires_second_factor for part in parts)
        )

    def _limits(self, part: _Part) -> Limits:
        # Roles that build on each other in a circle are refused where they are written.
        inherited = (self._limits(self.by_id[parent]) for parent in part.parents)
        return part.own.instead_of(most_generous(inherited))


async def grants_of(db: Db, user_id: UUID) -> Grants:
    """What a user may do by all their roles. One statement; an unknown user may do what strangers may."""
    return (await _grants(db, OF_USERS, [user_id]))[user_id]


async def permissions_of(db: Db, user_id: UUID) -> frozenset[Permission]:
    """What a user may do by all their roles, whether they are disabled or not. One statement."""
    return (await grants_of(db, user_id)).permissions


async def grants_of_users(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Grants]:
    return await _grants(db, OF_USERS, ids)


async def grants_of_roles(db: Db, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Grants]:
    """What each role gives, together with all on which it builds."""
    return await _grants(db, OF_ROLES, ids)


async def together(db: Db, role_ids: Iterable[UUID]) -> frozenset[Permission]:
    """What several roles give a user who has them all."""
    found = await _grants(db, OF_ROLES, list(role_ids))
    return STRANGERS.union(*(grants.permissions for grants in found.values()))


async def _grants(db: Db, statement: TextClause, ids: Sequence[UUID]) -> dict[UUID, Grants]:
    found: dict[UUID, _Parts] = {key: _Parts() for key in ids}
    for row in await db.rows(statement, ids=ids):
        limits = Limits.of(*row[4:9])
        found[row["start"]].by_id[row["id"]] = _Part(row[2], row[3], limits, row[9], row[10])
    return {key: parts.grants() for key, parts in found.items()}
