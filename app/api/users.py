"""People with accounts, and the viewer, in the graph."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.access import grants, roles
from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, root
from app.api.filters import argument
from app.api.lookups import lookup, way
from app.api.node import Node, global_id, refetched_by
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.api.roles import Limits, Role
from app.api.scalars import Locale
from app.catalog.lookups import Lookup
from app.core.paging import Slice
from app.identity import users


@refetched_by(users.users, Permission.USER_READ)
@strawberry.type(description="Somebody with an account.")
class User(Node):
    name: str = strawberry.field(description="The name that they sign in by; unique whatever its case.")
    email: str | None = strawberry.field(description="Their e-mail address.")
    email_verified_at: datetime | None = strawberry.field(
        description="When they showed that they get what is sent to the address."
    )
    language: Locale | None = strawberry.field(
        description="The language that they want texts in; null for what their browser says."
    )
    disabled_at: datetime | None = strawberry.field(
        description="Since when they can't sign in; null if they can."
    )
    last_seen_at: datetime | None = strawberry.field(description="When they were last here.")
    created_at: datetime = strawberry.field(description="When the account was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @classmethod
    def of(cls, row: users.User) -> "User":
        return cls(
            id=global_id("User", row.id),
            key=row.id,
            name=row.name,
            email=row.email,
            email_verified_at=row.email_verified_at,
            language=Locale(row.language) if row.language else None,
            disabled_at=row.disabled_at,
            last_seen_at=row.last_seen_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @edge(roles.roles_of_users, description="The roles that they were given.")
    def roles(self, rows: list[roles.Role]) -> list[Role]:
        return [Role.of(row) for row in rows]

    @edge(grants.grants_of_users, description="All that they may do by their roles, by name.")
    def permissions(self, row: grants.Grants) -> list[str]:
        return sorted(row.permissions)

    @edge(
        grants.grants_of_users,
        description="How much they may do at a time, and in a while: of each limit the highest that a role sets.",
    )
    def limits(self, row: grants.Grants) -> Limits:
        return Limits.of(row.limits)

    @edge(grants.grants_of_users, description="Whether one of their roles asks for a second factor.")
    def requires_second_factor(self, row: grants.Grants) -> bool:
        return row.requires_second_factor


@strawberry.type(description="Who is asking.")
class Viewer:
    user: User | None = strawberry.field(description="Their account; null for Marquee itself.")
    permissions: list[str] = strawberry.field(
        description="What they may do here, by name; by an API token, that may be less than what their roles give."
    )
    proved_at: datetime | None = strawberry.field(
        description="When they last showed who they are; null by an API token."
    )


@strawberry.input(description="What a user is looked up by.", one_of=True)
class UserBy:
    id: strawberry.ID | None = way("Their id.")
    name: str | None = way("Their name, whatever its case.")
    email: str | None = way("Their e-mail address, whatever its case.")

    def plain(self) -> Lookup:
        return lookup(self, "User")


@strawberry.type
class UserQuery:
    @requires(Permission.SELF_READ)
    @strawberry.field(description="Who is asking, and what they may do.")
    async def viewer(self, info: Info) -> Viewer:
        viewer = info.context.viewer
        key = viewer.user_id
        row = None if key is None else await info.context.load(users.users, key)
        return Viewer(
            user=None if row is None else User.of(row),
            permissions=sorted(viewer.permissions),
            proved_at=viewer.proved_at,
        )

    @requires(Permission.USER_READ)
    @root(users.find_user, description="A user by their id, name or address; null where there is none.")
    def user(
        self, found: users.User | None, by: Annotated[UserBy, argument("What they are looked up by.")]
    ) -> User | None:
        return None if found is None else User.of(found)

    @requires(Permission.USER_READ)
    @root(users.list_users, ids={"role_id": "Role"}, description="Users, by name.")
    def users(
        self,
        rows: Slice[users.User],
        search: Annotated[str | None, argument("Only those with this in their name or address.")] = None,
        is_disabled: Annotated[
            bool | None, argument("Only those who are disabled (true), or not (false).")
        ] = None,
        role_id: Annotated[strawberry.ID | None, argument("Only those who were given this role.")] = None,
    ) -> Connection[User]:
        return connect(rows, User.of)
