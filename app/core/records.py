"""Rows with names: records that asyncpg makes itself, so that reading a thousand of them costs no Python."""

from collections.abc import Sequence
from operator import itemgetter
from typing import TypeVar
from uuid import UUID

import asyncpg

R = TypeVar("R", bound=asyncpg.Record)


class Record(asyncpg.Record):
    """A row whose columns are attributes: a subclass lists their names, in the order in which they are selected.

    Further columns may follow them. Nobody but a statement makes one: see Db.records.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, place in places(cls).items():
            setattr(cls, name, property(itemgetter(place)))


def by_id(ids: Sequence[UUID], rows: Sequence[R]) -> dict[UUID, R | None]:
    """The row of each id, which is its first column; None where there is none.

    By their texts, since an id that asyncpg has just made takes three times as long to hash as to write.
    """
    found = {str(row[0]): row for row in rows}
    return {key: found.get(str(key)) for key in ids}


def places(kind: type[Record]) -> dict[str, int]:
    """Where each column of a row of this class is."""
    return {name: place for place, name in enumerate(kind.__annotations__)}
