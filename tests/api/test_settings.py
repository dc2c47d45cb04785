"""Settings by the API: who may see and change them, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.access.builtin import GUEST, MODERATOR, USER
from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.api.node import global_id
from app.core import clock
from app.core.ids import new_id
from app.settings.registry import REGISTRY, Scope, setting
from app.settings.values import settings_of, value
from tests import given


@pytest.fixture
def declared():
    known = dict(REGISTRY)
    yield setting
    REGISTRY.clear()
    REGISTRY.update(known)


async def person(app, *permissions, roles=()):
    user_id = await given.user(app, roles=roles)
    return Viewer(permissions=frozenset(permissions), actor=Actor(user_id=user_id), proved_at=clock.now())


def change(name, **value):
    return {"changes": [{"name": name, "value": value}]}


async def test_settings_are_listed_with_what_holds_and_why(app, execute, declared):
    declared("patience", timedelta(minutes=15), "A time.", minimum=1, maximum=3600)

    data = await execute("settings/settings", names=["patience"])

    empty = {"boolean": None, "int": None, "float": None, "text": None, "texts": None}
    assert data["settings"] == [
        {
            "name": "patience",
            "description": "A time.",
            "type": "DURATION",
            "value": {**empty, "seconds": 900.0},
            "default": {**empty, "seconds": 900.0},
            "source": "DEFAULT",
            "isReadOnly": False,
            "scopes": ["SERVER"],
            "minimum": 1.0,
            "maximum": 3600.0,
            "choices": None,
        }
    ]


async def test_all_of_the_servers_settings_are_listed_by_name(app, execute):
    data = await execute("settings/settings")

    names = [each["name"] for each in data["settings"]]
    assert names == sorted(name for name, each in REGISTRY.items() if Scope.SERVER in each.scopes)


async def test_a_change_holds_at_once_and_has_its_history(app, execute, declared):
    patience = declared("patience", timedelta(minutes=15), "A time.")
    admin = await person(app, Permission.SETTINGS_UPDATE, Permission.SETTINGS_READ)

    data = await execute("settings/update_settings", viewer=admin, input=change("patience", seconds=60))

    changed = data["updateSettings"]["settings"][0]
    assert (changed["value"]["seconds"], changed["source"]) == (60.0, "SERVER")
    assert await value(app, patience) == timedelta(minutes=1)
    past = (await execute("settings/setting_history", viewer=admin))["settingHistory"]["nodes"]
    assert [(each["name"], each["before"], each["after"]["seconds"]) for each in past] == [
        ("patience", None, 60.0)
    ]
    assert past[0]["changedById"] is not None


async def test_reset_puts_the_default_back(app, execute, declared):
    count = declared("count", 5, "A number.")
    await execute("settings/update_settings", input=change("count", int=7))

    data = await execute("settings/update_settings", input=change("count", reset=True))

    assert data["updateSettings"]["settings"][0]["source"] == "DEFAULT"
    assert await value(app, count) == 5


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        (change("count", int=11), "InvalidInput"),
        (change("count", text="7"), "InvalidInput"),
        (change("count", reset=False), "InvalidInput"),
        (change("never_declared", int=1), "NotFound"),
        ({"changes": change("count", int=1)["changes"] * 2}, "InvalidInput"),
    ],
)
async def test_what_can_t_be_taken_is_refused_and_changes_nothing(app, execute, declared, wanted, kind):
    count = declared("count", 5, "A number.", maximum=10)

    data = await execute("settings/update_settings", input=wanted)

    assert data["updateSettings"]["__typename"] == kind
    assert await value(app, count) == 5


async def test_what_the_environment_fixes_is_read_only(app, execute, declared, monkeypatch):
    declared("count", 5, "A number.")
    monkeypatch.setitem(settings_of(app).fixed, "count", 9)

    listed = (await execute("settings/settings", names=["count"]))["settings"][0]
    data = await execute("settings/update_settings", input=change("count", int=7))

    assert (listed["source"], listed["isReadOnly"], listed["value"]["int"]) == ("ENVIRONMENT", True, 9)
    assert data["updateSettings"]["__typename"] == "Conflict"
    assert "MARQUEE_SETTING_COUNT" in data["updateSettings"]["message"]


async def test_people_set_what_is_theirs_and_nothing_else(app, execute, declared):
    declared("autoplay", True, "Whether the next episode begins by itself.", scopes=Scope)
    count = declared("count", 5, "A number.")
    ann = await person(app, Permission.SELF_READ, Permission.SELF_UPDATE)
    bob = await person(app, Permission.SELF_READ, Permission.SELF_UPDATE)

    mine = await execute("settings/update_my_settings", viewer=ann, input=change("autoplay", boolean=False))
    servers = await execute("settings/update_my_settings", viewer=ann, input=change("count", int=7))

    assert mine["updateMySettings"]["settings"][0]["source"] == "USER"
    assert servers["updateMySettings"]["__typename"] == "InvalidInput"
    assert await value(app, count) == 5
    for viewer, autoplay in ((ann, False), (bob, True)):
        listed = (await execute("settings/my_settings", viewer=viewer))["mySettings"]
        assert {each["name"]: each["value"]["boolean"] for each in listed}["autoplay"] is autoplay


async def test_who_has_no_account_sees_what_holds_for_all_and_changes_nothing(app, execute, declared):
    declared("autoplay", True, "Whether the next episode begins by itself.", scopes=Scope)

    listed = (await execute("settings/my_settings"))["mySettings"]
    data = await execute("settings/update_my_settings", input=change("autoplay", boolean=False))

    assert {each["name"]: each["source"] for each in listed}["autoplay"] == "DEFAULT"
    assert data["updateMySettings"]["__typename"] == "PermissionDenied"


def role_change(role, name, **value):
    return {"roleId": global_id("Role", role), **change(name, **value)}


async def test_what_holds_for_a_role_is_set_and_has_its_history(app, execute, declared):
    autoplay = declared("autoplay", True, "Whether the next episode begins by itself.", scopes=Scope)
    admin = await person(app, Permission.SETTINGS_UPDATE, Permission.SETTINGS_READ)
    child = await person(app, Permission.SELF_READ, roles=[USER])
    key = global_id("Role", USER)

    data = await execute(
        "settings/update_role_settings", viewer=admin, input=role_change(USER, "autoplay", boolean=False)
    )

    changed = data["updateRoleSettings"]["settings"][0]
    assert (changed["value"]["boolean"], changed["source"]) == (False, "ROLE")
    assert await value(app, autoplay) is True
    for role, source in ((USER, "ROLE"), (MODERATOR, "INHERITED"), (GUEST, "DEFAULT")):
        listed = await execute("settings/role_settings", viewer=admin, roleId=global_id("Role", role))
        assert {each["name"]: each["source"] for each in listed["roleSettings"]}["autoplay"] == source
    mine = (await execute("settings/my_settings", viewer=child))["mySettings"]
    assert {each["name"]: (each["value"]["boolean"], each["source"]) for each in mine}["autoplay"] == (
        False,
        "ROLE",
    )
    past = (await execute("settings/setting_history", viewer=admin, roleId=key))["settingHistory"]["nodes"]
    assert [(each["roleId"], each["after"]["boolean"]) for each in past] == [(key, False)]
    others = await execute("settings/setting_history", viewer=admin, userId=global_id("User", child.user_id))
    assert others["settingHistory"]["nodes"] == []
    (noted,) = await app.db.rows(
        text("SELECT action, key, before, after FROM activity.entries WHERE kind = 'Role'")
    )
    assert tuple(noted) == ("settings.changed", str(USER), {"autoplay": None}, {"autoplay": False})


async def test_a_role_is_given_nothing_that_is_the_servers_and_none_that_is_not_there(execute, declared):
    declared("count", 5, "A number.")
    declared("autoplay", True, "Whether the next episode begins by itself.", scopes=Scope)

    servers = await execute("settings/update_role_settings", input=role_change(USER, "count", int=7))
    nobodys = await execute(
        "settings/update_role_settings", input=role_change(new_id(), "autoplay", boolean=False)
    )
    unknown = await execute("settings/role_settings", roleId=global_id("Role", new_id()))

    assert servers["updateRoleSettings"]["__typename"] == "InvalidInput"
    assert nobodys["updateRoleSettings"]["__typename"] == "NotFound"
    assert unknown["roleSettings"] is None


async def test_settings_that_workers_alone_heed_are_set_by_the_server(execute):
    data = await execute("settings/update_settings", input=change("activity_retention", seconds=86_400 * 30))

    assert data["updateSettings"]["__typename"] == "UpdateSettingsPayload"
