"""Leaving out columns that nobody looks at."""

from sqlalchemy import Integer, Text, bindparam, column, func, select, values

from app.core.app import App
from app.core.projection import also, covers, projected, union
from app.core.records import Record

FILMS = values(column("number", Integer), column("title", Text), name="films").data(
    [(1, "Alien"), (2, "Ran")]
)
STATEMENT = select(
    FILMS.c.number, func.concat(bindparam("before", type_=Text()), FILMS.c.title), FILMS.c.number * 10
).order_by(FILMS.c.title)


class Film(Record):
    """A row; a column beside its own follows."""

    __slots__ = ()

    number: int
    title: str


async def test_what_is_left_out_is_null_and_all_stays_in_its_place(app: App):
    whole = await app.db.records_of(Film, STATEMENT, None, before="The ")
    numbers = await app.db.records_of(Film, STATEMENT, frozenset({"number"}), before="The ")

    assert [(film.number, film.title, film[-1]) for film in whole] == [
        (1, "The Alien", 10),
        (2, "The Ran", 20),
    ]
    assert [(film.number, film.title, film[-1]) for film in numbers] == [(1, None, 10), (2, None, 20)]


def test_a_statement_is_made_once_for_the_same_columns():
    assert projected(STATEMENT, Film, None) is STATEMENT
    assert projected(STATEMENT, Film, frozenset({"title"})) is projected(
        STATEMENT, Film, frozenset({"title"})
    )


def test_none_is_all_columns():
    some, more = frozenset({"id"}), frozenset({"id", "title"})

    assert covers(None, some)
    assert not covers(some, None)
    assert covers(more, some)
    assert not covers(some, more)
    assert union(some, more) == more
    assert union(some, None) is None
    assert also(some, "title") == more
    assert also(None, "title") is None
