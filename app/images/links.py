"""Addresses that are their own proof of permission.

Who was told of an image by a read that hid nothing from them gets its address, and whoever has that may open it until
it expires. It says nothing of the viewer, and stays the same for a day, so that caches keep what it shows.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

from app.core.clock import now
from app.core.crypto import Keyring
from app.images.kinds import OwnerKind, PictureKind

# An image's address is made anew at this interval, and good for that long after the next one.
STEP_S = 86_400
UPLOAD_S = 600
IMAGE, AVATAR = "image", "avatar"
_MOST_DIGITS = 12


def link(keyring: Keyring, image_id: UUID, width: int, *, at: datetime | None = None) -> str:
    """Path and query; good for one to two days."""
    expires = _expires(image_id, at or now())
    return f"/images/{image_id.hex}/{width}{_signed(keyring, image_id, expires, IMAGE)}"


def upload_link(keyring: Keyring, user_id: UUID) -> tuple[str, datetime]:
    """Where somebody may put their avatar, and until when."""
    return _upload(keyring, f"/avatars/{user_id.hex}", user_id, AVATAR)


def picture_link(
    keyring: Keyring, owner_kind: OwnerKind, owner_id: UUID, kind: PictureKind, user_id: UUID
) -> tuple[str, datetime]:
    """Where somebody may put a picture of a work, a person or a collection, and until when."""
    path = f"/pictures/{owner_kind}/{owner_id.hex}/{kind}/{user_id.hex}"
    return _upload(keyring, path, owner_id, picture_purpose(owner_kind, kind, user_id))


def picture_purpose(owner_kind: OwnerKind, kind: PictureKind, user_id: UUID) -> str:
    """What the address of an upload is good for, beside its owner."""
    return f"picture {owner_kind} {kind} {user_id.hex}"


def good_for_s(
    keyring: Keyring,
    subject: UUID,
    expires: str,
    signature: str,
    *,
    purpose: str = IMAGE,
    at: datetime | None = None,
) -> int:
    """How many seconds an address is still good for; 0 for one that is not, or never was."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= _MOST_DIGITS):
        return 0
    left = int(expires) - int((at or now()).timestamp())
    try:
        said = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (binascii.Error, ValueError):
        return 0
    return left if left > 0 and keyring.is_signed(_message(subject, int(expires)), said, purpose) else 0


def _upload(keyring: Keyring, path: str, subject: UUID, purpose: str) -> tuple[str, datetime]:
    expires = int(now().timestamp()) + UPLOAD_S
    return path + _signed(keyring, subject, expires, purpose), datetime.fromtimestamp(expires, UTC)


def _expires(image_id: UUID, at: datetime) -> int:
    """Spread over the day, or all caches would be void at midnight."""
    offset = int.from_bytes(image_id.bytes[-4:], "big") % STEP_S
    return ((int(at.timestamp()) - offset) // STEP_S + 2) * STEP_S + offset


def _signed(keyring: Keyring, subject: UUID, expires: int, purpose: str) -> str:
    signature = urlsafe_b64encode(keyring.sign(_message(subject, expires), purpose))
    return f"?e={expires}&s={signature.rstrip(b'=').decode()}"


def _message(subject: UUID, expires: int) -> bytes:
    return subject.bytes + expires.to_bytes(8, "big")
