"""What the access rule asks of works."""

from uuid import UUID

from sqlalchemy import text

from app.access.explain import Work
from app.access.rule import Kind
from app.core.db import Db, Row

_HELD = "coalesce((SELECT jsonb_object_agg(l.id, l.name) FROM {rows}), '{{}}') AS libraries"
_TERMS = """
    coalesce((SELECT jsonb_object_agg(t.id, t.name) FROM {links} k JOIN taxonomy.terms t ON t.id = k.term_id
        WHERE k.{key} = {work}), '{{}}') AS terms
"""
_IN_PARTS = """tv.episodes e JOIN library.episode_parts p ON p.episode_id = e.id
    JOIN library.files f ON f.id = p.file_id JOIN library.libraries l ON l.id = f.library_id WHERE {part}"""
_SHOW_TERMS = _TERMS.format(links="tv.series_terms", key="series_id", work="s.id")
MOVIE = text(
    f"""
    SELECT m.age, {
        _HELD.format(
            rows="library.library_movies h JOIN library.libraries l ON l.id = h.library_id"
            " WHERE h.movie_id = m.id"
        )
    }, {_TERMS.format(links="movies.movie_terms", key="movie_id", work="m.id")}
    FROM movies.movies m WHERE m.id = :id
    """  # noqa: S608
)
SERIES = text(
    f"""
    SELECT s.age, {
        _HELD.format(
            rows="library.library_series h JOIN library.libraries l ON l.id = h.library_id"
            " WHERE h.series_id = s.id"
        )
    }, {_SHOW_TERMS} FROM tv.series s WHERE s.id = :id
    """  # noqa: S608
)
SEASON = text(
    f"""
    SELECT s.age, {_HELD.format(rows=_IN_PARTS.format(part="e.season_id = n.id"))}, {_SHOW_TERMS}
    FROM tv.seasons n JOIN tv.series s ON s.id = n.series_id WHERE n.id = :id
    """  # noqa: S608
)
EPISODE = text(
    f"""
    SELECT s.age, {_HELD.format(rows=_IN_PARTS.format(part="e.id = n.id"))}, {_SHOW_TERMS}
    FROM tv.episodes n JOIN tv.series s ON s.id = n.series_id WHERE n.id = :id
    """  # noqa: S608
)
FACTS = {"movie": MOVIE, "series": SERIES, "season": SEASON, "episode": EPISODE}


async def facts_of(db: Db, kind: str, key: UUID) -> Work | None:
    """kind: movie, series, season or episode. One statement; None where there is none."""
    row = await db.row(FACTS[kind], id=key)
    return None if row is None else _work(kind, row)


def _work(kind: str, row: Row) -> Work:
    age, libraries, terms = row
    of_kind = Kind.MOVIE if kind == "movie" else Kind.TV
    return Work(of_kind, age, _by_id(libraries), _by_id(terms))


def _by_id(names: dict[str, str]) -> dict[UUID, str]:
    return {UUID(key): name for key, name in names.items()}
