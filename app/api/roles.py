"""Roles and what they give, in the graph."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.access import grants, limits, roles
from app.access.permissions import MEANINGS
from app.access.permissions import Permission as Allowed
from app.api.edge import edge, root
from app.api.filters import argument
from app.api.lookups import lookup, way
from app.api.node import Node, global_id, refetched_by
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.catalog.lookups import Lookup
from app.core.paging import Slice


@strawberry.type(description="What a viewer may be allowed to do.")
class Permission:
    name: str = strawberry.field(description="Its name, as `@requires` and roles have it: `movie:list`.")
    description: str = strawberry.field(description="What it is for.")


@strawberry.type(description="How many works may be asked for in a while.")
class RequestQuota:
    count: int = strawberry.field(description="How many.")
    days: int = strawberry.field(description="In any so many days.")


@strawberry.type(description="How much may be done at a time, and in a while; null for no limit.")
class Limits:
    streams: int | None = strawberry.field(description="How many films or episodes may play at a time.")
    transcodes: int | None = strawberry.field(description="How many of them may be transcoded.")
    downloads: int | None = strawberry.field(description="How many files may be downloaded at a time.")
    requests: RequestQuota | None = strawberry.field(description="How many works may be asked for.")

    @classmethod
    def of(cls, row: limits.Limits) -> "Limits":
        quota = row.requests and RequestQuota(count=row.requests.count, days=row.requests.days)
        return cls(streams=row.streams, transcodes=row.transcodes, downloads=row.downloads, requests=quota)


@refetched_by(roles.roles, Allowed.ROLE_READ)
@strawberry.type(description="What people may do who are alike in that.")
class Role(Node):
    name: str = strawberry.field(description="Name; unique whatever its case.")
    description: str = strawberry.field(description="What it is meant for.")
    is_builtin: bool = strawberry.field(
        description="Whether it is always there: only its limits and its need for a second factor can be changed."
    )
    own_permissions: list[str] = strawberry.field(
        description="What it gives beside the roles that it builds on: permissions, or patterns of them (`movie:*`)."
    )
    own_limits: Limits = strawberry.field(
        description="Limits that it sets itself; null where those of the roles that it builds on hold."
    )
    requires_second_factor: bool = strawberry.field(
        description="Whether it says that who has it needs a second factor."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @classmethod
    def of(cls, row: roles.Role) -> "Role":
        return cls(
            id=global_id("Role", row.id),
            key=row.id,
            name=row.name,
            description=row.description,
            is_builtin=row.is_builtin,
            own_permissions=list(row.patterns),
            own_limits=Limits.of(row.limits),
            requires_second_factor=row.requires_second_factor,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @edge(grants.grants_of_roles, description="All that it gives, with what it builds on, by name.")
    def permissions(self, row: grants.Grants) -> list[str]:
        return sorted(row.permissions)

    @edge(grants.grants_of_roles, description="Limits that hold by it, with what it builds on.")
    def limits(self, row: grants.Grants) -> Limits:
        return Limits.of(row.limits)

    @edge(roles.parents_of_roles, description="The roles that it builds on: it gives all that they give.")
    def parents(self, rows: list[roles.Role]) -> list["Role"]:
        return [Role.of(row) for row in rows]


@strawberry.input(description="What a role is looked up by.", one_of=True)
class RoleBy:
    id: strawberry.ID | None = way("Its id.")
    name: str | None = way("Its name, whatever its case.")

    def plain(self) -> Lookup:
        return lookup(self, "Role")


@strawberry.type
class RoleQuery:
    @requires(Allowed.ROLE_READ)
    @root(roles.find_role, description="A role by its id or its name; null where there is none.")
    def role(
        self, found: roles.Role | None, by: Annotated[RoleBy, argument("What it is looked up by.")]
    ) -> Role | None:
        return None if found is None else Role.of(found)

    @requires(Allowed.ROLE_READ)
    @root(
        roles.list_roles,
        description="Roles: those that are always there, the mightiest first, then the others as they were made.",
    )
    def roles(self, rows: Slice[roles.Role]) -> Connection[Role]:
        return connect(rows, Role.of)

    @requires(Allowed.SELF_READ)
    @strawberry.field(description="All that viewers may be allowed to do, by what it is about.")
    def permissions(self) -> list[Permission]:
        return [Permission(name=each.value, description=meaning) for each, meaning in MEANINGS.items()]
