"""Cursors: where a page ended, as the values that its list is sorted by."""

import binascii
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Integer
from sqlalchemy.types import TypeEngine

from app.core.errors import Invalid

_LONGEST = 4096


def encode(sort: str, keys: Sequence[Any]) -> str:
    """An opaque, URL-safe cursor that names the sort it belongs to."""
    document = orjson.dumps([sort, *map(_plain, keys)])
    return urlsafe_b64encode(document).rstrip(b"=").decode()


def decode(field: str, cursor: str, sort: str, types: Sequence[TypeEngine[Any]]) -> list[Any]:
    """The values of a cursor, of the types of the sort's keys. Raises Invalid for the argument `field`."""
    try:
        name, *values = _read(cursor)
        if name == sort and len(values) != len(types):
            raise ValueError
    except (ValueError, TypeError, binascii.Error) as error:
        raise Invalid(field, f"`{field}` is no cursor of this list.") from error
    if name != sort:
        raise Invalid(
            field, f"`{field}` is a cursor of another order ({name}, not {sort}). Start without one."
        )
    try:
        return [_typed(kind, value) for kind, value in zip(types, values, strict=True)]
    except (ValueError, TypeError) as error:
        raise Invalid(field, f"`{field}` is no cursor of this list.") from error


def sort_of(cursor: str) -> str:
    """The sort that a cursor belongs to; empty for what is no cursor."""
    try:
        return _read(cursor)[0]
    except (ValueError, TypeError, binascii.Error):
        return ""


def _read(cursor: str) -> list[Any]:
    """The sort and the values. Raises ValueError, TypeError and binascii.Error."""
    if len(cursor) > _LONGEST:
        raise ValueError
    document = orjson.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    name, *values = document
    if not isinstance(name, str):
        raise ValueError
    return [name, *values]


def _plain(value: Any) -> Any:
    # asyncpg reads PostgreSQL's infinite dates as these and writes them back as infinite.
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _typed(kind: TypeEngine[Any], value: Any) -> Any:
    if isinstance(kind, Integer):
        return _whole(value, 63 if isinstance(kind, BigInteger) else 31)
    return _READERS[kind.python_type](value)


def _whole(value: Any, bits: int) -> int:
    if type(value) is not int or not -(1 << bits) <= value < 1 << bits:
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    str: _text,
    float: _number,
    date: date.fromisoformat,
    datetime: _moment,
    UUID: lambda value: UUID(_text(value)),
}


class Keys(Sequence[tuple[Any, ...]]):
    """The values of rows' cursors, which are seldom asked for: the columns from `start` to `end`."""

    __slots__ = ("_end", "_rows", "_start")

    def __init__(self, rows: Sequence[Any], start: int, end: int) -> None:
        self._rows, self._start, self._end = rows, start, end

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        return self._rows[index][self._start : self._end]
