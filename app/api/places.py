"""Places among the catalog's changes, as cursors."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import orjson

from app.core.errors import Invalid

_LARGEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Place:
    """After an event, or within it: works_told is how many of its works were told of, None for all."""

    seq: int
    works_told: int | None = None

    @classmethod
    def of(cls, cursor: str) -> "Place":
        """Raises Invalid."""
        try:
            document = orjson.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
            name, seq, told = document
        except (ValueError, TypeError, binascii.Error) as error:
            raise Invalid("after", "`after` is no cursor of the catalog's changes.") from error
        if name != "change" or not _is_count(seq) or not (told is None or _is_count(told)):
            raise Invalid("after", "`after` is no cursor of the catalog's changes.")
        return cls(seq, told)

    @property
    def cursor(self) -> str:
        return urlsafe_b64encode(orjson.dumps(["change", self.seq, self.works_told])).rstrip(b"=").decode()

    @property
    def after(self) -> int:
        """The event to listen after."""
        return self.seq if self.works_told is None else self.seq - 1

    def told(self, seq: int) -> int:
        """How many works of an event need not be told of again."""
        return (self.works_told or 0) if seq == self.seq else 0


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST
