"""Rows whose columns have names."""

from sqlalchemy import text

from app.core.app import App
from app.core.records import Record, places

ROWS = text("SELECT number, 'film ' || number, 'further' FROM generate_series(1, 2) AS number")


class Film(Record):
    """A row."""

    __slots__ = ()

    number: int
    title: str


async def test_a_statement_makes_rows_of_a_class_that_names_their_columns(app: App):
    films = await app.db.records(Film, ROWS)

    assert [type(film) for film in films] == [Film, Film]
    assert [(film.number, film.title) for film in films] == [(1, "film 1"), (2, "film 2")]
    assert films[0][-1] == "further"
    assert places(Film) == {"number": 0, "title": 1}


async def test_the_first_row_or_none(app: App):
    film = await app.db.record(Film, ROWS)

    assert film is not None
    assert film.title == "film 1"
    assert await app.db.record(Film, text("SELECT 1, '' WHERE false")) is None
