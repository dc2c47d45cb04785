"""The access predicate's words: clauses about rows, how they are put together, and which films and series exist.

Each is SQL, None where it holds for all rows. Its parameters are those of `Access.values`.
"""

from dataclasses import dataclass

from app.access.rule import Kind, Shape

Clause = str | None

NEVER = "false"
GRANTED = "= ANY(CAST(:access_libraries AS uuid[]))"


def both(*clauses: Clause) -> Clause:
    return " AND ".join(clause for clause in clauses if clause) or None


def either(*clauses: Clause) -> Clause:
    return None if None in clauses else f"({' OR '.join(clause for clause in clauses if clause)})"


def exists(rows: str, *clauses: Clause) -> str:
    return f"EXISTS (SELECT FROM {rows} WHERE {both(*clauses)})"


def row_by_row(shape: Shape, clause: Clause) -> Clause:
    """The clause, looked up for each row that is met, as a page needs it.

    PostgreSQL would rather hash all that an EXISTS beside an OR could ever find, which is right for counting alone.
    """
    return clause if clause is None or shape.is_counted else f"(SELECT {clause})"


def no(clause: Clause) -> str:
    return NEVER if clause is None else f"NOT ({clause})"


def _is_listed(shape: Shape, kind: Kind) -> bool:
    return shape.kinds is None or kind in shape.kinds


def _young(shape: Shape, row: str) -> Clause:
    if not shape.age:
        return None
    known = f"{row}.age <= CAST(:access_age AS int)"
    return f"({known} OR {row}.age IS NULL)" if shape.unrated else known


@dataclass(frozen=True, slots=True)
class _Works:
    """Where works of a kind are. row: what their table is called in clauses. column: by which others name a work."""

    kind: Kind
    table: str
    row: str
    terms: str
    holdings: str
    column: str


_FILMS = _Works(Kind.MOVIE, "movies.movies", "m", "movies.movie_terms", "library.library_movies", "movie_id")
_SERIES = _Works(Kind.TV, "tv.series", "s", "tv.series_terms", "library.library_series", "series_id")


def movie(shape: Shape, key: str, row: str | None = None, *, is_held: bool = False) -> Clause:
    """A film by the expression of its id. row: its row, if at hand; is_held: whether a granted library has it."""
    return _work(shape, _FILMS, key, row, is_held=is_held)


def series(shape: Shape, key: str, row: str | None = None, *, is_held: bool = False) -> Clause:
    """A series by the expression of its id; see `movie`."""
    return _work(shape, _SERIES, key, row, is_held=is_held)


def _work(shape: Shape, works: _Works, key: str, row: str | None, *, is_held: bool) -> Clause:
    if not _is_listed(shape, works.kind):
        return NEVER
    young = _young(shape, row or works.row)
    if young is not None and row is None:
        young = exists(f"{works.table} {works.row}", f"{works.row}.id = {key}", young)
    held = exists(f"{works.holdings} h", f"h.{works.column} = {key}", f"h.library_id {GRANTED}")
    return both(
        young,
        _termed(shape, works, key),
        both(_some(shape, works), held) if shape.libraries and not is_held else None,
    )


def some_movie(shape: Shape) -> Clause:
    """Whether a granted library has any at all."""
    return _some(shape, _FILMS)


def some_series(shape: Shape) -> Clause:
    """Whether a granted library has any at all."""
    return _some(shape, _SERIES)


def _some(shape: Shape, works: _Works) -> Clause:
    """It is told once for a statement: who is granted films alone needn't go through all episodes to find none.

    The first row of a library is the first that isn't before it, which nothing but the key's index can tell: whether
    there is a row at all PostgreSQL would find out by going through the table. Counting goes through it anyway.
    """
    if not shape.libraries or shape.is_counted:
        return None
    first = f"""(SELECT b.library_id FROM {works.holdings} b WHERE b.library_id >= a.id
        ORDER BY b.library_id, b.{works.column} LIMIT 1)"""  # noqa: S608
    return exists("unnest(CAST(:access_libraries AS uuid[])) AS a(id)", f"{first} = a.id")


def _termed(shape: Shape, works: _Works, key: str) -> Clause:
    """Terms of the work whose id is `key`."""
    has = f"l.{works.column} = {key} AND l.term_id = ANY(CAST(:{{}} AS uuid[]))"
    blocked = exists(f"{works.terms} l", has.format("access_blocked"))
    return both(
        f"NOT {blocked}" if shape.blocked else None,
        *(
            exists(f"{works.terms} l", has.format(f"access_allowed_{place}"))
            for place in range(shape.allowed)
        ),
    )
