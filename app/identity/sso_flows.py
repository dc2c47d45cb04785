"""The way to an identity provider and back: authorization code with PKCE (RFC 7636), good once and for one browser.

The browser keeps a secret in a cookie. What the provider has to give back (the nonce) and what only we can show it
(the verifier) follow from that secret: neither is stored, and an answer that another browser brings is worth nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID

import httpx
from authlib.oauth2 import rfc7636
from authlib.oauth2.rfc6749 import parameters
from sqlalchemy import text

from app.core.app import App
from app.core.db import Db
from app.identity.oidc_discovery import Metadata, directory
from app.identity.oidc_http import Unreachable, get, post
from app.identity.oidc_tokens import BadToken, id_token_claims
from app.identity.sso_problems import Problem, Refused
from app.identity.sso_providers import Provider, ProviderDraft, client_secret, enabled_provider
from app.identity.tokens import TokenKind, digest, new_token

FLOW_S = 600
MOST_CODE_CHARS = 4096

BEGIN = text(
    """
    INSERT INTO identity.sso_flows (state_hash, browser_hash, provider_id, user_id, redirect_uri, next, expires_at)
    VALUES (:state_hash, :browser_hash, :provider_id, CAST(:user_id AS uuid), :redirect_uri, :next,
        now() + make_interval(secs => :for_s))
    """
)
TAKE = text(
    """
    DELETE FROM identity.sso_flows
    WHERE state_hash = :state_hash AND browser_hash = :browser_hash AND provider_id = :provider_id
    RETURNING user_id, redirect_uri, next, expires_at > now() AS is_fresh
    """
)
PURGE = text("DELETE FROM identity.sso_flows WHERE expires_at < now()")


@dataclass(frozen=True, slots=True)
class Begun:
    """url: where the browser has to go. secret: for its cookie, good for `for_s` seconds."""

    url: str
    secret: str = field(repr=False)
    for_s: int = FLOW_S


@dataclass(frozen=True, slots=True)
class Flow:
    """user_id: who wants to be known to the provider; None for a sign-in. next: the path to go on to."""

    user_id: UUID | None
    redirect_uri: str
    next: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says of somebody. claims: of the ID token and of userinfo, the former's counting."""

    provider: Provider
    claims: Mapping[str, Any]
    id_token: str = field(repr=False)

    @property
    def subject(self) -> str:
        return self.claims["sub"]

    @property
    def sid(self) -> str | None:
        sid = self.claims.get("sid")
        return sid if isinstance(sid, str) and 0 < len(sid) <= 255 else None


async def begin(
    app: App, key: str, *, redirect_uri: str, next_path: str, user_id: UUID | None = None
) -> Begun:
    """Set out for a provider. user_id: of who is signed in and wants to be known there.

    Raises NotFound for one that is not there or not enabled, and Unreachable.
    """
    provider = await enabled_provider(app.db, key)
    metadata = await directory(app).metadata(provider.draft.issuer)
    secret, state = new_token(TokenKind.ONE_TIME), token_urlsafe(32)
    await app.db.run(
        BEGIN,
        state_hash=digest(state),
        browser_hash=digest(secret),
        provider_id=provider.id,
        user_id=user_id,
        redirect_uri=redirect_uri,
        next=next_path,
        for_s=FLOW_S,
    )
    return Begun(_way_there(provider.draft, metadata, redirect_uri, state, secret), secret)


def _way_there(draft: ProviderDraft, metadata: Metadata, redirect_uri: str, state: str, secret: str) -> str:
    challenge: Any = rfc7636.create_s256_code_challenge(_derived(secret, "verifier"))  # pyright: ignore[reportUnknownVariableType]
    url: Any = parameters.prepare_grant_uri(  # pyright: ignore[reportUnknownVariableType]
        metadata.authorization_endpoint,
        draft.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=list(draft.scopes),
        state=state,
        nonce=_derived(secret, "nonce"),
        code_challenge=challenge,
        code_challenge_method="S256",
    )
    return url  # pyright: ignore[reportUnknownVariableType]


async def come_back(app: App, key: str, answer: Mapping[str, str], secret: str) -> tuple[Flow, Told]:
    """What the provider says, to whose `answer` a browser with this secret was sent back. Raises NotFound, Refused."""
    provider = await enabled_provider(app.db, key)
    flow = await _taken(app, provider, answer, secret)
    try:
        metadata = await directory(app).metadata(provider.draft.issuer)
        _check_answer(metadata, answer)
        return flow, await _told(app, provider, metadata, flow, answer, secret)
    except Unreachable as error:
        raise Refused(Problem.UNREACHABLE, str(error)) from error
    except BadToken as error:
        raise Refused(Problem.BAD_TOKEN, str(error)) from error


async def purge(db: Db) -> int:
    """Forget those who did not come back in time."""
    return await db.run(PURGE)


async def _taken(app: App, provider: Provider, answer: Mapping[str, str], secret: str) -> Flow:
    row = await app.db.row(
        TAKE,
        state_hash=digest(answer.get("state", "")),
        browser_hash=digest(secret),
        provider_id=provider.id,
    )
    if row is None or not row["is_fresh"]:
        raise Refused(Problem.EXPIRED, "There is no sign-in under way that this answers.")
    return Flow(row["user_id"], row["redirect_uri"], row["next"])


def _check_answer(metadata: Metadata, answer: Mapping[str, str]) -> None:
    issuer = answer.get("iss")
    if issuer != metadata.issuer and (issuer is not None or metadata.names_itself):
        raise Refused(Problem.MIXED_UP, "The answer is another provider's.")
    if "error" in answer:
        is_denied = answer["error"] == "access_denied"
        problem = Problem.CANCELLED if is_denied else Problem.PROVIDER_ERROR
        raise Refused(problem, f"The provider says {answer['error'][:100]!r}.")


async def _told(
    app: App,
    provider: Provider,
    metadata: Metadata,
    flow: Flow,
    answer: Mapping[str, str],
    secret: str,
) -> Told:
    tokens = await _exchanged(app, provider, metadata, flow, answer.get("code", ""), secret)
    id_token, access_token = (str(tokens.get(name, "")) for name in ("id_token", "access_token"))
    nonce, client_id = _derived(secret, "nonce"), provider.draft.client_id
    claims = await id_token_claims(app, metadata, client_id, id_token, nonce=nonce, access_token=access_token)
    more = await _userinfo(metadata, access_token, claims["sub"])
    return Told(provider, {**more, **claims}, id_token)


async def _exchanged(
    app: App, provider: Provider, metadata: Metadata, flow: Flow, code: str, secret: str
) -> Mapping[str, Any]:
    if not 0 < len(code) <= MOST_CODE_CHARS:
        raise Refused(Problem.PROVIDER_ERROR, "The provider gave no code.")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": flow.redirect_uri,
        "code_verifier": _derived(secret, "verifier"),
    }
    client_id = provider.draft.client_id
    password = await client_secret(app.db, app.keyring, provider.id)
    auth = None
    if password is None:
        form["client_id"] = client_id
    elif "client_secret_basic" in metadata.auth_methods:
        # Each encoded as in a form first (RFC 6749 §2.3.1).
        auth = httpx.BasicAuth(quote_plus(client_id), quote_plus(password))
    else:
        form |= {"client_id": client_id, "client_secret": password}
    answered = await post(metadata.token_endpoint, form, auth)
    if answered.status != 200:
        error = str(answered.body.get("error", answered.status))[:100]
        raise Refused(Problem.PROVIDER_ERROR, f"The provider doesn't take the code: {error!r}.")
    return answered.body


async def _userinfo(metadata: Metadata, access_token: str, subject: str) -> Mapping[str, Any]:
    """What it says beside the ID token; of another than the token speaks of, it may say nothing."""
    if metadata.userinfo_endpoint is None or not access_token:
        return {}
    answered = await get(metadata.userinfo_endpoint, token=access_token)
    if answered.status != 200:
        raise Unreachable(f"The identity provider's userinfo answers {answered.status}.")
    if answered.body.get("sub") != subject:
        raise BadToken("The userinfo is of somebody else.")
    return answered.body


def _derived(secret: str, what: str) -> str:
    return urlsafe_b64encode(hmac.digest(secret.encode(), what.encode(), sha256)).rstrip(b"=").decode()
