"""Reading a provider's list of all works: packed, long, and trusted with nothing. Pure."""

import gzip
import os
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import BinaryIO

from app.identify.titles import match_key
from app.metadata.provider import Listed

# Of the list, unpacked, and of one line of it.
MOST_BYTES = 2 << 30
MOST_LINE_BYTES = 64 << 10
# Lines read at once, so that others get their turn between.
LINES = 2_000
_HASH_BYTES = 8
_GZIP = b"\x1f\x8b"


class Unusable(Exception):
    """A list of which nothing is taken, since what is missing in it would be missed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A work of the list. key: of its title."""

    key: str
    id: str
    popularity: float


class Keys:
    """Of a million titles, by eight bytes each, in every process the same.

    Two that share them cost an entry that nobody asks for.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._hashes = array("q")
        self._is_sorted = True
        self.add(keys)

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, keys: Iterable[str]) -> None:
        self._hashes.extend(map(_hash, keys))
        self._is_sorted = False

    def __contains__(self, key: str) -> bool:
        if not self._is_sorted:
            self._hashes, self._is_sorted = array("q", sorted(self._hashes)), True
        sought = _hash(key)
        place = bisect_left(self._hashes, sought)
        return place < len(self._hashes) and self._hashes[place] == sought

    def save(self, file: BinaryIO) -> None:
        self._hashes.tofile(file)

    @classmethod
    def load(cls, file: BinaryIO) -> "Keys":
        """What `save` wrote, all of the file."""
        keys = cls()
        keys._hashes.fromfile(file, os.fstat(file.fileno()).st_size // _HASH_BYTES)
        return keys


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=_HASH_BYTES).digest(), "little", signed=True)


def entries(file: BinaryIO, read: Callable[[bytes], Listed | None], wanted: Keys) -> Iterator[list[Entry]]:
    """Of some lines at a time, those that are called as is wanted. Raises Unusable.

    read: what a line says; None of one that doesn't matter, ValueError for what is none.
    """
    batch, good, bad = list[Entry](), 0, 0
    for number, line in enumerate(_lines(file), start=1):
        try:
            found = read(line)
        except ValueError:
            bad += 1
            found = None
        if found is not None:
            good += 1
            key = match_key(found.title)
            if key in wanted:
                batch.append(Entry(key, found.id, found.popularity))
        if number % LINES == 0:
            yield batch
            batch = []
    if bad >= good:
        raise Unusable("it is no list of works")
    yield batch


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Raises Unusable."""
    file.seek(0)
    is_packed = file.read(2) == _GZIP
    file.seek(0)
    source = gzip.GzipFile(fileobj=file) if is_packed else file
    length = 0
    try:
        while line := source.readline(MOST_LINE_BYTES + 1):
            length += len(line)
            if len(line) > MOST_LINE_BYTES or length > MOST_BYTES:
                raise Unusable("it is longer than any list of works")
            yield line
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Unusable("it breaks off, or is damaged") from None
