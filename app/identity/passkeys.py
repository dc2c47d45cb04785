"""Passkeys (WebAuthn level 3): what authenticators are asked, and whether what they answer holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.core.errors import Conflict, Invalid
from app.identity.client import Client

TIMEOUT_MS = 5 * 60 * 1000
TRANSPORTS = {each.value for each in AuthenticatorTransport}
CREDENTIAL = "credential"


class Verified(StrEnum):
    """Whether an authenticator must have made sure who holds it, by a PIN or a finger."""

    # Where the passkey is the only factor.
    REQUIRED = "required"
    # Where a password came before it.
    DISCOURAGED = "discouraged"


@dataclass(frozen=True, slots=True)
class Site:
    """Who asks. id: the host name that passkeys are bound to. origins: of the pages that may ask for it."""

    id: str
    origins: tuple[str, ...]
    name: str = "Marquee"


@dataclass(frozen=True, slots=True)
class Known:
    """A credential as it is stored. public_key: COSE."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A credential that an authenticator made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]
    is_backed_up: bool
    aaguid: str


@dataclass(frozen=True, slots=True)
class Answered:
    """is_suspect: the counter did not grow, as where there is a copy of the authenticator."""

    sign_count: int
    is_backed_up: bool
    is_suspect: bool


Options = dict[str, Any]


def site_of(client: Client) -> Site:
    """The page that asks, to whose host name passkeys are bound. Raises Conflict."""
    host = urlsplit(client.page).hostname if client.page else None
    if client.page is None or host is None:
        raise Conflict("Passkeys are used by pages that a browser shows: the request names no origin.")
    return Site(host, (client.page,))


def to_register(
    site: Site, user_id: UUID, user_name: str, challenge: bytes, known: Sequence[Known]
) -> Options:
    """PublicKeyCredentialCreationOptions as JSON, for a credential that can be found without a user name."""
    options = generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=user_id.bytes,
        user_name=user_name,
        user_display_name=user_name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return orjson.loads(options_to_json(options))


def to_sign_in(site: Site, challenge: bytes, known: Sequence[Known], verified: Verified) -> Options:
    """PublicKeyCredentialRequestOptions as JSON; with nothing known, any discoverable credential may answer."""
    options = generate_authentication_options(
        rp_id=site.id,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement(verified.value),
    )
    return orjson.loads(options_to_json(options))


def registered(site: Site, challenge: bytes, answer: Mapping[str, Any]) -> Made:
    """Raises Invalid for an answer that does not hold."""
    try:
        made = verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused() from error
    return Made(
        made.credential_id,
        made.credential_public_key,
        made.sign_count,
        _transports(answer),
        made.credential_backed_up,
        made.aaguid,
    )


def answered(
    site: Site, challenge: bytes, answer: Mapping[str, Any], known: Known, verified: Verified
) -> Answered:
    """Raises Invalid for an answer that does not hold.

    The counter is compared here, after the signature: otherwise whoever knows a credential's id could make it look
    like a copy.
    """
    try:
        found = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            credential_public_key=known.public_key,
            credential_current_sign_count=0,
            require_user_verification=verified is Verified.REQUIRED,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused() from error
    counts = found.new_sign_count > 0 or known.sign_count > 0
    is_suspect = counts and found.new_sign_count <= known.sign_count
    return Answered(found.new_sign_count, found.credential_backed_up, is_suspect)


def credential_id(answer: Mapping[str, Any]) -> bytes:
    """Raises Invalid."""
    return _bytes(answer.get("rawId"))


def challenge_of(answer: Mapping[str, Any]) -> bytes:
    """The challenge that an answer is to, to find it by; it still has to be verified. Raises Invalid."""
    try:
        data = orjson.loads(_bytes(_response(answer).get("clientDataJSON")))
        return _bytes(data.get("challenge"))
    except (orjson.JSONDecodeError, AttributeError) as error:
        raise _refused() from error


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or not 0 < len(value) < 10_000:
        raise _refused()
    try:
        return base64url_to_bytes(value)
    except ValueError as error:
        raise _refused() from error


def _transports(answer: Mapping[str, Any]) -> list[str]:
    named = _response(answer).get("transports")
    return (
        [each for each in cast("list[Any]", named) if each in TRANSPORTS] if isinstance(named, list) else []
    )


def _response(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    response = answer.get("response")
    return cast("dict[str, Any]", response) if isinstance(response, dict) else {}


def _descriptors(known: Sequence[Known]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.credential_id, transports=[AuthenticatorTransport(name) for name in each.transports]
        )
        for each in known
    ]


def _refused() -> Invalid:
    return Invalid(CREDENTIAL, "The passkey's answer can't be used.")
