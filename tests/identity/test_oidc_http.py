"""Providers that are down, slow, or say what is no answer."""

from typing import Any

import pytest

from app.core.app import App
from app.identity import oidc_discovery, oidc_http
from app.identity.oidc_discovery import directory
from app.identity.oidc_http import Unreachable, checked_url
from app.identity.sso_problems import Problem, Refused
from tests.identity.provider import Provider, Trouble, never, saying
from tests.identity.signing_on import come, known, set_out, sign_on

DISCOVERY = "/.well-known/openid-configuration"
TROUBLES = {
    "500": saying("oops", 500),
    "404": saying({"error": "no"}, 404),
    "HTML": saying("<html>Sign in</html>"),
    "a list": saying([1]),
    "huge": saying("x" * (oidc_http.MOST_BYTES + 1)),
    "elsewhere": saying({}, 302, location="http://127.0.0.1:9/steal"),
    "slow": never,
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc_http, "PAUSE_S", 0.01)


@pytest.fixture(params=TROUBLES.values(), ids=TROUBLES.keys())
def trouble(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Trouble:
    if request.param is never:
        monkeypatch.setattr(oidc_http, "REQUEST_S", 1.5)
    return request.param


async def test_nobody_is_sent_to_a_provider_that_says_nothing_of_use(
    app: App, provider: Provider, trouble: Trouble
) -> None:
    await known(app, provider.issuer)
    provider.troubles[DISCOVERY] = trouble

    with pytest.raises(Unreachable):
        await set_out(app)

    assert set(provider.asked) == {DISCOVERY}


@pytest.mark.parametrize("path", ["/token", "/jwks", "/me"])
async def test_nobody_comes_in_where_a_provider_fails_halfway(
    app: App, provider: Provider, trouble: Trouble, path: str
) -> None:
    await known(app, provider.issuer)
    provider.troubles[path] = trouble

    with pytest.raises(Refused) as refused:
        await sign_on(app, provider)

    assert refused.value.why in {Problem.UNREACHABLE, Problem.PROVIDER_ERROR}
    assert provider.asked.count("/token") == 1
    assert await app.database.pool.fetchval("SELECT count(*) FROM identity.users") == 0


async def test_a_provider_that_stumbles_once_is_asked_again(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    stumble = saying("oops", 503)

    async def once() -> Any:
        del provider.troubles[DISCOVERY]
        return await stumble()

    provider.troubles[DISCOVERY] = once

    begun = await set_out(app)

    assert begun.url.startswith(f"{provider.issuer}/auth?")
    assert provider.asked == [DISCOVERY, DISCOVERY]


async def test_a_provider_that_is_down_is_left_alone_for_a_while(app: App, provider: Provider) -> None:
    provider.troubles[DISCOVERY] = saying({"error": "no"}, 404)

    for _ in range(3):
        with pytest.raises(Unreachable):
            await directory(app).metadata(provider.issuer)

    assert provider.asked == [DISCOVERY]


async def test_a_document_is_used_on_while_it_can_not_be_had_anew(
    app: App, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await directory(app).metadata(provider.issuer)
    monkeypatch.setattr(oidc_discovery, "FRESH_S", 0.0)
    monkeypatch.setattr(oidc_discovery, "AGAIN_S", 0.0)
    provider.troubles[DISCOVERY] = saying("oops", 500)

    after = await directory(app).metadata(provider.issuer)

    assert after == before
    assert len(provider.asked) > 1


LIES = {
    "another issuer": {"issuer": "https://elsewhere.example"},
    "no issuer": {"issuer": None},
    "plain HTTP elsewhere": {"token_endpoint": "http://provider.example/token"},
    "no keys": {"jwks_uri": None},
    "a file": {"jwks_uri": "file:///etc/passwd"},
    "only shared secrets": {"id_token_signing_alg_values_supported": ["HS256", "none"]},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_a_document_that_can_not_be_used(app: App, provider: Provider, lie: dict[str, Any]) -> None:
    await known(app, provider.issuer)
    provider.document = lie

    with pytest.raises(Unreachable):
        await set_out(app)


@pytest.mark.parametrize(
    "url",
    [
        "https://id.example/realms/home",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://localhost:9000/x",
    ],
)
def test_urls_that_may_be_asked(url: str) -> None:
    assert checked_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example",
        "http://192.168.1.1",
        "ftp://id.example",
        "https://",
        "https://user:password@id.example",
        "https://id.example/#x",
        "https://id.exam\nple",
        "https://" + "x" * 500,
        "",
    ],
)
def test_urls_that_may_not(url: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        checked_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5432",
        "https://localhost/jwks",
        "https://LOCALHOST./jwks",
        "https://db.localhost/jwks",
        "https://[::1]/jwks",
        "https://[::ffff:127.0.0.1]/jwks",
        "https://127.1/jwks",
        "https://127.0.0.1./jwks",
        "https://0x7f.0.0.1/jwks",
        "https://2130706433/jwks",
        "https://0.0.0.0/jwks",
        "https://[::]/jwks",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/jwks",
    ],
)
def test_a_provider_elsewhere_can_not_name_our_own_machine(url: str) -> None:
    with pytest.raises(ValueError, match="this machine"):
        checked_url(url, near="https://id.example")


@pytest.mark.parametrize(
    "url", ["https://keys.id.example/jwks", "https://192.168.1.1/jwks", "https://10.0.0.1/jwks"]
)
def test_a_provider_may_name_addresses_of_its_own_network(url: str) -> None:
    assert checked_url(url, near="https://id.example") == url


@pytest.mark.parametrize(
    "url", ["http://127.1/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "http://2130706433/"]
)
def test_nothing_but_a_plain_loopback_address_is_asked_without_tls(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        checked_url(url)


async def test_an_answer_comes_too_late_after_a_while(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    begun = await set_out(app)
    answer = provider.consent(begun.url)
    async with app.database.pool.acquire() as connection:
        await connection.execute("UPDATE identity.sso_flows SET expires_at = now()")

    with pytest.raises(Refused) as refused:
        await come(app, begun, answer)

    assert refused.value.why == Problem.EXPIRED
