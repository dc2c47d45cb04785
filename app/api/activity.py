"""The activity log in the graph."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity import reads
from app.activity.reads import Wanted
from app.api.context import Info
from app.api.edge import edge, root
from app.api.filters import Filter, argument, condition, is_given
from app.api.locations import shown_json
from app.api.node import global_id, parse_key
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.api.storable import storable
from app.api.users import User
from app.core.db import Db
from app.core.paging import Page, Slice
from app.identity import users

JSON = strawberry.scalars.JSON
PATHS = "of paths the name alone for viewers without `file:paths`."


@strawberry.input(description="Which entries; all conditions have to hold.")
class ActivityFilter(Filter):
    user_ids: list[strawberry.ID] | None = condition("One of these people did it.")
    actions: list[str] | None = condition("What was done is one of these: `library.created`, `secret.set`.")
    kind: str | None = condition("What it was done to is of this kind: `User`, `Library`.")
    key: str | None = condition("What it was done to has this key.")
    address: str | None = condition("It was done from this address.")
    since: datetime | None = condition("It was done then or later.")
    until: datetime | None = condition("It was done before then.")

    def plain(self) -> Any:
        keys = [parse_key(each, "User", "filter") for each in self.user_ids or ()]
        actions = tuple(storable(each) for each in self.actions or ())
        return Wanted(
            user_ids=tuple(keys) if is_given(self.user_ids) else None,
            actions=actions if is_given(self.actions) else None,
            kind=_text(self.kind),
            key=_text(self.key),
            address=_text(self.address),
            since=self.since if is_given(self.since) else None,
            until=self.until if is_given(self.until) else None,
        )


@strawberry.type(description="Something that was done.")
class ActivityEntry:
    user_key: strawberry.Private[UUID | None]
    row_before: strawberry.Private[Any]
    row_after: strawberry.Private[Any]
    at: datetime = strawberry.field(description="When it was done.")
    action: str = strawberry.field(description="What was done: `library.created`.")
    kind: str = strawberry.field(description="The kind of what it was done to: `Library`.")
    target: str | None = strawberry.field(name="key", description="The key of what it was done to.")
    user_id: strawberry.ID | None = strawberry.field(
        description="Who did it, though they may be gone by now; null for Marquee itself and for strangers."
    )
    is_by_token: bool = strawberry.field(description="Whether they came by an API token.")
    address: str | None = strawberry.field(description="The address that it came from.")
    agent: str | None = strawberry.field(description="What the program there says of itself.")
    request_id: str | None = strawberry.field(description="The request, as the server's log names it.")

    @strawberry.field(description=f"What of it was changed, as it was; {PATHS}")
    def before(self, info: Info) -> JSON | None:
        return shown_json(info, self.row_before)

    @strawberry.field(description=f"What of it was changed, as it then was; {PATHS}")
    def after(self, info: Info) -> JSON | None:
        return shown_json(info, self.row_after)

    @edge(
        users.users_told,
        key="user_key",
        description="Who did it; null where they have no account any more, and for those who may not see who has one.",
    )
    def user(self, row: users.User | None) -> User | None:
        return None if row is None else User.of(row)

    @classmethod
    def of(cls, row: reads.Entry) -> "ActivityEntry":
        return cls(
            user_key=row.user_id,
            at=row.at,
            action=row.action,
            kind=row.kind,
            target=row.key,
            user_id=None if row.user_id is None else global_id("User", row.user_id),
            is_by_token=row.token_id is not None,
            address=row.address,
            agent=row.agent,
            request_id=row.request_id,
            row_before=row.before,
            row_after=row.after,
        )


@strawberry.type(description="Something that the viewer did.")
class OwnActivityEntry:
    at: datetime = strawberry.field(description="When it was done.")
    action: str = strawberry.field(description="What was done: `session.begun`.")
    kind: str = strawberry.field(description="The kind of what it was done to.")
    is_by_token: bool = strawberry.field(description="Whether it was done by an API token of theirs.")
    address: str | None = strawberry.field(description="The address that it came from.")
    agent: str | None = strawberry.field(description="What the program there says of itself.")

    @classmethod
    def of(cls, row: reads.Entry) -> "OwnActivityEntry":
        return cls(
            at=row.at,
            action=row.action,
            kind=row.kind,
            is_by_token=row.token_id is not None,
            address=row.address,
            agent=row.agent,
        )


async def _entries(db: Db, viewer: Viewer, *, page: Page, where: Wanted | None = None) -> Slice[reads.Entry]:
    return await reads.entries(db, page, where or Wanted())


async def _own_entries(db: Db, viewer: Viewer, *, page: Page) -> Slice[reads.Entry]:
    own = (viewer.user_id,) if viewer.user_id else ()
    return await reads.entries(db, page, Wanted(user_ids=own))


@strawberry.type
class ActivityQuery:
    @requires(Permission.AUDIT_READ)
    @root(_entries, description="What was done by whom, to what, from where; the latest first.")
    def activity(
        self,
        rows: Slice[reads.Entry],
        where: Annotated[ActivityFilter | None, argument("Which entries.", "filter")] = None,
    ) -> Connection[ActivityEntry]:
        return connect(rows, ActivityEntry.of)

    @requires(Permission.SELF_READ)
    @root(_own_entries, description="What the viewer did, wherever they were signed in; the latest first.")
    def my_activity(self, rows: Slice[reads.Entry]) -> Connection[OwnActivityEntry]:
        return connect(rows, OwnActivityEntry.of)


def _text(value: str | None) -> str | None:
    return storable(value) if value is not None and is_given(value) else None
