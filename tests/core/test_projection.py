"""Leaving out columns that nobody looks at."""

from itertools import combinations

from sqlalchemy import Integer, Text, bindparam, column, func, select, values

from app.core.app import App
from app.core.paging import Listing, Order, Page, fetch_page, sorts
from app.core.projection import MOST_SETS, also, covers, few, given_out, projected, union
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


class Letters(Record):
    """A row of many columns."""

    __slots__ = ()

    a: int
    b: int
    c: int
    d: int
    e: int
    f: int


WIDE = values(*(column(name, Integer) for name in "abcdef"), name="letters").data([(1, 2, 3, 4, 5, 6)])
# The largest are first, so that there is one to take in the place of most others.
SUBSETS = [frozenset(each) for size in range(5, -1, -1) for each in combinations("abcdef", size)]


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


async def test_sets_of_columns_are_few_statements_that_have_what_is_wanted(app: App, statements: list[str]):
    statement = select(*WIDE.c)

    for columns in SUBSETS:
        (row,) = await app.db.records_of(Letters, statement, columns)
        assert all(row["abcdef".index(name)] == "abcdef".index(name) + 1 for name in columns)

    assert len(SUBSETS) > MOST_SETS
    assert len(set(statements)) == MOST_SETS


async def test_pages_with_sets_of_columns_are_few_statements_too(app: App, statements: list[str]):
    listing = Listing(select(*WIDE.c), WIDE.c.a, Letters)
    sort = sorts("b", WIDE.c.b)[Order("b")]

    for columns in SUBSETS:
        found = await fetch_page(app.db, listing, sort, Page(first=1), columns=columns)
        assert all(found.items[0]["abcdef".index(name)] == "abcdef".index(name) + 1 for name in columns)

    assert len(set(statements)) == MOST_SETS


def test_the_smallest_set_that_has_all_columns_is_taken_where_there_are_many():
    statement = select(*WIDE.c)
    sets = [frozenset({"a", "b"}), frozenset({"a", "b", "c"})]
    for columns in (*sets, *(frozenset({f"other{number}"}) for number in range(MOST_SETS - 2))):
        assert few(statement, columns) == columns

    assert few(statement, frozenset({"a"})) == sets[0]
    assert few(statement, frozenset({"a", "c"})) == sets[1]
    assert few(statement, frozenset({"d"})) is None
    assert few(statement, sets[1]) == sets[1]
    assert few(statement, None) is None


AS_FILM, AS_WORK = given_out("number", "Film"), given_out("number", "Work")


async def test_ids_are_given_out_where_nobody_needs_them_themselves(app: App) -> None:
    async def numbers(*columns: str) -> list[object]:
        rows = await app.db.records_of(Film, STATEMENT, frozenset(columns), before="The ")
        return [row.number for row in rows]

    assert await numbers(AS_FILM) == ["RmlsbTox", "RmlsbToy"]
    assert await numbers(AS_FILM, "title") == ["RmlsbTox", "RmlsbToy"]
    assert await numbers(AS_FILM, "number") == [1, 2]
    assert await numbers(AS_FILM, AS_WORK) == [1, 2]


def test_ids_are_as_good_as_what_is_made_of_them() -> None:
    assert covers(frozenset({"number", "title"}), frozenset({AS_FILM, "title"}))
    assert not covers(frozenset({AS_FILM, "title"}), frozenset({"number"}))
    assert not covers(frozenset({AS_FILM}), frozenset({AS_WORK}))
    assert not covers(frozenset({AS_FILM}), None)
