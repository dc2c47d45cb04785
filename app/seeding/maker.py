"""Chance that comes out the same every time, and what the works of an invented catalog all are made of."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import TypeVar
from uuid import UUID

from app.seeding import words

T = TypeVar("T")

# The first work of each kind came into the catalog then, the others a minute after each other.
FIRST_ADDED_AT = datetime(2023, 1, 1, tzinfo=UTC)
_FIRST_MS = int(FIRST_ADDED_AT.timestamp() * 1000)
FIRST_YEAR, LAST_YEAR = 1930, 2025


def added(number: int) -> datetime:
    return FIRST_ADDED_AT + timedelta(minutes=number)


def key(kind: str, number: int, part: int = 1) -> str:
    """A UUIDv7 (RFC 9562) of the time when a thing was added; those of its parts ascend, from 1."""
    ms = _FIRST_MS + number * 60_000
    own = int.from_bytes(blake2b(f"{kind} {number}".encode(), digest_size=8).digest()) + part
    value = f"{ms << 80 | (0x7000 | part & 0xFFF) << 64 | 2 << 62 | own & (1 << 62) - 1:032x}"
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


def number_of(own: UUID) -> int:
    """Of a thing, by its key."""
    added_at = datetime.fromtimestamp((own.int >> 80) / 1000, UTC)
    return round((added_at - FIRST_ADDED_AT) / timedelta(minutes=1))


class Maker:
    """Makes one thing out of its kind and number alone, so that any part of a catalog can be made anew.

    Only of `random()` does Python promise that it stays what it is.
    """

    __slots__ = ("_dice", "_parts", "added_at", "kind", "number")

    def __init__(self, kind: str, number: int) -> None:
        self.kind, self.number = kind, number
        self.added_at = added(number)
        self._dice = Random(f"{kind} {number}")  # noqa: S311
        self._parts = 0

    def id(self) -> str:
        """The thing's own first, then those of its parts."""
        self._parts += 1
        return key(self.kind, self.number, self._parts)

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self._dice.random() * len(options))]

    def some(self, options: Sequence[T], number: int) -> tuple[T, ...]:
        """Different ones, as many as that or as there are, those in front more often."""
        found: dict[T, None] = {}
        while len(found) < min(number, len(options)):
            found[options[self.low(len(options))]] = None
        return tuple(found)

    def low(self, below: int) -> int:
        """A number from 0, low ones more often: some people play in very many films."""
        return int(below * self._dice.random() ** 1.6)

    def whole(self, least: int, most: int) -> int:
        return least + int(self._dice.random() * (most - least + 1))

    def happens(self, share: float) -> bool:
        return self._dice.random() < share

    def year(self) -> int:
        """Recent ones more often."""
        return LAST_YEAR - self.low(LAST_YEAR - FIRST_YEAR + 1)

    def day(self, year: int) -> date:
        return date(year, self.whole(1, 12), self.whole(1, 28))

    def fill(self, form: str) -> str:
        """A sentence with words for its gaps."""
        return form.format(
            name=self.pick(words.FIRST_NAMES),
            place=self.pick(words.PLACES),
            noun=self.pick(words.NOUNS).lower(),
            other=self.pick(words.NOUNS).lower(),
            adjective=self.pick(words.ADJECTIVES).lower(),
        )

    def title(self) -> str:
        adjective, noun, other = self.pick(words.ADJECTIVES), self.pick(words.NOUNS), self.pick(words.NOUNS)
        match self.whole(0, 7):
            case 0:
                return f"The {adjective} {noun}"
            case 1:
                return f"{noun} of the {adjective} {other}"
            case 2:
                return f"{self.pick(words.FIRST_NAMES)}'s {noun}"
            case 3:
                return f"A {noun} in {self.pick(words.PLACES)}"
            case 4:
                return f"The {noun} and the {other}"
            case 5:
                return f"{adjective} {noun}"
            case 6:
                return f"{self.pick(words.PLACES)}: The {adjective} {noun}"
            case _:
                return f"{self.whole(2, 99)} {adjective} {noun}s"

    def overview(self) -> str:
        return " ".join(self.fill(self.pick(words.SENTENCES)) for _ in range(self.whole(2, 5)))

    def foreign_title(self, language: str) -> str:
        a, b = self.pick(words.FOREIGN_WORDS[language]), self.pick(words.FOREIGN_WORDS[language])
        return self.pick(words.FOREIGN[language]).format(a=a, b=b)

    def person_name(self) -> str:
        surname = self.pick(words.SURNAME_STARTS) + self.pick(words.SURNAME_ENDS)
        return f"{self.pick(words.FIRST_NAMES)} {surname}"
