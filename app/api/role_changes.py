"""Mutations of roles."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access import role_writes, roles
from app.access.limits import UNLIMITED, Limits, Quota
from app.access.permissions import Permission
from app.access.role_writes import RoleDraft
from app.api.context import Info
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument
from app.api.node import parse_key
from app.api.requires import requires
from app.api.roles import Role
from app.api.storable import storable

PERMISSIONS = "Permissions that it gives itself (`movie:get`), or patterns of them (`movie:*`)."
PARENTS = "Roles that it builds on: it gives all that they give."
LIMITS = "Limits that it sets itself, all of them; what is left out is as in the roles that it builds on."


@strawberry.input(description="How many works may be asked for in a while.")
class RequestQuotaInput:
    count: int = strawberry.field(description="How many.")
    days: int = strawberry.field(description="In any so many days.")


@strawberry.input(description="How much may be done at a time, and in a while.")
class LimitsInput:
    streams: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many films or episodes may play at a time."
    )
    transcodes: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many of them may be transcoded."
    )
    downloads: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many files may be downloaded at a time."
    )
    requests: RequestQuotaInput | None = strawberry.field(
        default=strawberry.UNSET, description="How many works may be asked for."
    )

    def plain(self) -> Limits:
        quota = Quota(self.requests.count, self.requests.days) if self.requests else None
        numbers = (self.streams, self.transcodes, self.downloads)
        streams, transcodes, downloads = (None if each is strawberry.UNSET else each for each in numbers)
        return Limits(streams, transcodes, downloads, quota)


@strawberry.input(description="A role to make.")
class CreateRoleInput:
    name: str = strawberry.field(description="Its name; unique whatever its case, at most 64 characters.")
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What it is meant for.")
    permissions: list[str] | None = strawberry.field(default=strawberry.UNSET, description=PERMISSIONS)
    parent_ids: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description=PARENTS)
    limits: LimitsInput | None = strawberry.field(default=strawberry.UNSET, description=LIMITS)
    requires_second_factor: bool = strawberry.field(
        default=False, description="Whether who has it needs a second factor."
    )


@strawberry.input(description="What is to change of a role; what is left out stays.")
class UpdateRoleInput:
    role_id: strawberry.ID = strawberry.field(description="The role.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description="A new name.")
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What it is meant for.")
    permissions: list[str] | None = strawberry.field(default=strawberry.UNSET, description=PERMISSIONS)
    parent_ids: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description=PARENTS)
    limits: LimitsInput | None = strawberry.field(default=strawberry.UNSET, description=LIMITS)
    requires_second_factor: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether who has it needs a second factor."
    )


@strawberry.input(description="A role to delete.")
class DeleteRoleInput:
    role_id: strawberry.ID = strawberry.field(description="The role.")


@strawberry.type(description="The role was made; nobody has it yet.")
class CreateRolePayload:
    role: Role = strawberry.field(description="The new role.")


@strawberry.type(description="The role was changed, at once for all who have it.")
class UpdateRolePayload:
    role: Role = strawberry.field(description="The role as it is now.")


@strawberry.type(description="The role was deleted, and taken from all who had it.")
class DeleteRolePayload:
    role_id: strawberry.ID = strawberry.field(description="The id that it had.")


CreateRoleResult = Annotated[
    CreateRolePayload | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("CreateRoleResult", description="The role, or why there is none."),
]
UpdateRoleResult = Annotated[
    UpdateRolePayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UpdateRoleResult", description="The role, or why nothing changed."),
]
DeleteRoleResult = Annotated[
    DeleteRolePayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("DeleteRoleResult", description="That it is gone, or why it is not."),
]


@strawberry.type
class RoleMutation:
    @requires(Permission.ROLE_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Make a role. It can't give more than the viewer has; patterns are for those who may do everything."
    )
    async def create_role(
        self, info: Info, wanted: Annotated[CreateRoleInput, argument("The role.", "input")]
    ) -> CreateRoleResult:
        return await result(_create(info, wanted))

    @requires(Permission.ROLE_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Change a role, at once for all who have it. The viewer has to have all that it gave and will give."
    )
    async def update_role(
        self, info: Info, wanted: Annotated[UpdateRoleInput, argument("The changes.", "input")]
    ) -> UpdateRoleResult:
        return await result(_update(info, wanted))

    @requires(Permission.ROLE_MANAGE, step_up=True)
    @strawberry.mutation(
        description="Delete a role: all who have it lose what it gave, and so do roles that build on it."
    )
    async def delete_role(
        self, info: Info, wanted: Annotated[DeleteRoleInput, argument("The role.", "input")]
    ) -> DeleteRoleResult:
        return await result(_delete(info, wanted))


async def _create(info: Info, wanted: CreateRoleInput) -> CreateRolePayload:
    draft = RoleDraft(**_given(wanted))
    async with info.context.app.transaction() as tx:
        key = await role_writes.create_role(tx, info.context.viewer, draft)
    return CreateRolePayload(role=await _role(info, key))


async def _update(info: Info, wanted: UpdateRoleInput) -> UpdateRolePayload:
    key, changes = parse_key(wanted.role_id, "Role", "roleId"), _given(wanted)
    async with info.context.app.transaction() as tx:
        await role_writes.update_role(tx, info.context.viewer, key, changes)
    return UpdateRolePayload(role=await _role(info, key))


async def _delete(info: Info, wanted: DeleteRoleInput) -> DeleteRolePayload:
    key = parse_key(wanted.role_id, "Role", "roleId")
    async with info.context.app.transaction() as tx:
        await role_writes.delete_role(tx, info.context.viewer, key)
    info.context.forget()
    return DeleteRolePayload(role_id=wanted.role_id)


def _given(wanted: CreateRoleInput | UpdateRoleInput) -> dict[str, Any]:
    """What is said, as fields of a draft; null takes back what can be left unsaid."""
    parents = enumerate(wanted.parent_ids or ())
    said: dict[str, tuple[Any, Any]] = {
        "name": (wanted.name, storable(wanted.name or "")),
        "description": (wanted.description, storable(wanted.description or "")),
        "patterns": (wanted.permissions, tuple(map(storable, wanted.permissions or ()))),
        "parent_ids": (
            wanted.parent_ids,
            tuple(parse_key(each, "Role", f"parentIds.{place}") for place, each in parents),
        ),
        "limits": (wanted.limits, wanted.limits.plain() if wanted.limits else UNLIMITED),
        "requires_second_factor": (wanted.requires_second_factor, bool(wanted.requires_second_factor)),
    }
    return {name: value for name, (given, value) in said.items() if given is not strawberry.UNSET}


async def _role(info: Info, key: UUID) -> Role:
    info.context.forget()
    return Role.of(await info.context.load(roles.roles, key))
