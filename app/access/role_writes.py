"""Making, changing and deleting roles."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.admins import admin_kept, authority
from app.access.events import PermissionsChanged
from app.access.grants import together
from app.access.limits import UNLIMITED, Limits
from app.access.permissions import ALL, Permission, expand
from app.access.roles import Role, parents_of_roles, roles
from app.access.tables import RoleParentRow, RoleRow
from app.access.viewer import Viewer
from app.activity.record import record
from app.core.bulk import insert
from app.core.errors import Conflict, Denied, Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx

LONGEST_NAME = 64
LONGEST_DESCRIPTION = 500
MOST_LISTED = 200
HIGHEST_LIMIT = 1_000_000
USERS_AN_EVENT = 1000
PATTERN = re.compile(r"\*|(\*|[a-z]+):(\*|[a-z]+)")

SAME_NAME = text(
    "SELECT id FROM access.roles WHERE name_key = :name_key AND id IS DISTINCT FROM CAST(:role_id AS uuid)"
)
UPDATE = text(
    """
    UPDATE access.roles SET name = :name, name_key = :name_key, description = :description,
        patterns = CAST(:patterns AS text[]), streams = CAST(:streams AS int), transcodes = CAST(:transcodes AS int),
        downloads = CAST(:downloads AS int), requests = CAST(:requests AS int),
        request_days = CAST(:request_days AS int), requires_second_factor = :requires_second_factor,
        updated_at = now()
    WHERE id = :id
    """
)
DROP_PARENTS = text("DELETE FROM access.role_parents WHERE role_id = :role_id")
DELETE = text("DELETE FROM access.roles WHERE id = :role_id")
# Whether a role builds on another, over however many.
BUILDS_ON = text(
    """
    WITH RECURSIVE up AS (
        SELECT unnest(CAST(:parent_ids AS uuid[])) AS role_id
        UNION
        SELECT p.parent_id FROM access.role_parents p JOIN up USING (role_id)
    )
    SELECT EXISTS (SELECT FROM up WHERE role_id = :role_id)
    """
)
HOLDERS = text(
    """
    WITH RECURSIVE down AS (
        SELECT CAST(:role_id AS uuid) AS role_id
        UNION
        SELECT p.role_id FROM access.role_parents p JOIN down d ON p.parent_id = d.role_id
    )
    SELECT DISTINCT user_id FROM access.held_roles JOIN down USING (role_id) ORDER BY user_id
    """
)


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """What is to be said of a role. patterns: permissions, or patterns of them."""

    name: str
    description: str = ""
    patterns: tuple[str, ...] = ()
    parent_ids: tuple[UUID, ...] = ()
    limits: Limits = UNLIMITED
    requires_second_factor: bool = False

    def columns(self) -> dict[str, Any]:
        quota = self.limits.requests
        return {
            "name": self.name,
            "name_key": self.name.casefold(),
            "description": self.description,
            "patterns": list(self.patterns),
            "streams": self.limits.streams,
            "transcodes": self.limits.transcodes,
            "downloads": self.limits.downloads,
            "requests": quota and quota.count,
            "request_days": quota and quota.days,
            "requires_second_factor": self.requires_second_factor,
        }

    def told(self) -> dict[str, Any]:
        """As the activity log has it."""
        return asdict(self)


async def create_role(tx: Tx, viewer: Viewer, draft: RoleDraft) -> UUID:
    """Raises Invalid; Conflict where the name is taken; Denied where it gives what the viewer may not do."""
    draft = _checked(draft)
    async with admin_kept(tx):
        await _check_name_is_free(tx, draft.name)
        await _check_reach(tx, viewer, draft)
        role_id = new_id()
        await insert(tx.db, RoleRow, [{"id": role_id} | draft.columns()])
        await _set_parents(tx, role_id, draft.parent_ids)
    await record(tx, viewer.actor, "role.created", "role", role_id, after=draft.told())
    return role_id


async def update_role(tx: Tx, viewer: Viewer, role_id: UUID, changes: Mapping[str, Any]) -> None:
    """Change what a role is; who has it is affected at once.

    changes: fields of RoleDraft by name. Of a role that is always there only limits and the need for a second factor
    can be changed. Raises NotFound; Invalid; Conflict where the name is taken, or no admin would be left; Denied where
    the role gives, or would give, what the viewer may not do. Emits PermissionsChanged.
    """
    async with admin_kept(tx):
        role, old = await held(tx, role_id)
        new = _checked(replace(old, **changes))
        if role.is_builtin and (fixed := _fixed(old, new)):
            raise Invalid(fixed, f"The role {role.name} is always there as it is, but for its limits.")
        await _check_name_is_free(tx, new.name, role_id)
        if await tx.db.value(BUILDS_ON, role_id=role_id, parent_ids=list(new.parent_ids)):
            raise Invalid("parentIds", "A role can't build on itself, nor on one that builds on it.")
        await _check_reach(tx, viewer, new, beside=[role_id], old=old)
        await tx.db.run(UPDATE, id=role_id, **new.columns())
        await _set_parents(tx, role_id, new.parent_ids)
    await _announce(tx, role_id)
    before, after = old.told(), new.told()
    changed = [name for name in before if before[name] != after[name]]
    await record(
        tx,
        viewer.actor,
        "role.updated",
        "role",
        role_id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


async def delete_role(tx: Tx, viewer: Viewer, role_id: UUID) -> None:
    """Take a role away, from all who have it and from all roles that build on it.

    Raises NotFound; Conflict for a role that is always there, or where no admin would be left; Denied where the role
    gives what the viewer may not do. Emits PermissionsChanged.
    """
    async with admin_kept(tx):
        role, old = await held(tx, role_id)
        if role.is_builtin:
            raise Conflict(f"The role {role.name} is always there.")
        await check_gives_no_more(tx, viewer, [role_id])
        await _announce(tx, role_id)
        await tx.db.run(DELETE, role_id=role_id)
    await record(tx, viewer.actor, "role.deleted", "role", role_id, before=old.told())


async def check_gives_no_more(tx: Tx, viewer: Viewer, role_ids: Sequence[UUID]) -> None:
    """Raises Denied where these roles together give what the viewer may not do."""
    _check_covers(await authority(tx, viewer), await together(tx.db, role_ids))


async def held(tx: Tx, role_id: UUID) -> tuple[Role, RoleDraft]:
    """A role as it is. Raises NotFound."""
    role = (await roles(tx.db, Viewer(), [role_id]))[role_id]
    if role is None:
        raise NotFound("role", role_id)
    parents = (await parents_of_roles(tx.db, Viewer(), [role_id]))[role_id]
    # In the order in which drafts are kept, so that they can be compared.
    patterns, parent_ids = tuple(sorted(role.patterns)), tuple(sorted(parent.id for parent in parents))
    second_factor = role.requires_second_factor
    return role, RoleDraft(role.name, role.description, patterns, parent_ids, role.limits, second_factor)


def _checked(draft: RoleDraft) -> RoleDraft:
    """The draft as it is kept. Raises Invalid."""
    name = unicodedata.normalize("NFKC", draft.name).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid("name", f"A role needs a name of at most {LONGEST_NAME} characters.")
    if len(draft.description) > LONGEST_DESCRIPTION:
        raise Invalid("description", f"At most {LONGEST_DESCRIPTION} characters.")
    if len(draft.patterns) > MOST_LISTED or len(draft.parent_ids) > MOST_LISTED:
        raise Invalid("permissions", f"A role names at most {MOST_LISTED} permissions and roles.")
    for place, pattern in enumerate(draft.patterns):
        if not PATTERN.fullmatch(pattern) or not expand([pattern]):
            raise Invalid(f"permissions.{place}", f"{pattern[:100]!r} means no permission of this version.")
    _check_limits(draft.limits)
    patterns, parents = tuple(sorted(set(draft.patterns))), tuple(sorted(set(draft.parent_ids)))
    return replace(draft, name=name, patterns=patterns, parent_ids=parents)


def _check_limits(limits: Limits) -> None:
    quota = limits.requests
    given = {"streams": limits.streams, "transcodes": limits.transcodes, "downloads": limits.downloads}
    given |= {"requests": quota and quota.count, "requests.days": quota and quota.days}
    for name, number in given.items():
        least = 1 if name == "requests.days" else 0
        if number is not None and not least <= number <= HIGHEST_LIMIT:
            raise Invalid(f"limits.{name}", f"A limit is {least} to {HIGHEST_LIMIT}, or null for none.")


def _fixed(old: RoleDraft, new: RoleDraft) -> str | None:
    """What would change of a role that is always there; None where that may."""
    names = {
        "name": "name",
        "description": "description",
        "patterns": "permissions",
        "parent_ids": "parentIds",
    }
    changed = (shown for name, shown in names.items() if getattr(old, name) != getattr(new, name))
    return next(changed, None)


async def _check_name_is_free(tx: Tx, name: str, role_id: UUID | None = None) -> None:
    if await tx.db.value(SAME_NAME, name_key=name.casefold(), role_id=role_id) is not None:
        raise Conflict(f"There is a role named {name} already.")


async def _check_reach(
    tx: Tx, viewer: Viewer, draft: RoleDraft, beside: Sequence[UUID] = (), old: RoleDraft | None = None
) -> None:
    """beside: roles that the viewer has to cover as they are, too. old: what was named before may stay a pattern."""
    known = await roles(tx.db, viewer, draft.parent_ids)
    for key in draft.parent_ids:
        if known[key] is None:
            raise Invalid("parentIds", f"There is no role {key}.")
    mine = await authority(tx, viewer)
    added = set(draft.patterns) - set(old.patterns if old else ())
    # A pattern gives what later versions add, too; only who may do all may give that.
    if mine != ALL and any("*" in pattern for pattern in added):
        raise Denied(
            "Only those who may do everything may give permissions by patterns: name them one by one."
        )
    given = await together(tx.db, [*draft.parent_ids, *beside])
    _check_covers(mine, given | expand(draft.patterns))


def _check_covers(mine: frozenset[Permission], given: frozenset[Permission]) -> None:
    # Everybody may sign in.
    beyond = sorted(given - mine - {Permission.SIGN_IN})
    if beyond:
        raise Denied(f"You can't give or take what you may not do yourself: {', '.join(beyond)}.")


async def _set_parents(tx: Tx, role_id: UUID, parent_ids: Sequence[UUID]) -> None:
    await tx.db.run(DROP_PARENTS, role_id=role_id)
    await insert(tx.db, RoleParentRow, [{"role_id": role_id, "parent_id": parent} for parent in parent_ids])


async def _announce(tx: Tx, role_id: UUID) -> None:
    holders = [row[0] for row in await tx.db.rows(HOLDERS, role_id=role_id)]
    for start in range(0, len(holders), USERS_AN_EVENT):
        tx.emit(PermissionsChanged(tuple(holders[start : start + USERS_AN_EVENT])))
