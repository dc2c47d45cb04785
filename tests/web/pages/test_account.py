"""The account's page: the password, and where one is signed in."""

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.core.app import App
from app.identity import accounts
from tests import given
from tests.web.pages.conftest import Person, at_a_browser, text_of

PASSWORD, NEW = "three words and a half", "four words and no more"
LIVE = text("SELECT count(*) FROM identity.sessions WHERE revoked_at IS NULL")


async def test_it_says_who_one_is_and_leads_to_the_rest(person: Person):
    page = await person.sees("/account")

    assert page.status_code == 200
    assert "You are Ada" in text_of(page)
    for path in ("/account/password", "/account/authenticator", "/account/passkeys", "/account/sessions"):
        assert f'href="{path}"' in page.text


@pytest.mark.parametrize("path", ["/account", "/account/password", "/account/sessions"])
async def test_strangers_are_led_to_the_sign_in(stranger: Person, path: str):
    page = await stranger.sees(path)

    assert (page.status_code, page.headers["location"]) == (303, f"/sign-in?next={path}")


async def test_the_password_is_changed_by_the_one_before(app: App, person: Person):
    await accounts.set_password(app, Actor(person.user_id), person.user_id, PASSWORD)
    token = await given.token(app, person.user_id, in_browser=True)
    async with at_a_browser(app, token) as browser:
        owner = Person(browser, person.user_id)

        changed = await owner.sends("/account/password", current=PASSWORD, password=NEW)

        assert (changed.status_code, changed.headers["location"]) == (303, "/account")
        assert (await owner.sees("/account")).status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "status", "said"),
    [
        ("wrong", NEW, 401, "password is wrong"),
        (PASSWORD, "short", 400, "at least 8 characters"),
        (PASSWORD, "password", 400, "tried first"),
    ],
)
async def test_a_password_that_is_not_changed_is_told_why(
    app: App, person: Person, current: str, new: str, status: int, said: str
):
    await accounts.set_password(app, Actor(person.user_id), person.user_id, PASSWORD)
    token = await given.token(app, person.user_id, in_browser=True)
    async with at_a_browser(app, token) as browser:
        refused = await Person(browser).sends("/account/password", current=current, password=new)

    assert refused.status_code == status
    assert said in text_of(refused)
    assert 'aria-invalid="true"' in refused.text


async def test_sessions_are_listed_and_ended(app: App, person: Person):
    await given.token(app, person.user_id)
    page = await person.sees("/account/sessions")
    [other] = [part.partition('"')[0] for part in page.text.split('name="which" value="')[1:]][:1]

    ended = await person.sends("/account/sessions", which=other)

    assert "this one" in text_of(page)
    assert ended.status_code == 303
    assert await app.db.value(LIVE) == 1
    assert (await person.sees("/account")).status_code == 200


async def test_all_others_are_ended_at_once(app: App, person: Person):
    for _ in range(3):
        await given.token(app, person.user_id)

    await person.sends("/account/sessions", which="others")

    assert await app.db.value(LIVE) == 1
    assert (await person.sees("/account")).status_code == 200


@pytest.mark.parametrize("which", ["", "x", "00000000-0000-0000-0000-000000000007"])
async def test_nobody_ends_what_is_not_theirs(app: App, person: Person, which: str):
    refused = await person.sends("/account/sessions", which=which)

    assert refused.status_code == 404


LONG_AGO = text("UPDATE identity.sessions SET proved_at = now() - interval '1 day'")


async def test_who_shows_once_more_who_they_are_goes_on_to_what_they_wanted(app: App, person: Person):
    await accounts.set_password(app, Actor(person.user_id), person.user_id, PASSWORD)
    token = await given.token(app, person.user_id, in_browser=True)
    await app.db.run(LONG_AGO)
    async with at_a_browser(app, token) as browser:
        owner = Person(browser, person.user_id)
        led = await owner.sees("/account/passkeys")
        page = await owner.sees(led.headers["location"])
        wrong = await owner.sends("/account/confirm", next="/account/passkeys", password="wrong")

        proved = await owner.sends("/account/confirm", next="/account/passkeys", password=PASSWORD)

        assert page.status_code == 200
        assert wrong.status_code == 401
        assert (proved.status_code, proved.headers["location"]) == (303, "/account/passkeys")
        assert (await owner.sees("/account/passkeys")).status_code == 200
