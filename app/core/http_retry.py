"""When a request is worth another try, and after how long. Pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 522, 524})
BASE_S, MOST_S = 0.5, 30.0
# What a service may ask for with Retry-After; some name the year 9999.
LONGEST_S = 86_400.0


def pause_s(failures: int, share: float) -> float:
    """Exponential backoff with full jitter. failures: so far, from 1. share: from 0 to 1, at random."""
    return share * min(MOST_S, BASE_S * 2.0 ** min(failures, 16))


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After (RFC 9110 §10.2.3) asks for, as a number or a date; None where it can't be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_S)
