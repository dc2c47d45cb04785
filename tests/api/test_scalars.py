"""Scalars: what they take, and how they are written."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from app.api.scalars import SCALARS, URL, BigInt, Locale
from graphql import GraphQLError


def read(kind: object, value: Any) -> Any:
    parse = SCALARS[kind].parse_value
    assert parse is not None
    return parse(value)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (datetime, "2026-11-21T09:30:00Z", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        (datetime, "2026-11-21t09:30:00z", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        (datetime, "2026-11-21T11:30:00.25+02:00", datetime(2026, 11, 21, 9, 30, 0, 250_000, tzinfo=UTC)),
        (datetime, "2026-11-21T09:30:00.123456789Z", datetime(2026, 11, 21, 9, 30, 0, 123_456, tzinfo=UTC)),
        (date, "2026-11-21", date(2026, 11, 21)),
        (Locale, "pt-BR", "pt-br"),
        (URL, "https://example.com/a?b=c", "https://example.com/a?b=c"),
        (BigInt, 2**40, 2**40),
        (BigInt, "12", 12),
    ],
)
def test_what_scalars_take(kind: object, value: Any, expected: Any) -> None:
    assert read(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (datetime, "2026-11-21"),
        (datetime, "2026-11-21T09:30:00"),
        (datetime, "2026-11-21T25:30:00Z"),
        (datetime, "0001-01-01T00:00:00+14:00"),
        (datetime, 1700000000),
        (datetime, None),
        (date, "2026-11-21T00:00:00Z"),
        (date, "2026-02-30"),
        (date, "20261121"),
        (date, 20261121),
        (Locale, "english language"),
        (Locale, 5),
        (URL, "javascript:alert(1)"),
        (URL, "https://[broken"),
        (URL, 5),
        (BigInt, 2**63),
        (BigInt, 1.5),
        (BigInt, True),
        (BigInt, "twelve"),
        (BigInt, None),
    ],
)
def test_what_scalars_refuse(kind: object, value: Any) -> None:
    with pytest.raises(GraphQLError, match="is no"):
        read(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (datetime, datetime(2026, 11, 21, 9, 30, tzinfo=UTC), "2026-11-21T09:30:00Z"),
        (
            datetime,
            datetime(2026, 11, 21, 11, 30, 0, 5000, tzinfo=timezone(timedelta(hours=2))),
            "2026-11-21T09:30:00.005000Z",
        ),
        (date, date(2026, 11, 21), "2026-11-21"),
        (BigInt, 2**40, 2**40),
    ],
)
def test_how_scalars_are_written(kind: object, value: Any, expected: Any) -> None:
    write = SCALARS[kind].serialize
    assert write is not None
    assert write(value) == expected
