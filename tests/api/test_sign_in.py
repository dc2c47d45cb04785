"""Signing in and out, as clients and browsers do it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import bcrypt
import httpx
import pytest
from sqlalchemy import text

from app.access.builtin import ADMIN, GUEST, USER
from app.api.node import global_id
from app.identity import accounts
from app.identity.authenticate import authenticate
from app.identity.client import Client
from app.identity.housekeeping import housekeeping
from app.identity.passwords import Passwords
from app.identity.tokens import digest
from app.identity.viewer_cache import viewer_cache
from app.main import build, graph
from tests import given
from tests.api.conftest import OPERATIONS

PHRASE = "in space no one can hear"
STORED = text("SELECT password_hash FROM identity.users WHERE id = :user_id")
ACTIONS = text("SELECT action FROM activity.entries ORDER BY id")
TOTP = text(
    "INSERT INTO identity.totp (user_id, sealed, confirmed_at) VALUES (:user_id, CAST('x' AS bytea), now())"
)
Do = Callable[..., Any]


@pytest.fixture
async def http(app) -> AsyncIterator[httpx.AsyncClient]:
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


def document(name: str) -> str:
    return (OPERATIONS / f"identity/{name}.graphql").read_text(encoding="utf-8")


@pytest.fixture
def do(http) -> Do:
    """Runs `graphql/operations/identity/<name>.graphql`; answers the one root field's value, a list its nodes."""

    async def run(name: str, /, *, by: str | None = None, **variables: Any) -> Any:
        query = document(name)
        headers = {"authorization": f"Bearer {by}"} if by else {}
        answer = await http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        [value] = answer.json()["data"].values()
        return value["nodes"] if isinstance(value, dict) and "nodes" in value else value

    return run


async def ripley(app, **values: Any):
    hashing = Passwords(app)
    hashed = values.pop("password_hash", None) or await hashing.hash(PHRASE)
    hashing.close()
    keys = {"email": "Ripley@weyland.example", "email_key": "ripley@weyland.example"}
    return await given.user(app, "Ripley", roles=[USER], password_hash=hashed, **keys, **values)


def typed(name: str = "Ripley", password: str = PHRASE, keep: str = "TOKEN", **more: str) -> dict[str, Any]:
    return {"input": {"name": name, "password": password, "keep": keep} | more}


async def actions(app) -> list[str]:
    return [row["action"] for row in await app.db.rows(ACTIONS)]


@pytest.mark.parametrize("name", ["Ripley", " rIPLEY ", "ripley@Weyland.example"])
async def test_by_name_or_address_one_gets_a_token(app, do, name):
    await ripley(app)

    entered = await do("sign_in", **typed(name, device="Kitchen tablet"))
    [session] = await do("sessions", by=entered["token"])

    assert entered["__typename"] == "Authenticated"
    assert session["id"] == entered["session"]["id"]
    assert (session["kind"], session["method"], session["device"]) == ("APP", "password", "Kitchen tablet")
    assert session["isCurrent"] is True
    assert await actions(app) == ["session.begun"]


async def test_a_browser_gets_a_cookie_and_no_token(app, do, http):
    await ripley(app)

    entered = await do("sign_in", **typed(keep="COOKIE"))
    sessions = await do("sessions")
    ended = await do("sign_out", input={"of": "THIS"})

    assert entered["token"] is None
    assert [session["kind"] for session in sessions] == ["BROWSER"]
    assert ended["sessionIds"] == [entered["session"]["id"]]
    assert not http.cookies


@pytest.mark.parametrize(
    ("name", "password"),
    [("Ripley", "wrong"), ("Ash", PHRASE), ("Ripley", ""), ("", ""), ("Ri\x00pley", PHRASE)],
)
async def test_whatever_is_wrong_the_answer_is_the_same(app, do, name, password):
    await ripley(app)

    refused = await do("sign_in", **typed(name, password))

    assert refused == {"__typename": "InvalidCredentials", "message": "The name or the password is wrong."}


async def test_the_log_tells_at_whose_account_somebody_guessed_and_not_what_they_typed(app, do):
    user_id = await ripley(app)
    for name in ("RIPLEY", "my-password-in-the-wrong-field"):
        await do("sign_in", **typed(name, "wrong"))

    entries = text("SELECT action, kind, key FROM activity.entries ORDER BY id")
    refused = [tuple(row) for row in await app.db.rows(entries)]
    everything = await app.db.value(text("SELECT string_agg(CAST(e AS text), '') FROM activity.entries e"))

    assert refused == [("session.refused", "user", str(user_id)), ("session.refused", "user", None)]
    assert "wrong" not in everything


async def test_whoever_is_disabled_or_has_no_password_is_told_the_same(app, do):
    await ripley(app, disabled_at=given.moment("2026-01-01T00:00:00Z"))
    await given.user(app, "Ash")

    refused = [await do("sign_in", **typed(name)) for name in ("Ripley", "Ash")]

    assert [each["__typename"] for each in refused] == ["InvalidCredentials"] * 2


async def test_too_many_wrong_guesses_lock_the_account(app, do):
    await ripley(app)

    for _ in range(5):
        await do("sign_in", **typed(password="wrong"))
    locked = await do("sign_in", **typed())

    assert locked["__typename"] == "AccountLocked"
    assert locked["until"] is not None


async def test_a_hash_of_another_server_is_taken_and_made_anew(app, do):
    user_id = await ripley(app, password_hash=bcrypt.hashpw(PHRASE.encode(), bcrypt.gensalt(4)).decode())

    first = await do("sign_in", **typed())
    stored = await app.db.value(STORED, user_id=user_id)
    second = await do("sign_in", **typed())

    assert stored.startswith("$argon2id$")
    assert (first["__typename"], second["__typename"]) == ("Authenticated", "Authenticated")


async def test_with_a_second_factor_a_password_is_half_the_way(app, do):
    user_id = await ripley(app)
    await app.db.run(TOTP, user_id=user_id)

    half = await do("sign_in", **typed())

    assert half["__typename"] == "MfaRequired"
    assert half["methods"] == ["totp"]
    assert half["pendingToken"].startswith("mqo_")


async def test_the_first_account_is_made_by_a_link_that_is_good_once(app, do):
    other = await accounts.set_up_token(app)
    token = await accounts.set_up_token(app)
    account = {"name": "Ripley", "password": PHRASE, "keep": "TOKEN"}

    answers = [
        await do("set_up", input=account | {"token": "mqo_wrong"}),
        await do("set_up", input=account | {"token": token, "password": "password1"}),
        entered := await do("set_up", input=account | {"token": token}),
        await do("set_up", input=account | {"token": token, "name": "Ash"}),
        await do("set_up", input=account | {"token": other, "name": "Ash"}),
    ]

    kinds = ["LinkInvalid", "InvalidInput", "Authenticated", "LinkInvalid", "LinkInvalid"]
    assert [answer["__typename"] for answer in answers] == kinds
    assert (await do("sign_in_options", by=entered["token"]))["needsSetUp"] is False
    assert (await do("sign_in", **typed()))["__typename"] == "Authenticated"
    assert await accounts.set_up_token(app) is None
    assert "server.set_up" in await actions(app)


async def test_one_signs_out_of_one_of_the_others_and_of_all(app, do):
    user_id = await given.user(app, roles=[USER])
    mine, second, third, fourth = [await given.token(app, user_id) for _ in range(4)]
    ids = {token: (await do("sessions", by=token)) for token in (mine, second)}
    second_id = next(each["id"] for each in ids[second] if each["isCurrent"])

    one = await do("end_session", by=mine, input={"sessionId": second_id})
    again = await do("end_session", by=mine, input={"sessionId": second_id})
    others = await do("sign_out", by=mine, input={"of": "OTHERS"})
    left = await do("sessions", by=mine)
    every = await do("sign_out", by=mine, input={"of": "ALL"})

    assert one["sessionIds"] == [second_id]
    assert again["__typename"] == "NotFound"
    assert len(others["sessionIds"]) == 2
    assert [each["isCurrent"] for each in left] == [True]
    assert every["sessionIds"] == [left[0]["id"]]
    assert third != fourth
    assert (await actions(app)).count("session.ended") == 4


async def test_sessions_are_listed_page_by_page_the_last_seen_first(app, do, execute):
    user_id = await given.user(app, roles=[USER])
    tokens = [await given.token(app, user_id) for _ in range(5)]
    await app.db.run(
        text(
            """
            UPDATE identity.sessions s SET last_seen_at = now() - place * interval '1 hour'
            FROM (SELECT id, row_number() OVER (ORDER BY id) / 2 AS place FROM identity.sessions) o WHERE o.id = s.id
            """
        )
    )
    await app.db.run(
        text("UPDATE identity.sessions SET revoked_at = now() WHERE token_hash = :t"), t=digest(tokens[1])
    )
    key, found, after = global_id("User", user_id), [], None

    while True:
        data = await execute("identity/sessions_of_user", userId=key, first=2, after=after)
        page = data["sessionsOfUser"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    whole = await do("sessions", by=tokens[0])
    seen = [each["lastSeenAt"] for each in found]
    assert [each["id"] for each in found] == [each["id"] for each in whole]
    assert len(found) == 4
    assert seen == sorted(seen, reverse=True)
    assert [each["isCurrent"] for each in whole].count(True) == 1
    assert (await execute("identity/sessions"))["sessions"]["totalCount"] == 0


async def test_nobody_signs_out_somebody_else(app, do):
    theirs = await given.token(app, await given.user(app, roles=[USER]))
    [session] = await do("sessions", by=theirs)

    refused = await do(
        "end_session",
        by=await given.token(app, await given.user(app, roles=[USER])),
        input={"sessionId": session["id"]},
    )

    assert refused["__typename"] == "NotFound"
    assert await do("sessions", by=theirs)


async def test_an_admin_sees_and_ends_the_sessions_of_others_and_nobody_else_does(app, do, ask):
    user_id = await given.user(app, roles=[GUEST])
    theirs, admin = await given.token(app, user_id), await given.token(app)
    key = global_id("User", user_id)

    [seen] = await do("sessions_of_user", by=admin, userId=key)
    refused = await do("end_sessions_of_user", by=theirs, input={"userId": key})
    ended = await do("end_sessions_of_user", by=admin, input={"userId": key, "sessionIds": [seen["id"]]})

    assert refused["__typename"] == "PermissionDenied"
    assert ended["sessionIds"] == [seen["id"]]
    assert await do("sessions_of_user", by=admin, userId=key) == []


async def test_a_new_password_ends_ones_other_sessions(app, do):
    await ripley(app)
    mine, other = [(await do("sign_in", **typed()))["token"] for _ in range(2)]
    wrong = await do("change_password", by=mine, input={"current": "wrong", "password": "get away from her"})
    weak = await do("change_password", by=mine, input={"current": PHRASE, "password": "ripley"})

    changed = await do("change_password", by=mine, input={"current": PHRASE, "password": "get away from her"})

    assert [each["__typename"] for each in (wrong, weak)] == ["InvalidCredentials", "InvalidInput"]
    assert changed["endedSessions"] == 1
    assert len(await do("sessions", by=mine)) == 1
    assert len(await do("sessions", by=changed["token"])) == 1
    assert (await do("sign_in", **typed()))["__typename"] == "InvalidCredentials"
    assert (await do("sign_in", **typed(password="get away from her")))["__typename"] == "Authenticated"
    assert other != mine


async def test_who_took_the_token_loses_it_when_the_password_is_changed(app, do):
    await ripley(app)
    stolen = (await do("sign_in", **typed()))["token"]
    changed = await do(
        "change_password", by=stolen, input={"current": PHRASE, "password": "get away from her"}
    )
    await do("sessions", by=changed["token"])
    await app.db.run(text("UPDATE identity.sessions SET previous_until = now()"))
    await viewer_cache(app).forget()

    assert await authenticate(app, stolen, Client()) is None
    # Two held it, and nobody can tell whose hands the new one is in.
    assert await authenticate(app, changed["token"], Client()) is None


async def test_a_failure_tells_nothing_of_what_was_sent(app, http, monkeypatch, caplog):
    async def fail(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr("app.api.sign_in.sign_in", fail)

    answer = await http.post("/graphql", json={"query": document("sign_in"), "variables": typed()})

    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "a bug" in caplog.text
    assert "a bug" not in answer.text
    assert PHRASE not in caplog.text + answer.text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": [PHRASE]}, "String cannot represent a non string"),
        ({"kept": "TOKEN"}, "not to include unknown field 'kept'"),
        ({"name": {"first": PHRASE}}, "String cannot represent a non string"),
    ],
)
async def test_what_is_wrong_with_variables_is_told_without_what_was_sent(http, caplog, wrong, says):
    variables = {"input": typed()["input"] | wrong}

    answer = await http.post("/graphql", json={"query": document("sign_in"), "variables": variables})

    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert says in answer.json()["errors"][0]["message"]
    assert answer.json()["errors"][0]["locations"]
    assert PHRASE not in caplog.text + answer.text


async def test_a_link_of_an_admins_sets_a_password_once_and_signs_out(app, do):
    user_id = await given.user(app, "Ripley", roles=[USER])
    theirs, admin = await given.token(app, user_id), await given.token(app)
    key = {"userId": global_id("User", user_id)}

    stale = await do("create_password_link", by=admin, input=key)
    link = await do("create_password_link", by=admin, input=key)
    answers = [
        await do("set_password", input={"token": token, "password": password})
        for token, password in [
            (stale["token"], PHRASE),
            (link["token"], "Ripley"),
            (link["token"], PHRASE),
            (link["token"], PHRASE),
        ]
    ]

    kinds = ["LinkInvalid", "InvalidInput", "SetPasswordPayload", "LinkInvalid"]
    assert [answer["__typename"] for answer in answers] == kinds
    assert await authenticate(app, theirs, Client()) is None
    assert (await do("sign_in", **typed()))["__typename"] == "Authenticated"


async def test_nobody_makes_a_link_for_who_may_do_more(app, do):
    keeper = await given.role(app, patterns=["users:*", "self:*"])
    admin, other = await given.user(app, roles=[ADMIN]), await given.user(app, roles=[keeper])

    refused = await do(
        "create_password_link",
        by=await given.token(app, other),
        input={"userId": global_id("User", admin)},
    )

    assert refused["__typename"] == "PermissionDenied"


@pytest.mark.parametrize(
    "meanwhile",
    [
        # The user has become an admin, or the maker may not, is not let in, or is not there any more.
        "INSERT INTO access.user_roles (user_id, role_id) VALUES ('{user}', '{admin}')",
        "DELETE FROM access.user_roles WHERE user_id = '{maker}'",
        "UPDATE identity.users SET disabled_at = now() WHERE id = '{maker}'",
        "DELETE FROM identity.users WHERE id = '{maker}'",
    ],
)
async def test_a_link_is_worth_no_more_than_its_maker_by_then(app, do, meanwhile):
    keeper = await given.role(app, patterns=["users:*"], parents=[USER])
    user_id, maker = await given.user(app, roles=[USER]), await given.user(app, roles=[keeper])
    link = await do(
        "create_password_link",
        by=await given.token(app, maker),
        input={"userId": global_id("User", user_id)},
    )
    await app.database.pool.execute(meanwhile.format(user=user_id, maker=maker, admin=ADMIN))

    answer = await do("set_password", input={"token": link["token"], "password": PHRASE})

    assert answer["__typename"] == "LinkInvalid"
    assert await app.db.value(STORED, user_id=user_id) is None


async def test_what_ended_long_ago_is_forgotten(app):
    await accounts.set_up_token(app)
    await given.token(app)
    await app.db.run(text("UPDATE identity.one_time_tokens SET expires_at = now() - interval '31 days'"))
    await app.db.run(text("UPDATE identity.sessions SET revoked_at = now() - interval '91 days'"))

    await housekeeping.run(app)

    left = "SELECT (SELECT count(*) FROM identity.sessions) + (SELECT count(*) FROM identity.one_time_tokens)"
    assert await app.db.value(text(left)) == 0
