"""Sessions in the graph: one's devices, and signing out of them."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import root
from app.api.errors import InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument
from app.api.node import Node, global_id, parse_key, refetched_by
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.core.errors import Denied
from app.core.errors import NotFound as Missing
from app.core.paging import Slice
from app.identity import session_reads, session_writes, sessions
from app.identity.sessions import Seen


@strawberry.enum(description="What keeps a session's token.")
class SessionKind(Enum):
    BROWSER = strawberry.enum_value("browser", description="A browser, in a cookie.")
    APP = strawberry.enum_value("app", description="An app.")


@strawberry.enum(description="Which of one's sessions are to end.")
class SignOutOf(Enum):
    THIS = strawberry.enum_value("this", description="The one that asks.")
    OTHERS = strawberry.enum_value("others", description="All but the one that asks.")
    ALL = strawberry.enum_value("all", description="All of them.")


@refetched_by(sessions.sessions_seen, Permission.SELF_READ)
@strawberry.type(description="Somebody who is signed in somewhere.")
class Session(Node):
    kind: SessionKind = strawberry.field(description="What keeps its token.")
    method: str = strawberry.field(
        description="How they signed in: `password`, `set_up`, `link`, `passkey`, `single_sign_on`, `device_code`,"
        " `registration`."
    )
    browser: str | None = strawberry.field(description="The browser or program, as far as it says.")
    os: str | None = strawberry.field(description="The operating system, as far as it says.")
    device: str | None = strawberry.field(description="What the device is called.")
    address: str | None = strawberry.field(description="The network address that it was last seen at.")
    created_at: datetime = strawberry.field(description="When they signed in.")
    last_seen_at: datetime = strawberry.field(description="When it was last used, to within a few minutes.")
    proved_at: datetime = strawberry.field(description="When they last showed who they are.")
    expires_at: datetime = strawberry.field(description="When it ends unless it is used.")
    is_current: bool = strawberry.field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, seen: Seen) -> "Session":
        row = seen.session
        return cls(
            id=global_id("Session", row.id),
            key=row.id,
            kind=SessionKind(row.kind.value),
            method=row.method,
            browser=row.browser,
            os=row.os,
            device=row.device,
            address=row.address,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            proved_at=row.proved_at,
            expires_at=row.expires_at,
            is_current=seen.is_current,
        )


@strawberry.input(description="What to sign out of.")
class SignOutInput:
    of: SignOutOf = strawberry.field(default=SignOutOf.THIS, description="Which sessions are to end.")


@strawberry.input(description="One of one's sessions.")
class EndSessionInput:
    session_id: strawberry.ID = strawberry.field(description="The session.")


@strawberry.input(description="Somebody's sessions.")
class EndSessionsOfUserInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")
    session_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only these; all of them unless told."
    )


@strawberry.type(description="Sessions have ended, with all that was open by them.")
class SessionsEndedPayload:
    session_ids: list[strawberry.ID] = strawberry.field(description="Those that were good until now.")


EndSessionsResult = Annotated[
    SessionsEndedPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("EndSessionsResult", description="What has ended, or why nothing has."),
]
EndSessionsOfUserResult = Annotated[
    SessionsEndedPayload | NotFound | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("EndSessionsOfUserResult", description="What has ended, or why nothing has."),
]


@strawberry.type
class SessionQuery:
    @requires(Permission.SELF_READ)
    @root(session_reads.list_sessions, description="Where the viewer is signed in, the last seen first.")
    def sessions(self, rows: Slice[Seen]) -> Connection[Session]:
        return connect(rows, Session.of)

    @requires(Permission.SECURITY_MANAGE)
    @root(
        session_reads.list_sessions_of_user,
        ids={"user_id": "User"},
        description="Where somebody is signed in, the last seen first.",
    )
    def sessions_of_user(
        self,
        rows: Slice[Seen],
        user_id: Annotated[strawberry.ID, argument("The user.")],
    ) -> Connection[Session]:
        return connect(rows, Session.of)


@strawberry.type
class SessionMutation:
    @requires(Permission.SELF_READ)
    @strawberry.mutation(
        description="Sign out: here, everywhere else, or everywhere. What is open ends at once."
    )
    async def sign_out(
        self, info: Info, wanted: Annotated[SignOutInput, argument("Of what.", "input")]
    ) -> EndSessionsResult:
        return await result(_sign_out(info, wanted))

    @requires(Permission.SELF_READ)
    @strawberry.mutation(description="Sign out of one of one's sessions.")
    async def end_session(
        self, info: Info, wanted: Annotated[EndSessionInput, argument("The session.", "input")]
    ) -> EndSessionsResult:
        return await result(_end(info, wanted))

    @requires(Permission.SECURITY_MANAGE, step_up=True)
    @strawberry.mutation(description="Sign somebody out, of all their sessions or of some.")
    async def end_sessions_of_user(
        self, info: Info, wanted: Annotated[EndSessionsOfUserInput, argument("Which.", "input")]
    ) -> EndSessionsOfUserResult:
        return await result(_end_of_user(info, wanted))


async def _sign_out(info: Info, wanted: SignOutInput) -> SessionsEndedPayload:
    viewer, which = info.context.viewer, wanted.of
    if viewer.user_id is None or viewer.session_id is None:
        raise Denied("Only somebody who is signed in signs out.")
    async with info.context.app.transaction() as tx:
        if which is SignOutOf.THIS:
            ended = await session_writes.end_own(tx, viewer, [viewer.session_id])
        else:
            spared = viewer.session_id if which is SignOutOf.OTHERS else None
            ended = await session_writes.end_all_own(tx, viewer, but=spared)
    if which is not SignOutOf.OTHERS and info.context.jar is not None:
        info.context.jar.drop()
    return _payload(ended)


async def _end(info: Info, wanted: EndSessionInput) -> SessionsEndedPayload:
    key = parse_key(wanted.session_id, "Session", "sessionId")
    async with info.context.app.transaction() as tx:
        ended = await session_writes.end_own(tx, info.context.viewer, [key])
        if not ended:
            raise Missing("session", wanted.session_id)
    return _payload(ended)


async def _end_of_user(info: Info, wanted: EndSessionsOfUserInput) -> SessionsEndedPayload:
    user_id = parse_key(wanted.user_id, "User", "userId")
    keys = (
        None
        if wanted.session_ids is None
        else [parse_key(each, "Session", "sessionIds") for each in wanted.session_ids]
    )
    async with info.context.app.transaction() as tx:
        return _payload(await session_writes.end_of_user(tx, info.context.viewer, user_id, keys))


def _payload(ended: tuple[UUID, ...]) -> SessionsEndedPayload:
    return SessionsEndedPayload(session_ids=[global_id("Session", key) for key in ended])
