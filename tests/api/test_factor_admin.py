"""Others' second factors."""

from datetime import timedelta
from uuid import UUID

from pyotp import TOTP

from app.access.builtin import ADMIN, USER
from app.access.permissions import Permission
from app.access.rule import EVERYTHING
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.api.node import global_id
from app.core import clock
from app.core.app import App
from app.core.ids import new_id
from app.identity import factors
from app.identity.authority import authority_of
from tests import given
from tests.api.conftest import Ask

USERS = "{ users { nodes { name secondFactors { methods passkeys backupCodesLeft isRequired } } } }"


async def viewer_of(app: App, user_id: UUID) -> Viewer:
    may = await authority_of(app.db, user_id)
    return Viewer(permissions=may.permissions, access=EVERYTHING, actor=Actor(user_id), proved_at=clock.now())


async def enrolled(app: App, name: str, *roles: UUID) -> UUID:
    user_id = await given.user(app, name, roles=roles)
    async with app.transaction() as tx:
        secret = (await factors.enrol_totp(tx, Actor(user_id), app.keyring, user_id)).secret
        code = TOTP(secret).at(clock.now() - timedelta(seconds=30))
        await factors.confirm_totp(tx, Actor(user_id), app.keyring, user_id, code)
    return user_id


async def test_how_people_stand_costs_the_same_for_many(app: App, ask: Ask, statements: list[str]) -> None:
    admin = await viewer_of(app, await given.user(app, "a", roles=[ADMIN]))
    await enrolled(app, "b", USER)
    await ask(USERS, viewer=admin)
    statements.clear()
    found = await ask(USERS, viewer=admin)
    few = len(statements)
    for _ in range(5):
        await given.user(app)
    statements.clear()

    await ask(USERS, viewer=admin)

    assert len(statements) == few
    assert [each["secondFactors"]["methods"] for each in found["users"]["nodes"]] == [
        [], ["TOTP", "BACKUP_CODE"],
    ]  # fmt: skip
    assert found["users"]["nodes"][1]["secondFactors"]["backupCodesLeft"] == 10


async def test_an_admin_gives_a_new_start_to_who_lost_theirs(app: App, execute: Ask) -> None:
    admin_id, user_id = await given.user(app, roles=[ADMIN]), await enrolled(app, "b", USER)
    admin = await viewer_of(app, admin_id)

    data = await execute(
        "access/reset_second_factors", viewer=admin, input={"userId": global_id("User", user_id)}
    )

    assert data["resetSecondFactors"]["user"]["secondFactors"]["methods"] == []
    row = await app.database.pool.fetchrow("SELECT * FROM activity.entries ORDER BY id DESC LIMIT 1")
    assert (row["action"], row["user_id"], row["key"]) == ("second_factors.reset", admin_id, str(user_id))


async def test_one_person_can_be_made_to_have_one(app: App, execute: Ask) -> None:
    admin = await viewer_of(app, await given.user(app, roles=[ADMIN]))
    user_id = await given.user(app, roles=[USER])
    wanted = {"userId": global_id("User", user_id), "isRequired": True}

    data = await execute("access/require_second_factor", viewer=admin, input=wanted)

    assert data["requireSecondFactor"]["user"]["secondFactors"]["isRequired"]
    assert (await authority_of(app.db, user_id)).must_enrol


async def test_the_mightier_are_left_alone(app: App, execute: Ask) -> None:
    clerk = await given.role(app, patterns=["users:*", "self:*"])
    who = await viewer_of(app, await given.user(app, roles=[clerk]))
    admin_id = await enrolled(app, "root", ADMIN)
    key = global_id("User", admin_id)

    reset = await execute("access/reset_second_factors", viewer=who, input={"userId": key})
    required = await execute(
        "access/require_second_factor", viewer=who, input={"userId": key, "isRequired": True}
    )

    assert reset["resetSecondFactors"]["__typename"] == "PermissionDenied"
    assert required["requireSecondFactor"]["__typename"] == "PermissionDenied"
    assert (await factors.factors_of(app.db, admin_id)).has_totp


async def test_refusals_are_members_of_the_union(app: App, execute: Ask) -> None:
    admin = await viewer_of(app, await given.user(app, roles=[ADMIN]))
    nobody = Viewer(permissions=frozenset({Permission.USER_READ}), actor=Actor(new_id()))
    missing = {"userId": global_id("User", new_id())}

    answers = [
        await execute("access/reset_second_factors", viewer=admin, input=missing),
        await execute("access/reset_second_factors", viewer=admin, input={"userId": "x"}),
        await execute("access/reset_second_factors", viewer=nobody, input=missing),
        await execute("access/require_second_factor", viewer=nobody, input=missing | {"isRequired": False}),
    ]

    assert [each["__typename"] for answer in answers for each in answer.values()] == [
        "NotFound", "InvalidInput", "PermissionDenied", "PermissionDenied",
    ]  # fmt: skip
