"""ID tokens (OpenID Connect Core 1.0 §3.1.3.7) and logout tokens (Back-Channel Logout 1.0 §2.6), checked in full."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

import orjson
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from app.core import clock
from app.core.app import App
from app.core.errors import AppError
from app.identity.oidc_discovery import Metadata, directory

LEEWAY_S = 60
# How old a token may be at most that says when it was made: what was kept back is refused.
ID_TOKEN_AGE_S, LOGOUT_TOKEN_AGE_S = 600, 300
MOST_TOKEN_CHARS = 32_768
MOST_SUBJECT_CHARS = 255
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class BadToken(AppError):
    """A token that doesn't hold; the message says why, for the log."""

    code = "BAD_TOKEN"


async def id_token_claims(
    app: App, metadata: Metadata, client_id: str, token: str, *, nonce: str, access_token: str
) -> Mapping[str, Any]:
    """Raises BadToken, Unreachable."""
    header, claims = await _signed(app, metadata, token)
    options: Any = {
        "iss": {"essential": True, "value": metadata.issuer},
        "aud": {"essential": True, "value": client_id},
    }
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    try:
        CodeIDToken(claims, header, options, params).validate(now=_now(), leeway=LEEWAY_S)
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken(f"The ID token doesn't hold: {error}.") from None
    _check_age(claims, ID_TOKEN_AGE_S)
    _check_subject(claims.get("sub"))
    return claims


async def logout_token_claims(app: App, metadata: Metadata, client_id: str, token: str) -> Mapping[str, Any]:
    """Raises BadToken, Unreachable."""
    header, claims = await _signed(app, metadata, token)
    if str(header.get("typ", "logout+jwt")).lower() not in {"logout+jwt", "jwt"}:
        raise BadToken("The logout token is another kind of token.")
    essential: Any = {"essential": True}
    registry = JWTClaimsRegistry(
        _now(),
        LEEWAY_S,
        iss={"essential": True, "value": metadata.issuer},
        aud={"essential": True, "value": client_id},
        iat=essential,
        jti=essential,
        exp=essential,
    )
    try:
        registry.validate(dict(claims))
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken(f"The logout token doesn't hold: {error}.") from None
    _check_age(claims, LOGOUT_TOKEN_AGE_S)
    _check_logout(claims)
    return claims


def _check_logout(claims: Mapping[str, Any]) -> None:
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):  # pyright: ignore[reportUnknownMemberType]
        raise BadToken("The logout token tells of no logout.")
    # An ID token can't be passed off as a logout token.
    if "nonce" in claims:
        raise BadToken("The logout token has a nonce.")
    sid = claims.get("sid")
    if sid is not None and not (isinstance(sid, str) and 0 < len(sid) <= MOST_SUBJECT_CHARS):
        raise BadToken("The logout token's sid can't be read.")
    if "sub" in claims:
        _check_subject(claims["sub"])
    elif sid is None:
        raise BadToken("The logout token names neither a user nor a session.")


def _check_subject(subject: Any) -> None:
    if not isinstance(subject, str) or not 0 < len(subject) <= MOST_SUBJECT_CHARS or "\0" in subject:
        raise BadToken("The token's sub can't be read.")


def _check_age(claims: Mapping[str, Any], most_s: float) -> None:
    if claims["iat"] < _now() - most_s - LEEWAY_S:
        raise BadToken("The token is too old.")


async def _signed(app: App, metadata: Metadata, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a token whose signature is the provider's."""
    header = _header(token)
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in metadata.algorithms:
        raise BadToken("The token is not signed as the provider signs.")
    if key_id is not None and not isinstance(key_id, str):
        raise BadToken("The token names no key.")
    key = await directory(app).key(metadata, algorithm, key_id)
    if key is None:
        raise BadToken("The token is signed with a key that the provider doesn't have.")
    try:
        found = jwt.decode(token, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken(f"The token's signature doesn't hold: {error}.") from None
    return dict(found.header), found.claims


def _header(token: str) -> dict[str, Any]:
    part = token.partition(".")[0]
    try:
        if len(token) > MOST_TOKEN_CHARS:
            raise ValueError("too long")
        found: Any = orjson.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        raise BadToken("The token can't be read.") from None
    if not isinstance(found, dict):
        raise BadToken("The token can't be read.")
    return dict[str, Any](found)  # pyright: ignore[reportUnknownArgumentType]


def _now() -> int:
    return int(clock.now().timestamp())
