"""Reading JSON that may lack anything, or hold what it shouldn't. Pure; what can't be used is not there."""

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

Json = Mapping[str, Any]
NOTHING: Json = {}
# PostgreSQL indexes titles and names, and takes no more than 2,704 bytes into an index.
LONGEST_NAME = 500
LONGEST_TEXT = 20_000
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_EARLIEST, _LATEST = 1800, 2200
# What TMDb calls languages otherwise than everybody, and what is none.
_LANGUAGES = {"cn": "yue", "mo": "ro", "sh": "sr", "xx": None}


def mapping(value: Any, *path: str) -> Json:
    """The object at the end of the path; an empty one where there is none."""
    for name in path:
        value = cast("Json", value).get(name) if isinstance(value, dict) else None
    return cast("Json", value) if isinstance(value, dict) else NOTHING


def items(value: Any, *path: str) -> list[Json]:
    """The objects of the list at the end of the path, without what else is in it."""
    *way, last = path
    found: Any = mapping(value, *way).get(last)
    listed = cast("list[Any]", found) if isinstance(found, list) else []
    return [cast("Json", each) for each in listed if isinstance(each, dict)]


def words(value: Json, name: str) -> list[str]:
    """The texts of a list."""
    found: Any = value.get(name)
    listed = cast("list[Any]", found) if isinstance(found, list) else []
    return [text for each in listed if (text := _text(each, LONGEST_NAME))]


def text(value: Json, *names: str, most: int = LONGEST_NAME) -> str | None:
    """The first of these that is a text and not empty."""
    for name in names:
        if found := _text(value.get(name), most):
            return found
    return None


def prose(value: Json, name: str) -> str | None:
    """A longer text."""
    return text(value, name, most=LONGEST_TEXT)


def whole(value: Json, name: str, most: int = 2**31 - 1) -> int | None:
    """A whole number from 0, also one that is written as a text."""
    found: Any = value.get(name)
    # A film has hundreds of numbers, nearly all of them as they should be.
    if type(found) is not int:
        if isinstance(found, str) and found.isascii() and found.isdigit():
            found = int(found[:12])
        elif isinstance(found, float) and found.is_integer():
            found = int(found)
        else:
            return None
    return found if 0 <= found <= most else None


def number(value: Json, name: str) -> float | None:
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return float(found) if found >= 0 else None


def identity(value: Json, name: str = "id") -> str | None:
    """An id as text."""
    found = whole(value, name, most=2**63 - 1)
    return str(found) if found else None


def day(value: Json, name: str) -> date | None:
    """A date, also where a time of day follows it."""
    found = value.get(name)
    try:
        parsed = date.fromisoformat(found[:10]) if isinstance(found, str) else None
    except ValueError:
        return None
    return parsed if parsed is not None and _EARLIEST <= parsed.year <= _LATEST else None


def country(value: Json, name: str = "iso_3166_1") -> str | None:
    found = value.get(name)
    return found if isinstance(found, str) and _COUNTRY.fullmatch(found) else None


def language(value: Json, name: str = "iso_639_1") -> str | None:
    found = value.get(name)
    if not isinstance(found, str) or not _LANGUAGE.fullmatch(found):
        return None
    return _LANGUAGES.get(found, found)


def _text(found: Any, most: int) -> str | None:
    if not isinstance(found, str):
        return None
    # PostgreSQL's texts hold no NUL.
    plain = found.replace("\0", "").strip()
    return (plain if len(plain) <= most else plain[:most].strip()) or None
