"""What is selected of objects of one type: its fields' columns, and the objects that are made of them."""

from collections.abc import Callable, Sequence
from typing import Any

from app.engine.failing import Failed
from app.engine.fields import FieldPlan, TypeName
from app.engine.leaves import Column
from app.engine.places import Place
from app.engine.run import Run

Columns = list[Column]


class Selection:
    """Fields in the order of the response."""

    def __init__(self, fields: Sequence[FieldPlan | TypeName]) -> None:
        self._fields = tuple(fields)
        self._immediate = [(place, field) for place, field in enumerate(fields) if field.is_immediate]
        self._waiting = [(place, field) for place, field in enumerate(fields) if not field.is_immediate]
        self._required = [place for place, field in enumerate(fields) if not field.may_be_null]
        self._build = builder([field.key for field in fields])

    async def run(self, objects: Sequence[Any], place: Place, run: Run) -> Column:
        """The response's objects; Failed where a field that may not be null has failed. All fields at once."""
        columns: Columns = [[]] * len(self._fields)
        for index, field in self._immediate:
            columns[index] = field.now(objects, place, run)
        if len(self._waiting) == 1:
            index, field = self._waiting[0]
            columns[index] = await field.later(objects, place, run)
        elif self._waiting:
            outcomes = await run.together([field.later(objects, place, run) for _, field in self._waiting])
            for (index, _), outcome in zip(self._waiting, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    raise outcome
                columns[index] = outcome
        return self._objects(columns, len(objects), run)

    async def run_serially(self, root: Any, place: Place, run: Run) -> Column:
        """One field after the other, as mutations are; none after one that may not be null and has failed."""
        columns: Columns = []
        for field in self._fields:
            column = await field.later([root], place, run)
            if not field.may_be_null and type(column[0]) is Failed:
                return column
            columns.append(column)
        return self._objects(columns, 1, run)

    def _objects(self, columns: Columns, count: int, run: Run) -> Column:
        objects = self._build(count, *columns)
        if run.any_failed:
            for place in reversed(self._required):
                for index, value in enumerate(columns[place]):
                    if type(value) is Failed:
                        objects[index] = value
        return objects


def builder(keys: Sequence[str]) -> Callable[..., Column]:
    """A function that makes a dict of these keys for each row of as many columns.

    Generated, since a display of a dict takes a third of the time of any way of filling one. Keys are GraphQL names, so
    that none is more than a word.
    """
    if not all(key.isidentifier() and key.isascii() for key in keys):
        raise ValueError("A key of a response is a GraphQL name.")
    if not keys:
        return _empty
    values = [f"v{place}" for place in range(len(keys))]
    columns = [f"c{place}" for place in range(len(keys))]
    made = ", ".join(f"{key!r}: {value}" for key, value in zip(keys, values, strict=True))
    rows = columns[0] if len(keys) == 1 else f"zip({', '.join(columns)})"
    source = f"lambda count, {', '.join(columns)}: [{{{made}}} for {', '.join(values)} in {rows}]"
    return eval(compile(source, "<selection>", "eval"), {"zip": zip})  # noqa: S307


def _empty(count: int) -> Column:
    return [{} for _ in range(count)]
