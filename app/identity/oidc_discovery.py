"""What a provider says of itself, and its keys (OpenID Connect Discovery 1.0); remembered for a while."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from app.core.app import App
from app.identity.oidc_http import Unreachable, checked_url, get

FRESH_S = 3600.0
# A document that can't be had anew is good for a day; how soon that is tried again.
STALE_S, AGAIN_S = 86_400.0, 30.0
MOST_KEYS = 100
# Signatures with a shared secret are not among them, nor is none.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """algorithms: those that it signs with and we take. names_itself: whether answers say whose they are (RFC 9207)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    algorithms: tuple[str, ...]
    auth_methods: tuple[str, ...]
    names_itself: bool


@dataclass(slots=True)
class _Held:
    """body: None where it could not be had. asked_at, got_at: by the loop's clock."""

    asked_at: float
    got_at: float
    body: Mapping[str, Any] | None
    trouble: str = ""


class Directory:
    """The providers' documents, as this process has read them; of several who need one, one reads it."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def forget(self) -> None:
        """Read everything anew."""
        self._held.clear()

    async def metadata(self, issuer: str) -> Metadata:
        """Raises Unreachable."""
        url = get_well_known_url(issuer, external=True)
        return _metadata(issuer, await self._document(url, FRESH_S, lambda body: _metadata(issuer, body)))

    async def key(self, metadata: Metadata, algorithm: str, key_id: str | None) -> Key | None:
        """The key that a token says it is signed with.

        The keys are read anew for one that is not known, though not more often than twice a minute. Raises Unreachable.
        """
        keys = await self._document(metadata.jwks_uri, FRESH_S, _check_keys)
        found = _key(keys, algorithm, key_id)
        if found is None:
            keys = await self._document(metadata.jwks_uri, AGAIN_S, _check_keys)
            found = _key(keys, algorithm, key_id)
        return found

    async def _document(self, url: str, fresh_s: float, check: Callable[[Mapping[str, Any]], object]) -> Any:
        async with self._locks[url]:
            now = asyncio.get_running_loop().time()
            held = self._held.get(url)
            is_fresh = held is not None and held.body is not None and now - held.got_at < fresh_s
            if held is None or (not is_fresh and now - held.asked_at >= AGAIN_S):
                held = self._held[url] = await _read(url, check, held, now)
            if held.body is None or now - held.got_at > STALE_S:
                raise Unreachable(held.trouble or "The identity provider can't be asked.")
            return held.body


async def _read(
    url: str, check: Callable[[Mapping[str, Any]], object], held: _Held | None, now: float
) -> _Held:
    """What is there now; what was there before, where that can't be had."""
    try:
        body = await _found(get(url))
        check(body)
    except Unreachable as error:
        if held is None:
            return _Held(now, now, None, str(error))
        return _Held(now, held.got_at, held.body, str(error))
    return _Held(now, now, body)


async def _found(asking: Awaitable[Any]) -> Mapping[str, Any]:
    answer = await asking
    if answer.status != 200:
        raise Unreachable(f"The identity provider answers {answer.status}.")
    return answer.body


_directories: WeakKeyDictionary[App, Directory] = WeakKeyDictionary()


def directory(app: App) -> Directory:
    """The application's one."""
    return _directories.setdefault(app, Directory())


def _metadata(issuer: str, body: Mapping[str, Any]) -> Metadata:
    if body.get("issuer") != issuer:
        raise Unreachable("The identity provider says that it is another issuer.")
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_url(issuer, body, "authorization_endpoint"),
        token_endpoint=_url(issuer, body, "token_endpoint"),
        jwks_uri=_url(issuer, body, "jwks_uri"),
        userinfo_endpoint=_url(issuer, body, "userinfo_endpoint") if "userinfo_endpoint" in body else None,
        end_session_endpoint=(
            _url(issuer, body, "end_session_endpoint") if "end_session_endpoint" in body else None
        ),
        algorithms=_algorithms(_texts(body, "id_token_signing_alg_values_supported") or ("RS256",)),
        auth_methods=_texts(body, "token_endpoint_auth_methods_supported") or ("client_secret_basic",),
        names_itself=body.get("authorization_response_iss_parameter_supported") is True,
    )


def _algorithms(offered: Sequence[str]) -> tuple[str, ...]:
    taken = tuple(each for each in ALGORITHMS if each in offered)
    if not taken:
        raise Unreachable("The identity provider signs with nothing that can be trusted.")
    return taken


def _url(issuer: str, body: Mapping[str, Any], name: str) -> str:
    try:
        return checked_url(str(body.get(name, "")), near=issuer)
    except ValueError as error:
        raise Unreachable(f"The identity provider's {name} can't be used: {error}") from None


def _texts(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = body.get(name)
    if not isinstance(found, list):
        return ()
    return tuple(each for each in cast("list[Any]", found) if isinstance(each, str))


def _check_keys(body: Mapping[str, Any]) -> None:
    keys = body.get("keys")
    if not isinstance(keys, list) or len(cast("list[Any]", keys)) > MOST_KEYS:
        raise Unreachable("The identity provider has no list of keys.")


def _key(body: Mapping[str, Any], algorithm: str, key_id: str | None) -> Key | None:
    """The one key that fits; None where there is none, or several of which none is named."""
    fitting = [key for key in body["keys"] if _fits(key, algorithm)]
    if key_id is not None:
        fitting = [key for key in fitting if key.get("kid") == key_id]
    if len(fitting) != 1:
        return None
    try:
        return JWKRegistry.import_key(fitting[0])
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _fits(key: Any, algorithm: str) -> bool:
    return (
        isinstance(key, dict)
        and cast("Any", key).get("kty") == KEY_TYPES[algorithm[:2]]
        and cast("Any", key).get("use", "sig") == "sig"
        and cast("Any", key).get("alg", algorithm) == algorithm
    )
