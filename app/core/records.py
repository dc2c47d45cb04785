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
    `class Credit(Record, person=Person)`: reads may have the columns of the one `person` of each follow, by the names
    that `told_as` gives them (see app.core.folding).
    """

    __slots__ = ()

    def __init_subclass__(cls, **folded: "type[Record]") -> None:
        super().__init_subclass__()
        for name, place in places(cls).items():
            setattr(cls, name, property(itemgetter(place)))
        if len(folded) > 1:
            raise TypeError("The columns of one related row alone can follow those of a row.")
        _folded[cls] = folded


def by_id(ids: Sequence[UUID], rows: Sequence[R]) -> dict[UUID, R | None]:
    """The row of each id, which is its first column; None where there is none.

    By their texts, since an id that asyncpg has just made takes three times as long to hash as to write.
    """
    found = {str(row[0]): row for row in rows}
    return {key: found.get(str(key)) for key in ids}


def folded(kind: type[Record]) -> dict[str, type[Record]]:
    """What may follow a row's own columns, by the name of the relation."""
    return _folded.get(kind, {})


def held_in(kind: type[Record]) -> dict[type[Record], int]:
    """The other rows behind whose own columns a row of this class may stand, and where it begins there."""
    return {
        holder: len(places(holder))
        for holder, relations in _folded.items()
        if list(relations.values()) == [kind]
    }


def told_as(relation: str, column: str) -> str:
    """The name of a column of a related row among those of its own."""
    return f"{relation}{FOLDED}{column}"


def places(kind: type[Record]) -> dict[str, int]:
    """Where each column of a row of this class is."""
    return {name: place for place, name in enumerate(kind.__annotations__)}


# In no name of a column.
FOLDED = "__"
_folded: dict[type[Record], dict[str, type[Record]]] = {}
