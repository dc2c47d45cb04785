"""Settings of the server and of people, with what they were before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

import app.declared_settings as _declared
from app.access import roles
from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.api.context import Info
from app.api.edge import root
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, StepUpRequired, result
from app.api.filters import argument
from app.api.node import global_id, parse_key
from app.api.pagination import Connection, connect
from app.api.requires import requires
from app.api.setting_types import Setting, SettingSource, SettingValue, SettingValueInput
from app.core.app import App
from app.core.db import Db
from app.core.errors import Denied, Invalid
from app.core.paging import Page, Slice
from app.identity.networks import check_keeps_way_in
from app.settings import reads
from app.settings.kinds import Type
from app.settings.registry import REGISTRY, SERVER, Owner, Scope, named
from app.settings.values import loaded, settings_of
from app.settings.writes import change_settings

assert _declared  # imported for the settings that they declare, of which some are heeded by workers alone
_TYPES = ((bool, Type.BOOLEAN), (int, Type.INT), (float, Type.FLOAT), (str, Type.TEXT), (list, Type.TEXTS))


@strawberry.type(description="A change of a setting.")
class SettingChange:
    name: str = strawberry.field(description="The setting's name.")
    before: SettingValue | None = strawberry.field(description="What was set before; null where nothing was.")
    after: SettingValue | None = strawberry.field(description="What was set; null where it was taken away.")
    changed_at: datetime = strawberry.field(description="When it was changed.")
    changed_by_id: strawberry.ID | None = strawberry.field(
        description="Who changed it, though they may be gone by now; null for the command line."
    )
    role_id: strawberry.ID | None = strawberry.field(description="The role that it was changed for.")
    user_id: strawberry.ID | None = strawberry.field(description="The person that it was changed for.")

    @classmethod
    def of(cls, row: reads.Past) -> "SettingChange":
        return cls(
            name=row.name,
            before=_past(row.name, row.before),
            after=_past(row.name, row.after),
            changed_at=row.changed_at,
            changed_by_id=_id("User", row.changed_by),
            role_id=_id("Role", row.role_id),
            user_id=_id("User", row.user_id),
        )


@strawberry.input(description="A setting and its new value.")
class SettingChangeInput:
    name: str = strawberry.field(description="The setting's name.")
    value: SettingValueInput = strawberry.field(description="What it is to be.")


@strawberry.input(description="What is to be set; either all of it is, or nothing.")
class UpdateSettingsInput:
    changes: list[SettingChangeInput] = strawberry.field(description="The settings, each once.")


@strawberry.input(description="What somebody wants for themselves; either all of it is set, or nothing.")
class UpdateMySettingsInput:
    changes: list[SettingChangeInput] = strawberry.field(description="The settings, each once.")


@strawberry.type(description="The settings were changed.")
class UpdateSettingsPayload:
    settings: list[Setting] = strawberry.field(description="Those that were named, as they are now.")


@strawberry.type(description="The settings were changed.")
class UpdateMySettingsPayload:
    settings: list[Setting] = strawberry.field(description="Those that were named, as they hold now.")


@strawberry.input(description="What is to be set for a role; either all of it is, or nothing.")
class UpdateRoleSettingsInput:
    role_id: strawberry.ID = strawberry.field(description="The role.")
    changes: list[SettingChangeInput] = strawberry.field(description="The settings, each once.")


@strawberry.type(description="The settings were changed.")
class UpdateRoleSettingsPayload:
    settings: list[Setting] = strawberry.field(description="Those that were named, as they hold now.")


UpdateSettingsResult = Annotated[
    UpdateSettingsPayload | NotFound | Conflict | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UpdateSettingsResult", description="The settings, or why they were not changed."),
]
UpdateMySettingsResult = Annotated[
    UpdateMySettingsPayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("UpdateMySettingsResult", description="The settings, or why they were not changed."),
]
UpdateRoleSettingsResult = Annotated[
    UpdateRoleSettingsPayload | NotFound | InvalidInput | PermissionDenied | StepUpRequired,
    strawberry.union("UpdateRoleSettingsResult", description="The settings, or why they were not changed."),
]


async def _history(
    db: Db,
    viewer: Viewer,
    *,
    page: Page,
    names: Sequence[str] | None = None,
    role_id: UUID | None = None,
    user_id: UUID | None = None,
) -> Slice[reads.Past]:
    return await reads.history(db, page, names=names, owner=Owner(role_id=role_id, user_id=user_id))


@strawberry.type
class SettingQuery:
    @requires(Permission.SETTINGS_READ)
    @strawberry.field(description="What can be set of the server, by name.")
    async def settings(
        self, info: Info, names: Annotated[list[str] | None, argument("Only these.")] = strawberry.UNSET
    ) -> list[Setting]:
        return await _of_server(info.context.app, names or _names(Scope.SERVER))

    @requires(Permission.SETTINGS_READ)
    @root(
        _history,
        description="What settings were changed from and to, the latest first.",
        ids={"role_id": "Role", "user_id": "User"},
    )
    def setting_history(
        self,
        rows: Slice[reads.Past],
        names: Annotated[list[str] | None, argument("Only of these settings.")] = None,
        role_id: Annotated[strawberry.ID | None, argument("Only as set for this role.")] = None,
        user_id: Annotated[strawberry.ID | None, argument("Only as set for this person.")] = None,
    ) -> Connection[SettingChange]:
        return connect(rows, SettingChange.of)

    @requires(Permission.SETTINGS_READ)
    @strawberry.field(description="What can be set for roles, and what holds for those who have this one.")
    async def role_settings(
        self, info: Info, role_id: Annotated[strawberry.ID, argument("The role.")]
    ) -> list[Setting] | None:
        key = parse_key(role_id, "Role", "roleId")
        if await info.context.load(roles.roles, key) is None:
            return None
        return await _of_role(info, key, _names(Scope.ROLE))

    @requires(Permission.SELF_READ)
    @strawberry.field(
        description="What people can set for themselves, and what holds for the viewer, by name."
    )
    async def my_settings(self, info: Info) -> list[Setting]:
        return await _of_user(info, _names(Scope.USER))


@strawberry.type
class SettingMutation:
    @requires(Permission.SETTINGS_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Change settings of the whole server. They hold at once, in all processes."
    )
    async def update_settings(
        self, info: Info, wanted: Annotated[UpdateSettingsInput, argument("The changes.", "input")]
    ) -> UpdateSettingsResult:
        return await result(_update(info, wanted.changes))

    @requires(Permission.SETTINGS_UPDATE, step_up=True)
    @strawberry.mutation(
        description="Change what holds for all who have a role, and chose nothing themselves."
    )
    async def update_role_settings(
        self, info: Info, wanted: Annotated[UpdateRoleSettingsInput, argument("The changes.", "input")]
    ) -> UpdateRoleSettingsResult:
        return await result(_update_role(info, wanted))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Change what holds for the viewer alone, wherever they are signed in.")
    async def update_my_settings(
        self, info: Info, wanted: Annotated[UpdateMySettingsInput, argument("The changes.", "input")]
    ) -> UpdateMySettingsResult:
        return await result(_update_own(info, wanted.changes))


async def _update(info: Info, wanted: Sequence[SettingChangeInput]) -> UpdateSettingsPayload:
    changes, app = _changes(wanted), info.context.app
    await check_keeps_way_in(app, info.context.viewer.actor.address, changes)
    async with app.transaction() as tx:
        await change_settings(
            tx, info.context.viewer.actor, changes, SERVER, fixed=list(settings_of(app).fixed)
        )
    return UpdateSettingsPayload(settings=await _of_server(app, list(changes)))


async def _update_role(info: Info, wanted: UpdateRoleSettingsInput) -> UpdateRoleSettingsPayload:
    changes, key = _changes(wanted.changes), parse_key(wanted.role_id, "Role", "roleId")
    async with info.context.app.transaction() as tx:
        await change_settings(tx, info.context.viewer.actor, changes, Owner(role_id=key))
    return UpdateRoleSettingsPayload(settings=await _of_role(info, key, list(changes)))


async def _update_own(info: Info, wanted: Sequence[SettingChangeInput]) -> UpdateMySettingsPayload:
    changes, owner = _changes(wanted), Owner(user_id=_user_id(info))
    async with info.context.app.transaction() as tx:
        await change_settings(tx, info.context.viewer.actor, changes, owner)
    return UpdateMySettingsPayload(settings=await _of_user(info, list(changes)))


def _changes(wanted: Sequence[SettingChangeInput]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for each in wanted:
        if each.name in changes:
            raise Invalid("changes", f"{each.name} is named twice.")
        try:
            changes[each.name] = each.value.plain(named(each.name).kind.name)
        except ValueError as error:
            raise Invalid(each.name, str(error)) from error
    return changes


async def _of_server(app: App, names: Sequence[str]) -> list[Setting]:
    settings = settings_of(app)
    stored = await settings.stored()
    found: list[Setting] = []
    for each in map(named, names):
        if each.name in settings.fixed:
            source = SettingSource.ENVIRONMENT
        else:
            source = SettingSource.SERVER if each.name in stored else SettingSource.DEFAULT
        found.append(Setting.of(each, each.plain(await settings.value(each)), source))
    return found


async def _of_role(info: Info, role_id: UUID, names: Sequence[str]) -> list[Setting]:
    given = await reads.values_of_role(info.context.db, role_id)
    return await _with_given(info, names, given, of_others=SettingSource.INHERITED, own=SettingSource.ROLE)


async def _of_user(info: Info, names: Sequence[str]) -> list[Setting]:
    user_id = info.context.viewer.user_id
    given = await reads.values_of_user(info.context.db, user_id) if user_id else {}
    return await _with_given(info, names, given, of_others=SettingSource.ROLE, own=SettingSource.USER)


async def _with_given(
    info: Info,
    names: Sequence[str],
    given: Mapping[str, reads.Given],
    *,
    own: SettingSource,
    of_others: SettingSource,
) -> list[Setting]:
    """The server's, but for what is given for somebody."""
    found = {each.name: each for each in await _of_server(info.context.app, names)}
    for name in found.keys() & given.keys():
        source = own if given[name].is_own else of_others
        found[name] = Setting.of(named(name), _usable(name, given[name].value), source)
    return list(found.values())


def _usable(name: str, plain: Any) -> Any:
    """As JSON has it; the default of what this version doesn't take."""
    return named(name).plain(loaded(named(name), plain))


def _user_id(info: Info) -> UUID:
    user_id = info.context.viewer.user_id
    if user_id is None:
        raise Denied("That is for people with an account.")
    return user_id


def _names(scope: Scope) -> list[str]:
    return sorted(name for name, each in REGISTRY.items() if scope in each.scopes)


def _id(kind: str, key: UUID | None) -> strawberry.ID | None:
    return None if key is None else global_id(kind, key)


def _past(name: str, plain: Any) -> SettingValue | None:
    """Of a setting that this version doesn't have, as what its value looks like."""
    if plain is None:
        return None
    like: Type = next((kind for python, kind in _TYPES if isinstance(plain, python)), Type.TEXT)
    return SettingValue.of(REGISTRY[name].kind.name if name in REGISTRY else like, plain)
