"""Answers that a client may keep, if it asks each time whether they still hold (RFC 9110, 13; RFC 9111)."""

from collections.abc import Mapping
from hashlib import blake2b

# They are somebody's own, and may be others the next moment. Who asks, for what form and in what language, tells them
# apart.
KEPT = (
    (b"cache-control", b"private, no-cache"),
    (b"vary", b"accept, accept-encoding, accept-language, authorization, cookie"),
)


def tag_of(media: str, body: bytes) -> str:
    """A weak entity tag: it is the same however the body is compressed."""
    return f'W/"{blake2b(body, digest_size=16, key=media.encode()).hexdigest()}"'


def has_tag(headers: Mapping[str, str], tag: str) -> bool:
    """Whether the client has what is of this entity tag (RFC 9110, 13.1.2)."""
    if (given := headers.get("if-none-match")) is None:
        return False
    known = [each.strip() for each in given.split(",")]
    return "*" in known or tag in known or tag.removeprefix("W/") in known
