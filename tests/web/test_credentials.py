"""Cookies and tokens: which count, where, and how long."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from app.access.builtin import USER
from app.main import build, graph
from tests import given

ASKED = {"json": {"query": "{ movies { totalCount } }"}}
PLAIN, SECURE = "marquee_session", "__Host-marquee_session"
A_DAY_AGO = text("UPDATE identity.sessions SET rotated_at = rotated_at - interval '25 hours'")


@pytest.fixture
async def http(app) -> AsyncIterator[httpx.AsyncClient]:
    app.config, own = replace(app.config, allowed_origins=("https://films.example",)), app.config
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client
    app.config = own


async def with_cookie(app, **headers: str) -> dict[str, str]:
    return {"cookie": f"{PLAIN}={await given.token(app, in_browser=True)}"} | headers


async def test_a_browser_comes_by_its_cookie(app, http):
    answer = await http.post("/graphql", headers=await with_cookie(app), **ASKED)

    assert answer.json() == {"data": {"movies": {"totalCount": 0}}}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "http://localhost:8000"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "http://localhost:8000"}, 200),
        ({"origin": "https://films.example", "sec-fetch-site": "cross-site"}, 200),
        ({"origin": "https://evil.example"}, 401),
        ({"origin": "http://localhost:9000", "sec-fetch-site": "same-site"}, 401),
        ({"origin": "null"}, 401),
        ({"sec-fetch-site": "same-site"}, 401),
        ({"sec-fetch-site": "cross-site"}, 401),
    ],
)
async def test_a_cookie_counts_for_our_own_pages_alone(app, http, headers, status):
    answer = await http.post("/graphql", headers=await with_cookie(app, **headers), **ASKED)

    assert answer.status_code == status


async def test_a_token_counts_whatever_the_page(app, http):
    headers = await given.credentials(app) | {"origin": "https://other.example"}

    assert (await http.post("/graphql", headers=headers, **ASKED)).status_code == 200


async def test_a_link_of_another_site_leads_to_the_page(app, http):
    headers = await with_cookie(app, **{"sec-fetch-site": "cross-site", "accept": "text/html"})

    assert (await http.get("/graphiql", headers=headers)).status_code == 200


async def test_behind_tls_only_the_cookie_that_nobody_else_can_set_counts(app, http):
    token = await given.token(app, in_browser=True)

    answers = [
        await http.post("https://localhost/graphql", headers={"cookie": f"{name}={token}"}, **ASKED)
        for name in (PLAIN, SECURE)
    ]

    assert [answer.status_code for answer in answers] == [401, 200]


async def test_a_cookies_token_is_no_bearers_and_a_bearers_no_cookie(app, http):
    token, cookie = await given.token(app), await given.token(app, in_browser=True)

    by_header = await http.post("/graphql", headers={"authorization": f"Bearer {cookie}"}, **ASKED)
    by_cookie = await http.post("/graphql", headers={"cookie": f"{PLAIN}={token}"}, **ASKED)

    assert (by_header.status_code, by_cookie.status_code) == (401, 401)


@pytest.mark.parametrize(
    ("url", "name", "secure"),
    [("/graphql", PLAIN, ""), ("https://localhost/graphql", SECURE, "; Secure")],
)
async def test_a_browsers_token_is_renewed_after_a_day(app, http, url, name, secure):
    token = await given.token(app, in_browser=True)
    await app.db.run(A_DAY_AGO)

    first = await http.post(url, headers={"cookie": f"{name}={token}"}, **ASKED)
    cookie, _, attributes = first.headers["set-cookie"].partition("; ")
    http.cookies.clear()
    second = await http.post(url, headers={"cookie": cookie}, **ASKED)
    http.cookies.clear()
    with_the_old = await http.post(url, headers={"cookie": f"{name}={token}"}, **ASKED)

    assert cookie.startswith(f"{name}=mqs_")
    assert cookie != f"{name}={token}"
    assert attributes == f"Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax{secure}"
    assert (second.status_code, "set-cookie" in second.headers) == (200, False)
    assert (with_the_old.status_code, "set-cookie" in with_the_old.headers) == (200, False)


async def test_an_apps_token_stays_its_own(app, http):
    headers = await given.credentials(app)
    await app.db.run(A_DAY_AGO)

    answer = await http.post("/graphql", headers=headers, **ASKED)

    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)


async def test_a_cookie_that_is_good_no_more_is_dropped(http):
    query = {"query": "{ signInOptions { needsSetUp } }"}

    answer = await http.post("/graphql", json=query, headers={"cookie": f"{PLAIN}=mqs_gone"})

    assert answer.status_code == 200
    assert answer.headers["set-cookie"].startswith(f"{PLAIN}=; Max-Age=0; Path=/")


async def test_the_language_of_the_profile_outweighs_the_browsers(app, http):
    await given.movie(app, title="Alien", translations={"fr": {"title": "Le huitième passager"}})
    user_id = await given.user(app, roles=[USER], language="fr")
    headers = await given.credentials(app, user_id) | {"accept-language": "de"}

    answer = await http.post("/graphql", json={"query": "{ movies { nodes { title } } }"}, headers=headers)

    assert answer.json()["data"]["movies"]["nodes"] == [{"title": "Le huitième passager"}]


async def test_no_token_is_renewed_where_its_holder_is_not_told(app, http):
    headers = await with_cookie(app)
    await app.db.run(A_DAY_AGO)

    page = await http.get("/graphiql", headers=headers | {"accept": "text/html"})
    asked = await http.post("/graphql", headers=headers, **ASKED)

    assert (page.status_code, asked.status_code) == (200, 200)
    assert "set-cookie" not in page.headers
    assert asked.headers["set-cookie"].startswith(f"{PLAIN}=mqs_")
