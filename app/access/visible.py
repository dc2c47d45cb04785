"""The one access predicate: of every table, which rows exist for a viewer whose access has a certain shape.

Each clause is SQL about a row `t` of its table, None where all of its rows exist. Its parameters are those of
`Access.values`, so that viewers of one shape share one statement. What hangs on a work exists if the work does; what
several works share, a person or a genre, if one of these does.
"""

from collections.abc import Callable

from app.access.clauses import (
    GRANTED,
    NEVER,
    Clause,
    both,
    either,
    exists,
    movie,
    no,
    row_by_row,
    series,
    some_movie,
    some_series,
)
from app.access.rule import Shape

Rule = Callable[[Shape], Clause]

# Schemas whose tables tell of works: what is not named here can't be read by those who don't see everything.
SCHEMAS = frozenset(
    {
        "movies",
        "tv",
        "people",
        "taxonomy",
        "collections",
        "catalog",
        "library",
        "curation",
        "images",
        "metadata",
    }
)


def _by(work: Callable[[Shape, str], Clause], key: str) -> Rule:
    return lambda shape: work(shape, key)


def _in_library(shape: Shape, key: str = "t.library_id") -> Clause:
    granted = f"{key} {GRANTED}" if shape.libraries else None
    if shape.kinds is None:
        return granted
    kinds = ", ".join(f"'{kind}'" for kind in sorted(shape.kinds))
    of_kind = exists("library.libraries k", f"k.id = {key}", f"k.kind IN ({kinds})") if kinds else NEVER
    return both(granted, of_kind)


def _file_in_library(shape: Shape, key: str) -> Clause:
    """A file by its id, whatever it holds."""
    inside = _in_library(shape, "g.library_id")
    return None if inside is None else exists("library.files g", f"g.id = {key}", inside)


def _of_episode(shape: Shape, key: str) -> Clause:
    """An episode by its id: of a library that is not granted, other episodes of the same series don't exist."""
    parts = f"library.episode_parts p JOIN library.files f ON f.id = p.file_id AND f.library_id {GRANTED}"
    held = exists(parts, f"p.episode_id = {key}") if shape.libraries else None
    rest = series(shape, "e.series_id", is_held=shape.libraries)
    return both(
        some_series(shape), held, None if rest is None else exists("tv.episodes e", f"e.id = {key}", rest)
    )


def _episode(shape: Shape) -> Clause:
    parts = f"library.episode_parts p JOIN library.files f ON f.id = p.file_id AND f.library_id {GRANTED}"
    held = exists(parts, "p.episode_id = t.id") if shape.libraries else None
    return both(some_series(shape), series(shape, "t.series_id", is_held=shape.libraries), held)


def _of_season(shape: Shape, key: str) -> Clause:
    rest = series(shape, "n.series_id")
    return None if rest is None else exists("tv.seasons n", f"n.id = {key}", rest)


def _season(shape: Shape) -> Clause:
    parts = f"""tv.episodes e JOIN library.episode_parts p ON p.episode_id = e.id
        JOIN library.files f ON f.id = p.file_id AND f.library_id {GRANTED}"""
    held = exists(parts, "e.season_id = t.id") if shape.libraries else None
    return both(series(shape, "t.series_id", is_held=shape.libraries), held)


def _edition(shape: Shape) -> Clause:
    parts = f"""movies.versions v JOIN library.movie_parts p ON p.version_id = v.id
        JOIN library.files f ON f.id = p.file_id AND f.library_id {GRANTED}"""
    held = exists(parts, "v.edition_id = t.id") if shape.libraries else None
    return both(movie(shape, "t.movie_id", is_held=shape.libraries), held)


def _of_edition(shape: Shape, key: str) -> Clause:
    rest = movie(shape, "i.movie_id")
    return None if rest is None else exists("movies.editions i", f"i.id = {key}", rest)


def _version(shape: Shape) -> Clause:
    parts = f"library.movie_parts p JOIN library.files f ON f.id = p.file_id AND f.library_id {GRANTED}"
    held = exists(parts, "p.version_id = t.id") if shape.libraries else None
    return both(_of_edition(shape, "t.edition_id"), held)


def _of_version(shape: Shape, key: str) -> Clause:
    rest = movie(shape, "i.movie_id")
    rows = "movies.versions v JOIN movies.editions i ON i.id = v.edition_id"
    return None if rest is None else exists(rows, f"v.id = {key}", rest)


def _person(shape: Shape, key: str = "t.id") -> Clause:
    films, shows, parts = (
        movie(shape, "c.movie_id"),
        series(shape, "c.series_id"),
        _of_episode(shape, "c.episode_id"),
    )
    return row_by_row(
        shape,
        either(
            exists("movies.credits c", f"c.person_id = {key}", films),
            exists("tv.series_credits c", f"c.person_id = {key}", shows),
            exists("tv.episode_credits c", f"c.person_id = {key}", parts),
        ),
    )


def _term(shape: Shape) -> Clause:
    # All works of a blocked one would be gone through to find that each is blocked.
    unblocked = "t.id <> ALL(CAST(:access_blocked AS uuid[]))" if shape.blocked else None
    has_works = either(
        exists("movies.movie_terms x", "x.term_id = t.id", movie(shape, "x.movie_id")),
        exists("tv.series_terms x", "x.term_id = t.id", series(shape, "x.series_id")),
    )
    return both(unblocked, row_by_row(shape, has_works))


def _collection(shape: Shape, key: str = "t.id") -> Clause:
    has_movie = exists("collections.movies c", f"c.collection_id = {key}", movie(shape, "c.movie_id"))
    return both(some_movie(shape), row_by_row(shape, has_movie))


def _held_works(work: Callable[..., Clause], key: str) -> Rule:
    # The row itself says that a granted library holds the work.
    return lambda shape: both(_in_library(shape), work(shape, key, is_held=True))


def _owned(shape: Shape, row: str, *owners: tuple[str, Callable[[Shape, str], Clause]]) -> Clause:
    """What one of several kinds of works owns."""
    clauses = [both(f"{row}.{column} IS NOT NULL", work(shape, f"{row}.{column}")) for column, work in owners]
    return either(*clauses)


def _of_works(shape: Shape, row: str) -> Clause:
    return _owned(shape, row, ("movie_id", movie), ("series_id", series))


def _pictured(shape: Shape, row: str) -> Clause:
    return either(
        _of_works(shape, row),
        _owned(shape, row, ("season_id", _of_season), ("episode_id", _of_episode)),
    )


def _holds(shape: Shape, key: str) -> Clause:
    """A file by its id: whether it is a part or an extra of a work that exists."""
    return either(
        exists("library.movie_parts p", f"p.file_id = {key}", _of_version(shape, "p.version_id")),
        exists("library.episode_parts q", f"q.file_id = {key}", _of_episode(shape, "q.episode_id")),
        exists("library.extras x", f"x.file_id = {key}", _of_works(shape, "x")),
    )


def _attached(shape: Shape, key: str) -> Clause:
    """A file by its id: of what belongs to no work, nobody knows what it would tell of one."""
    if not shape.is_within_libraries:
        return None
    return row_by_row(
        shape,
        either(
            _holds(shape, key),
            exists("library.artwork a", f"a.file_id = {key}", _pictured(shape, "a")),
            exists("library.streams b", f"b.external_file_id = {key}", _holds(shape, "b.file_id")),
        ),
    )


def _file(shape: Shape, key: str = "t.file_id") -> Clause:
    return both(_file_in_library(shape, key), _attached(shape, key))


def _whole(shape: Shape) -> Clause:
    """What tells of a library as a whole, such as the figures of its scans."""
    return NEVER if shape.is_within_libraries else _in_library(shape)


def _scanned(shape: Shape) -> Clause:
    if shape.is_within_libraries:
        return NEVER
    inside = _in_library(shape, "c.library_id")
    return None if inside is None else exists("library.scans c", "c.id = t.scan_id", inside)


def _problem(shape: Shape) -> Clause:
    named = both("t.file_id IS NOT NULL", _attached(shape, "t.file_id"))
    return both(_in_library(shape), named if shape.is_within_libraries else None)


def _each(shape: Shape, ids: str, clause: Clause) -> Clause:
    return None if clause is None else f"NOT EXISTS (SELECT FROM unnest({ids}) AS u(id) WHERE {no(clause)})"


def _duplicate(shape: Shape) -> Clause:
    return both(_in_library(shape), _each(shape, "t.file_ids", _attached(shape, "u.id")))


def _change(shape: Shape) -> Clause:
    """Nothing of it may be about anything else."""
    return both(
        _each(shape, "t.movie_ids", exists("movies.movies y", "y.id = u.id", movie(shape, "u.id"))),
        _each(shape, "t.series_ids", exists("tv.series y", "y.id = u.id", series(shape, "u.id"))),
        _each(shape, "t.file_ids", _file(shape, "u.id")),
        "(t.movie_ids || t.series_ids || t.file_ids) <> '{}'",
    )


def _redirect(shape: Shape) -> Clause:
    kinds = {"movie": movie, "series": series, "season": _of_season, "episode": _of_episode}
    clauses = [both(f"t.kind = '{kind}'", work(shape, "t.became")) for kind, work in kinds.items()]
    return either(*clauses)


def _picture(shape: Shape) -> Clause:
    """Pictures of accounts tell of no work."""
    owners = {
        "movie": movie,
        "series": series,
        "season": _of_season,
        "episode": _of_episode,
        "person": _person,
        "collection": _collection,
    }
    shown = [both(f"t.owner_kind = '{kind}'", of(shape, "t.owner_id")) for kind, of in owners.items()]
    return either("t.owner_kind = 'user'", *shown)


def _look(shape: Shape) -> Clause:
    kinds = {"movie": movie, "tv": series, "season": _of_season, "collection": _collection}
    return either(*(both(f"t.kind = '{kind}'", of(shape, "t.work_id")) for kind, of in kinds.items()))


def _told_of(shape: Shape) -> Clause:
    """What a provider tells of a work."""
    kinds = {"movie": movie, "tv": series}
    return either(*(both(f"t.kind = '{kind}'", of(shape, "t.work_id")) for kind, of in kinds.items()))


def _part(of: Callable[[Shape, str], Clause], key: str) -> Rule:
    return lambda shape: both(of(shape, key), _file_in_library(shape, "t.file_id"))


def _extra(shape: Shape) -> Clause:
    ownerless = None if shape.is_within_libraries else "num_nonnulls(t.movie_id, t.series_id) = 0"
    owned = _of_works(shape, "t")
    return both(either(owned, ownerless) if ownerless else owned, _file_in_library(shape, "t.file_id"))


def _never(shape: Shape) -> Clause:
    return NEVER


RULES: dict[str, Rule] = {
    "movies.movies": lambda shape: movie(shape, "t.id", "t"),
    "movies.editions": _edition,
    "movies.versions": _version,
    "movies.movie_terms": _by(movie, "t.movie_id"),
    "movies.credits": _by(movie, "t.movie_id"),
    "tv.series": lambda shape: series(shape, "t.id", "t"),
    "tv.seasons": _season,
    "tv.episodes": _episode,
    "tv.series_terms": _by(series, "t.series_id"),
    "tv.series_credits": _by(series, "t.series_id"),
    "tv.episode_credits": _by(_of_episode, "t.episode_id"),
    "people.people": _person,
    "taxonomy.terms": _term,
    "collections.collections": _collection,
    "collections.movies": _by(movie, "t.movie_id"),
    "catalog.redirects": _redirect,
    "catalog.departed": _never,
    "catalog.aliases": _never,
    "library.libraries": lambda shape: _in_library(shape, "t.id"),
    "library.roots": _in_library,
    "library.files": lambda shape: both(_in_library(shape), _attached(shape, "t.id")),
    "library.streams": _file,
    "library.chapters": _file,
    "library.movie_parts": _part(_of_version, "t.version_id"),
    "library.episode_parts": _part(_of_episode, "t.episode_id"),
    "library.library_movies": _held_works(movie, "t.movie_id"),
    "library.library_series": _held_works(series, "t.series_id"),
    "library.series_folders": _never,
    "library.extras": _extra,
    "library.artwork": lambda shape: both(_pictured(shape, "t"), _file_in_library(shape, "t.file_id")),
    "library.taken_images": _file,
    "library.problems": _problem,
    "library.matches": lambda shape: both(_in_library(shape), _attached(shape, "t.file_id")),
    "library.decisions": _never,
    "library.scans": _whole,
    "library.removals": _scanned,
    "library.scan_tasks": _never,
    "library.scan_seen": _never,
    "library.folders_to_attach": _never,
    "library.watches": _in_library,
    "library.stirred": _never,
    "library.fingerprints": _never,
    "library.lookalikes": _never,
    "library.duplicates": _duplicate,
    "metadata.choices": _in_library,
    "metadata.looks": _look,
    "metadata.refreshes": _never,
    "metadata.feeds": _never,
    "metadata.followed": _never,
    "metadata.exports": _never,
    "metadata.guesses": _never,
    "metadata.links": _look,
    "metadata.details": _told_of,
    "metadata.episode_orders": _by(series, "t.series_id"),
    "curation.changes": _change,
    "images.pictures": _picture,
    # By itself an image is nobody's: it is found by what tells whom it shows.
    "images.images": lambda _: None,
}


def _candidates(shape: Shape) -> str:
    """Works that a file may hold are named in JSON; those that don't exist are taken out."""
    films = exists("movies.movies y", "y.id = CAST(c ->> 'work_id' AS uuid)", movie(shape, "y.id", "y"))
    shows = exists("tv.series y", "y.id = CAST(c ->> 'work_id' AS uuid)", series(shape, "y.id", "y"))
    each = "jsonb_array_elements(t.candidates) WITH ORDINALITY AS c(c, place)"
    return f"(SELECT coalesce(jsonb_agg(c ORDER BY place), '[]') FROM {each} WHERE {films} OR {shows})"  # noqa: S608


def _bare_candidates(_: Shape) -> str:
    each = "jsonb_array_elements(t.candidates) WITH ORDINALITY AS c(c, place)"
    bare = "c || CAST('{\"evidence\": []}' AS jsonb)"
    return f"(SELECT coalesce(jsonb_agg({bare} ORDER BY place), '[]') FROM {each})"  # noqa: S608


# Columns that tell of other works than the row's own, and what is shown instead.
REPLACED: dict[str, dict[str, Callable[[Shape], str]]] = {
    "library.matches": {"candidates": _candidates, "evidence": lambda _: "CAST('[]' AS jsonb)"},
    # Evidence tells of all files, also of those in libraries that are not granted.
    "metadata.links": {
        "candidates": _bare_candidates,
        "evidence": lambda _: "CAST('[]' AS jsonb)",
        "basis": lambda _: "CAST('{}' AS jsonb)",
    },
}
