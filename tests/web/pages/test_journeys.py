"""From the first link to the end, as people go: with a mailbox, a phone, and a television beside."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from app.access.builtin import ADMIN, GUEST
from app.access.viewer import marquee
from app.activity.actor import Actor
from app.core import clock
from app.core.app import App
from app.identity import accounts, device_sign_in, invitations
from app.identity.client import Client
from app.identity.invitations import Draft
from app.identity.passkey_writes import passkeys_of
from app.identity.second_step import LetIn
from tests import given
from tests.identity.letterbox import CHEAP, POST, Got, letters, settings
from tests.identity.test_factors import enrolled
from tests.web.chromium import BINARY
from tests.web.pages.test_in_browser import Tab, tab_of

PASSWORD, NEW = "three words and a half", "four words and no more"
EMAIL = "ada@example.org"
GRAPHIQL = "document.querySelector('.graphiql-query-editor')"
pytestmark = pytest.mark.skipif(BINARY is None, reason="Chromium is not installed")


@pytest.fixture
async def tab(app: App, tmp_path: Path) -> AsyncIterator[Tab]:
    await settings(app, registration_mode="invitation", **CHEAP, **POST)
    await given.user(app, "Mother", roles=[ADMIN])
    async with tab_of(app, tmp_path) as tab:
        yield tab


async def the_letter(app: App, template: str) -> Got:
    [letter] = [each for each in await letters(app) if each.template == template]
    return letter


async def opened(tab: Tab, letter: Got) -> None:
    """Its link, at where the browser finds us."""
    await tab.go(f"{letter.path.removeprefix('/marquee')}?token={letter.token}")


async def ada(app: App) -> UUID:
    user_id = await given.user(
        app, "Ada", roles=[ADMIN], email=EMAIL, email_key=EMAIL, email_verified_at=clock.now()
    )
    await accounts.set_password(app, Actor(user_id), user_id, PASSWORD)
    return user_id


async def test_who_was_invited_makes_an_account_and_comes_back_by_a_passkey(app: App, tab: Tab):
    await tab.have_authenticator()
    await invitations.invite(app, marquee(), Draft((GUEST, ADMIN), email=EMAIL))

    await opened(tab, await the_letter(app, "invitation"))
    await tab.reads(f"Your address is {EMAIL}")
    await tab.fill(name="Ada", password=PASSWORD)
    await tab.press("Make the account")
    await tab.until(GRAPHIQL)
    await tab.go("/account/passkeys")
    await tab.fill(passkey_name="Phone")
    await tab.press("Make a passkey")
    await tab.reads("Your backup codes")
    await tab.press("I have kept them")
    await tab.reads("You are Ada")
    await tab.press("Sign out")
    await tab.reads("You are asked who you are")
    await tab.press("Sign out")
    await tab.reads("You are signed out.")
    await tab.press("Sign in with a passkey")
    await tab.until(GRAPHIQL)

    assert tab.is_quiet()


async def test_who_forgot_the_password_sets_one_by_a_letter_and_still_gives_a_code(app: App, tab: Tab):
    user_id = await ada(app)
    totp, _ = await enrolled(app, user_id)

    await tab.go("/sign-in")
    await tab.press("Forgot the password?")
    await tab.reads("We send you a letter")
    await tab.fill(name="Ada")
    await tab.press("Send it")
    await tab.reads("a letter is on its way")
    await opened(tab, await the_letter(app, "reset_password"))
    await tab.fill(password=NEW)
    await tab.press("Set the password")
    await tab.reads("The password is set.")
    await tab.fill(name="Ada", password=NEW)
    await tab.press("Sign in")
    await tab.reads("Confirm that it is you")
    await tab.fill(code=totp.at(clock.now()))
    await tab.press("Confirm")
    await tab.until(GRAPHIQL)

    assert tab.is_quiet()


async def test_a_television_is_let_in_by_the_link_that_it_shows(app: App, tab: Tab):
    user_id = await ada(app)
    television = Client("192.0.2.44", "Infuse/7.6 (tvOS)")
    asked = await device_sign_in.begin(app, television, "Living room")

    await tab.go(f"/device?code={asked.user_code}")
    await tab.reads("Name or e-mail address")
    await tab.fill(name="Ada", password=PASSWORD)
    await tab.press("Sign in")
    await tab.until(f"document.querySelector('input[name=code]')?.value === {asked.user_code!r}")
    await tab.press("Go on")
    await tab.reads("192.0.2.44")
    await tab.press("Sign it in")
    await tab.reads("The device is let in")
    entered = await device_sign_in.poll(app, television, asked.device_code)

    assert isinstance(entered, LetIn)
    assert entered.begun.session.user_id == user_id
    assert tab.is_quiet()


async def test_who_needs_a_second_factor_gets_to_where_they_wanted_by_a_passkey(app: App, tab: Tab):
    await tab.have_authenticator()
    strict = await given.role(app, patterns=["*"], requires_second_factor=True)
    user_id = await given.user(app, "Ripley", roles=[strict])
    await accounts.set_password(app, Actor(user_id), user_id, PASSWORD)

    await tab.go("/graphiql")
    await tab.fill(name="Ripley", password=PASSWORD)
    await tab.press("Sign in")
    await tab.reads("Add a second factor")
    await tab.press("Make a passkey")
    await tab.fill(passkey_name="Phone")
    await tab.press("Make a passkey")
    await tab.reads("Your backup codes")
    await tab.press("I have kept them")
    await tab.until(GRAPHIQL)

    assert len(await passkeys_of(app.db, user_id)) == 1
    assert tab.is_quiet()
