"""Secrets of outside services: set and removed, and never told."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.errors import InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument
from app.api.requires import requires
from app.api.storable import storable
from app.settings import secrets


@strawberry.type(description="That there is a secret; nobody can read it again.")
class Secret:
    name: str = strawberry.field(description="What it is for: `tmdb`.")
    updated_at: datetime = strawberry.field(description="Since when it is this one.")


@strawberry.input(description="A secret to keep.")
class SetSecretInput:
    name: str = strawberry.field(description="Of small letters, digits, `_`, `.` and `-`, at most 100.")
    value: str = strawberry.field(description="The secret itself, at most 10,000 characters.")


@strawberry.input(description="A secret to forget.")
class RemoveSecretInput:
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="The secret is kept.")
class SetSecretPayload:
    secrets: list[Secret] = strawberry.field(description="All that are kept now, by name.")


@strawberry.type(description="The secret is forgotten.")
class RemoveSecretPayload:
    secrets: list[Secret] = strawberry.field(description="All that are kept now, by name.")


SetSecretResult = Annotated[
    SetSecretPayload | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("SetSecretResult", description="That it is kept, or why it is not."),
]
RemoveSecretResult = Annotated[
    RemoveSecretPayload | NotFound | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("RemoveSecretResult", description="That it is forgotten, or why it is not."),
]


@strawberry.type
class SecretQuery:
    @requires(Permission.SECRETS_MANAGE)
    @strawberry.field(description="Which secrets of outside services are kept, by name.")
    async def secrets(self, info: Info) -> list[Secret]:
        return await _all(info)


@strawberry.type
class SecretMutation:
    @requires(Permission.SECRETS_MANAGE, step_up=True)
    @strawberry.mutation(description="Keep a secret, in the place of the one of the same name.")
    async def set_secret(
        self, info: Info, wanted: Annotated[SetSecretInput, argument("The secret.", "input")]
    ) -> SetSecretResult:
        return await result(_set(info, wanted))

    @requires(Permission.SECRETS_MANAGE, step_up=True)
    @strawberry.mutation(description="Forget a secret.")
    async def remove_secret(
        self, info: Info, wanted: Annotated[RemoveSecretInput, argument("The secret.", "input")]
    ) -> RemoveSecretResult:
        return await result(_remove(info, wanted))


async def _set(info: Info, wanted: SetSecretInput) -> SetSecretPayload:
    app, actor = info.context.app, info.context.viewer.actor
    async with app.transaction() as tx:
        await secrets.set_secret(tx, actor, app.keyring, wanted.name, storable(wanted.value))
    return SetSecretPayload(secrets=await _all(info))


async def _remove(info: Info, wanted: RemoveSecretInput) -> RemoveSecretPayload:
    async with info.context.app.transaction() as tx:
        await secrets.remove_secret(tx, info.context.viewer.actor, storable(wanted.name))
    return RemoveSecretPayload(secrets=await _all(info))


async def _all(info: Info) -> list[Secret]:
    found = await secrets.secrets(info.context.db)
    return [Secret(name=each.name, updated_at=each.updated_at) for each in found]
