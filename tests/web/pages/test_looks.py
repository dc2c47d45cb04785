"""How pages look in a real browser: within a narrow screen, with contrast, and each field with its name."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from app.access.builtin import ADMIN, GUEST
from app.access.permissions import Permission
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core.app import App
from app.identity import accounts, device_sign_in, invitations
from app.identity.api_tokens import create_api_token
from app.identity.client import Client
from app.identity.invitations import Draft
from app.web.pages.texts import LANGUAGES
from tests import given
from tests.identity.letterbox import CHEAP, POST, letters, settings
from tests.identity.provider import Provider
from tests.identity.signing_on import known, linked
from tests.identity.test_factors import enrolled
from tests.web.chromium import BINARY
from tests.web.pages.test_in_browser import Tab, tab_of
from tests.web.pages.test_ways_in import trusting

pytestmark = pytest.mark.skipif(BINARY is None, reason="Chromium is not installed")

PASSWORD = "three words and a half"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0"
OPEN = ("/sign-in", "/register", "/forgot", "/resend")
PRIVATE = (
    "/account",
    *(
        f"/account/{name}"
        for name in ("password", "email", "sessions", "passkeys", "backup-codes", "identities")
    ),
    *(f"/account/{name}" for name in ("trusted-devices", "tokens", "tokens/new", "confirm")),
    "/account/authenticator/remove",
    "/sign-out",
)
PASSKEY = text(
    """
    INSERT INTO identity.passkeys
        (id, user_id, credential_id, public_key, sign_count, name, transports, is_backed_up, suspected_at, aaguid)
    VALUES (gen_random_uuid(), :user_id, CAST(:name AS text)::bytea, '', 0, :name, '{}', false,
        CASE WHEN :name = 'Old key' THEN now() END, '')
    """
)
# What of it stands out of the page to the right.
OVERFLOW = """[...document.querySelectorAll('body *')]
    .filter((each) => each.getClientRects().length && !each.closest('.away, .skip, svg')
        && each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((each) => each.outerHTML.slice(0, 100))"""
UNNAMED = """[...document.querySelectorAll('input:not([type=hidden]), select, button')]
    .filter((each) => !each.closest('[aria-hidden], [hidden]') && !each.matches('[aria-hidden]')
        && !(each.labels?.length || each.textContent.trim()))
    .map((each) => each.outerHTML)"""
# WCAG 2.2, 1.4.3, of each text against the nearest ground that is painted.
FAINT = """(() => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
        .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
    const ground = (each) => {
        for (let at = each; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if ((parts(colour)[3] ?? 1) > 0) return light(parts(colour));
        }
        return 1;
    };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return [...document.querySelectorAll('body *')]
        .filter((each) => each.getClientRects().length && !each.closest('.skip, svg, option')
            && [...each.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()))
        .map((each) => [ratio(light(parts(getComputedStyle(each).color)), ground(each)), each.outerHTML.slice(0, 80)])
        .filter(([found]) => found < 4.5).map(String);
})()"""


@dataclass
class House:
    """Pages with something on each of them, for strangers and for Ada."""

    tab: Tab
    token: str
    open: list[str]
    private: list[str]
    device_code: str


@pytest.fixture
async def house(app: App, provider: Provider, tmp_path: Path) -> AsyncIterator[House]:
    await settings(app, registration_mode="open", **CHEAP, **POST)
    email = "ada.lovelace.with.a.long.address@analytical-engines.example.org"
    ada = await given.user(app, "Ada", roles=[ADMIN], email=email, email_key=email)
    await accounts.set_password(app, Actor(ada), ada, PASSWORD)
    await known(app, provider.issuer)
    await linked(app, provider, ada)
    await known(app, provider.issuer, key="work", name="Work")
    await enrolled(app, ada)
    await trusting(app, ada)
    for name in ("Laptop", "Old key"):
        await app.db.run(PASSKEY, user_id=ada, name=name)
    viewer = Viewer(permissions=frozenset(Permission), actor=Actor(ada))
    async with app.transaction() as tx:
        await create_api_token(tx, viewer, "Nightly backup", ["movie:*", "series:list", "file:get"], None)
        set_password = await accounts.password_link(tx, marquee(), ada)
    await given.token(app, ada)
    invited = await invitations.invite(app, marquee(), Draft((GUEST,)))
    asked = await device_sign_in.begin(app, Client("192.0.2.44", AGENT), "Television in the living room")
    await letters(app)
    async with tab_of(app, tmp_path) as tab:
        token = await given.token(app, ada, in_browser=True)
        links = [
            f"/invitation?token={invited.token}",
            f"/set-password?token={set_password}",
            "/verify?token=x",
        ]
        yield House(
            tab, token, [*OPEN, *links], [*PRIVATE, f"/device?code={asked.user_code}"], asked.user_code
        )


async def through(house: House) -> AsyncIterator[str]:
    """Page after page; the path of each as it is shown."""
    for path in house.open:
        await house.tab.go(path)
        yield path
    await house.tab.be(house.token)
    for path in house.private:
        await house.tab.go(path)
        yield path
    await house.tab.go(f"/device?code={house.device_code}")
    await house.tab.press("Go on")
    await house.tab.reads("Whoever holds it")
    yield "the device that was found"


async def width(tab: Tab, pixels: int) -> None:
    metrics = {"width": pixels, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    await tab.page.send("Emulation.setDeviceMetricsOverride", **metrics)


async def speaking(tab: Tab, language: str) -> None:
    await tab.page.send("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})


async def test_every_page_fits_a_narrow_screen_and_names_its_fields(house: House):
    await width(house.tab, 320)

    async for path in through(house):
        assert await house.tab.page.evaluate(OVERFLOW) == [], path
        assert await house.tab.page.evaluate(UNNAMED) == [], path


async def test_every_language_fits_a_narrow_screen(house: House):
    await width(house.tab, 320)
    await house.tab.be(house.token)

    for language in LANGUAGES[1:]:
        await speaking(house.tab, language)
        for path in house.private:
            await house.tab.go(path)
            assert await house.tab.page.evaluate("document.documentElement.lang") == language
            assert await house.tab.page.evaluate(OVERFLOW) == [], (language, path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(house: House, scheme: str):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    await house.tab.page.send("Emulation.setEmulatedMedia", features=[feature])

    async for path in through(house):
        assert await house.tab.page.evaluate(FAINT) == [], path
