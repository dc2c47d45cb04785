"""What a provider can say that is not to be believed."""

from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from app.core.app import App
from app.identity import oidc_discovery
from app.identity.sso_problems import Problem, Refused
from tests.identity.provider import Provider
from tests.identity.signing_on import come, known, set_out, sign_on


def says(**claims: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.claims.update(claims)


def heads(**header: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.header.update(header)


def signs_with_another_key(provider: Provider) -> None:
    provider.signing = RSAKey.generate_key(2048)


def is_old(provider: Provider) -> None:
    provider.claims |= {"exp": provider.now() - 61, "iat": provider.now() - 300}


def was_kept_back(provider: Provider) -> None:
    provider.claims |= {"exp": provider.now() + 9000, "iat": provider.now() - 661}


def is_of_tomorrow(provider: Provider) -> None:
    provider.claims |= {"exp": provider.now() + 90_000, "iat": provider.now() + 86_400}


UNTRUE = {
    "another nonce": says(nonce="other"),
    "no nonce": says(nonce=None),
    "another audience": says(aud="other"),
    "no audience": says(aud=None),
    "several audiences without saying for whom": says(aud=["marquee", "other"]),
    "for another of its audiences": says(aud=["marquee", "other"], azp="other"),
    "another issuer": says(iss="https://elsewhere.example"),
    "no subject": says(sub=None),
    "a subject that is none": says(sub=17),
    "an endless subject": says(sub="x" * 256),
    "expired": is_old,
    "no expiry": says(exp=None),
    "an expiry that is none": says(exp="tomorrow"),
    "an expiry that is no number": says(exp=float("nan")),
    "kept back": was_kept_back,
    "of tomorrow": is_of_tomorrow,
    "another access token": says(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "no signature": heads(alg="none"),
    "the public key for a shared secret": heads(alg="HS256"),
    "an unknown key": heads(kid="other"),
    "another key under a known name": signs_with_another_key,
    "an algorithm that it does not have": heads(alg="RS512"),
}


@pytest.mark.parametrize("lie", UNTRUE.values(), ids=UNTRUE.keys())
async def test_an_untrue_token_lets_nobody_in(
    app: App, provider: Provider, lie: Callable[[Provider], None]
) -> None:
    await known(app, provider.issuer)
    lie(provider)

    with pytest.raises(Refused) as refused:
        await sign_on(app, provider)

    assert refused.value.why == Problem.BAD_TOKEN
    assert await app.database.pool.fetchval("SELECT count(*) FROM identity.users") == 0
    noted = await app.database.pool.fetchval(
        "SELECT after->>'why' FROM activity.entries WHERE action = 'single_sign_on.refused'"
    )
    assert noted == "bad_token"


async def test_a_true_token_is_believed_with_a_clock_a_little_off(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    provider.claims = {"iat": provider.now() + 30, "exp": provider.now() - 30, "azp": "marquee"}

    arrival = await sign_on(app, provider)

    assert arrival.told.subject == "alice"
    assert arrival.told.sid == "session-1"


async def test_userinfo_of_somebody_else_is_not_believed(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    provider.userinfo = {"sub": "bob"}

    with pytest.raises(Refused) as refused:
        await sign_on(app, provider)

    assert refused.value.why == Problem.BAD_TOKEN


async def test_what_the_token_says_outweighs_userinfo(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    provider.claims = {"name": "Alice"}
    provider.userinfo = {"name": "Mallory", "nickname": "al"}

    arrival = await sign_on(app, provider)

    assert arrival.told.claims["name"] == "Alice"
    assert arrival.told.claims["nickname"] == "al"


async def test_a_new_key_is_fetched_when_a_token_names_it(
    app: App, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await known(app, provider.issuer)
    await sign_on(app, provider)
    monkeypatch.setattr(oidc_discovery, "AGAIN_S", 0.0)
    fresh = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    provider.published = [fresh.as_dict(private=False)]
    provider.signing, provider.header = fresh, {"kid": "second"}

    arrival = await sign_on(app, provider)

    assert arrival.told.subject == "alice"


async def test_keys_are_not_fetched_again_for_every_unknown_name(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    await sign_on(app, provider)
    provider.header = {"kid": "unknown"}

    for _ in range(3):
        with pytest.raises(Refused):
            await sign_on(app, provider)

    assert provider.asked.count("/jwks") == 1


async def test_a_key_for_encryption_signs_nothing(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    provider.published = [provider.key.as_dict(private=False) | {"use": "enc"}]

    with pytest.raises(Refused) as refused:
        await sign_on(app, provider)

    assert refused.value.why == Problem.BAD_TOKEN


async def test_a_token_without_the_name_of_a_key_is_read_where_there_is_one_key(
    app: App, provider: Provider
) -> None:
    await known(app, provider.issuer)
    provider.header = {"kid": None}
    begun = await set_out(app)

    arrival = await come(app, begun, provider.consent(begun.url))

    assert arrival.told.subject == "alice"
