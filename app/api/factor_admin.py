"""Others' second factors: how they stand, who needs one, and a new start for those who lost theirs."""

from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, extend
from app.api.errors import InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.factor_types import SecondFactorMethod, methods
from app.api.filters import argument
from app.api.node import parse_key
from app.api.requires import requires
from app.api.users import User
from app.identity import enforcement, factor_reads, factors, users
from app.identity.user_writes import hold_user


@strawberry.type(description="How somebody stands with second factors.")
class SecondFactorStanding:
    methods: list[SecondFactorMethod] = strawberry.field(
        description="What they are asked for after the password; empty where the password is enough."
    )
    passkeys: int = strawberry.field(description="How many passkeys they have.")
    backup_codes_left: int = strawberry.field(description="How many of their backup codes are not used yet.")
    is_required: bool = strawberry.field(
        description="Whether it is said of them that they need one, whatever their roles say."
    )


@extend(User)
class UserFactors:
    @edge(factor_reads.standings, description="How they stand with second factors.")
    def second_factors(self, row: factor_reads.Standing) -> SecondFactorStanding:
        return SecondFactorStanding(
            methods=methods(row.factors),
            passkeys=row.factors.passkeys,
            backup_codes_left=row.factors.backup_codes,
            is_required=row.is_required,
        )


@strawberry.input(description="Somebody who lost their second factors.")
class ResetSecondFactorsInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")


@strawberry.input(description="Whether somebody needs a second factor.")
class RequireSecondFactorInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")
    is_required: bool = strawberry.field(
        description="Whether they need one. Where false, their roles may say so still."
    )


@strawberry.type(description="How the user stands with second factors has changed.")
class UserFactorsPayload:
    user: User = strawberry.field(description="The user as they are now.")


UserFactorsResult = Annotated[
    UserFactorsPayload | NotFound | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UserFactorsResult", description="The user, or why nothing changed."),
]


@strawberry.type
class FactorAdminMutation:
    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Take all second factors, backup codes and trusted devices of somebody who lost them; not of those"
        " who may do more than the viewer."
    )
    async def reset_second_factors(
        self, info: Info, wanted: Annotated[ResetSecondFactorsInput, argument("The user.", "input")]
    ) -> UserFactorsResult:
        return await result(_reset(info, wanted))

    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Say whether somebody needs a second factor. Without one, they may do nothing but set one up."
    )
    async def require_second_factor(
        self, info: Info, wanted: Annotated[RequireSecondFactorInput, argument("Of whom.", "input")]
    ) -> UserFactorsResult:
        return await result(_require(info, wanted))


async def _reset(info: Info, wanted: ResetSecondFactorsInput) -> UserFactorsPayload:
    key = parse_key(wanted.user_id, "User", "userId")
    async with info.context.app.transaction() as tx:
        await hold_user(tx, info.context.viewer, key)
        await factors.remove_all(tx, info.context.viewer.actor, key)
    return await _payload(info, wanted.user_id)


async def _require(info: Info, wanted: RequireSecondFactorInput) -> UserFactorsPayload:
    key, actor = parse_key(wanted.user_id, "User", "userId"), info.context.viewer.actor
    async with info.context.app.transaction() as tx:
        await hold_user(tx, info.context.viewer, key)
        await enforcement.require(tx, actor, key, is_required=wanted.is_required)
    return await _payload(info, wanted.user_id)


async def _payload(info: Info, user_id: strawberry.ID) -> UserFactorsPayload:
    info.context.forget()
    found = await info.context.load(users.users, parse_key(user_id, "User", "userId"))
    return UserFactorsPayload(user=User.of(found))
