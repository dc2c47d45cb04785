"""One's own account in the graph."""

from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import InvalidInput, NotFound, PermissionDenied, RateLimited
from app.api.filters import argument
from app.api.requires import requires
from app.api.sign_in import AccountLocked, InvalidCredentials, entered
from app.identity import accounts


@strawberry.input(description="A new password for oneself.")
class ChangePasswordInput:
    current: str = strawberry.field(description="The password as it is.")
    password: str = strawberry.field(description="The new one, of at least 8 characters.")


@strawberry.type(description="The password was changed.")
class ChangePasswordPayload:
    ended_sessions: int = strawberry.field(description="How many other sessions have ended by it.")


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
    @strawberry.mutation(description="Change one's password. All one's other sessions end.")
    async def change_password(
        self, info: Info, wanted: Annotated[ChangePasswordInput, argument("The passwords.", "input")]
    ) -> ChangePasswordResult:
        return await entered(_change_password(info, wanted))


async def _change_password(info: Info, wanted: ChangePasswordInput) -> ChangePasswordPayload:
    context = info.context
    ended = await accounts.change_password(
        context.app, context.viewer, context.client, wanted.current, wanted.password
    )
    return ChangePasswordPayload(ended_sessions=ended)
