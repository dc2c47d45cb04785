"""Single sign-on as a browser goes through it, and a provider's word over HTTP."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from app.access.builtin import ADMIN, USER
from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.identity.api_tokens import create_api_token
from app.identity.oidc_tokens import LOGOUT_EVENT
from app.identity.pending import SignInExpired
from app.identity.second_step import finish_by_code
from app.identity.trusted_devices import trust
from app.main import build, graph
from app.settings.registry import SERVER
from app.settings.writes import change_settings
from tests import given
from tests.identity.provider import Provider, saying
from tests.identity.signing_on import CLIENT, known
from tests.identity.test_factors import enrolled

ASKED = {"json": {"query": "{ movies { totalCount } }"}}
OURS = {"origin": "http://localhost:8000", "sec-fetch-site": "same-origin"}


@pytest.fixture
async def http(app) -> AsyncIterator[httpx.AsyncClient]:
    """A browser, as far as cookies make one."""
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


async def set_out(http: httpx.AsyncClient, **form: str) -> str:
    """Where the page goes on to."""
    response = await http.post("/sso/home", data={"next": "/"} | form, headers=OURS)
    assert response.status_code == 200, response.text
    found = re.search(r'content="0; url=([^"]+)"', response.text)
    assert found
    return unescape(found[1])


async def sign_on(http: httpx.AsyncClient, provider: Provider, **form: str) -> httpx.Response:
    answer = provider.consent(await set_out(http, **form))
    return await http.get(
        "/sso/home/callback", params=answer, headers={"sec-fetch-site": "cross-site", "accept": "text/html"}
    )


async def is_signed_in(http: httpx.AsyncClient) -> bool:
    return (await http.post("/graphql", headers=OURS, **ASKED)).status_code == 200


def logout_token(provider: Provider, **changes: Any) -> str:
    claims = {
        "iss": provider.issuer,
        "aud": "marquee",
        "iat": provider.now(),
        "exp": provider.now() + 120,
        "jti": token_hex(8),
        "sub": "alice",
        "sid": "session-1",
        "events": {LOGOUT_EVENT: {}},
    } | changes
    return provider.signed({name: value for name, value in claims.items() if value is not None})


async def log_out(http: httpx.AsyncClient, token: str) -> httpx.Response:
    return await http.post("/sso/home/logout", data={"logout_token": token})


async def test_a_browser_goes_there_and_comes_back_signed_in(app, http, provider):
    await known(app, provider.issuer)

    response = await sign_on(http, provider, next="/graphiql?x=1")

    assert (response.status_code, response.headers["location"]) == (303, "/graphiql?x=1")
    assert await is_signed_in(http)
    cookies = response.headers.get_list("set-cookie")
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)
    assert "marquee_sso" not in http.cookies
    kinds = await app.database.pool.fetchrow("SELECT kind, method FROM identity.sessions")
    assert tuple(kinds) == ("browser", "single_sign_on")


async def test_nobody_is_led_elsewhere_after_it(app, http, provider):
    await known(app, provider.issuer)

    response = await sign_on(http, provider, next="//evil.example/")

    assert response.headers["location"] == "/"


async def test_another_site_s_form_sets_nobody_out(app, http, provider):
    await known(app, provider.issuer)

    response = await http.post("/sso/home", data={"next": "/"}, headers={"origin": "https://evil.example"})

    assert response.status_code == 403
    assert "set-cookie" not in response.headers


async def test_an_answer_without_the_browser_s_cookie_is_refused(app, http, provider):
    await known(app, provider.issuer)
    answer = provider.consent(await set_out(http))
    http.cookies.clear()

    response = await http.get("/sso/home/callback", params=answer)

    assert response.headers["location"] == "/sign-in?problem=expired"
    assert not await is_signed_in(http)


async def test_a_provider_that_is_down_is_told_of_on_the_sign_in_page(app, http, provider):
    await known(app, provider.issuer)
    provider.troubles["/.well-known/openid-configuration"] = saying({}, 404)

    response = await http.post("/sso/home", data={"next": "/"}, headers=OURS)

    assert response.headers["location"] == "/sign-in?problem=unreachable"


async def test_an_unknown_provider_is_not_there(app, http):
    assert (await http.post("/sso/other", data={"next": "/"}, headers=OURS)).status_code == 404
    assert (await http.get("/sso/other/callback")).status_code == 404
    assert (await http.post("/sso/other/logout", data={})).status_code == 400


async def test_an_account_with_a_second_factor_is_asked_for_it(app, http, provider):
    await known(app, provider.issuer)
    await sign_on(http, provider)
    http.cookies.clear()
    user_id = await app.database.pool.fetchval("SELECT id FROM identity.users")
    _, codes = await enrolled(app, user_id)

    response = await sign_on(http, provider, next="/account")
    was_in = await is_signed_in(http)
    token = http.cookies["marquee_sign_in"]
    entered = await finish_by_code(app, CLIENT, token, codes[0], trusts=False)

    assert response.headers["location"] == "/sign-in/second-factor?next=/account"
    assert not was_in
    assert entered.begun.session.method == "single_sign_on"
    answer = await log_out(http, logout_token(provider))
    assert answer.status_code == 200
    alive = "SELECT count(*) FROM identity.sessions WHERE revoked_at IS NULL"
    assert await app.database.pool.fetchval(alive) == 0


async def test_a_provider_s_word_ends_a_sign_in_that_waits_for_its_second_factor(app, http, provider):
    await known(app, provider.issuer)
    await sign_on(http, provider)
    http.cookies.clear()
    user_id = await app.database.pool.fetchval("SELECT id FROM identity.users")
    _, codes = await enrolled(app, user_id)
    await sign_on(http, provider)

    answer = await log_out(http, logout_token(provider))

    assert answer.status_code == 200
    with pytest.raises(SignInExpired):
        await finish_by_code(app, CLIENT, http.cookies["marquee_sign_in"], codes[0], trusts=False)


async def test_a_provider_whose_word_is_a_second_factor_needs_no_other(app, http, provider):
    await known(app, provider.issuer, is_second_factor=True)
    await sign_on(http, provider)
    http.cookies.clear()
    await app.database.pool.execute(
        "INSERT INTO identity.totp (user_id, sealed, confirmed_at) SELECT id, 'x', now() FROM identity.users"
    )

    await sign_on(http, provider)

    assert await is_signed_in(http)


async def test_a_device_that_is_trusted_is_not_asked_after_single_sign_on(app, http, provider):
    await known(app, provider.issuer)
    await sign_on(http, provider)
    http.cookies.clear()
    user_id = await app.database.pool.fetchval("SELECT id FROM identity.users")
    await enrolled(app, user_id)
    async with app.transaction() as tx:
        http.cookies.set("marquee_device", await trust(tx, CLIENT.actor(), user_id, timedelta(days=1)))

    response = await sign_on(http, provider, next="/account")

    assert response.headers["location"] == "/account"
    assert await is_signed_in(http)


async def test_signing_out_goes_on_to_the_provider(app, http, provider):
    await known(app, provider.issuer)
    await sign_on(http, provider)

    left = await http.post("/sign-out", data={"x": ""}, headers=OURS)

    found = re.search(r'content="0; url=([^"]+)"', left.text)
    assert found
    place, asked = unescape(found[1]).split("?")
    assert place == f"{provider.issuer}/end"
    told = dict(parse_qsl(asked))
    assert told.pop("id_token_hint").count(".") == 2
    assert told == {
        "client_id": "marquee",
        "post_logout_redirect_uri": "http://localhost:8000/sign-in?said=signed-out",
    }
    assert left.headers["clear-site-data"] == '"storage"'
    assert not await is_signed_in(http)


async def test_signing_out_ends_here_where_the_provider_offers_no_more(app, http, provider):
    provider.document = {"end_session_endpoint": None}
    await known(app, provider.issuer)
    await sign_on(http, provider)

    left = await http.post("/sign-out", data={"x": ""}, headers=OURS)

    assert (left.status_code, left.headers["location"]) == (303, "/sign-in?said=signed-out")
    assert not await is_signed_in(http)


async def test_only_who_is_signed_in_links_an_identity(app, http, provider):
    await known(app, provider.issuer)

    response = await http.post("/sso/home", data={"link": "1"}, headers=OURS)

    assert response.headers["location"] == "/sign-in?problem=signed_out"


async def test_an_account_is_linked_and_comes_in_by_it(app, http, provider):
    await known(app, provider.issuer, may_register=False)
    user_id = await given.user(app, "Ripley", roles=[USER])
    http.cookies.set("marquee_session", await given.token(app, user_id, in_browser=True))

    linking = await sign_on(http, provider, link="1", next="/account")
    http.cookies.clear()
    await sign_on(http, provider)

    assert linking.headers["location"] == "/account"
    assert await is_signed_in(http)
    assert await app.database.pool.fetchval("SELECT user_id FROM identity.sso_identities") == user_id


async def test_nobody_links_an_identity_at_a_browser_that_was_left_open(app, http, provider):
    await known(app, provider.issuer, may_register=False)
    http.cookies.set(
        "marquee_session", await given.token(app, await given.user(app, roles=[USER]), in_browser=True)
    )
    await app.database.pool.execute("UPDATE identity.sessions SET proved_at = now() - interval '1 day'")

    response = await http.post("/sso/home", data={"link": "1"}, headers=OURS)

    assert response.headers["location"] == "/account/confirm?next=/account"
    assert await app.database.pool.fetchval("SELECT count(*) FROM identity.sso_flows") == 0


async def test_no_api_token_links_an_identity_to_its_owner(app, http, provider):
    await known(app, provider.issuer, may_register=False)
    owner = Viewer(permissions=frozenset(Permission), actor=Actor(await given.user(app, roles=[ADMIN])))
    async with app.transaction() as tx:
        _, token = await create_api_token(tx, owner, "Script", ["*"], None)

    response = await http.post(
        "/sso/home", data={"link": "1"}, headers=OURS | {"authorization": f"Bearer {token}"}
    )

    assert response.headers["location"] == "/sign-in?problem=signed_out"
    assert await app.database.pool.fetchval("SELECT count(*) FROM identity.sso_flows") == 0


async def test_whoever_sets_out_too_often_is_told_to_wait(app, http, provider):
    await known(app, provider.issuer)
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"rate_sign_ins": 1}, SERVER)
    await set_out(http)

    again = await http.post("/sso/home", data={"next": "/"}, headers=OURS)
    back = await http.get("/sso/home/callback", params={"state": "x", "code": "y"})

    assert (again.status_code, back.status_code) == (429, 429)
    assert int(again.headers["retry-after"]) > 0
    assert await app.database.pool.fetchval("SELECT count(*) FROM identity.sso_flows") == 1


async def test_a_provider_that_is_too_loud_is_told_to_come_again(app, http, provider):
    await known(app, provider.issuer)
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"rate_queries": 1}, SERVER)

    answers = [await log_out(http, "x") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 503]
    assert int(answers[1].headers["retry-after"]) > 0


@pytest.mark.parametrize("named", [{"sid": None}, {"sub": None}, {}], ids=["user", "session", "both"])
async def test_a_provider_s_word_ends_sessions_at_once(app, http, provider, named):
    await known(app, provider.issuer)
    await sign_on(http, provider)
    before = await is_signed_in(http)

    response = await log_out(http, logout_token(provider, **named))

    assert before
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert not await is_signed_in(http)


@pytest.mark.parametrize(
    "changes",
    [
        {"sid": "session-2"},
        {"sub": "bob"},
        {"sub": "bob", "sid": None},
    ],
)
async def test_others_stay_signed_in(app, http, provider, changes):
    await known(app, provider.issuer)
    await sign_on(http, provider)

    response = await log_out(http, logout_token(provider, **changes))

    assert response.status_code == 200
    assert await is_signed_in(http)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "other"},
        {"aud": None},
        {"events": None},
        {"events": {"other": {}}},
        {"events": {LOGOUT_EVENT: "yes"}},
        {"nonce": "x"},
        {"jti": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"iat": 1},
        {"sub": None, "sid": None},
        {"sid": 3},
        {"sub": ""},
    ],
    ids=str,
)
async def test_a_logout_token_that_does_not_hold_ends_nothing(app, http, provider, changes):
    await known(app, provider.issuer)
    await sign_on(http, provider)

    response = await log_out(http, logout_token(provider, **changes))

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert await is_signed_in(http)


async def test_a_logout_token_is_heeded_once(app, http, provider):
    await known(app, provider.issuer)
    token = logout_token(provider)
    first = await log_out(http, token)
    await sign_on(http, provider)

    again = await log_out(http, token)

    assert (first.status_code, again.status_code) == (200, 400)
    assert await is_signed_in(http)


async def test_an_id_token_is_no_logout_token(app, http, provider):
    await known(app, provider.issuer)
    await sign_on(http, provider)
    provider.header = {"typ": "at+jwt"}

    response = await log_out(http, logout_token(provider))

    assert response.status_code == 400
    assert await is_signed_in(http)


@pytest.mark.parametrize("body", [{}, {"logout_token": "x"}, {"logout_token": "x" * 100_000}])
async def test_a_logout_request_that_can_not_be_read(app, http, provider, body):
    await known(app, provider.issuer)

    response = await http.post("/sso/home/logout", data=body)

    assert response.status_code == 400
