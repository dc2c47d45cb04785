"""Secrets that have to be read again: sealed with AES-256-GCM (NIST SP 800-38D), under keys that can be replaced."""

import fcntl
import hmac
import os
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, LargeBinary
from sqlalchemy.orm import InstrumentedAttribute

from app.core.config import SECRET_KEY_BYTES, Config, ConfigError, secret_key
from app.core.errors import Unreadable

# An envelope: the version, the id of the key, the nonce, the ciphertext with its tag.
VERSION = b"\x01"
ID_BYTES = 8
NONCE_BYTES = 12
PREFIX_BYTES = len(VERSION) + ID_BYTES
# Of the id of the key that signed, and of the signature.
SIGNER_BYTES, SIGNATURE_BYTES = 4, 16
RELOAD_S = 5.0
KEY_FILE = "secret-keys"


class Sealed(LargeBinary):
    """Type of a column of envelopes; `marquee secrets rotate` finds them by it. Their rows have a key of one column."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """id: eight bytes of the key's SHA-256, which tell keys apart and nothing about them. signer: derived from it."""

    id: bytes
    cipher: AESGCM
    signer: bytes

    @classmethod
    def of(cls, text: str) -> "Key":
        """Raises ValueError for what is no key."""
        secret = secret_key(text)
        key_id = sha256(b"marquee secret key " + secret).digest()[:ID_BYTES]
        return cls(key_id, AESGCM(secret), hmac.digest(secret, b"marquee signing key", "sha256"))


class Keyring:
    """Seals with the newest key, opens with whichever a value was sealed with.

    reload: reads the keys anew when a value names an unknown one; None where they can't have changed.
    """

    def __init__(self, keys: Sequence[str], reload: Callable[[], Sequence[str]] | None = None) -> None:
        self._reload = reload
        self._look_again = 0.0
        self._take(keys)

    @property
    def prefix(self) -> bytes:
        """What every value begins with that is sealed with the newest key."""
        return VERSION + self._newest.id

    def seal(self, plain: bytes, belongs_to: str) -> bytes:
        """belongs_to: whose secret it is (`belongs_to()` says it); it can't be opened for anything else."""
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = self._newest.cipher.encrypt(nonce, plain, _bound(self.prefix, belongs_to))
        return self.prefix + nonce + ciphertext

    def open(self, sealed: bytes, belongs_to: str) -> bytes:
        """Raises Unreadable: the key is not there, or this was not sealed by it for what it is said to belong to."""
        prefix, nonce = sealed[:PREFIX_BYTES], sealed[PREFIX_BYTES : PREFIX_BYTES + NONCE_BYTES]
        key = self._key(prefix)
        try:
            ciphertext = sealed[PREFIX_BYTES + NONCE_BYTES :]
            return key.cipher.decrypt(nonce, ciphertext, _bound(prefix, belongs_to))
        except (InvalidTag, ValueError):
            raise Unreadable("A stored secret is damaged, or was moved from another place.") from None

    def sign(self, message: bytes, purpose: str) -> bytes:
        """A short signature by the newest key, which is good for this purpose alone."""
        key = self._newest
        return key.id[:SIGNER_BYTES] + _signature(key, message, purpose)

    def is_signed(self, message: bytes, signature: bytes, purpose: str) -> bool:
        """Whether `sign` made it, by any key that is still here."""
        named, said = signature[:SIGNER_BYTES], signature[SIGNER_BYTES:]
        signers = self._signers(named)
        if not signers and self._reload is not None and time.monotonic() >= self._look_again:
            # Anybody may name keys that don't exist; a new one may wait for a moment.
            self._look_again = time.monotonic() + RELOAD_S
            self._take(self._reload())
            signers = self._signers(named)
        return any(hmac.compare_digest(_signature(key, message, purpose), said) for key in signers)

    def _signers(self, named: bytes) -> list[Key]:
        return [key for key_id, key in self._keys.items() if key_id[:SIGNER_BYTES] == named]

    def _take(self, keys: Sequence[str]) -> None:
        found = [Key.of(text) for text in keys]
        self._newest = found[0]
        self._keys = {key.id: key for key in found}

    def _key(self, prefix: bytes) -> Key:
        if len(prefix) < PREFIX_BYTES or not prefix.startswith(VERSION):
            raise Unreadable("A stored secret is damaged, or of a later version of Marquee.")
        key_id = prefix[len(VERSION) :]
        if key_id not in self._keys and self._reload is not None:
            self._take(self._reload())
        if key_id not in self._keys:
            raise Unreadable(
                f"A stored secret is sealed with the key {key_id.hex()}, which is not here."
                " Add it to MARQUEE_SECRET_KEYS, or set the secret anew."
            )
        return self._keys[key_id]


def belongs_to(column: InstrumentedAttribute[Any] | Column[Any], key: object) -> str:
    """What a sealed column's value is bound to: its place and the key of its row."""
    place: Column[Any] = column if isinstance(column, Column) else column.property.columns[0]
    return f"{place.table.fullname}.{place.name}:{key}"


def new_key() -> str:
    """A key as MARQUEE_SECRET_KEYS and the file take it."""
    return b64encode(os.urandom(SECRET_KEY_BYTES)).decode()


def keyring(config: Config) -> Keyring:
    """The configured keys or, without any, those of the data directory's file, which is made if need be.

    Raises ConfigError where they can't be used, and OSError where the file can't be.
    """
    if config.secret_keys:
        return Keyring(config.secret_keys)
    path = key_file(config)
    if not path.exists():
        _make(path)
    return Keyring(read_keys(path), lambda: read_keys(path))


def key_file(config: Config) -> Path:
    return config.data_path / KEY_FILE


def read_keys(path: Path) -> list[str]:
    """The keys of a file, the newest first. Raises ConfigError, OSError."""
    keys = path.read_text(encoding="ascii", errors="replace").split()
    try:
        if not keys:
            raise ValueError("there is no key")
        for key in keys:
            Key.of(key)
    except ValueError as error:
        raise ConfigError(f"{path} can't be used: {error}.") from error
    return keys


def add_key(path: Path) -> None:
    """Put a new key before those of the file; running processes find it when they first meet it."""
    with _locked(path):
        draft = _draft(path, [new_key(), *read_keys(path)])
        draft.replace(path)
        _sync_folder(path.parent)


def _make(path: Path) -> None:
    """Make the file with one key. Of several processes that try, one succeeds and the others take its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, [new_key()])
    try:
        os.link(draft, path)
        _sync_folder(path.parent)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Hold out others who would add a key, which one of us would then lose."""
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _draft(path: Path, keys: Sequence[str]) -> Path:
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _signature(key: Key, message: bytes, purpose: str) -> bytes:
    """HMAC-SHA256 (RFC 2104), of which half is as much as an AES-128 key."""
    return hmac.digest(key.signer, purpose.encode() + b"\0" + message, "sha256")[:SIGNATURE_BYTES]


def _bound(prefix: bytes, belongs_to: str) -> bytes:
    return prefix + belongs_to.encode()
