"""Mutations of others' accounts."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.api.context import Info
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument, is_given
from app.api.node import parse_key
from app.api.requires import requires
from app.api.scalars import Locale
from app.api.storable import storable
from app.api.users import User
from app.core.outbox import Tx
from app.identity import password_rules, user_writes, users
from app.identity.passwords import passwords
from app.identity.user_writes import Profile


@strawberry.input(description="An account to make.")
class CreateUserInput:
    name: str = strawberry.field(description="The name to sign in by: 1 to 64 characters without an @.")
    email: str | None = strawberry.field(default=strawberry.UNSET, description="An e-mail address.")
    language: Locale | None = strawberry.field(
        default=strawberry.UNSET, description="The language that texts are wanted in."
    )
    role_ids: list[strawberry.ID] = strawberry.field(description="The roles that they get.")
    password: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="A password to begin with, of at least 8 characters; without one, they choose it by a link.",
    )


@strawberry.input(description="What is to change of an account; what is left out stays.")
class UpdateUserInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description="A new name.")
    email: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="A new e-mail address, which is yet to be verified; null for none.",
    )
    language: Locale | None = strawberry.field(
        default=strawberry.UNSET, description="The language that texts are wanted in; null for the browser's."
    )


@strawberry.input(description="Somebody who is not to sign in any more.")
class DisableUserInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")


@strawberry.input(description="Somebody who may sign in again.")
class EnableUserInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")


@strawberry.input(description="An account to delete.")
class DeleteUserInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")


@strawberry.input(description="Which roles somebody is to have.")
class SetUserRolesInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")
    role_ids: list[strawberry.ID] = strawberry.field(description="All the roles that they are to have.")


@strawberry.type(description="The account was made.")
class CreateUserPayload:
    user: User = strawberry.field(description="The new user.")


@strawberry.type(description="The account was changed.")
class UpdateUserPayload:
    user: User = strawberry.field(description="The user as they are now.")


@strawberry.type(description="They can't sign in any more, and were signed out everywhere.")
class DisableUserPayload:
    user: User = strawberry.field(description="The user as they are now.")


@strawberry.type(description="They can sign in again.")
class EnableUserPayload:
    user: User = strawberry.field(description="The user as they are now.")


@strawberry.type(description="The account was deleted with all that belonged to it.")
class DeleteUserPayload:
    user_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type(description="They have these roles, at once and wherever they are signed in.")
class SetUserRolesPayload:
    user: User = strawberry.field(description="The user as they are now.")


CreateUserResult = Annotated[
    CreateUserPayload | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("CreateUserResult", description="The user, or why there is none."),
]
UpdateUserResult = Annotated[
    UpdateUserPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UpdateUserResult", description="The user, or why nothing changed."),
]
DisableUserResult = Annotated[
    DisableUserPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("DisableUserResult", description="The user, or why they were not disabled."),
]
EnableUserResult = Annotated[
    EnableUserPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("EnableUserResult", description="The user, or why they were not enabled."),
]
DeleteUserResult = Annotated[
    DeleteUserPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("DeleteUserResult", description="That it is gone, or why it is not."),
]
SetUserRolesResult = Annotated[
    SetUserRolesPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("SetUserRolesResult", description="The user, or why nothing changed."),
]


@strawberry.type
class UserMutation:
    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(description="Make an account. Roles that give more than the viewer has are refused.")
    async def create_user(
        self, info: Info, wanted: Annotated[CreateUserInput, argument("The account.", "input")]
    ) -> CreateUserResult:
        return await result(_create(info, wanted))

    @requires(Permission.USER_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Change somebody's name, address or language; not of those who may do more than the viewer."
    )
    async def update_user(
        self, info: Info, wanted: Annotated[UpdateUserInput, argument("The changes.", "input")]
    ) -> UpdateUserResult:
        return await result(_update(info, wanted))

    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Keep somebody out until they are enabled again, and sign them out everywhere. Nothing of theirs is"
        " lost. The last admin can't be disabled."
    )
    async def disable_user(
        self, info: Info, wanted: Annotated[DisableUserInput, argument("The user.", "input")]
    ) -> DisableUserResult:
        return await result(_write(info, wanted.user_id, user_writes.disable_user, DisableUserPayload))

    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(description="Let somebody in again who was disabled.")
    async def enable_user(
        self, info: Info, wanted: Annotated[EnableUserInput, argument("The user.", "input")]
    ) -> EnableUserResult:
        return await result(_write(info, wanted.user_id, user_writes.enable_user, EnableUserPayload))

    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Delete an account with all that belongs to it; what its owner did stays in the activity log. The"
        " last admin can't be deleted."
    )
    async def delete_user(
        self, info: Info, wanted: Annotated[DeleteUserInput, argument("The user.", "input")]
    ) -> DeleteUserResult:
        return await result(_delete(info, wanted))

    @requires(Permission.USER_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Say which roles somebody has. The viewer has to have all that these and their former ones give;"
        " there has to be an admin afterwards."
    )
    async def set_user_roles(
        self, info: Info, wanted: Annotated[SetUserRolesInput, argument("The roles.", "input")]
    ) -> SetUserRolesResult:
        return await result(_set_roles(info, wanted))


async def _create(info: Info, wanted: CreateUserInput) -> CreateUserPayload:
    profile = Profile(
        storable(wanted.name), *(storable(each or "") for each in (wanted.email, wanted.language))
    )
    role_ids, app, password_hash = role_keys(wanted.role_ids), info.context.app, None
    if is_given(wanted.password) and wanted.password is not None:
        password_rules.check(storable(wanted.password), profile.name, profile.email)
        password_hash = await passwords(app).hash(wanted.password)
    async with app.transaction() as tx:
        key = await user_writes.create_user(
            tx, info.context.viewer, profile, role_ids, password_hash=password_hash
        )
    return CreateUserPayload(user=await _user(info, key))


async def _update(info: Info, wanted: UpdateUserInput) -> UpdateUserPayload:
    key = parse_key(wanted.user_id, "User", "userId")
    given = {"name": wanted.name, "email": wanted.email, "language": wanted.language}
    changes = {name: storable(value or "") for name, value in given.items() if value is not strawberry.UNSET}
    async with info.context.app.transaction() as tx:
        await user_writes.update_user(tx, info.context.viewer, key, changes)
    return UpdateUserPayload(user=await _user(info, key))


async def _write(
    info: Info,
    user_id: strawberry.ID,
    write: Callable[[Tx, Viewer, UUID], Awaitable[None]],
    payload: Callable[..., Any],
) -> Any:
    key = parse_key(user_id, "User", "userId")
    async with info.context.app.transaction() as tx:
        await write(tx, info.context.viewer, key)
    return payload(user=await _user(info, key))


async def _delete(info: Info, wanted: DeleteUserInput) -> DeleteUserPayload:
    key = parse_key(wanted.user_id, "User", "userId")
    async with info.context.app.transaction() as tx:
        await user_writes.delete_user(tx, info.context.viewer, key)
    info.context.forget()
    return DeleteUserPayload(user_id=wanted.user_id)


async def _set_roles(info: Info, wanted: SetUserRolesInput) -> SetUserRolesPayload:
    key, role_ids = parse_key(wanted.user_id, "User", "userId"), role_keys(wanted.role_ids)
    async with info.context.app.transaction() as tx:
        await user_writes.set_user_roles(tx, info.context.viewer, key, role_ids)
    return SetUserRolesPayload(user=await _user(info, key))


def role_keys(values: list[strawberry.ID]) -> list[UUID]:
    return [parse_key(value, "Role", f"roleIds.{place}") for place, value in enumerate(values)]


async def _user(info: Info, key: UUID) -> User:
    info.context.forget()
    return User.of(await info.context.load(users.users, key))
