"""How long to wait before another try."""

from datetime import UTC, datetime

import pytest

from app.core.http_retry import LONGEST_S, MOST_S, pause_s, retry_after_s

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 09:59:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 12:00:30 +0200", 30.0),
        ("99999999999999999999", LONGEST_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_S),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after_s(header, NOW) == seconds


def test_pauses_double_up_to_a_bound_and_are_a_share_of_that():
    assert [pause_s(failures, 1.0) for failures in (1, 2, 3)] == [1.0, 2.0, 4.0]
    assert pause_s(1000, 1.0) == MOST_S
    assert pause_s(3, 0.25) == 1.0
    assert pause_s(3, 0.0) == 0.0
