"""Keys made by the application."""

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by the millisecond it was made in, so that B-trees grow at one end."""
    return compat.uuid7()
