"""The access predicate's words: clauses about rows, how they are put together, and which films and series exist.

Each is SQL, None where it holds for all rows. Its parameters are those of `Access.values`.
"""

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


def _termed(shape: Shape, key: str, links: str, column: str) -> Clause:
    """Terms of the work whose id is `key`."""
    has = f"l.{column} = {key} AND l.term_id = ANY(CAST(:{{}} AS uuid[]))"
    blocked = exists(f"{links} l", has.format("access_blocked"))
    return both(
        f"NOT {blocked}" if shape.blocked else None,
        *(exists(f"{links} l", has.format(f"access_allowed_{place}")) for place in range(shape.allowed)),
    )


def _held(shape: Shape, key: str, holdings: str, column: str) -> Clause:
    held = exists(f"{holdings} h", f"h.{column} = {key}", f"h.library_id {GRANTED}")
    return held if shape.libraries else None


def movie(shape: Shape, key: str, row: str | None = None, *, is_held: bool = False) -> Clause:
    """A film by the expression of its id. row: its row, if at hand; is_held: whether a granted library has it."""
    if not _is_listed(shape, Kind.MOVIE):
        return NEVER
    young = _young(shape, row or "m")
    if young is not None and row is None:
        young = exists("movies.movies m", f"m.id = {key}", young)
    held = None if is_held else _held(shape, key, "library.library_movies", "movie_id")
    return both(young, _termed(shape, key, "movies.movie_terms", "movie_id"), held)


def series(shape: Shape, key: str, row: str | None = None, *, is_held: bool = False) -> Clause:
    """A series by the expression of its id; see `movie`."""
    if not _is_listed(shape, Kind.TV):
        return NEVER
    young = _young(shape, row or "s")
    if young is not None and row is None:
        young = exists("tv.series s", f"s.id = {key}", young)
    held = None if is_held else _held(shape, key, "library.library_series", "series_id")
    return both(young, _termed(shape, key, "tv.series_terms", "series_id"), held)
