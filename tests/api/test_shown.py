"""Types that show rows."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import strawberry

from app.api.node import Node, global_id
from app.api.shown import column_of, id_of, show, shows
from app.core.ids import new_id
from app.core.records import Record


class FilmRow(Record):
    __slots__ = ()

    id: UUID
    title: str
    runtime_s: int


@shows(
    FilmRow, id=id_of("Film"), key="id", runtime_seconds="runtime_s", is_long=lambda row: row.runtime_s > 9000
)
@strawberry.type(description="A film.")
class Film(Node):
    row: strawberry.Private[Any]
    title: str
    runtime_seconds: int
    is_long: bool

    @classmethod
    def of(cls, row: Any) -> "Film":
        return show(cls, row)


class Row(list[Any]):
    """Stands for a record, which a statement alone can make."""

    id = property(lambda self: self[0])
    title = property(lambda self: self[1])
    runtime_s = property(lambda self: self[2])


FILMS = [Film.of(Row([new_id(), title, runtime_s])) for title, runtime_s in (("Alien", 7020), ("Ran", 9600))]
SAID = ("id", "key", "title", "runtime_seconds", "is_long")


def test_objects_say_what_their_rows_do():
    alien = FILMS[0]

    assert type(alien) is Film
    assert [getattr(alien, name) for name in SAID] == [
        global_id("Film", alien.row.id),
        alien.row.id,
        "Alien",
        7020,
        False,
    ]


def test_a_level_is_read_as_its_objects_would_say():
    for name in SAID:
        assert column_of(Film, name)(FILMS) == [getattr(film, name) for film in FILMS]


def test_attributes_of_other_types_are_read_as_well():
    assert column_of(SimpleNamespace, "name")([SimpleNamespace(name="a"), SimpleNamespace(name="b")]) == [
        "a",
        "b",
    ]


@pytest.mark.parametrize("name", ["A", "Ab", "Abc", "Abcd", "Person"])
def test_ids_of_a_column_are_those_of_its_rows(name: str):
    rows = [Row([new_id()]) for _ in range(3)]
    made = id_of(name)

    assert made.column(rows) == [global_id(name, row.id) for row in rows] == [made(row) for row in rows]
    assert made.column([]) == []
