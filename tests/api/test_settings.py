"""Settings by the API: who may see and change them, and what is refused."""

from datetime import timedelta

import pytest

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.core import clock
from app.settings.registry import REGISTRY, Scope, setting
from app.settings.values import settings_of, value
from tests import given


@pytest.fixture
def declared():
    known = dict(REGISTRY)
    yield setting
    REGISTRY.clear()
    REGISTRY.update(known)


async def person(app, *permissions):
    user_id = await given.user(app)
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
