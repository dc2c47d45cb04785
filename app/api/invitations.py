"""Invitations, for those who make accounts."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import strawberry

from app.access import roles
from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, root
from app.api.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PermissionDenied,
    StepUpRequired,
    result,
)
from app.api.filters import argument
from app.api.node import Node, global_id, parse_key, refetched_by
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.api.roles import Role
from app.api.storable import storable
from app.api.user_changes import role_keys
from app.api.users import User
from app.core.paging import Slice
from app.identity import invitations, users


@refetched_by(invitations.invitations, Permission.USER_MANAGE)
@strawberry.type(description="A link by which accounts are made; those that are over are kept for a month.")
class Invitation(Node):
    maker_key: strawberry.Private[UUID | None]
    email: str | None = strawberry.field(
        description="The address of the one whom it is for; null where it is for anybody."
    )
    uses: int = strawberry.field(description="How many accounts it can make.")
    used: int = strawberry.field(description="How many it has made.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime = strawberry.field(description="How long it is good.")
    revoked_at: datetime | None = strawberry.field(description="When it was taken back; null if it was not.")

    @classmethod
    def of(cls, row: invitations.Invitation) -> "Invitation":
        return cls(
            id=global_id("Invitation", row.id),
            key=row.id,
            maker_key=row.created_by,
            email=row.email,
            uses=row.uses,
            used=row.used,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )

    @edge(
        users.users,
        key="maker_key",
        description="Who invites; it is good only as long as they could. Null for Marquee itself.",
    )
    def invited_by(self, row: users.User | None) -> User | None:
        return None if row is None else User.of(row)

    @edge(invitations.roles_of_invitations, description="The roles that its accounts get.")
    def roles(self, rows: list[roles.Role]) -> list[Role]:
        return [Role.of(row) for row in rows]


@strawberry.input(description="An invitation to make.")
class CreateInvitationInput:
    role_ids: list[strawberry.ID] = strawberry.field(
        description="The roles that accounts get by it, none of which gives more than the viewer has."
    )
    email: str | None = strawberry.field(
        default=None,
        description="The address of the one whom it is for: it alone gets the link, where the server sends mail.",
    )
    uses: int = strawberry.field(
        default=1, description=f"How many accounts it can make, at most {invitations.MOST_USES}."
    )
    expires_in_hours: int = strawberry.field(
        default=24 * 7, description="How long it is good: 1 hour to 90 days (2160)."
    )


@strawberry.input(description="An invitation to take back.")
class RevokeInvitationInput:
    invitation_id: strawberry.ID = strawberry.field(description="The invitation.")


@strawberry.type(description="The invitation was made.")
class CreateInvitationPayload:
    invitation: Invitation = strawberry.field(description="The invitation.")
    token: str | None = strawberry.field(
        description="What its link ends with, `/invitation?token=...`, told this once; null where a letter has it."
    )


@strawberry.type(description="The invitation is good no more.")
class RevokeInvitationPayload:
    invitation: Invitation = strawberry.field(description="The invitation.")


CreateInvitationResult = Annotated[
    CreateInvitationPayload | Conflict | InvalidInput | StepUpRequired | PermissionDenied,
    strawberry.union("CreateInvitationResult", description="The invitation, or why there is none."),
]
RevokeInvitationResult = Annotated[
    RevokeInvitationPayload | NotFound | InvalidInput | StepUpRequired | PermissionDenied,
    strawberry.union("RevokeInvitationResult", description="The invitation, or why it is as it was."),
]


@strawberry.type
class InvitationQuery:
    @requires(Permission.USER_MANAGE)
    @root(invitations.list_invitations, description="Invitations, the latest first.")
    def invitations(self, rows: Slice[invitations.Invitation]) -> Connection[Invitation]:
        return connect(rows, Invitation.of)


@strawberry.type
class InvitationMutation:
    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Invite somebody to make an account. Roles that give more than the viewer has are refused."
    )
    async def create_invitation(
        self, info: Info, wanted: Annotated[CreateInvitationInput, argument("The invitation.", "input")]
    ) -> CreateInvitationResult:
        return await result(_create(info, wanted))

    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(description="Take an invitation back; accounts that it made stay.")
    async def revoke_invitation(
        self, info: Info, wanted: Annotated[RevokeInvitationInput, argument("The invitation.", "input")]
    ) -> RevokeInvitationResult:
        return await result(_revoke(info, wanted))


async def _create(info: Info, wanted: CreateInvitationInput) -> CreateInvitationPayload:
    email = storable(wanted.email) if wanted.email else None
    draft = invitations.Draft(
        tuple(role_keys(wanted.role_ids)), email, wanted.uses, timedelta(hours=wanted.expires_in_hours)
    )
    made = await invitations.invite(info.context.app, info.context.viewer, draft)
    return CreateInvitationPayload(invitation=await _invitation(info, made.id), token=made.token)


async def _revoke(info: Info, wanted: RevokeInvitationInput) -> RevokeInvitationPayload:
    key = parse_key(wanted.invitation_id, "Invitation", "invitationId")
    async with info.context.app.transaction() as tx:
        await invitations.revoke(tx, info.context.viewer, key)
    return RevokeInvitationPayload(invitation=await _invitation(info, key))


async def _invitation(info: Info, key: UUID) -> Invitation:
    return Invitation.of(await info.context.load(invitations.invitations, key))
