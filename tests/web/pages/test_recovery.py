"""A forgotten password, a new address, and the links that they are about."""

from datetime import timedelta
from uuid import UUID

import pytest
from pyotp import TOTP
from sqlalchemy import text

from app.access.builtin import ADMIN
from app.access.viewer import marquee
from app.activity.actor import Actor
from app.core import clock
from app.core.app import App
from app.identity import accounts, factors
from tests import given
from tests.identity.letterbox import CHEAP, POST, Got, letters, settings
from tests.web.pages.conftest import Person, at_a_browser, text_of

OLD, NEW = "three words and a half", "four words and no more"
EMAIL = "ada@example.org"
LIVE = text("SELECT count(*) FROM identity.sessions WHERE revoked_at IS NULL")
LONG_AGO = text("UPDATE identity.sessions SET proved_at = now() - interval '1 day'")
ADDRESS = text("SELECT email FROM identity.users WHERE id = :user_id")


@pytest.fixture
async def ada(app: App) -> UUID:
    await settings(app, **CHEAP, **POST)
    user_id = await given.user(
        app, "Ada", roles=[ADMIN], email=EMAIL, email_key=EMAIL, email_verified_at=clock.now()
    )
    await accounts.set_password(app, Actor(user_id), user_id, OLD)
    # What tells of that.
    await letters(app)
    return user_id


async def reset_letter(app: App, person: Person) -> Got:
    await person.sends("/forgot", name="Ada")
    [letter] = [each for each in await letters(app) if each.template == "reset_password"]
    return letter


async def test_a_letters_link_sets_a_new_password_and_signs_out(app: App, stranger: Person, ada: UUID):
    await given.token(app, ada, in_browser=True)
    letter = await reset_letter(app, stranger)
    looked = [await stranger.sees(f"/reset?token={letter.token}") for _ in range(2)]

    done = await stranger.sends("/reset", token=letter.token, password=NEW)
    said = await stranger.sees(done.headers["location"])
    old = await stranger.sends("/sign-in", name="Ada", password=OLD)
    new = await stranger.sends("/sign-in", name="Ada", password=NEW)

    assert [each.status_code for each in looked] == [200, 200]
    assert "For the account Ada" in text_of(looked[0])
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in?said=password-set")
    assert "set-cookie" not in done.headers
    assert "The password is set" in text_of(said)
    assert (old.status_code, new.headers["location"]) == (401, "/graphiql")
    assert await app.db.value(LIVE) == 1


async def test_a_second_factor_is_asked_for_after_a_reset(app: App, stranger: Person, ada: UUID):
    async with app.transaction() as tx:
        totp = TOTP((await factors.enrol_totp(tx, Actor(ada), app.keyring, ada)).secret)
        await factors.confirm_totp(
            tx, Actor(ada), app.keyring, ada, totp.at(clock.now() - timedelta(seconds=30))
        )
    letter = await reset_letter(app, stranger)
    await stranger.sends("/reset", token=letter.token, password=NEW)

    entered = await stranger.sends("/sign-in", name="Ada", password=NEW)

    assert entered.headers["location"].startswith("/sign-in/second-factor?")


async def test_whether_there_is_an_account_is_not_told(app: App, stranger: Person, ada: UUID):
    known = [await stranger.sends("/forgot", name=name) for name in ("Ada", EMAIL)]
    unknown = await stranger.sends("/forgot", name="nobody@example.org")

    assert {text_of(each) for each in known} == {text_of(unknown)}
    assert {each.status_code for each in (*known, unknown)} == {200}


@pytest.mark.parametrize(("password", "said"), [("short", "at least 8"), ("password", "tried first")])
async def test_a_password_that_cannot_be_taken_leaves_the_link_good(
    app: App, stranger: Person, ada: UUID, password: str, said: str
):
    letter = await reset_letter(app, stranger)

    refused = await stranger.sends("/reset", token=letter.token, password=password)
    done = await stranger.sends("/reset", token=letter.token, password=NEW)

    assert refused.status_code == 400
    assert said in text_of(refused)
    assert f'value="{letter.token}"' in refused.text
    assert done.status_code == 303


@pytest.mark.parametrize("path", ["/reset", "/set-password", "/confirm-address"])
@pytest.mark.parametrize("token", ["", "mqo_x"])
async def test_a_link_that_is_none_is_told_so(stranger: Person, ada: UUID, path: str, token: str):
    answers = [
        await stranger.sees(f"{path}?token={token}"),
        await stranger.sends(path, token=token, password=NEW),
    ]

    assert [each.status_code for each in answers] == [404, 404]


async def test_a_link_of_an_administrators_sets_a_password_once(app: App, stranger: Person, ada: UUID):
    async with app.transaction() as tx:
        token = await accounts.password_link(tx, marquee(), ada)
    page = await stranger.sees(f"/set-password?token={token}")

    done = await stranger.sends("/set-password", token=token, password=NEW)
    again = await stranger.sends("/set-password", token=token, password=OLD)

    assert "For the account Ada" in text_of(page)
    assert (done.headers["location"], again.status_code) == ("/sign-in?said=password-set", 404)
    assert (await stranger.sends("/sign-in", name="Ada", password=NEW)).status_code == 303


async def test_without_mail_the_pages_say_whom_to_ask(app: App, stranger: Person, ada: UUID):
    await settings(app, mail_host="")

    page = await stranger.sees("/forgot")
    sent = await stranger.sends("/forgot", name="Ada")
    async with at_a_browser(app, await given.token(app, ada, in_browser=True)) as browser:
        address = await Person(browser, ada).sees("/account/email")

    assert "Ask an administrator" in text_of(page)
    assert "<form" not in page.text
    assert sent.status_code == 503
    assert "Ask an administrator" in text_of(address)


async def test_an_address_counts_once_its_link_is_confirmed(app: App, stranger: Person, ada: UUID):
    async with at_a_browser(app, await given.token(app, ada, in_browser=True)) as browser:
        owner = Person(browser, ada)
        page = await owner.sees("/account/email")
        sent = await owner.sends("/account/email", email="lovelace@example.org")
    [letter] = await letters(app)
    looked = await stranger.sees(f"/confirm-address?token={letter.token}")
    before = await app.db.value(ADDRESS, user_id=ada)

    done = await stranger.sends("/confirm-address", token=letter.token)

    assert EMAIL in text_of(page)
    assert "lovelace@example.org" in text_of(sent)
    assert "lovelace@example.org becomes" in text_of(looked)
    assert before == EMAIL
    assert "from now on" in text_of(done)
    assert await app.db.value(ADDRESS, user_id=ada) == "lovelace@example.org"


@pytest.mark.parametrize("email", ["", "nowhere", EMAIL])
async def test_an_address_that_cannot_be_taken_is_told_at_its_field(app: App, ada: UUID, email: str):
    async with at_a_browser(app, await given.token(app, ada, in_browser=True)) as browser:
        refused = await Person(browser, ada).sends("/account/email", email=email)

    assert refused.status_code == 400
    assert 'href="#email"' in refused.text
    assert await letters(app) == []


async def test_an_address_is_changed_by_who_has_just_shown_who_they_are(app: App, ada: UUID):
    async with at_a_browser(app, await given.token(app, ada, in_browser=True)) as browser:
        await app.db.run(LONG_AGO)
        answer = await Person(browser, ada).sends("/account/email", email="eve@example.org")

    assert answer.headers["location"] == "/account/confirm?next=/account/email"
    assert await letters(app) == []
