"""The one place that asks what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, in UTC with its zone attached."""
    return datetime.now(UTC)
