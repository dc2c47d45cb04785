"""The viewer's own second factors."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from pyotp import TOTP

from app.access.builtin import USER
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.api.node import global_id
from app.core import clock
from app.core.app import App
from app.core.ids import new_id
from app.identity.authority import authority_of
from app.identity.client import Client
from app.identity.trusted_devices import MOST_DEVICES, trust
from tests import given
from tests.api.conftest import Ask
from tests.identity.authenticator import ORIGIN, Authenticator

PAGE = Client("192.0.2.7", page=ORIGIN)
MONTH = timedelta(days=30)
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"


async def viewer_of(app: App, user_id: UUID) -> Viewer:
    may = await authority_of(app.db, user_id)
    actor = Actor(user_id, address="192.0.2.7")
    return Viewer(permissions=may.permissions, access=may.access, actor=actor, proved_at=clock.now())


@pytest.fixture
async def who(app: App) -> Viewer:
    return await viewer_of(app, await given.user(app, "ada", roles=[USER]))


@pytest.fixture
def change(execute: Ask, who: Viewer) -> Any:
    """Runs a mutation's document as the user; answers the member of its union."""

    async def run(operation: str, /, viewer: Viewer = who, **values: Any) -> dict[str, Any]:
        asked = {"input": values} if values else {}
        data = await execute(f"identity/{operation}", viewer=viewer, client=PAGE, **asked)
        (answer,) = data.values()
        return answer

    return run


@pytest.fixture
def factors(execute: Ask, who: Viewer) -> Any:
    async def run() -> dict[str, Any]:
        return (await execute("identity/second_factors", viewer=who))["secondFactors"]

    return run


def earlier(secret: str) -> str:
    return TOTP(secret).at(clock.now() - timedelta(seconds=30))


async def register(change: Any, authenticator: Authenticator, name: str = "Phone") -> dict[str, Any]:
    begun = await change("begin_passkey_registration")
    credential = authenticator.create(begun["options"])
    return await change("finish_passkey_registration", credential=credential, name=name)


async def actions(app: App) -> list[str]:
    rows = await app.database.pool.fetch("SELECT action FROM activity.entries ORDER BY id")
    return [row["action"] for row in rows]


async def test_an_authenticator_app_is_set_up_and_removed(app: App, change: Any, factors: Any) -> None:
    assert (await factors())["methods"] == []

    begun = await change("enrol_totp")
    confirmed = await change("confirm_totp", code=earlier(begun["secret"]))
    there = await factors()
    removed = await change("remove_totp")

    assert begun["uri"].startswith("otpauth://totp/Marquee:ada?secret=" + begun["secret"])
    assert ElementTree.fromstring(begun["qrSvg"]).tag.endswith("svg")
    kind, _, image = begun["qrPng"].partition(",")
    assert kind == "data:image/png;base64"
    assert b64decode(image).startswith(b"\x89PNG")
    assert confirmed["__typename"] == "BackupCodesPayload"
    assert len(set(confirmed["backupCodes"])) == 10
    assert (there["methods"], there["hasTotp"], there["backupCodesLeft"]) == (
        ["TOTP", "BACKUP_CODE"], True, 10,
    )  # fmt: skip
    assert removed["secondFactors"]["methods"] == []
    assert removed["secondFactors"]["backupCodesLeft"] == 0
    assert (await actions(app))[-1] == "totp.disabled"


async def test_what_can_t_be_done_with_an_app_is_said(change: Any) -> None:
    missing = await change("remove_totp")
    unasked = await change("confirm_totp", code="123456")
    begun = await change("enrol_totp")
    wrong = await change("confirm_totp", code="nonsense")
    await change("confirm_totp", code=earlier(begun["secret"]))
    again = await change("enrol_totp")

    assert [each["__typename"] for each in (missing, unasked, wrong, again)] == [
        "NotFound", "NotFound", "InvalidInput", "Conflict",
    ]  # fmt: skip
    assert wrong["field"] == "code"


async def test_backup_codes_are_renewed_where_they_stand_in_for_something(change: Any) -> None:
    refused = await change("renew_backup_codes")
    begun = await change("enrol_totp")
    first = await change("confirm_totp", code=earlier(begun["secret"]))
    second = await change("renew_backup_codes")

    assert refused["__typename"] == "Conflict"
    assert not set(first["backupCodes"]) & set(second["backupCodes"])
    assert second["secondFactors"]["backupCodesLeft"] == 10


async def test_a_passkey_is_registered_renamed_and_deleted(
    app: App, change: Any, factors: Any, ask: Ask, who: Viewer
) -> None:
    made = await register(change, Authenticator(), " My  phone ")
    key = made["passkey"]["id"]
    found = await ask(NODE, viewer=who, id=key)
    renamed = await change("rename_passkey", passkeyId=key, name="Key")
    there = await factors()
    deleted = await change("delete_passkey", passkeyId=key)
    gone = await ask(NODE, viewer=who, id=key)

    assert made["passkey"]["name"] == "My phone"
    assert len(made["backupCodes"]) == 10
    assert found["node"] == {"__typename": "Passkey", "id": key}
    assert renamed["secondFactors"]["passkeys"] == [{"id": key, "name": "Key"}]
    assert (there["methods"], there["passkeys"][0]["suspectedAt"]) == (["PASSKEY", "BACKUP_CODE"], None)
    assert deleted["secondFactors"]["passkeys"] == []
    assert gone["node"] is None
    assert (await actions(app))[-1] == "passkey.deleted"


async def test_an_answer_that_does_not_hold_registers_nothing(change: Any, factors: Any) -> None:
    begun = await change("begin_passkey_registration")
    elsewhere = Authenticator(origin="http://evil.localhost:8000").create(begun["options"])

    phished = await change("finish_passkey_registration", credential=elsewhere, name="Phone")
    empty = await change("finish_passkey_registration", credential={}, name="Phone")
    nameless = await change("finish_passkey_registration", credential=elsewhere, name=" \0 ")

    assert [(each["__typename"], each["field"]) for each in (phished, empty, nameless)] == [
        ("InvalidInput", "credential"), ("InvalidInput", "credential"), ("InvalidInput", "name"),
    ]  # fmt: skip
    assert (await factors())["passkeys"] == []


async def test_passkeys_are_for_pages(execute: Ask, who: Viewer) -> None:
    data = await execute("identity/begin_passkey_registration", viewer=who, client=Client("192.0.2.7"))

    assert data["beginPasskeyRegistration"]["__typename"] == "Conflict"


async def test_another_s_passkeys_and_devices_are_not_there(app: App, change: Any, ask: Ask) -> None:
    other = await viewer_of(app, await given.user(app, roles=[USER]))
    key = (await register(change, Authenticator()))["passkey"]["id"]

    renamed = await change("rename_passkey", viewer=other, passkeyId=key, name="Mine")
    deleted = await change("delete_passkey", viewer=other, passkeyId=key)
    device = global_id("TrustedDevice", new_id())
    forgotten = await change("forget_trusted_device", viewer=other, deviceId=device)
    found = await ask(NODE, viewer=other, id=key)

    assert [each["__typename"] for each in (renamed, deleted, forgotten)] == ["NotFound"] * 3
    assert found["node"] is None


async def test_trusted_devices_are_listed_and_forgotten(
    app: App, change: Any, factors: Any, who: Viewer, ask: Ask
) -> None:
    assert who.user_id is not None
    async with app.transaction() as tx:
        for agent in ("Old", "Middle", "New"):
            await trust(tx, replace(who.actor, agent=agent), who.user_id, MONTH)
    listed = (await factors())["trustedDevices"]

    one = await change("forget_trusted_device", deviceId=listed[0]["id"])
    found = await ask(NODE, viewer=who, id=listed[1]["id"])
    rest = await change("forget_trusted_devices")

    assert sorted(each["agent"] for each in listed) == ["Middle", "New", "Old"]
    assert [each["id"] for each in one["secondFactors"]["trustedDevices"]] == [
        each["id"] for each in listed[1:]
    ]
    assert found["node"]["__typename"] == "TrustedDevice"
    assert rest["secondFactors"]["trustedDevices"] == []


async def test_only_so_many_devices_are_trusted(app: App, factors: Any, who: Viewer) -> None:
    assert who.user_id is not None
    for number in range(MOST_DEVICES + 2):
        async with app.transaction() as tx:
            await trust(tx, replace(who.actor, agent=str(number)), who.user_id, MONTH)

    agents = [int(each["agent"]) for each in (await factors())["trustedDevices"]]

    assert agents == list(range(MOST_DEVICES + 1, 1, -1))


async def test_whoever_must_enrol_may_everything_at_once(app: App, change: Any, factors: Any) -> None:
    strict = await given.role(app, patterns=["*"], requires_second_factor=True)
    user_id = await given.user(app, roles=[strict])
    newcomer = await viewer_of(app, user_id)

    begun = await change("enrol_totp", viewer=newcomer)
    done = await change("confirm_totp", viewer=newcomer, code=earlier(begun["secret"]))

    assert (done["secondFactors"]["isRequired"], done["secondFactors"]["mustEnrol"]) == (True, False)
    assert not (await factors())["isRequired"]
    assert not (await authority_of(app.db, user_id)).must_enrol


async def test_marquee_itself_has_no_second_factors(execute: Ask) -> None:
    assert (await execute("identity/second_factors"))["secondFactors"] is None
    assert (await execute("identity/enrol_totp"))["enrolTotp"]["__typename"] == "Conflict"


async def test_an_api_token_changes_no_factors(change: Any, who: Viewer) -> None:
    by_token = replace(who, actor=replace(who.actor, token_id=new_id()), proved_at=None)

    for operation in ("enrol_totp", "remove_totp", "renew_backup_codes", "begin_passkey_registration"):
        assert (await change(operation, viewer=by_token))["__typename"] == "StepUpRequired"
