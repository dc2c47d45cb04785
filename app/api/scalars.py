"""Scalars with a specification, and how they are written and read."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NewType, cast
from urllib.parse import urlsplit

import strawberry
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.types.scalar import ScalarDefinition

Locale = NewType("Locale", str)
URL = NewType("URL", str)
BigInt = NewType("BigInt", int)
JSONObject = NewType("JSONObject", dict[str, Any])

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}", re.ASCII)


def _reader(what: str, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        try:
            return read(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise StrawberryInputCoercionError(f"{value!r} is no {what}.") from error

    return parse


def _read_moment(value: Any) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError(value)
    return datetime.fromisoformat(value.upper().replace(" ", "T")).astimezone(UTC)


def _write_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_date(value: Any) -> date:
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError(value)
    return date.fromisoformat(value)


def _read_locale(value: Any) -> str:
    if not isinstance(value, str) or not _TAG.fullmatch(value):
        raise ValueError(value)
    return value.lower()


def _read_url(value: Any) -> str:
    if not isinstance(value, str) or urlsplit(value).scheme not in ("http", "https"):
        raise ValueError(value)
    return value


def _read_big_int(value: Any) -> int:
    if isinstance(value, bool | float) or not -(1 << 63) <= (number := int(value)) < 1 << 63:
        raise ValueError(value)
    return number


def _read_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(value)
    return cast("dict[str, Any]", value)


def _scalar(
    name: str,
    description: str,
    url: str,
    read: Callable[[Any], Any],
    write: Callable[[Any], Any] = lambda value: value,
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=url,
        serialize=write,
        parse_value=_reader(name, read),
    )


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar(
        "DateTime",
        "A moment in UTC, as RFC 3339 writes it: `2026-11-21T09:30:00Z`.",
        "https://scalars.graphql.org/andimarek/date-time.html",
        _read_moment,
        _write_moment,
    ),
    date: _scalar(
        "Date",
        "A day without a time zone: `2026-11-21`.",
        "https://scalars.graphql.org/andimarek/local-date.html",
        _read_date,
        date.isoformat,
    ),
    Locale: _scalar(
        "Locale",
        "A language as a BCP 47 tag: `en`, `pt-BR`.",
        "https://www.rfc-editor.org/rfc/rfc5646.html",
        _read_locale,
    ),
    URL: _scalar("URL", "An http or https address.", "https://url.spec.whatwg.org/", _read_url),
    BigInt: _scalar(
        "BigInt",
        "A whole number of up to 63 bits and a sign, as a JSON number; for sizes in bytes.",
        "https://www.rfc-editor.org/rfc/rfc8259.html#section-6",
        _read_big_int,
    ),
    JSONObject: _scalar(
        "JSONObject",
        "An object of JSON, as another specification says what is in it.",
        "https://www.rfc-editor.org/rfc/rfc8259.html#section-4",
        _read_object,
    ),
}
