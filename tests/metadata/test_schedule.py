"""When things are looked at again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.catalog.facts import SeasonFacts, WorkFacts
from app.metadata.facts import FoundWork, Kind, SeasonInBrief
from app.metadata.schedule import BY_AGE, OLD, UNKNOWN, after_failure, after_look, after_work, spread

TODAY = date(2026, 11, 21)
GUIDE = Path(__file__).parents[2] / "docs" / "metadata.md"
SERIES = FoundWork("tmdb", Kind.TV, "1", WorkFacts("Harbour", "harbour", "Harbour"))


def days(count: float) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("out_for", "wait"),
    [(-300, 1), (0, 1), (29, 1), (30, 3), (200, 7), (400, 14), (5 * 365, 30), (40_000, 30)],
)
def test_what_is_new_is_looked_at_daily_and_what_is_old_monthly(out_for, wait):
    assert after_look(TODAY - days(out_for), TODAY) == days(wait)


def test_of_what_came_out_at_a_time_unknown_more_may_be_told_soon():
    assert after_look(None, TODAY) == UNKNOWN


def test_of_a_series_the_newest_season_counts_and_one_that_runs_is_looked_at_weekly():
    old = SeasonInBrief("11", SeasonFacts(1, air_date=TODAY - days(4000)), 10)
    new = SeasonInBrief("12", SeasonFacts(2, air_date=TODAY - days(3)), 10)
    running = replace(SERIES, facts=replace(SERIES.facts, status="Returning Series"), seasons=(old,))

    assert after_work(replace(SERIES, seasons=(old,)), TODAY) == OLD
    assert after_work(replace(SERIES, seasons=(old, new)), TODAY) == days(1)
    assert after_work(running, TODAY) == days(7)


def test_after_failures_ever_more_time_passes_but_for_outages_never_more_than_an_hour():
    waits = [after_failure(count, is_outage=False) for count in range(1, 40)]

    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=5)
    assert waits[-1] == days(1)
    assert after_failure(40, is_outage=True) == timedelta(hours=1)


def test_what_was_looked_at_together_is_spread():
    at = datetime(2026, 11, 21, tzinfo=UTC)

    assert spread(at, days(10), 0.5) == at + days(10)
    assert spread(at, days(10), 0.0) == at + days(8.5)
    assert spread(at, days(10), 1.0) == at + days(11.5)


def test_the_guide_says_when():
    guide = GUIDE.read_text(encoding="utf-8")

    for limit, wait in BY_AGE:
        assert f"less than {limit.days} days | {wait.days} " in guide
