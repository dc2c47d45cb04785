"""Single sign-on with a provider that is certified, over real HTTP, there and back."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape
from uuid import UUID

import httpx
import pytest

from app.access.builtin import MODERATOR
from app.access.grants import permissions_of
from app.access.permissions import Permission
from app.identity.oidc_discovery import directory
from app.identity.sso_logout import way_out
from app.identity.sso_providers import RoleRule
from tests.identity.signing_on import known
from tests.patience import PATIENCE_S
from tests.web.certified import Person, certified, installed
from tests.web.port import on_a_port

SECRET = "secret-of-100%/+&=:"
ASKED = {"query": "{ movies { totalCount } }"}


@pytest.fixture
async def site(app) -> AsyncIterator[str]:
    await asyncio.to_thread(installed)
    async with on_a_port(app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def issuer(app, site) -> AsyncIterator[str]:
    with certified(f"{site}/sso/home/callback", f"{site}/sso/home/logout") as issuer:
        yield issuer
    directory(app).forget()


@pytest.fixture
async def person() -> AsyncIterator[Person]:
    person = Person("ripley")
    yield person
    await person.close()


@pytest.fixture
async def browser(site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site, timeout=PATIENCE_S) as browser:
        yield browser


async def sign_on(browser: httpx.AsyncClient, person: Person, site: str) -> httpx.Response:
    page = await browser.post("/sso/home", data={"next": "/graphiql"}, headers={"origin": site})
    found = re.search(r'content="0; url=([^"]+)"', page.text)
    assert found, page.text
    return await browser.get(await person.agree(unescape(found[1]), f"{site}/sso/home/callback"))


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.post("/graphql", json=ASKED)).status_code == 200


async def test_there_and_back_and_out_there(app, site, issuer, person, browser):
    await known(app, issuer, secret=SECRET, rules=(RoleRule(MODERATOR, "groups", "staff"),))

    response = await sign_on(browser, person, site)

    assert (response.status_code, response.headers["location"]) == (303, "/graphiql")
    assert await is_signed_in(browser)
    user = await app.database.pool.fetchrow("SELECT * FROM identity.users")
    assert (user["name"], user["email"]) == ("ripley", "ripley@example.org")
    assert Permission.CONTENT_MODERATE in await permissions_of(app.db, user["id"])

    session_id: UUID = await app.database.pool.fetchval("SELECT id FROM identity.sessions")
    out = await way_out(app, session_id, back_to="http://localhost:8000/sign-in")
    assert out is not None
    assert out.startswith(f"{issuer}/session/end?")
    left = await person.sign_out(out)

    assert left.headers["location"] == "http://localhost:8000/sign-in"


async def test_one_comes_into_the_same_account_again(app, site, issuer, person, browser):
    await known(app, issuer, secret=SECRET)
    await sign_on(browser, person, site)
    browser.cookies.clear()

    await sign_on(browser, person, site)

    assert await is_signed_in(browser)
    assert await app.database.pool.fetchval("SELECT count(*) FROM identity.users") == 1


async def test_whoever_leaves_there_is_shown_out_here(app, site, issuer, person, browser):
    await known(app, issuer, secret=SECRET)
    other, elsewhere = Person("hicks"), httpx.AsyncClient(base_url=site, timeout=PATIENCE_S)
    await sign_on(browser, person, site)
    await sign_on(elsewhere, other, site)

    # Not by us: no page of ours has heard of it but by the provider's own word.
    await person.sign_out(f"{issuer}/session/end")

    assert not await is_signed_in(browser)
    assert await is_signed_in(elsewhere)
    why = await app.database.pool.fetchval(
        "SELECT revoked_why FROM identity.sessions WHERE revoked_at IS NOT NULL"
    )
    noted = await app.database.pool.fetchval(
        "SELECT after->>'provider' FROM activity.entries WHERE action = 'session.ended_by_provider'"
    )
    assert (why, noted) == ("provider", "home")
    await other.close()
    await elsewhere.aclose()
