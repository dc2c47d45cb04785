"""Types that show rows: what they say is read off the row when it is asked for, and for a whole level in one go.

    @shows(reads.Movie, id=id_of("Movie"), key="id", runtime_seconds="runtime_s")
    @strawberry.type(description="A film.")
    class Movie(Node):
        row: strawberry.Private[reads.Movie]
        slug: str = strawberry.field(description="...")

A field or private attribute is the row's column of its name, or another one (`runtime_s`), or what a function makes of
the row.
Objects are made by `show`, at the cost of one attribute. Who executes level by level needs none: `Shown` reads the rows
themselves, and makes objects for what looks at one.
"""

from binascii import b2a_base64
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar, cast

from app.core.projection import Columns, given_out
from app.core.records import Record, held_in, places

C = TypeVar("C", bound=type)
T = TypeVar("T")
Column = Callable[[Sequence[Any]], list[Any]]
Read = Callable[[Any], Any]
_new: Any = object.__new__
# Characters of a UUID.
_KEY = 36
# Of what is longer, PostgreSQL's base64 would have more than one line.
_LINE = 57


def shows(row: type[Record], **read: str | Read) -> Callable[[C], C]:
    """read: by field or private attribute, where it is not the row's column of the same name."""
    place = places(row)

    def complete(kind: C) -> C:
        definition = cast("Any", kind).__strawberry_definition__
        plain = [each.python_name for each in definition.fields if each.is_basic_field]
        columns: dict[str, tuple[Column, Column]] = {}
        needs: dict[str, Columns] = {}
        for name in (*plain, *read):
            source = read.get(name, name)
            is_column = isinstance(source, str)
            setattr(kind, name, property(attrgetter(f"row.{source}") if is_column else _of_row(source)))
            columns[name] = _at(place[source]) if is_column else _made(source)
            needs[name] = frozenset({source}) if is_column else getattr(source, "needs", None)
        cast("Any", kind)._columns, cast("Any", kind)._row = columns, row
        cast("Any", kind)._needs = needs
        cast("Any", kind)._sources = {name: read.get(name, name) for name in columns}
        cast("Any", kind).of = _maker(kind)
        return kind

    return complete


def show(kind: type[T], row: Any) -> T:
    """An object of a type that shows rows."""
    shown: Any = _new(kind)
    shown.row = row
    return shown


def row_of(kind: type) -> type[Record] | None:
    """The class of the rows that a type shows."""
    return getattr(kind, "_row", None)


def column_of(kind: type, name: str) -> Column:
    """Reads an attribute of all objects of a class, or of all rows that are shown by it or that hold such rows."""
    columns: dict[str, tuple[Column, Column]] = getattr(kind, "_columns", {})
    if name not in columns:
        return _attribute(name)
    of_rows, of_objects = columns[name]
    readers: dict[Any, Column] = {row_of(kind): of_rows} | _held(kind, name)
    return lambda objects: readers.get(type(objects[0]), of_objects)(objects) if objects else []


def _held(kind: Any, name: str) -> dict[Any, Column]:
    """Reads an attribute off rows of others behind whose own columns such a row stands."""
    row, source = row_of(kind), kind._sources[name]
    own = None if row is None else source if isinstance(source, str) else getattr(source, "name", None)
    if row is None or own is None:
        return {}
    place, made = places(row)[own], None if isinstance(source, str) else source
    return {
        holder: column_at(start + place) if made is None else made.at(start + place)
        for holder, start in held_in(row).items()
    }


def row_column_of(kind: type[Any], column: str) -> Column:
    """Reads a column of the rows that are shown by a class, off them or off the objects."""
    row = row_of(kind)
    assert row is not None
    of_rows, of_objects = _at(places(row)[column])
    return lambda objects: (of_rows if objects and type(objects[0]) is row else of_objects)(objects)


class Varied:
    """Shows each row by one of several types, as one of its columns says. otherwise: for what that doesn't name."""

    def __init__(self, column: str, kinds: Mapping[str, type], otherwise: type) -> None:
        row = row_of(otherwise)
        if row is None or any(row_of(kind) is not row for kind in kinds.values()):
            raise TypeError("Types that rows are shown by have to show the same rows.")
        self.row, place = row, places(row)[column]
        self._kinds: dict[Any, Any] = dict(kinds)
        self._otherwise: Any = otherwise
        self._read = column_at(place)
        self._names = {name: _name(kind) for name, kind in kinds.items()}
        self._other_name, self._place = _name(otherwise), place

    def of(self, row: Any) -> Any:
        """An object of the type that is the row's."""
        return self._kinds.get(row[self._place], self._otherwise).of(row)

    def names(self, rows: Sequence[Any]) -> list[str]:
        """The name of each row's type."""
        names, other = self._names, self._other_name
        return [names.get(value, other) for value in self._read(rows)]


def _name(kind: Any) -> str:
    return kind.__strawberry_definition__.name


def column_at(place: int) -> Column:
    """Reads what stands there in rows."""
    return _at(place)[0]


def needs_of(kind: type, name: str) -> Columns:
    """Of which columns of its row an attribute is made; None where that isn't known."""
    return getattr(kind, "_needs", {}).get(name)


class _Id:
    """Makes the global ids of rows."""

    name = "id"

    def __init__(self, type_name: str) -> None:
        self._start = f"{type_name}:"
        is_short = len(self._start) + _KEY <= _LINE
        self.needs = frozenset({given_out("id", type_name) if is_short else "id"})

    def __call__(self, row: Any) -> str:
        return self._one(row[0])

    def _one(self, key: Any) -> str:
        """A key that is a text is a global id: see app.core.projection."""
        return key if type(key) is str else b2a_base64(f"{self._start}{key}".encode(), newline=False).decode()

    def column(self, rows: Sequence[Any]) -> list[str]:
        return self._encoded([row[0] for row in rows])

    def at(self, place: int) -> Column:
        """The ids of rows that stand there in others."""
        of_rows = column_at(place)
        return lambda rows: self._encoded(of_rows(rows))

    def _encoded(self, keys: list[Any]) -> list[str]:
        """All in one go: each is filled up to whole groups of three bytes, and its end put right afterwards."""
        kinds = set(map(type, keys))
        if str in kinds or not keys:
            return keys if len(kinds) <= 1 else list(map(self._one, keys))
        fill = -(len(self._start) + _KEY) % 3
        between = "\0" * fill + self._start
        told = between.join(map(str, keys))
        encoded = b2a_base64(f"{self._start}{told}{between[:fill]}".encode(), newline=False).decode()
        each = (len(self._start) + _KEY + fill) // 3 * 4
        if not fill:
            return [encoded[at : at + each] for at in range(0, len(encoded), each)]
        kept, end = each - fill, "=" * fill
        return [encoded[at : at + kept] + end for at in range(0, len(encoded), each)]


def id_of(type_name: str) -> _Id:
    """The global id of a row, whose first column is its `id`."""
    return _Id(type_name)


class _Made:
    """Makes values of one column."""

    def __init__(self, column: str, make: Read) -> None:
        self.needs, self.name, self.make = frozenset({column}), column, make

    def __call__(self, row: Any) -> Any:
        return self.make(getattr(row, self.name))

    def column(self, rows: Sequence[Any]) -> list[Any]:
        return list(map(self.make, map(attrgetter(self.name), rows)))

    def at(self, place: int) -> Column:
        """What is made of a column that stands there in other rows."""
        of_rows, make = column_at(place), self.make
        return lambda rows: list(map(make, of_rows(rows)))


def made_of(column: str, make: Read) -> Read:
    """What a function makes of one of the row's columns."""
    return _Made(column, make)


def _maker(kind: Any) -> Any:
    """`show` for one type, as a call of one function."""
    new = _new

    def of(row: Any) -> Any:
        shown = new(kind)
        shown.row = row
        return shown

    return staticmethod(of)


def _of_row(source: Read) -> Read:
    return lambda shown: source(shown.row)


def _at(place: int) -> tuple[Column, Column]:
    """Of rows, and of objects that have them."""
    # A constant index costs half of what a function for each object does.
    of_rows = eval(f"lambda rows: [row[{place:d}] for row in rows]")  # noqa: S307
    of_objects = eval(f"lambda objects: [each.row[{place:d}] for each in objects]")  # noqa: S307
    return of_rows, of_objects


def _made(source: Read) -> tuple[Column, Column]:
    of_rows: Column = (
        source.column if isinstance(source, _Id | _Made) else lambda rows: [source(row) for row in rows]
    )
    return of_rows, lambda objects: of_rows([each.row for each in objects])


def _attribute(name: str) -> Column:
    read = attrgetter(name)
    return lambda objects: list(map(read, objects))
