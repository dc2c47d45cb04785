"""Administering roles."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.builtin import ADMIN, GUEST, MODERATOR, USER
from app.access.events import PermissionsChanged
from app.access.grants import permissions_of
from app.access.permissions import ALL, STRANGERS, Permission
from app.access.viewer import Viewer
from app.api.node import global_id, parse_key
from app.core.app import App
from app.core.ids import new_id
from tests import given
from tests.api.conftest import Ask
from tests.api.test_users import ENTRIES, emitted, role_ids, viewer_of


def role_id(key: UUID) -> str:
    return global_id("Role", key)


async def test_a_role_is_made_changed_and_deleted(app: App, execute: Ask) -> None:
    who = await viewer_of(app, await given.user(app, roles=[ADMIN]))
    wanted = {
        "name": "Family",
        "permissions": ["requests:*", "file:paths"],
        "parentIds": role_ids([USER]),
        "limits": {"streams": 2, "requests": {"count": 5, "days": 7}},
    }

    made = (await execute("access/create_role", viewer=who, input=wanted))["createRole"]["role"]
    key = parse_key(made["id"], "Role")
    user = await given.user(app, roles=[key])
    changes = {
        "roleId": made["id"],
        "name": "Kin",
        "permissions": ["audit:read"],
        "parentIds": None,
        "limits": None,
    }
    changed = (await execute("access/update_role", viewer=who, input=changes))["updateRole"]["role"]
    may = await permissions_of(app.db, user)
    gone = await execute("access/delete_role", viewer=who, input={"roleId": made["id"]})

    assert {"requests:decide", "file:paths", "self:update", "movie:get"} <= set(made["permissions"])
    assert made["limits"] == {
        "streams": 2,
        "transcodes": None,
        "downloads": None,
        "requests": {"count": 5, "days": 7},
    }
    assert (changed["name"], changed["parents"], changed["limits"]["streams"]) == ("Kin", [], None)
    assert may == STRANGERS | {Permission.AUDIT_READ}
    assert gone["deleteRole"]["roleId"] == made["id"]
    assert await permissions_of(app.db, user) == STRANGERS
    entries = await app.db.rows(ENTRIES)
    assert [row["action"] for row in entries] == ["role.created", "role.updated", "role.deleted"]
    assert entries[1]["before"]["patterns"] == ["file:paths", "requests:*"]
    assert set(entries[1]["after"]) == {"name", "patterns", "parent_ids", "limits"}
    assert [each.user_ids for each in await emitted(app) if isinstance(each, PermissionsChanged)] == [
        (user,),
        (user,),
    ]


async def test_who_has_a_role_that_builds_on_the_changed_one_is_told(app: App, execute: Ask) -> None:
    base = await given.role(app, patterns=["movie:get"])
    user = await given.user(
        app, roles=[await given.role(app, parents=[await given.role(app, parents=[base])])]
    )

    await execute("access/update_role", input={"roleId": role_id(base), "permissions": ["movie:list"]})

    assert [each.user_ids for each in await emitted(app)] == [(user,)]
    assert await permissions_of(app.db, user) == STRANGERS | {Permission.MOVIE_LIST}


async def test_roles_can_t_build_on_each_other_in_a_circle(app: App, execute: Ask) -> None:
    first = await given.role(app)
    second = await given.role(app, parents=[await given.role(app, parents=[first])])

    for parent in (first, second):
        refused = await execute(
            "access/update_role", input={"roleId": role_id(first), "parentIds": role_ids([parent])}
        )

        assert refused["updateRole"]["field"] == "parentIds"


@pytest.mark.parametrize("builtin", [ADMIN, MODERATOR, USER, GUEST])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "other"}, "name"),
        ({"description": "other"}, "description"),
        ({"permissions": ["movie:get"]}, "permissions"),
        ({"parentIds": [role_id(GUEST)]}, "parentIds"),
    ],
)
async def test_a_role_that_is_always_there_stays_what_it_is(
    app: App, execute: Ask, builtin: UUID, changes: dict[str, Any], field: str
) -> None:
    if (builtin, field) in {(USER, "parentIds"), (GUEST, "parentIds")}:
        changes = {"parentIds": [role_id(MODERATOR if builtin == GUEST else ADMIN)]}

    refused = await execute("access/update_role", input={"roleId": role_id(builtin)} | changes)
    kept = await execute("access/delete_role", input={"roleId": role_id(builtin)})

    assert (refused["updateRole"]["__typename"], refused["updateRole"]["field"]) == ("InvalidInput", field)
    assert kept["deleteRole"]["__typename"] == "Conflict"


async def test_the_limits_of_a_role_that_is_always_there_can_be_set(app: App, execute: Ask) -> None:
    changes = {"limits": {"streams": 1}, "requiresSecondFactor": True}

    changed = await execute("access/update_role", input={"roleId": role_id(USER)} | changes)

    role = changed["updateRole"]["role"]
    assert (role["limits"]["streams"], role["requiresSecondFactor"]) == (1, True)


@pytest.fixture
async def editor(app: App) -> Viewer:
    """May manage roles, and little else."""
    patterns = [Permission.ROLE_MANAGE, Permission.ROLE_READ, Permission.MOVIE_GET, Permission.MOVIE_LIST]
    return await viewer_of(app, await given.user(app, roles=[await given.role(app, patterns=patterns)]))


@pytest.mark.parametrize(
    "wanted",
    [
        {"permissions": ["users:manage"]},
        {"permissions": ["movie:get", "series:get"]},
        {"permissions": ["movie:*"]},
        {"permissions": ["*"]},
        {"parentIds": role_ids([ADMIN])},
        {"parentIds": role_ids([GUEST])},
    ],
)
async def test_a_role_gives_no_more_than_its_editor_has(
    app: App, execute: Ask, editor: Viewer, wanted: dict[str, Any]
) -> None:
    own = await given.role(app, patterns=["movie:get"])

    made = await execute("access/create_role", viewer=editor, input={"name": "new"} | wanted)
    changed = await execute("access/update_role", viewer=editor, input={"roleId": role_id(own)} | wanted)

    assert made["createRole"]["__typename"] == "PermissionDenied"
    assert changed["updateRole"]["__typename"] == "PermissionDenied"
    assert not await app.db.rows(ENTRIES)


async def test_a_role_that_gives_more_than_its_editor_has_is_left_alone(
    app: App, execute: Ask, editor: Viewer
) -> None:
    above = role_id(await given.role(app, patterns=["series:get"]))

    changed = await execute("access/update_role", viewer=editor, input={"roleId": above, "permissions": []})
    gone = await execute("access/delete_role", viewer=editor, input={"roleId": above})

    assert changed["updateRole"]["__typename"] == "PermissionDenied"
    assert gone["deleteRole"]["__typename"] == "PermissionDenied"


async def test_an_editor_makes_roles_of_what_they_have(app: App, execute: Ask, editor: Viewer) -> None:
    made = await execute(
        "access/create_role",
        viewer=editor,
        input={"name": "films", "permissions": ["movie:get", "movie:list"]},
    )

    assert made["createRole"]["role"]["permissions"] == ["movie:get", "movie:list", "session:begin"]


async def test_the_role_by_which_the_last_admin_is_one_stays(app: App, execute: Ask) -> None:
    chief = await given.role(app, "chief", parents=[ADMIN])
    who = await viewer_of(app, await given.user(app, roles=[chief]))

    changed = await execute(
        "access/update_role", viewer=who, input={"roleId": role_id(chief), "parentIds": []}
    )
    gone = await execute("access/delete_role", viewer=who, input={"roleId": role_id(chief)})

    assert changed["updateRole"]["__typename"] == "Conflict"
    assert gone["deleteRole"]["__typename"] == "Conflict"
    assert who.permissions == ALL


@pytest.mark.parametrize(
    ("wanted", "kind", "field"),
    [
        ({"name": "ADMIN"}, "Conflict", None),
        ({"name": " "}, "InvalidInput", "name"),
        ({"name": "x" * 65}, "InvalidInput", "name"),
        ({"name": "x", "description": "x" * 501}, "InvalidInput", "description"),
        ({"name": "x", "permissions": ["movie:get", "movie:eat"]}, "InvalidInput", "permissions.1"),
        ({"name": "x", "permissions": ["m*:get"]}, "InvalidInput", "permissions.0"),
        ({"name": "x", "permissions": ["[a-z]*"]}, "InvalidInput", "permissions.0"),
        ({"name": "x", "parentIds": [role_id(new_id())]}, "InvalidInput", "parentIds"),
        ({"name": "x", "limits": {"streams": -1}}, "InvalidInput", "limits.streams"),
        ({"name": "x", "limits": {"downloads": 2_000_000}}, "InvalidInput", "limits.downloads"),
        (
            {"name": "x", "limits": {"requests": {"count": 1, "days": 0}}},
            "InvalidInput",
            "limits.requests.days",
        ),
    ],
)
async def test_what_can_t_be_a_role_is_refused(
    app: App, execute: Ask, wanted: dict[str, Any], kind: str, field: str | None
) -> None:
    refused = (await execute("access/create_role", input=wanted))["createRole"]

    assert (refused["__typename"], refused.get("field")) == (kind, field)
    assert await app.db.value(text("SELECT count(*) FROM access.roles")) == 4


async def test_roles_are_listed_and_found(app: App, execute: Ask, statements: list[str]) -> None:
    for number in range(5):
        await given.role(app, f"Role{number}", parents=[USER])
    statements.clear()

    listed = await execute("access/roles")
    cost = len(statements)
    found = await execute("access/role", by={"name": "MODERATOR"})
    same = await execute("access/role", by={"id": found["role"]["id"]})

    assert [role["name"] for role in listed["roles"]["nodes"]][:5] == [
        "admin",
        "moderator",
        "user",
        "guest",
        "Role0",
    ]
    assert listed["roles"]["totalCount"] == 9
    assert cost == 4
    assert found == same
    assert found["role"]["isBuiltin"] is True
    assert (await execute("access/role", by={"name": "nobody"}))["role"] is None


async def test_every_permission_is_listed_with_what_it_is_for(execute: Ask) -> None:
    listed = (await execute("access/permissions"))["permissions"]

    assert {each["name"] for each in listed} == ALL
    assert all(each["description"] for each in listed)
