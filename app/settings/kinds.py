"""What values settings take: how each kind is written in JSON and in the environment, and what it refuses."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

MOST_CHARS = 2000
MOST_ITEMS = 1000
TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})

Check = Callable[[str], object]


class Type(StrEnum):
    BOOLEAN = "boolean"
    INT = "int"
    FLOAT = "float"
    DURATION = "duration"
    CHOICE = "choice"
    TEXT = "text"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Kind:
    """minimum, maximum: of numbers, and of durations in seconds; both may be taken.

    choices: the StrEnum of a choice. check: raises ValueError, with a sentence, for a text or item that can't be taken.
    """

    name: Type
    minimum: float | None = None
    maximum: float | None = None
    choices: type[StrEnum] | None = None
    check: Check | None = None

    @property
    def taken(self) -> str:
        """What the environment may say, in words."""
        match self.name:
            case Type.BOOLEAN:
                return "true or false"
            case Type.CHOICE:
                return f"one of {', '.join(self.choices or ())}"
            case Type.TEXT:
                return "a line of text"
            case Type.TEXTS:
                return "texts with commas between them"
            case _:
                words = {Type.INT: "a whole number", Type.FLOAT: "a number"}
                return words.get(self.name, "seconds") + self._bounds()

    def plain(self, value: Any) -> Any:
        """The value as JSON has it: durations in seconds, choices by name."""
        match value:
            case timedelta():
                return value.total_seconds()
            case StrEnum():
                return value.value
            case tuple():
                return list(cast("tuple[str, ...]", value))
            case _:
                return value

    def value(self, plain: Any) -> Any:
        """Raises ValueError with a sentence for what this kind doesn't take."""
        match self.name:
            case Type.BOOLEAN:
                return _of_type(plain, bool, "true or false")
            case Type.INT:
                return self._bounded(_of_type(plain, int, "a whole number"))
            case Type.FLOAT:
                return self._bounded(_number(plain))
            case Type.DURATION:
                return timedelta(seconds=self._bounded(_number(plain)))
            case Type.CHOICE:
                return self._choice(plain)
            case Type.TEXT:
                return self._text(plain)
            case Type.TEXTS:
                return self._texts(plain)

    def read(self, text: str) -> Any:
        """The value that stands in the environment; lists are comma-separated. Raises ValueError."""
        match self.name:
            case Type.BOOLEAN:
                return self.value(_flag(text))
            case Type.INT:
                return self.value(_parsed(text, int))
            case Type.FLOAT | Type.DURATION:
                return self.value(_parsed(text, float))
            case Type.TEXTS:
                return self.value([part.strip() for part in text.split(",") if part.strip()])
            case _:
                return self.value(text)

    def _bounds(self) -> str:
        given = {"from": self.minimum, "to": self.maximum}
        return "".join(f" {word} {bound:.15g}" for word, bound in given.items() if bound is not None)

    def _bounded(self, number: Any) -> Any:
        if self.minimum is not None and number < self.minimum:
            raise ValueError(f"It must be at least {self.minimum:g}.")
        if self.maximum is not None and number > self.maximum:
            raise ValueError(f"It must be at most {self.maximum:g}.")
        return number

    def _choice(self, plain: Any) -> StrEnum:
        assert self.choices is not None
        try:
            return self.choices(plain)
        except ValueError:
            raise ValueError(f"It must be one of {', '.join(self.choices)}.") from None

    def _text(self, plain: Any) -> str:
        text: str = _of_type(plain, str, "a text")
        if len(text) > MOST_CHARS or not text.isprintable():
            raise ValueError(f"It must be one line of at most {MOST_CHARS} characters.")
        if self.check is not None:
            self.check(text)
        return text

    def _texts(self, plain: Any) -> tuple[str, ...]:
        items: list[Any] = _of_type(plain, list, "a list of texts")
        if len(items) > MOST_ITEMS:
            raise ValueError(f"It must have at most {MOST_ITEMS} items.")
        return tuple(self._text(item) for item in items)


def _of_type(plain: Any, wanted: type[Any], name: str) -> Any:
    if type(plain) is not wanted:
        raise ValueError(f"It must be {name}.")
    return plain


def _number(plain: Any) -> float:
    if type(plain) not in (int, float) or not math.isfinite(plain):
        raise ValueError("It must be a number.")
    return float(plain)


def _parsed(text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError:
        raise ValueError("It must be a number.") from None


def _flag(text: str) -> bool | None:
    word = text.strip().lower()
    return True if word in TRUE else False if word in FALSE else None
