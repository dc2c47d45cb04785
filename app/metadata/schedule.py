"""When something is looked at again: by how long it has been out, or how often it could not be. Pure."""

from datetime import date, datetime, timedelta

from app.metadata.facts import FoundWork

# What came out less than the first ago is looked at after the second; docs/metadata.md has the same table.
BY_AGE = (
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=180), timedelta(days=3)),
    (timedelta(days=365), timedelta(days=7)),
    (timedelta(days=5 * 365), timedelta(days=14)),
)
OLD = timedelta(days=30)
# Of which it is not known when it came out, or which was not found, or not surely.
UNKNOWN = timedelta(days=7)
# Of which somebody who adds to it could not be asked.
INCOMPLETE = timedelta(days=3)
# What still runs has a new episode any week.
RUNNING = timedelta(days=7)
RUNNING_STATUSES = frozenset({"returning series", "in production", "planned", "running"})
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(days=1)
# Of a provider that is down, and not of the work: it may be well again soon.
LONGEST_OUTAGE = timedelta(hours=1)
# By so much of it, each way, is spread what was looked at together.
SPREAD = 0.15


def after_look(newest: date | None, today: date, *, is_running: bool = False) -> timedelta:
    """newest: the last day on which anything of it came out; a day that is yet to come counts as new."""
    if newest is None:
        return UNKNOWN
    age = today - newest
    wait = next((wait for limit, wait in BY_AGE if age < limit), OLD)
    return min(wait, RUNNING) if is_running else wait


def after_work(found: FoundWork, today: date) -> timedelta:
    """Of a series its newest season counts."""
    days = [found.facts.released_on, *(each.facts.air_date for each in found.seasons)]
    newest = max((day for day in days if day is not None), default=None)
    is_running = (found.facts.status or "").casefold() in RUNNING_STATUSES
    return after_look(newest, today, is_running=is_running)


def after_failure(failures: int, *, is_outage: bool) -> timedelta:
    """failures: in a row, this one included."""
    longest = LONGEST_OUTAGE if is_outage else LONGEST_RETRY
    return min(longest, FIRST_RETRY * 4 ** min(max(failures, 1) - 1, 10))


def spread(at: datetime, wait: timedelta, share: float) -> datetime:
    """share: a random number from 0 to 1."""
    return at + wait * (1 + SPREAD * (2 * share - 1))
