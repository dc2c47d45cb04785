"""An authenticator in software: makes passkeys and answers challenges as browsers send them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from os import urandom
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ELIGIBLE, HAS_CREDENTIAL = 0x01, 0x04, 0x08, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """counts: whether it has a signature counter, as security keys do and synchronised passkeys don't."""

    def __init__(self, *, counts: bool = True, verifies: bool = True, origin: str = ORIGIN) -> None:
        self.id = urandom(16)
        self.count = 0
        self.user_handle = b""
        self._counts = counts
        self._flags = PRESENT | (VERIFIED if verifies else 0)
        self._origin = origin
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        self.user_handle = unb64(options["user"]["id"])
        data = self._data(options["rp"]["id"], HAS_CREDENTIAL)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(self._public_key())
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._credential(
            {"clientDataJSON": b64(client), "attestationObject": b64(attestation), "transports": ["internal"]}
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        self.count += self._counts
        data = self._data(options["rpId"])
        client = self._client("webauthn.get", options["challenge"])
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        response["userHandle"] = self.user_handle
        return self._credential({name: b64(value) for name, value in response.items()})

    def _data(self, site: str, flags: int = 0) -> bytes:
        head = sha256(site.encode()).digest() + bytes([self._flags | flags])
        return head + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self._origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }

    def _public_key(self) -> dict[int, Any]:
        """COSE, RFC 9053: EC2, ES256, P-256."""
        numbers = self._key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
