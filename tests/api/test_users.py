"""Administering accounts."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.builtin import ADMIN, GUEST, MODERATOR, USER
from app.access.events import PermissionsChanged
from app.access.grants import permissions_of
from app.access.permissions import ALL, Permission
from app.access.rule import EVERYTHING
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.api.node import global_id, parse_key
from app.core import clock
from app.core.app import App
from app.core.events import load
from app.core.ids import new_id
from app.identity.events import UserChanged
from app.identity.passwords import passwords
from tests import given
from tests.api.conftest import Ask

ENTRIES = text("SELECT user_id, action, key, before, after FROM activity.entries ORDER BY id")
EVENTS = text("SELECT name, payload FROM outbox.events ORDER BY seq")


async def viewer_of(app: App, user_id: UUID) -> Viewer:
    permissions = await permissions_of(app.db, user_id)
    return Viewer(
        permissions=permissions, access=EVERYTHING, actor=Actor(user_id=user_id), proved_at=clock.now()
    )


def user_id_of(key: UUID) -> str:
    return global_id("User", key)


def role_ids(keys: Sequence[UUID]) -> list[str]:
    return [global_id("Role", key) for key in keys]


async def emitted(app: App) -> list[Any]:
    return [load(*row) for row in await app.db.rows(EVENTS)]


async def test_an_account_is_made_changed_and_deleted(app: App, execute: Ask) -> None:
    admin = await given.user(app, "root", roles=[ADMIN])
    who = await viewer_of(app, admin)
    wanted = {"name": " Ada ", "email": "Ada@Example.org", "language": "de", "roleIds": role_ids([USER])}

    made = (await execute("access/create_user", viewer=who, input=wanted))["createUser"]["user"]
    changed = await execute(
        "access/update_user", viewer=who, input={"userId": made["id"], "name": "Ada L.", "email": None}
    )
    key = parse_key(made["id"], "User")
    gone = await execute("access/delete_user", viewer=who, input={"userId": made["id"]})

    assert (made["name"], made["email"], made["language"]) == ("Ada", "Ada@Example.org", "de")
    assert [role["name"] for role in made["roles"]] == ["user"]
    assert (changed["updateUser"]["user"]["name"], changed["updateUser"]["user"]["email"]) == ("Ada L.", None)
    assert gone["deleteUser"]["userId"] == made["id"]
    entries = [dict(row) for row in await app.db.rows(ENTRIES)]
    assert [entry["action"] for entry in entries] == [
        "user.created",
        "user.roles_set",
        "user.updated",
        "user.deleted",
    ]
    assert {(entry["user_id"], entry["key"]) for entry in entries} == {(admin, str(key))}
    assert entries[2]["before"] == {"name": "Ada", "email": "Ada@Example.org", "language": "de"}
    assert entries[2]["after"] == {"name": "Ada L.", "email": None, "language": "de"}
    events = await emitted(app)
    assert [each.change for each in events if isinstance(each, UserChanged)] == [
        "added",
        "updated",
        "removed",
    ]
    assert [each.user_ids for each in events if isinstance(each, PermissionsChanged)] == [(key,), (key,)]


async def test_a_disabled_user_is_signed_out_and_comes_back_as_they_were(app: App, execute: Ask) -> None:
    who = await viewer_of(app, await given.user(app, roles=[ADMIN]))
    key = await given.user(app, roles=[USER])

    off = await execute("access/disable_user", viewer=who, input={"userId": user_id_of(key)})
    twice = await execute("access/disable_user", viewer=who, input={"userId": user_id_of(key)})
    on = await execute("access/enable_user", viewer=who, input={"userId": user_id_of(key)})

    assert off["disableUser"]["user"]["disabledAt"] is not None
    assert twice["disableUser"]["__typename"] == "Conflict"
    assert on["enableUser"]["user"]["disabledAt"] is None
    assert [role["name"] for role in on["enableUser"]["user"]["roles"]] == ["user"]
    assert [row["action"] for row in await app.db.rows(ENTRIES)] == ["user.disabled", "user.enabled"]
    assert [each.change for each in await emitted(app) if isinstance(each, UserChanged)] == [
        "disabled",
        "enabled",
    ]


async def test_roles_are_given_and_taken(app: App, execute: Ask) -> None:
    who = await viewer_of(app, await given.user(app, roles=[ADMIN]))
    key = await given.user(app, roles=[USER])

    set_ = await execute(
        "access/set_user_roles",
        viewer=who,
        input={"userId": user_id_of(key), "roleIds": role_ids([MODERATOR, GUEST, MODERATOR])},
    )

    assert [role["name"] for role in set_["setUserRoles"]["user"]["roles"]] == ["moderator", "guest"]
    (entry,) = await app.db.rows(ENTRIES)
    assert (entry["before"], entry["after"]) == ({"roles": ["user"]}, {"roles": ["guest", "moderator"]})
    assert [each.user_ids for each in await emitted(app)] == [(key,)]


MANAGER = [Permission.USER_MANAGE, Permission.USER_UPDATE, Permission.USER_READ, Permission.MOVIE_GET]


@pytest.fixture
async def manager(app: App) -> Viewer:
    """May manage users, and little else."""
    return await viewer_of(app, await given.user(app, roles=[await given.role(app, patterns=MANAGER)]))


@pytest.mark.parametrize("role", [ADMIN, MODERATOR, USER])
async def test_nobody_gives_more_than_they_have(app: App, execute: Ask, manager: Viewer, role: UUID) -> None:
    key = await given.user(app)

    made = await execute(
        "access/create_user", viewer=manager, input={"name": "Eve", "roleIds": role_ids([role])}
    )
    given_ = await execute(
        "access/set_user_roles",
        viewer=manager,
        input={"userId": user_id_of(key), "roleIds": role_ids([role])},
    )
    own = await execute(
        "access/set_user_roles",
        viewer=manager,
        input={"userId": user_id_of(manager.user_id or key), "roleIds": role_ids([role])},
    )

    results = [made["createUser"], given_["setUserRoles"], own["setUserRoles"]]
    assert {each["__typename"] for each in results} == {"PermissionDenied"}
    assert not await app.db.rows(ENTRIES)


@pytest.mark.parametrize(
    ("operation", "extra"),
    [
        ("update_user", {"name": "Mine"}),
        ("disable_user", {}),
        ("enable_user", {}),
        ("delete_user", {}),
        ("set_user_roles", {"roleIds": []}),
    ],
)
async def test_nobody_changes_who_may_do_more(
    app: App, execute: Ask, manager: Viewer, operation: str, extra: dict[str, Any]
) -> None:
    key = await given.user(app, "above", roles=[USER])

    refused = await execute(f"access/{operation}", viewer=manager, input={"userId": user_id_of(key)} | extra)

    (answer,) = refused.values()
    assert answer["__typename"] == "PermissionDenied"
    assert await app.db.value(text("SELECT name FROM identity.users WHERE name_key = 'above'")) == "above"


async def test_what_a_viewer_lost_meanwhile_they_can_t_give(app: App, execute: Ask) -> None:
    key, other = await given.user(app, roles=[USER]), await given.user(app)
    stale = replace(await viewer_of(app, key), permissions=ALL)

    refused = await execute(
        "access/set_user_roles",
        viewer=stale,
        input={"userId": user_id_of(other), "roleIds": role_ids([ADMIN])},
    )

    assert refused["setUserRoles"]["__typename"] == "PermissionDenied"


@pytest.mark.parametrize(
    ("operation", "extra"), [("disable_user", {}), ("delete_user", {}), ("set_user_roles", {"roleIds": []})]
)
async def test_the_last_admin_stays(app: App, execute: Ask, operation: str, extra: dict[str, Any]) -> None:
    await given.user(app, roles=[ADMIN], disabled_at=await app.db.value(text("SELECT now()")))
    key = await given.user(app, roles=[await given.role(app, "chief", parents=[ADMIN])])
    wanted = {"userId": user_id_of(key)} | extra

    refused = await execute(f"access/{operation}", viewer=await viewer_of(app, key), input=wanted)
    second = await given.user(app, roles=[ADMIN])
    done = await execute(f"access/{operation}", viewer=await viewer_of(app, second), input=wanted)

    assert [next(iter(each.values()))["__typename"] for each in (refused, done)] == [
        "Conflict",
        f"{operation.title().replace('_', '')}Payload",
    ]


async def test_two_admins_can_t_remove_each_other_at_the_same_time(app: App, execute: Ask) -> None:
    admins = [await given.user(app, roles=[ADMIN]) for _ in range(2)]
    viewers = [await viewer_of(app, key) for key in admins]

    answers = await asyncio.gather(
        *(
            execute("access/delete_user", viewer=who, input={"userId": user_id_of(other)})
            for who, other in zip(viewers, reversed(admins), strict=True)
        )
    )

    kinds = sorted(answer["deleteUser"]["__typename"] for answer in answers)
    assert kinds[0] in {"Conflict", "DeleteUserPayload"}
    assert kinds.count("DeleteUserPayload") == 1
    assert await app.db.value(text("SELECT count(*) FROM identity.users")) == 1


@pytest.mark.parametrize(
    ("input_", "kind", "field"),
    [
        ({"name": "ADA"}, "Conflict", None),
        ({"name": "Bob", "email": "ADA@example.org"}, "Conflict", None),
        ({"name": "  "}, "InvalidInput", "name"),
        ({"name": "x" * 65}, "InvalidInput", "name"),
        ({"name": "ada@home"}, "InvalidInput", "name"),
        ({"name": "a\u0007"}, "InvalidInput", "name"),
        ({"name": "Bob", "email": "nowhere"}, "InvalidInput", "email"),
        ({"name": "Bob", "email": "a b@example.org"}, "InvalidInput", "email"),
        ({"name": "Bob", "roleIds": [global_id("Role", new_id())]}, "InvalidInput", "roleIds"),
    ],
)
async def test_what_can_t_be_an_account_is_refused(
    app: App, execute: Ask, input_: dict[str, Any], kind: str, field: str | None
) -> None:
    await given.user(app, "Ada", email="ada@example.org", email_key="ada@example.org")

    refused = (await execute("access/create_user", input={"roleIds": []} | input_))["createUser"]

    assert (refused["__typename"], refused.get("field")) == (kind, field)
    assert await app.db.value(text("SELECT count(*) FROM identity.users")) == 1


async def test_a_new_address_is_not_verified_and_the_same_one_stays_so(app: App, execute: Ask) -> None:
    verified = await app.db.value(text("SELECT now()"))
    at = {"email": "ada@example.org", "email_key": "ada@example.org", "email_verified_at": verified}
    key = await given.user(app, "Ada", **at)

    async def verified_at(email: str) -> Any:
        await execute("access/update_user", input={"userId": user_id_of(key), "email": email})
        return await app.db.value(text("SELECT email_verified_at FROM identity.users"))

    assert await verified_at("ADA@example.org") == verified
    assert await verified_at("other@example.org") is None


async def test_an_unknown_user_is_not_found(execute: Ask) -> None:
    for operation in ("update_user", "disable_user", "enable_user", "delete_user"):
        answer = await execute(f"access/{operation}", input={"userId": user_id_of(new_id())})

        assert next(iter(answer.values()))["__typename"] == "NotFound"


async def test_users_are_listed_searched_and_found(app: App, execute: Ask, statements: list[str]) -> None:
    now = await app.db.value(text("SELECT now()"))
    for number in range(5):
        await given.user(app, f"user{number}", roles=[USER, GUEST])
    await given.user(app, "Zed", email="Zed@example.org", email_key="zed@example.org", disabled_at=now)
    statements.clear()

    everybody = await execute("access/users")
    cost = len(statements)
    found = [
        [node["name"] for node in (await execute("access/users", **wanted))["users"]["nodes"]]
        for wanted in (
            {"search": "SER3"},
            {"search": "zed@"},
            {"isDisabled": True},
            {"roleId": global_id("Role", USER), "first": 2},
        )
    ]
    by = [await execute("access/user", by=way) for way in ({"name": "ZED"}, {"email": "ZED@example.org"})]

    assert everybody["users"]["totalCount"] == 6
    assert cost == 3
    assert found == [["user3"], ["Zed"], ["Zed"], ["user0", "user1"]]
    assert [each["user"]["name"] for each in by] == ["Zed", "Zed"]
    assert (await execute("access/user", by={"name": "nobody"}))["user"] is None


async def test_a_viewer_sees_themselves(app: App, execute: Ask) -> None:
    role = await given.role(app, parents=[USER], streams=2)
    who = await viewer_of(app, await given.user(app, "Ada", roles=[role]))

    viewer = (await execute("access/viewer", viewer=who))["viewer"]

    assert viewer["user"]["name"] == "Ada"
    assert viewer["user"]["limits"]["streams"] == 2
    assert viewer["permissions"] == sorted(who.permissions)
    assert (await execute("access/viewer"))["viewer"]["user"] is None


async def test_an_account_may_begin_with_a_password(app: App, execute: Ask) -> None:
    wanted = {"name": "Ada", "roleIds": [], "password": "correct horse battery"}

    weak = (await execute("access/create_user", input=wanted | {"password": "password1"}))["createUser"]
    made = (await execute("access/create_user", input=wanted))["createUser"]

    assert (weak["__typename"], weak["field"]) == ("InvalidInput", "password")
    assert made["user"]["name"] == "Ada"
    row = await app.db.row(text("SELECT password_hash, password_changed_at FROM identity.users"))
    assert row is not None
    assert (await passwords(app).verify(row["password_hash"], "correct horse battery")).is_right
    assert row["password_changed_at"] is not None
    log = await app.db.rows(ENTRIES)
    assert all("argon2" not in str(dict(entry)) and "horse" not in str(dict(entry)) for entry in log)
