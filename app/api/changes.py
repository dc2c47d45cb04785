"""The journal of what people changed, and taking it back."""

from collections.abc import Hashable
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, hashable, root
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, result
from app.api.filters import DateTimeFilter, Filter, argument, condition, is_given
from app.api.node import Node, global_id, parse_id, parse_key, refetched_by
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.api.users import User
from app.catalog.filters import Where
from app.core.paging import Slice
from app.curation import reads
from app.curation.journal import Action
from app.curation.sign import sign
from app.curation.undo import undo
from app.identity import users

# Why `changeId` goes.
CHANGE_ID_GOES = "`change { id }` says it, as everywhere. Deprecated since 2026-11-21."


def _value(action: Action, description: str) -> Any:
    return strawberry.enum_value(action, description=description)


@strawberry.enum(description="What a person did.")
class ChangeAction(Enum):
    ACCEPT = _value(Action.ACCEPT, "Confirmed what files were taken for.")
    CHOOSE = _value(Action.CHOOSE, "Said which work files hold.")
    UNMATCH = _value(Action.UNMATCH, "Said that files hold no work.")
    REIDENTIFY = _value(Action.REIDENTIFY, "Had files identified anew.")
    MOVE_TO_EDITION = _value(Action.MOVE_TO_EDITION, "Moved a film's files to another edition of it.")
    MARK_EXTRA = _value(Action.MARK_EXTRA, "Said that files are extras.")
    UNMARK_EXTRA = _value(Action.UNMARK_EXTRA, "Said that files are no extras.")
    MERGE = _value(Action.MERGE, "Made several works one.")
    SPLIT = _value(Action.SPLIT, "Made several works of one.")
    EDIT = _value(Action.EDIT, "Edited what is said of works.")
    UNDO = _value(Action.UNDO, "Took another change back.")


@strawberry.input(description="Which changes; all conditions have to hold.")
class ChangeFilter(Filter):
    actions: list[ChangeAction] | None = condition("What was done is one of these.")
    is_undone: bool | None = condition("Was taken back (true), or holds (false).")
    at: DateTimeFilter | None = condition("When it was done.")
    work_id: strawberry.ID | None = condition("The film or series may have been touched by it.")
    file_id: strawberry.ID | None = condition("The file may have been touched by it.")

    def plain(self) -> Where:
        given: list[tuple[str, Hashable]] = []
        if is_given(self.actions):
            given.append(("action", Where([("in", tuple(hashable(each) for each in self.actions or ()))])))
        if is_given(self.is_undone):
            given.append(("is_undone", self.is_undone))
        if self.at:
            given.append(("at", self.at.plain()))
        if self.work_id:
            kind, key = parse_id(self.work_id, "Movie", "Series", field="filter")
            given.append((kind.lower(), (key,)))
        if self.file_id:
            given.append(("file", (parse_key(self.file_id, "File", "filter"),)))
        return Where(given)


@refetched_by(reads.changes, Permission.CONTENT_MODERATE)
@strawberry.type(description="Something that a person changed, and that can be taken back.")
class Change(Node):
    undone_by_key: strawberry.Private[UUID | None]
    undoes_key: strawberry.Private[UUID | None]
    user_key: strawberry.Private[UUID | None]
    action: ChangeAction = strawberry.field(description="What was done.")
    summary: str = strawberry.field(description="What was done, in a sentence for people.")
    at: datetime = strawberry.field(description="When it was done.")
    is_undone: bool = strawberry.field(description="Whether it was taken back and doesn't hold any more.")

    @classmethod
    def of(cls, row: reads.Change) -> "Change":
        return cls(
            id=global_id("Change", row.id),
            key=row.id,
            undone_by_key=row.undone_by,
            undoes_key=row.undoes,
            user_key=row.user_id,
            action=ChangeAction(row.action),
            summary=row.summary,
            at=row.at,
            is_undone=row.undone_by is not None,
        )

    @edge(
        users.users_told,
        key="user_key",
        description="Who did it; null for Marquee itself, for somebody whose account is gone, and for those who may not"
        " see who has one.",
    )
    def user(self, row: users.User | None) -> User | None:
        return None if row is None else User.of(row)

    @edge(reads.changes, key="undone_by_key", description="The change that took it back.")
    def undone_by(self, row: reads.Change | None) -> "Change | None":
        return None if row is None else Change.of(row)

    @edge(reads.changes, key="undoes_key", description="The change that it took back.")
    def undoes(self, row: reads.Change | None) -> "Change | None":
        return None if row is None else Change.of(row)


@strawberry.type
class ChangeQuery:
    @requires(Permission.CONTENT_MODERATE)
    @root(reads.list_changes, description="What people changed, the latest first.")
    def changes(
        self,
        rows: Slice[reads.Change],
        where: Annotated[ChangeFilter | None, argument("Which changes.", "filter")] = None,
    ) -> Connection[Change]:
        return connect(rows, Change.of)


@strawberry.input(description="A change to take back.")
class UndoInput:
    change_id: strawberry.ID = strawberry.field(
        description="The change; to do it again after all, the one that took it back."
    )


@strawberry.type(description="The change was taken back.")
class UndoPayload:
    change: Change = strawberry.field(description="The change that took it back; it can be undone as well.")


UndoResult = Annotated[
    UndoPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("UndoResult", description="That it was taken back, or why it was not."),
]


@strawberry.type
class ChangeMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Put everything back as it was before a change. A conflict, which says what is in the way, if any"
        " of it has been changed since."
    )
    async def undo(
        self, info: Info, wanted: Annotated[UndoInput, argument("The change.", "input")]
    ) -> UndoResult:
        return await result(_undo(info, wanted))


async def _undo(info: Info, wanted: UndoInput) -> UndoPayload:
    key = parse_key(wanted.change_id, "Change", "changeId")
    async with info.context.app.transaction() as tx:
        undone = await undo(tx, key)
        await sign(tx, info.context.viewer.actor, undone)
    return UndoPayload(change=await change_of(info, undone))


async def change_of(info: Info, key: UUID) -> Change:
    """The change that was just made."""
    info.context.forget()
    return Change.of(await info.context.load(reads.changes, key))
