"""A television is signed in from elsewhere."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from app.access.builtin import GUEST, USER
from app.main import build, graph
from tests import given
from tests.api.conftest import OPERATIONS

Do = Callable[..., Any]


@pytest.fixture
async def http(app) -> AsyncIterator[httpx.AsyncClient]:
    site = httpx.ASGITransport(build(app, graph(app)))
    headers = {"user-agent": "Marquee-TV/1.0"}
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000", headers=headers) as client:
        yield client


@pytest.fixture
def do(http) -> Do:
    """Runs `graphql/operations/identity/<name>.graphql`, as a stranger unless told; answers its one value."""

    async def run(name: str, by: str | None = None, /, **variables: Any) -> Any:
        query = (OPERATIONS / f"identity/{name}.graphql").read_text(encoding="utf-8")
        headers = {"authorization": f"Bearer {by}"} if by else {}
        answer = await http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        [value] = answer.json()["data"].values()
        return value

    return run


async def begin(do: Do, name: str = "Living room") -> dict[str, Any]:
    return await do("begin_device_sign_in", input={"clientName": name})


async def poll(do: Do, asked: dict[str, Any]) -> dict[str, Any]:
    return await do("poll_device_sign_in", input={"deviceCode": asked["deviceCode"]})


async def decide(do: Do, verb: str, by: str, user_code: str) -> dict[str, Any]:
    return await do(f"{verb}_device_sign_in", by, input={"userCode": user_code})


async def wait(app, seconds: int) -> None:
    """As if so long had passed since the device asked last."""
    await app.database.pool.execute(
        "UPDATE identity.device_sign_ins SET polled_at = polled_at - make_interval(secs => $1)", seconds
    )


async def somebody(app, role=USER) -> str:
    return await given.token(app, await given.user(app, roles=[role]))


async def test_a_device_gets_codes_that_people_can_type(app, do):
    asked = await begin(do)

    code = asked["userCode"]
    assert len(code) == 9
    assert code[4] == "-"
    assert not set(code) & set("AEIOUY0123456789")
    assert asked["verificationUri"] == "http://localhost:8000/device"
    assert asked["verificationUriComplete"] == f"http://localhost:8000/device?code={code}"
    assert (asked["expiresInSeconds"], asked["intervalSeconds"]) == (600, 5)
    rows = await app.database.pool.fetch("SELECT * FROM identity.device_sign_ins")
    assert asked["deviceCode"] not in str(rows)
    assert code not in str(rows)


async def test_a_device_that_was_let_in_has_a_session_of_its_own(app, http, do):
    asked, token = await begin(do), await somebody(app)
    pending = await poll(do, asked)

    device = await do("waiting_device", token, userCode=asked["userCode"].lower().replace("-", " "))
    approved = await decide(do, "approve", token, asked["userCode"])
    await wait(app, 6)
    entered = await poll(do, asked)

    assert pending["__typename"] == "DevicePending"
    assert (device["clientName"], device["agent"]) == ("Living room", "Marquee-TV/1.0")
    assert approved["__typename"] == "DecideDeviceSignInPayload"
    assert entered["session"]["method"] == "device_code"
    assert entered["session"]["device"] == "Living room"
    answer = await http.post(
        "/graphql",
        json={"query": "{ movies { totalCount } }"},
        headers={"authorization": f"Bearer {entered['token']}"},
    )
    assert answer.status_code == 200
    actions = [row["action"] for row in await app.database.pool.fetch("SELECT action FROM activity.entries")]
    assert {"device.approved", "session.begun"} <= set(actions)


async def test_a_code_lets_a_device_in_once(app, do):
    asked = await begin(do)
    await decide(do, "approve", await somebody(app), asked["userCode"])
    await poll(do, asked)

    again = await poll(do, asked)

    assert again["__typename"] == "DeviceExpired"


async def test_a_device_that_asks_too_soon_has_to_slow_down(app, do):
    asked = await begin(do)
    await poll(do, asked)

    hasty = await poll(do, asked)
    await wait(app, 6)
    still_hasty = await poll(do, asked)
    await wait(app, 16)
    patient = await poll(do, asked)

    assert hasty["__typename"] == "DeviceSlowDown"
    assert still_hasty["__typename"] == "DeviceSlowDown"
    assert patient["__typename"] == "DevicePending"


async def test_a_device_that_was_left_out_is_told_so_once(app, do):
    asked = await begin(do)
    await decide(do, "deny", await somebody(app), asked["userCode"])

    denied = await poll(do, asked)
    after = await poll(do, asked)

    assert (denied["__typename"], after["__typename"]) == ("DeviceDenied", "DeviceExpired")


async def test_codes_are_good_for_a_while(app, do):
    asked, token = await begin(do), await somebody(app)
    await app.database.pool.execute("UPDATE identity.device_sign_ins SET expires_at = now()")

    polled = await poll(do, asked)
    approved = await decide(do, "approve", token, asked["userCode"])

    assert polled["__typename"] == "DeviceExpired"
    assert approved["__typename"] == "NotFound"


async def test_what_is_decided_is_decided(app, do):
    asked, token = await begin(do), await somebody(app)
    await decide(do, "deny", token, asked["userCode"])

    approved = await decide(do, "approve", token, asked["userCode"])

    assert approved["__typename"] == "NotFound"


async def test_somebody_who_is_disabled_meanwhile_lets_nothing_in(app, do):
    asked = await begin(do)
    await decide(do, "approve", await somebody(app), asked["userCode"])
    await app.database.pool.execute("UPDATE identity.users SET disabled_at = now()")

    polled = await poll(do, asked)

    assert polled["__typename"] == "DeviceDenied"


async def test_few_wrong_codes_end_the_guessing(app, do):
    asked, token = await begin(do), await somebody(app)

    guesses = [await do("waiting_device", token, userCode="BBBB-BBBB") for _ in range(6)]
    right = await decide(do, "approve", token, asked["userCode"])

    assert [guess["__typename"] for guess in guesses] == ["NotFound"] * 5 + ["AccountLocked"]
    assert right["__typename"] == "AccountLocked"


async def test_a_guest_lets_nothing_in(app, do):
    asked, token = await begin(do), await somebody(app, GUEST)

    approved = await decide(do, "approve", token, asked["userCode"])

    assert approved["__typename"] == "PermissionDenied"


async def test_one_address_has_few_devices_waiting(app, do):
    kinds = [(await begin(do))["__typename"] for _ in range(11)]

    assert kinds == ["BeginDeviceSignInPayload"] * 10 + ["RateLimited"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\u202eb"])
async def test_a_device_has_a_name(app, do, name):
    assert (await begin(do, name))["__typename"] == "InvalidInput"


@pytest.mark.parametrize("code", ["", "mqo_guessed", "\0"])
async def test_an_unknown_device_code_is_over(app, do, code):
    assert (await poll(do, {"deviceCode": code}))["__typename"] == "DeviceExpired"


@pytest.mark.parametrize("of", ["ALL", "OTHERS"])
async def test_a_device_that_was_let_in_and_has_not_come_stays_out_once_one_signs_out_elsewhere(app, do, of):
    asked, token = await begin(do), await somebody(app)
    await decide(do, "approve", token, asked["userCode"])

    await do("sign_out", token, input={"of": of})

    assert (await poll(do, asked))["__typename"] == "DeviceExpired"
