"""Taking locks away that too many failed sign-ins brought."""

from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument
from app.api.node import parse_key
from app.api.requires import requires
from app.api.users import User
from app.core.errors import Invalid
from app.core.errors import NotFound as Missing
from app.identity.lockout import address_key, keys_of_user, unlock
from app.identity.users import users


@strawberry.input(description="A user to unlock.")
class UnlockUserInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")


@strawberry.input(description="An address to unlock.")
class UnlockAddressInput:
    address: str = strawberry.field(description="An IPv4 or IPv6 address; of the latter its whole /64.")


@strawberry.type(description="Failed sign-ins of the user are forgotten.")
class UnlockUserPayload:
    user: User = strawberry.field(description="The user.")
    was_locked: bool = strawberry.field(description="Whether any were remembered.")


@strawberry.type(description="Failed sign-ins from the address are forgotten.")
class UnlockAddressPayload:
    was_locked: bool = strawberry.field(description="Whether any were remembered.")


UnlockUserResult = Annotated[
    UnlockUserPayload | NotFound | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UnlockUserResult", description="That they may try again, or why not."),
]
UnlockAddressResult = Annotated[
    UnlockAddressPayload | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UnlockAddressResult", description="That one may try again from there, or why not."),
]


@strawberry.type
class LockoutMutation:
    @requires(Permission.SECURITY_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Let a user sign in again who was locked out by too many failed attempts."
    )
    async def unlock_user(
        self, info: Info, wanted: Annotated[UnlockUserInput, argument("The user.", "input")]
    ) -> UnlockUserResult:
        return await result(_unlock_user(info, wanted))

    @requires(Permission.SECURITY_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Let people sign in again from an address with too many failed attempts."
    )
    async def unlock_address(
        self, info: Info, wanted: Annotated[UnlockAddressInput, argument("The address.", "input")]
    ) -> UnlockAddressResult:
        return await result(_unlock_address(info, wanted))


async def _unlock_user(info: Info, wanted: UnlockUserInput) -> UnlockUserPayload:
    key = parse_key(wanted.user_id, "User", "userId")
    row = (await users(info.context.db, info.context.viewer, [key]))[key]
    if row is None:
        raise Missing("user", key)
    async with info.context.app.transaction() as tx:
        freed = await unlock(tx, info.context.viewer.actor, keys_of_user(key, row.name, row.email))
    return UnlockUserPayload(user=User.of(row), was_locked=freed > 0)


async def _unlock_address(info: Info, wanted: UnlockAddressInput) -> UnlockAddressPayload:
    try:
        key = address_key(wanted.address.strip())
    except ValueError:
        raise Invalid("address", "That is no IPv4 or IPv6 address.") from None
    async with info.context.app.transaction() as tx:
        freed = await unlock(tx, info.context.viewer.actor, [key])
    return UnlockAddressPayload(was_locked=freed > 0)
