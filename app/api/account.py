"""One's own account in the graph."""

from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import (
    InvalidInput,
    MailNotConfigured,
    NotFound,
    PermissionDenied,
    RateLimited,
    StepUpRequired,
    result,
)
from app.api.filters import argument
from app.api.node import parse_key
from app.api.proofs import handed_over
from app.api.requires import requires
from app.api.sign_in import AccountLocked, InvalidCredentials, entered
from app.api.storable import storable
from app.identity import accounts, email_changes


@strawberry.input(description="A new password for oneself.")
class ChangePasswordInput:
    current: str = strawberry.field(description="The password as it is.")
    password: str = strawberry.field(description="The new one, of at least 8 characters.")


@strawberry.input(description="A new e-mail address for oneself.")
class ChangeEmailInput:
    email: str = strawberry.field(description="The new one, to which a letter with a link is sent.")


@strawberry.type(
    description="A letter is under way; the address counts once its link was opened. One that has another account gets"
    " a letter, too, which says so."
)
class ChangeEmailPayload:
    email: str = strawberry.field(description="The new address.")


@strawberry.type(description="The password was changed.")
class ChangePasswordPayload:
    ended_sessions: int = strawberry.field(description="How many other sessions have ended by it.")
    token: str | None = strawberry.field(
        description="The session's new token, for an app to use from now on; null where a cookie holds it."
    )


@strawberry.input(description="Somebody who has no password, or has forgotten it.")
class CreatePasswordLinkInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")


@strawberry.type(description="A link for a new password, to be handed to its owner.")
class CreatePasswordLinkPayload:
    token: str = strawberry.field(description="What `setPassword` takes; told once, and good once.")
    expires_in_seconds: int = strawberry.field(description="How long it is good.")


CreatePasswordLinkResult = Annotated[
    CreatePasswordLinkPayload | NotFound | InvalidInput | StepUpRequired | PermissionDenied,
    strawberry.union("CreatePasswordLinkResult", description="The link, or why there is none."),
]
ChangeEmailResult = Annotated[
    ChangeEmailPayload | MailNotConfigured | RateLimited | InvalidInput | StepUpRequired | PermissionDenied,
    strawberry.union("ChangeEmailResult", description="That a letter is under way, or why not."),
]
ChangePasswordResult = Annotated[
    ChangePasswordPayload
    | InvalidCredentials
    | AccountLocked
    | RateLimited
    | NotFound
    | InvalidInput
    | PermissionDenied,
    strawberry.union("ChangePasswordResult", description="That it was changed, or why not."),
]


@strawberry.type
class AccountMutation:
    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(
        description="Change one's password. All one's other sessions end, and this one gets a new token."
    )
    async def change_password(
        self, info: Info, wanted: Annotated[ChangePasswordInput, argument("The passwords.", "input")]
    ) -> ChangePasswordResult:
        return await entered(_change_password(info, wanted))

    @requires(Permission.SELF_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Change one's e-mail address: by the link of a letter to the new one (`confirmEmail`)."
    )
    async def change_email(
        self, info: Info, wanted: Annotated[ChangeEmailInput, argument("The address.", "input")]
    ) -> ChangeEmailResult:
        return await result(_change_email(info, wanted))

    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Make a link by which somebody sets their password. Those made before are good no more."
    )
    async def create_password_link(
        self, info: Info, wanted: Annotated[CreatePasswordLinkInput, argument("For whom.", "input")]
    ) -> CreatePasswordLinkResult:
        return await result(_create_password_link(info, wanted))


async def _change_password(info: Info, wanted: ChangePasswordInput) -> ChangePasswordPayload:
    context = info.context
    changed = await accounts.change_password(
        context.app,
        context.viewer,
        context.client,
        wanted.current,
        wanted.password,
        takes_cookie=context.jar is not None,
    )
    return ChangePasswordPayload(ended_sessions=changed.ended, token=await handed_over(info, changed.renewed))


async def _change_email(info: Info, wanted: ChangeEmailInput) -> ChangeEmailPayload:
    context = info.context
    await email_changes.change_email(context.app, context.viewer, context.client, storable(wanted.email))
    return ChangeEmailPayload(email=wanted.email)


async def _create_password_link(info: Info, wanted: CreatePasswordLinkInput) -> CreatePasswordLinkPayload:
    key = parse_key(wanted.user_id, "User", "userId")
    async with info.context.app.transaction() as tx:
        token = await accounts.password_link(tx, info.context.viewer, key)
    lasting_s = int(accounts.PASSWORD_LINK_FOR.total_seconds())
    return CreatePasswordLinkPayload(token=token, expires_in_seconds=lasting_s)
