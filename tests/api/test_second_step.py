"""Signing in with second factors, as clients and browsers do it, and showing once more who one is."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from pyotp import TOTP
from sqlalchemy import text

from app.access.builtin import USER
from app.activity.actor import Actor
from app.core import clock
from app.identity import factors, passkey_writes
from app.identity.passkeys import Site
from app.identity.passwords import Passwords
from app.main import build, graph
from tests import given
from tests.api.conftest import OPERATIONS
from tests.identity.authenticator import ORIGIN, Authenticator

PHRASE = "in space no one can hear"
LATE = text("UPDATE identity.sessions SET proved_at = now() - interval '1 hour'")
METHODS = text("SELECT after FROM activity.entries WHERE action = 'session.proved' ORDER BY id")
WRONG = "not a code"
Do = Callable[..., Any]


@pytest.fixture
async def http(app) -> AsyncIterator[httpx.AsyncClient]:
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url=ORIGIN, headers={"origin": ORIGIN}) as client:
        yield client


@pytest.fixture
def do(http) -> Do:
    """Runs `graphql/operations/<path>.graphql`; answers the one root field's value."""

    async def run(path: str, /, *, by: str | None = None, **values: Any) -> Any:
        query = (OPERATIONS / f"{path}.graphql").read_text(encoding="utf-8")
        headers = {"authorization": f"Bearer {by}"} if by else {}
        asked = {"query": query, "variables": {"input": values} if values else {}}
        answer = await http.post("/graphql", json=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        [value] = answer.json()["data"].values()
        return value

    return run


async def ripley(app) -> UUID:
    hashing = Passwords(app)
    hashed = await hashing.hash(PHRASE)
    hashing.close()
    return await given.user(app, "ripley", roles=[USER], password_hash=hashed)


async def with_app(app, user_id: UUID) -> tuple[TOTP, list[str]]:
    async with app.transaction() as tx:
        made = TOTP((await factors.enrol_totp(tx, Actor(user_id), app.keyring, user_id)).secret)
        earlier = made.at(clock.now() - timedelta(seconds=30))
        return made, await factors.confirm_totp(tx, Actor(user_id), app.keyring, user_id, earlier)


async def with_passkey(app, user_id: UUID) -> Authenticator:
    key, site = Authenticator(), Site("localhost", (ORIGIN,))
    async with app.transaction() as tx:
        answer = key.create(await passkey_writes.ask_to_register(tx, site, user_id))
        await passkey_writes.register(tx, Actor(user_id), site, user_id, answer, "Phone")
    return key


async def begun(do: Do, keep: str = "TOKEN", **more: Any) -> dict[str, Any]:
    return await do("identity/sign_in", name="ripley", password=PHRASE, keep=keep, **more)


async def test_a_code_comes_after_the_password(app, do):
    code, _ = await with_app(app, await ripley(app))

    pending = await begun(do)
    wrong = await do("identity/finish_sign_in", pendingToken=pending["pendingToken"], code=WRONG)
    done = await do("identity/finish_sign_in", pendingToken=pending["pendingToken"], code=code.now())
    over = await do("identity/finish_sign_in", pendingToken=pending["pendingToken"], code=code.now())
    viewer = await do("access/viewer", by=done["token"])

    assert (pending["__typename"], pending["methods"]) == ("MfaRequired", ["totp", "backup_code"])
    assert (wrong["__typename"], wrong["field"]) == ("InvalidInput", "code")
    assert (done["__typename"], done["session"]["kind"], done["trustedDeviceToken"]) == (
        "Authenticated", "APP", None,
    )  # fmt: skip
    assert over["__typename"] == "SignInExpired"
    assert viewer["user"]["name"] == "ripley"


async def test_five_wrong_codes_end_the_sign_in_and_lock(app, do):
    await with_app(app, await ripley(app))
    token = (await begun(do))["pendingToken"]
    for _ in range(5):
        await do("identity/finish_sign_in", pendingToken=token, code=WRONG)

    over = await do("identity/finish_sign_in", pendingToken=token, code=WRONG)
    made_up = await do("identity/finish_sign_in", pendingToken="mqo_x", code=WRONG)

    assert over["__typename"] == made_up["__typename"] == "SignInExpired"


async def test_an_app_s_device_is_trusted_by_its_token(app, do):
    code, _ = await with_app(app, await ripley(app))
    pending = (await begun(do))["pendingToken"]

    done = await do("identity/finish_sign_in", pendingToken=pending, code=code.now(), trustDevice=True)
    again = await begun(do, trustedDeviceToken=done["trustedDeviceToken"])
    elsewhere = await begun(do, trustedDeviceToken="guessed")

    assert again["__typename"] == "Authenticated"
    assert elsewhere["__typename"] == "MfaRequired"


async def test_a_browser_is_trusted_by_a_cookie(app, do, http):
    code, _ = await with_app(app, await ripley(app))
    pending = (await begun(do, "COOKIE"))["pendingToken"]

    done = await do("identity/finish_sign_in", pendingToken=pending, code=code.now(), trustDevice=True)
    names = set(http.cookies)
    del http.cookies["marquee_session"]
    again = await begun(do, "COOKIE")

    assert (done["token"], done["trustedDeviceToken"]) == (None, None)
    assert names == {"marquee_session", "marquee_device"}
    assert again["__typename"] == "Authenticated"


async def test_a_passkey_comes_after_the_password(app, do):
    key = await with_passkey(app, await ripley(app))
    token = (await begun(do))["pendingToken"]

    asked = await do("identity/begin_passkey_step", pendingToken=token)
    wrong = await do("identity/finish_passkey_step", pendingToken=token, credential={})
    done = await do("identity/finish_passkey_step", pendingToken=token, credential=key.get(asked["options"]))
    over = await do("identity/begin_passkey_step", pendingToken=token)

    assert (wrong["__typename"], wrong["field"]) == ("InvalidInput", "credential")
    assert done["__typename"] == "Authenticated"
    assert over["__typename"] == "SignInExpired"


async def test_a_passkey_alone_lets_in(app, do):
    key = await with_passkey(app, await ripley(app))

    asked = await do("identity/begin_passkey_sign_in")
    credential = key.get(asked["options"])
    done = await do("identity/finish_passkey_sign_in", credential=credential, keep="TOKEN", device="Tablet")
    again = await do("identity/finish_passkey_sign_in", credential=credential, keep="TOKEN")

    assert done["__typename"] == "Authenticated"
    assert (await do("access/viewer", by=done["token"]))["user"]["name"] == "ripley"
    assert again["__typename"] == "InvalidInput"


async def test_a_page_elsewhere_gets_no_passkey_s_answer(app, do, http):
    await with_passkey(app, await ripley(app))
    http.headers["origin"] = "http://elsewhere.example"
    query = (OPERATIONS / "identity/begin_passkey_sign_in.graphql").read_text(encoding="utf-8")

    answer = await http.post("/graphql", json={"query": query})

    assert "options" not in answer.text


async def test_by_a_password_one_may_what_is_dangerous_again(app, do):
    token = await given.token(app, await ripley(app))
    await app.db.run(LATE)
    refused = await do("identity/enrol_totp", by=token)

    wrong = await do("identity/prove_identity", by=token, password="another")
    proved = await do("identity/prove_identity", by=token, password=PHRASE)
    done = await do("identity/enrol_totp", by=proved["token"])
    old = await do("access/viewer", by=token)

    assert refused["__typename"] == "StepUpRequired"
    assert wrong["__typename"] == "InvalidCredentials"
    assert done["__typename"] == "EnrolTotpPayload"
    assert proved["token"] != token
    # Requests that were under way when the new token came go on for a moment.
    assert old["user"]["name"] == "ripley"


async def test_by_a_code_or_a_passkey_as_well(app, do):
    user_id = await ripley(app)
    code, codes = await with_app(app, user_id)
    key = await with_passkey(app, user_id)
    token = await given.token(app, user_id)

    wrong = await do("identity/prove_identity", by=token, code=WRONG)
    token = (await do("identity/prove_identity", by=token, code=code.now()))["token"]
    token = (await do("identity/prove_identity", by=token, code=codes[0]))["token"]
    asked = await do("identity/begin_identity_proof", by=token)
    credential = key.get(asked["options"])
    proved = await do("identity/prove_identity", by=token, credential=credential)
    again = await do("identity/prove_identity", by=proved["token"], credential=credential)

    assert (wrong["__typename"], again["__typename"]) == ("InvalidInput", "InvalidInput")
    assert proved["__typename"] == "ProveIdentityPayload"
    assert [row["after"]["method"] for row in await app.db.rows(METHODS)] == [
        "totp", "backup_code", "passkey",
    ]  # fmt: skip


async def test_a_browser_s_new_token_is_a_cookie(app, do, http):
    token = await given.token(app, await ripley(app), in_browser=True)
    http.cookies.set("marquee_session", token, domain="localhost.local", path="/")
    await app.db.run(LATE)

    proved = await do("identity/prove_identity", password=PHRASE)
    done = await do("identity/enrol_totp")

    assert proved["token"] is None
    assert http.cookies["marquee_session"] != token
    assert done["__typename"] == "EnrolTotpPayload"


async def test_guesses_at_a_proof_lock(app, do):
    user_id = await ripley(app)
    await with_app(app, user_id)
    token = await given.token(app, user_id)
    for _ in range(5):
        await do("identity/prove_identity", by=token, code=WRONG)

    locked = await do("identity/prove_identity", by=token, code=WRONG)

    assert locked["__typename"] == "AccountLocked"


async def test_whoever_has_no_session_has_nothing_to_prove(app, execute, ask):
    proved = await execute("identity/prove_identity", input={"password": PHRASE})
    asked = await execute("identity/begin_identity_proof")

    assert proved["proveIdentity"]["__typename"] == "PermissionDenied"
    assert asked["beginIdentityProof"]["__typename"] == "PermissionDenied"
