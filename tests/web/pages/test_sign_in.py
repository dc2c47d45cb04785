"""Signing in and out by pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pyotp import TOTP
from sqlalchemy import text

from app.access.builtin import USER
from app.activity.actor import Actor
from app.core import clock
from app.core.app import App
from app.identity import accounts, factors
from app.settings.registry import SERVER
from app.settings.writes import change_settings
from app.web.cookies import Cookie
from tests import given
from tests.identity.authenticator import Authenticator
from tests.web.pages.conftest import Person, at_a_browser, text_of

PASSWORD = "three words and a half"
SIGN_IN, SECOND_FACTOR = "/sign-in", "/sign-in/second-factor"


@pytest.fixture
async def ada(app: App) -> UUID:
    user_id = await given.user(app, "Ada", roles=[USER], email="ada@example.org", email_key="ada@example.org")
    await accounts.set_password(app, Actor(user_id), user_id, PASSWORD)
    return user_id


async def with_totp(app: App, user_id: UUID) -> TOTP:
    """One whose code of a step before was used, so that the one of now is good."""
    actor = Actor(user_id)
    async with app.transaction() as tx:
        totp = TOTP((await factors.enrol_totp(tx, actor, app.keyring, user_id)).secret)
        await factors.confirm_totp(
            tx, actor, app.keyring, user_id, totp.at(clock.now() - timedelta(seconds=30))
        )
    return totp


async def enters(person: Person, name: str = "Ada", password: str = PASSWORD, **more: str) -> Any:
    return await person.sends(SIGN_IN, name=name, password=password, **more)


async def is_in(person: Person) -> bool:
    return (await person.sees("/account")).status_code == 200


@pytest.mark.parametrize("name", ["Ada", "ADA", "ada@example.org"])
async def test_a_right_password_lets_in(app: App, stranger: Person, ada: UUID, name: str):
    answer = await enters(stranger, name)

    assert (answer.status_code, answer.headers["location"]) == (303, "/graphiql")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{Cookie.SESSION}=mqs_")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert await is_in(stranger)


async def test_behind_tls_the_cookie_is_of_this_host_alone(app: App, ada: UUID):
    async with at_a_browser(app, origin="https://localhost:8000") as browser:
        answer = await browser.post(SIGN_IN, data={"name": "Ada", "password": PASSWORD})

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"__Host-{Cookie.SESSION}=mqs_")
    assert "; Secure" in cookie
    assert "; Path=/;" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("name", "password"),
    [("Ada", "a wrong password"), ("Nobody", PASSWORD), ("", ""), ("Ada", ""), ("x" * 100, "y" * 1000)],
    ids=["wrong password", "no such user", "nothing", "no password", "long"],
)
async def test_wrong_ones_are_all_told_the_same(stranger: Person, ada: UUID, name: str, password: str):
    answer = await enters(stranger, name, password)

    assert answer.status_code == 401
    assert "The name or the password is wrong." in text_of(answer)
    assert 'role="alert"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    assert "set-cookie" not in answer.headers
    assert not await is_in(stranger)


async def test_the_name_that_was_typed_is_there_still_and_the_password_is_not(stranger: Person, ada: UUID):
    answer = await enters(stranger, '"><script>', "secret-password")

    assert "&#34;&gt;&lt;script&gt;" in answer.text
    assert "secret-password" not in answer.text


async def test_too_many_wrong_ones_are_told_when_to_come_again(stranger: Person, ada: UUID):
    for _ in range(5):
        await enters(stranger, "Ada", "a wrong password")

    answer = await enters(stranger)

    assert answer.status_code == 429
    assert 800 < int(answer.headers["retry-after"]) <= 900
    assert "Too many failed attempts" in text_of(answer)


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/account", "/account"),
        ("/graphiql?query=%7Ba%7D", "/graphiql?query=%7Ba%7D"),
        ("//evil.example", "/graphiql"),
        ("https://evil.example/", "/graphiql"),
        ("/sign-out", "/graphiql"),
    ],
)
async def test_one_goes_on_to_where_one_wanted_to_if_it_is_ours(
    stranger: Person, ada: UUID, wanted: str, place: str
):
    answer = await enters(stranger, next=wanted)

    assert answer.headers["location"] == place


async def test_the_form_keeps_where_one_wanted_to(stranger: Person, ada: UUID):
    page = await stranger.sees(f"{SIGN_IN}?next=/account")

    assert '<input type="hidden" name="next" value="/account">' in page.text


async def test_who_is_in_already_goes_on_at_once(person: Person):
    answer = await person.sees(f"{SIGN_IN}?next=/account")

    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


async def test_another_sites_form_lets_nobody_in(stranger: Person, ada: UUID):
    answer = await stranger.browser.post(
        SIGN_IN, data={"name": "Ada", "password": PASSWORD}, headers={"sec-fetch-site": "cross-site"}
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_without_any_account_the_page_says_how_there_will_be_one(stranger: Person):
    page = await stranger.sees(SIGN_IN)

    assert page.status_code == 200
    assert "Marquee printed a link" in text_of(page)
    assert "<form" not in page.text


async def test_the_link_that_is_printed_makes_the_first_account(app: App, stranger: Person):
    token = await accounts.set_up_token(app)
    page = await stranger.sees(f"/set-up?token={token}")

    made = await stranger.sends("/set-up", token=token, name="Ada", email="", password=PASSWORD)

    assert page.status_code == 200
    assert f'value="{token}"' in page.text
    assert (made.status_code, made.headers["location"]) == (303, "/graphiql")
    assert await is_in(stranger)
    again = await stranger.sees(f"/set-up?token={token}")
    assert again.status_code == 404
    assert "good no more" in text_of(again)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"name": " ", "password": PASSWORD}, "name"), ({"name": "Ada", "password": "short"}, "password")],
    ids=["name", "password"],
)
async def test_what_cannot_be_taken_at_the_set_up_is_marked(
    app: App, stranger: Person, fields: dict[str, str], wrong: str
):
    token = await accounts.set_up_token(app)

    refused = await stranger.sends("/set-up", token=token, email="", **fields)

    assert refused.status_code == 400
    marked = refused.text.partition(f'id="{wrong}"')[2].partition(">")[0]
    assert 'aria-invalid="true"' in marked
    assert await accounts.is_empty(app.db)


async def test_a_code_follows_the_password(app: App, stranger: Person, ada: UUID):
    totp = await with_totp(app, ada)

    waiting = await enters(stranger, next="/account")
    was_in = await is_in(stranger)
    page = await stranger.sees(waiting.headers["location"])
    done = await stranger.sends(SECOND_FACTOR, code=totp.at(clock.now()), next="/account")

    assert waiting.headers["location"] == f"{SECOND_FACTOR}?next=/account"
    cookie = waiting.headers["set-cookie"]
    assert cookie.startswith(f"{Cookie.PENDING}=")
    assert "Path=/sign-in;" in cookie
    assert "HttpOnly" in cookie
    assert not was_in
    assert "authenticator app" in text_of(page)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert await is_in(stranger)


async def test_a_wrong_code_is_told_and_the_fifth_ends_it(app: App, stranger: Person, ada: UUID):
    await with_totp(app, ada)
    await enters(stranger)

    answers = [await stranger.sends(SECOND_FACTOR, code="000000") for _ in range(5)]

    assert [answer.status_code for answer in answers[:4]] == [400] * 4
    assert "That code is wrong" in text_of(answers[0])
    assert not await is_in(stranger)
    after = await stranger.sees(SECOND_FACTOR)
    assert after.status_code in {303, 400, 429}


async def test_a_device_that_is_trusted_is_not_asked_again(app: App, stranger: Person, ada: UUID):
    totp = await with_totp(app, ada)
    await enters(stranger)
    trusted = await stranger.sends(SECOND_FACTOR, code=totp.at(clock.now()), trust="1")
    stranger.browser.cookies.delete(Cookie.SESSION)

    again = await enters(stranger)

    assert any(each.startswith(f"{Cookie.DEVICE}=") for each in trusted.headers.get_list("set-cookie"))
    assert again.headers["location"] == "/graphiql"


async def test_the_second_step_without_the_first_leads_to_it(stranger: Person, ada: UUID):
    page = await stranger.sees(SECOND_FACTOR)
    sent = await stranger.sends(SECOND_FACTOR, code="000000")
    asked = await stranger.asks(f"{SECOND_FACTOR}/passkey/options")

    assert (page.status_code, page.headers["location"]) == (303, SIGN_IN)
    assert sent.headers["location"] == SIGN_IN
    assert (asked.status_code, asked.json()["code"]) == (400, "SIGN_IN_EXPIRED")


async def with_passkey(app: App, person: Person, user_id: UUID) -> Authenticator:
    async with at_a_browser(app, await given.token(app, user_id, in_browser=True)) as browser:
        owner = Person(browser, user_id)
        options = (await owner.asks("/account/passkeys/new/options")).json()["options"]
        made = Authenticator()
        await owner.asks("/account/passkeys/new", {"credential": made.create(options), "name": "Phone"})
    return made


async def test_a_passkey_alone_lets_in(app: App, stranger: Person, ada: UUID):
    passkey = await with_passkey(app, stranger, ada)

    options = (await stranger.asks("/sign-in/passkey/options")).json()["options"]
    done = await stranger.asks("/sign-in/passkey", {"credential": passkey.get(options), "next": "/account"})

    assert (done.status_code, done.json()) == (200, {"next": "/account"})
    assert await is_in(stranger)


async def test_a_passkey_follows_the_password(app: App, stranger: Person, ada: UUID):
    passkey = await with_passkey(app, stranger, ada)
    await enters(stranger)
    page = await stranger.sees(SECOND_FACTOR)

    options = (await stranger.asks(f"{SECOND_FACTOR}/passkey/options")).json()["options"]
    body = {"credential": passkey.get(options), "next": "//evil.example"}
    done = await stranger.asks(f"{SECOND_FACTOR}/passkey", body)

    assert 'data-passkey="/sign-in/second-factor/passkey"' in page.text
    assert (done.status_code, done.json()) == (200, {"next": "/graphiql"})
    assert await is_in(stranger)


async def test_a_passkey_of_nobody_lets_nobody_in(stranger: Person, ada: UUID):
    made = Authenticator()
    options = (await stranger.asks("/sign-in/passkey/options")).json()["options"]

    refused = await stranger.asks("/sign-in/passkey", {"credential": made.get(options)})

    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
    assert not await is_in(stranger)


async def test_signing_out_ends_the_session_and_what_the_browser_kept(app: App, person: Person):
    page = await person.sees("/sign-out")
    was_in = await is_in(person)

    left = await person.sends("/sign-out")

    assert page.status_code == 200
    assert was_in, "looking at the page signs nobody out"
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in?said=signed-out")
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert left.headers["clear-site-data"] == '"storage"'
    assert await app.db.value(text("SELECT count(*) FROM identity.sessions WHERE revoked_at IS NULL")) == 0


async def test_another_site_signs_nobody_out(app: App, person: Person):
    await person.browser.post("/sign-out", data={"x": ""}, headers={"sec-fetch-site": "cross-site"})

    assert await is_in(person)


async def test_who_asks_too_often_is_told_when_to_come_again(app: App, stranger: Person, ada: UUID):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"rate_sign_ins": 1}, SERVER)
    await stranger.asks("/sign-in/passkey/options")

    answers = [await enters(stranger), await stranger.asks("/sign-in/passkey/options")]

    assert [answer.status_code for answer in answers] == [429, 429]
    assert all(0 < int(answer.headers["retry-after"]) <= 60 for answer in answers)
    assert not await is_in(stranger)


async def test_why_a_provider_let_nobody_in_is_told_in_words_of_ours(stranger: Person, ada: UUID):
    known = await stranger.sees(f"{SIGN_IN}?problem=no_account")
    made_up = await stranger.sees(f"{SIGN_IN}?problem=<b>Call+this+number</b>&said=x")

    assert "There is no account for you here." in text_of(known)
    assert "Call" not in made_up.text
