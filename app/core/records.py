"""Rows with names: records that asyncpg makes itself, so that reading a thousand of them costs no Python."""

from operator import itemgetter

import asyncpg


class Record(asyncpg.Record):
    """A row whose columns are attributes: a subclass lists their names, in the order in which they are selected.

    Further columns may follow them. Nobody but a statement makes one: see Db.records.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, place in places(cls).items():
            setattr(cls, name, property(itemgetter(place)))


def places(kind: type[Record]) -> dict[str, int]:
    """Where each column of a row of this class is."""
    return {name: place for place, name in enumerate(kind.__annotations__)}
