"""The pages in a real browser, which talks to nobody else; passkeys by its virtual authenticator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyotp import parse_uri

from app.access.builtin import ADMIN
from app.core import clock
from app.core.app import App
from app.identity import accounts
from app.identity.passkey_writes import passkeys_of
from app.web.cookies import Cookie
from tests import given
from tests.web.chromium import BINARY, Page, chromium_page
from tests.web.port import on_a_port

PASSWORD = "three words and a half"
pytestmark = pytest.mark.skipif(BINARY is None, reason="Chromium is not installed")


@dataclass
class Tab:
    """A page, and how people use it."""

    page: Page
    origin: str

    async def go(self, path: str) -> None:
        await self.page.go(self.origin + path)

    async def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            field = f"document.querySelector('input[name={name}]:not([type=hidden])')"
            await self.until(field)
            await self.page.evaluate(f"{field}.value = {value!r}")

    async def until(self, expression: str) -> None:
        """Also where the page is left for another meanwhile, on which it will be true."""
        for _ in range(20):
            try:
                await self.page.until(expression)
            except RuntimeError as error:
                if "navigated" not in str(error) and "context" not in str(error):
                    raise
            else:
                return
        raise AssertionError(f"Always on the way to another page, but not to {expression}")

    async def press(self, text: str) -> None:
        """A button or a link by its words; once the page has it to show."""
        found = f"""[...document.querySelectorAll('main button, main a, nav button, nav a')]
            .find((each) => each.offsetParent && each.textContent.trim() === {text!r})"""
        await self.until(found)
        await self.page.evaluate(f"({found}).click()")

    async def reads(self, text: str) -> None:
        """Once all that the page is made of is there, its style sheet too."""
        await self.until(f"document.readyState === 'complete' && document.body.innerText.includes({text!r})")

    async def be(self, token: str) -> None:
        """Signed in by a session's token."""
        await self.page.send(
            "Network.setCookie", name=Cookie.SESSION, value=token, url=self.origin, httpOnly=True
        )

    async def have_authenticator(self) -> None:
        """A phone or a laptop whose holder always agrees."""
        await self.page.send("WebAuthn.enable")
        kind = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        await self.page.send("WebAuthn.addVirtualAuthenticator", options=kind)

    def is_quiet(self) -> bool:
        """No complaint of the browser's, and nobody else was asked anything."""
        hosts = {urlsplit(url).netloc for url in self.page.requests if urlsplit(url).netloc}
        return self.page.problems == [] and hosts == {urlsplit(self.origin).netloc}


@asynccontextmanager
async def tab_of(app: App, folder: Path) -> AsyncIterator[Tab]:
    async with on_a_port(app) as port, chromium_page(folder / "profile") as page:
        await page.open("about:blank")
        yield Tab(page, f"http://localhost:{port}")


@pytest.fixture
async def tab(app: App, tmp_path: Path) -> AsyncIterator[Tab]:
    async with tab_of(app, tmp_path) as tab:
        yield tab


async def test_a_passkey_is_made_and_its_backup_codes_are_shown_once(app: App, tab: Tab):
    user_id = await given.user(app, "Ada", roles=[ADMIN])
    await tab.be(await given.token(app, user_id, in_browser=True))
    await tab.have_authenticator()

    await tab.go("/account/passkeys")
    await tab.fill(passkey_name="Laptop")
    await tab.press("Make a passkey")
    await tab.reads("Your backup codes")
    codes = await tab.page.evaluate("document.querySelectorAll('.codes li').length")
    await tab.page.reload()

    assert codes == 10
    assert await tab.page.evaluate("document.querySelectorAll('.codes li').length") == 0
    assert await tab.page.evaluate("document.querySelector('input[name=name]').value") == "Laptop"
    [kept] = await passkeys_of(app.db, user_id)
    assert kept.name == "Laptop"
    assert tab.is_quiet()


async def set_up_by(tab: Tab, app: App, name: str = "Ada") -> None:
    await tab.go(f"/set-up?token={await accounts.set_up_token(app)}")
    await tab.fill(name=name, password=PASSWORD)
    await tab.press("Make the account")
    await tab.until("document.querySelector('.graphiql-query-editor')")


async def test_from_the_set_up_to_graphiql_and_back_in_by_a_passkey_alone(app: App, tab: Tab):
    await tab.have_authenticator()

    await set_up_by(tab, app)
    await tab.press("Your account")
    await tab.reads("You are Ada")
    await tab.press("See them (Passkeys)")
    await tab.fill(passkey_name="Laptop")
    await tab.press("Make a passkey")
    await tab.reads("Your backup codes")
    await tab.go("/sign-out")
    await tab.press("Sign out")
    await tab.reads("You are signed out.")
    await tab.press("Sign in with a passkey")
    await tab.until("document.querySelector('.graphiql-query-editor')")

    assert await tab.page.evaluate("location.pathname") == "/graphiql"
    assert tab.is_quiet()


async def test_graphiql_is_used_with_the_cookie_over_http_and_on_a_socket(app: App, tab: Tab):
    await set_up_by(tab, app)

    answer = await tab.page.evaluate(
        """fetch('/graphql', {method: 'POST', headers: {'content-type': 'application/json'},
        body: JSON.stringify({query: '{ movies { totalCount } }'})}).then((answer) => answer.json())"""
    )
    opened = await tab.page.evaluate(
        """new Promise((done) => {
            const socket = new WebSocket(`ws://${location.host}/graphql`, 'graphql-transport-ws');
            socket.onopen = () => socket.send('{"type": "connection_init"}');
            socket.onmessage = (event) => { done(JSON.parse(event.data).type); socket.close(); };
            socket.onclose = (event) => done(event.code);
        })"""
    )

    assert answer == {"data": {"movies": {"totalCount": 0}}}
    assert opened == "connection_ack"
    assert tab.is_quiet()


async def test_a_password_and_a_code_of_an_app_let_in(app: App, tab: Tab):
    await set_up_by(tab, app)
    await tab.go("/account/authenticator")
    await tab.press("Show the code to scan")
    await tab.reads("Scan this")
    link = await tab.page.evaluate("document.querySelector('main a[href^=otpauth]').href")
    totp = parse_uri(link)
    await tab.fill(code=totp.at(clock.now() - timedelta(seconds=30)))
    await tab.press("Confirm")
    await tab.reads("Your backup codes")
    await tab.go("/sign-out")
    await tab.press("Sign out")

    await tab.reads("You are signed out.")
    await tab.fill(name="Ada", password=PASSWORD)
    await tab.press("Sign in")
    await tab.reads("Confirm that it is you")
    await tab.fill(code=totp.at(clock.now()))
    await tab.press("Confirm")
    await tab.until("document.querySelector('.graphiql-query-editor')")

    assert tab.is_quiet()


async def test_a_wrong_password_is_told_where_one_looks_and_listens(app: App, tab: Tab):
    await set_up_by(tab, app)
    await tab.go("/sign-out")
    await tab.press("Sign out")
    await tab.reads("You are signed out.")

    await tab.fill(name="Ada", password="not the password")
    await tab.press("Sign in")
    await tab.reads("The name or the password is wrong.")

    await tab.until("document.activeElement.name === 'password'")
    described = await tab.page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-errormessage')).getAttribute('role')"
    )
    assert described == "alert"
    # Browsers note each answer of 401, which this is.
    assert all("401" in problem for problem in tab.page.problems)
