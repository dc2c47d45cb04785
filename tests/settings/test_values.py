"""What is set holds in every process, and is remembered with what was before."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.core.app import open_app
from app.core.config import ConfigError
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.paging import Page
from app.settings.reads import Given, history, values_of, values_of_role
from app.settings.registry import SERVER, Owner, Scope
from app.settings.values import settings_of, value, value_of_user
from app.settings.writes import change_settings
from tests import given
from tests.patience import PATIENCE_S

ENTRIES = text("SELECT user_id, action, kind, key, before, after FROM activity.entries ORDER BY id")


async def change(app, changes, owner=SERVER, actor=None, **rest):
    async with app.transaction() as tx:
        await change_settings(tx, actor or Actor(), changes, owner, **rest)


async def until(app, setting, expected):
    async with asyncio.timeout(PATIENCE_S):
        while await value(app, setting) != expected:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_default_holds_until_something_is_set(app, declared):
    setting = declared("patience", timedelta(minutes=15), "A time.")

    assert await value(app, setting) == timedelta(minutes=15)

    await change(app, {"patience": 60})

    assert await value(app, setting) == timedelta(minutes=1)
    assert await values_of(app.db, SERVER) == {"patience": 60.0}


async def test_what_is_set_holds_at_once_here_and_soon_in_other_processes(app, second_app, declared):
    setting = declared("count", 5, "A number.")
    assert [await value(each, setting) for each in (app, second_app)] == [5, 5]

    await change(app, {"count": 7})

    assert await value(app, setting) == 7
    await until(second_app, setting, 7)


async def test_a_value_is_read_once_and_again_after_a_change_of_settings_alone(app, declared, statements):
    setting = declared("count", 5, "A number.")
    await value(app, setting)
    statements.clear()

    await given.library(app, name="Films")
    statements.clear()
    for _ in range(10):
        await value(app, setting)

    assert statements == []


async def test_none_puts_the_default_back(app, declared):
    setting = declared("count", 5, "A number.")
    await change(app, {"count": 7})

    await change(app, {"count": None})

    assert await value(app, setting) == 5
    assert await values_of(app.db, SERVER) == {}


async def test_each_change_has_its_history_and_its_entry_in_the_activity_log(app, declared):
    declared("count", 5, "A number.")
    declared("word", "a", "A text.")
    user_id = await given.user(app)
    actor = Actor(user_id=user_id)

    await change(app, {"count": 7, "word": "b"}, actor=actor)
    await change(app, {"count": 7, "word": None}, actor=actor)

    past = (await history(app.db, Page(), names=["word"])).items
    assert [(each.before, each.after, each.changed_by) for each in past] == [
        ("b", None, user_id),
        (None, "b", user_id),
    ]
    assert len((await history(app.db, Page())).items) == 3
    assert [tuple(row) for row in await app.db.rows(ENTRIES)] == [
        (
            user_id,
            "settings.changed",
            "Server",
            None,
            {"count": None, "word": None},
            {"count": 7, "word": "b"},
        ),
        (user_id, "settings.changed", "Server", None, {"word": "b"}, {"word": None}),
    ]


async def test_what_stays_the_same_is_no_change(app, declared):
    declared("count", 5, "A number.")
    await change(app, {"count": 7})

    await change(app, {"count": 7})

    assert len((await history(app.db, Page())).items) == 1


async def test_one_bad_value_and_nothing_is_changed(app, declared):
    declared("count", 5, "A number.", maximum=10)
    declared("word", "a", "A text.")

    with pytest.raises(Invalid, match="at most 10") as refused:
        await change(app, {"word": "b", "count": 11})

    assert refused.value.field == "count"
    assert await values_of(app.db, SERVER) == {}


async def test_an_unknown_setting_and_another_scope_are_refused(app, declared):
    declared("count", 5, "A number.")
    user_id = await given.user(app)

    with pytest.raises(NotFound):
        await change(app, {"never_declared": 1})
    with pytest.raises(Invalid, match="no setting of a user"):
        await change(app, {"count": 1}, Owner(user_id=user_id))


async def test_the_environment_overrides_and_then_nothing_is_changed(app, declared, monkeypatch):
    setting = declared("count", 5, "A number.")
    monkeypatch.setenv("MARQUEE_SETTING_COUNT", "9")

    async with open_app(app.config) as other:
        await change(app, {"count": 7})

        assert await value(other, setting) == 9
        with pytest.raises(Conflict, match="MARQUEE_SETTING_COUNT"):
            await change(other, {"count": 8}, fixed=list(settings_of(other).fixed))


async def test_a_bad_value_in_the_environment_is_told(app, declared, monkeypatch):
    declared("count", 5, "A number.")
    monkeypatch.setenv("MARQUEE_SETTING_COUNT", "many")

    async with open_app(app.config) as other:
        with pytest.raises(ConfigError, match="MARQUEE_SETTING_COUNT"):
            settings_of(other)


async def test_a_stored_value_of_another_version_gives_way_to_the_default(app, declared, caplog):
    setting = declared("count", 5, "A number.", maximum=10)
    await app.db.run(
        text(
            "INSERT INTO settings.values (id, name, value) VALUES (gen_random_uuid(), 'count', '99'),"
            " (gen_random_uuid(), 'of_tomorrow', '1')"
        )
    )

    assert await value(app, setting) == 5
    assert "count" in caplog.text


async def test_a_persons_own_value_comes_before_their_highest_roles_and_that_before_the_servers(
    app, declared
):
    setting = declared("count", 5, "A number.", scopes=Scope)
    user_id = await given.user(app, roles=[await role_id(app, "user"), await role_id(app, "moderator")])
    assert await value_of_user(app, setting, user_id) == 5

    await change(app, {"count": 6})
    assert await value_of_user(app, setting, user_id) == 6

    for role, count in (("user", 7), ("moderator", 8), ("admin", 9)):
        await change(app, {"count": count}, Owner(role_id=await role_id(app, role)))
    assert await value_of_user(app, setting, user_id) == 8

    await change(app, {"count": 10}, Owner(user_id=user_id))
    assert await value_of_user(app, setting, user_id) == 10


async def test_a_role_has_what_those_have_on_which_it_builds_until_it_says_otherwise(app, declared):
    setting = declared("count", 5, "A number.", scopes=Scope)
    family = await given.role(app, "family", parents=[await role_id(app, "user")])
    children = await given.role(app, "children", parents=[family])
    user_id = await given.user(app, roles=[children])

    await change(app, {"count": 6}, Owner(role_id=await role_id(app, "user")))
    assert await value_of_user(app, setting, user_id) == 6
    assert await values_of_role(app.db, children) == {"count": Given(6, is_own=False)}

    await change(app, {"count": 7}, Owner(role_id=family))
    assert await value_of_user(app, setting, user_id) == 7

    await change(app, {"count": 8}, Owner(role_id=children))
    assert await value_of_user(app, setting, user_id) == 8
    assert await values_of_role(app.db, children) == {"count": Given(8, is_own=True)}

    await change(app, {"count": None}, Owner(role_id=children))
    assert await value_of_user(app, setting, user_id) == 7


async def test_of_roles_without_a_rank_the_one_made_first_counts(app, declared):
    setting = declared("count", 5, "A number.", scopes=Scope)
    first, second = await given.role(app, "first"), await given.role(app, "second")
    user_id = await given.user(app, roles=[second, first])
    for role, count in ((second, 2), (first, 1)):
        await change(app, {"count": count}, Owner(role_id=role))

    assert await value_of_user(app, setting, user_id) == 1


async def test_what_a_role_has_holds_at_once_in_other_processes(app, second_app, declared):
    setting = declared("count", 5, "A number.", scopes=Scope)
    role = await given.role(app, "family")
    user_id = await given.user(app, roles=[role])
    assert await value_of_user(second_app, setting, user_id) == 5

    await change(app, {"count": 7}, Owner(role_id=role))

    assert await value_of_user(second_app, setting, user_id) == 7
    await app.db.run(text("DELETE FROM access.roles WHERE id = :id"), id=role)
    assert await value_of_user(second_app, setting, user_id) == 5


@pytest.mark.parametrize("owner", [Owner(role_id=new_id()), Owner(user_id=new_id())], ids=["role", "user"])
async def test_nothing_is_set_for_whom_there_is_not(app, declared, owner):
    declared("count", 5, "A number.", scopes=Scope)

    with pytest.raises(NotFound):
        await change(app, {"count": 7}, owner)

    assert (await history(app.db, Page())).items == []


async def test_what_a_person_set_goes_with_them_and_its_history_stays(app, declared):
    declared("count", 5, "A number.", scopes=Scope)
    user_id = await given.user(app)
    await change(app, {"count": 7}, Owner(user_id=user_id))

    await app.db.run(text("DELETE FROM identity.users WHERE id = :id"), id=user_id)

    assert await values_of(app.db, Owner(user_id=user_id)) == {}
    assert len((await history(app.db, Page(), owner=Owner(user_id=user_id))).items) == 1


async def test_changes_at_once_are_each_noted_after_the_other(app, declared):
    declared("count", 0, "A number.")

    await asyncio.gather(*(change(app, {"count": number}) for number in range(1, 7)))

    past = (await history(app.db, Page())).items[::-1]
    assert [each.before for each in past] == [None, *(each.after for each in past[:-1])]
    assert await values_of(app.db, SERVER) == {"count": past[-1].after}


async def role_id(app, name):
    return await app.db.value(text("SELECT id FROM access.roles WHERE name = :name"), name=name)
