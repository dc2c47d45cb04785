"""Searching the catalog by hand for the work that a file holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import Viewer
from app.core.db import Db
from app.core.errors import Invalid, NotFound
from app.library.match_reads import Candidate

LONGEST_TEXT = 300
MOST_FOUND = 50
SAME_YEAR, NEXT_YEAR, NO_YEAR, OTHER_YEAR = 1.0, 0.9, 0.8, 0.6
# Whatever has the words, or words like them, in a title of any language: both go by the trigram index.
_SEARCH = f"""
    WITH wanted AS (SELECT public.marquee_fold({{wanted}}) AS title, {{year}} AS year),
    near AS (
        SELECT w.id, w.title, w.year, w.popularity, w.search_text, wanted.title AS wanted, CASE
            WHEN wanted.year IS NULL OR w.year IS NULL THEN {NO_YEAR}
            WHEN w.year = wanted.year THEN {SAME_YEAR}
            WHEN abs(w.year - wanted.year) = 1 THEN {NEXT_YEAR} ELSE {OTHER_YEAR} END AS nearness
        FROM wanted, {{table}} w
        WHERE w.search_text LIKE '%' || regexp_replace(wanted.title, '([\\\\%_])', '\\\\\\1', 'g') || '%'
            OR wanted.title OPERATOR(public.<%) w.search_text)
    SELECT n.id, n.title, n.year, best.title AS called, best.likeness,
        public.marquee_fold(n.title) = best.title AS is_main
    FROM near n
    CROSS JOIN LATERAL (
        SELECT t.title, public.similarity(n.wanted, t.title) AS likeness
        FROM unnest(string_to_array(n.search_text, ' | ')) AS t(title) ORDER BY 2 DESC LIMIT 1) best
    ORDER BY best.likeness * n.nearness DESC, n.popularity DESC, n.id LIMIT CAST(:most AS int)
"""  # noqa: S608
_TABLES = {"movie": "movies.movies", "tv": "tv.series"}
SEARCH = {
    kind: text(_SEARCH.format(table=table, wanted="CAST(:wanted AS text)", year="CAST(:year AS int)"))
    for kind, table in _TABLES.items()
}
_TITLE, _YEAR = "f.reading ->> 'title'", "CAST(f.reading ->> 'year' AS int)"
_LIKE = """
    SELECT f.id AS file_id, l.kind, {title} AS wanted, {said_year} AS wanted_year, found.*
    FROM library.files f JOIN library.libraries l ON l.id = f.library_id AND l.kind = '{kind}'
    CROSS JOIN LATERAL ({search}) found
    WHERE f.id = ANY(CAST(:ids AS uuid[])) AND {title} <> ''
"""
# For each file the works whose titles are like what its name says, the likeliest first.
LIKE_FILES = text(
    " UNION ALL ".join(
        "("
        + _LIKE.format(
            kind=kind,
            title=_TITLE,
            said_year=_YEAR,
            search=_SEARCH.format(table=table, wanted=_TITLE, year=_YEAR),
        )
        + ")"
        for kind, table in _TABLES.items()
    )
)
SAID = text(
    """
    SELECT l.kind, f.reading ->> 'title' AS title, CAST(f.reading ->> 'year' AS int) AS year, f.name
    FROM library.files f JOIN library.libraries l ON l.id = f.library_id WHERE f.id = :file_id
    """
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for. kind: movie or tv, as of libraries."""

    kind: str
    title: str
    year: int | None


async def wanted_of_file(db: Db, file_id: UUID, title: str | None, year: int | None) -> Wanted:
    """What a file's name says, unless a title is given; its year goes with its title. Raises NotFound, Invalid."""
    row = await db.row(SAID, file_id=file_id)
    if row is None:
        raise NotFound("file", file_id)
    said = title or row["title"]
    if not said:
        raise Invalid("text", f"Nothing could be read from {row['name']}: give a title.")
    return Wanted(row["kind"], said, year if year is not None or title else row["year"])


async def search_matches(db: Db, wanted: Wanted, *, first: int) -> list[Candidate]:
    """Films or series whose titles are like the one that is wanted, the best first. One statement. Raises Invalid."""
    title = wanted.title.strip()
    if not title or len(title) > LONGEST_TEXT or "\0" in title:
        raise Invalid("text", f"A title to search for has 1 to {LONGEST_TEXT} characters.")
    if not 1 <= first <= MOST_FOUND:
        raise Invalid("first", f"It has to be between 1 and {MOST_FOUND}.")
    rows: Sequence[Any] = await db.rows(SEARCH[wanted.kind], wanted=title, year=wanted.year, most=first)
    return [_candidate(row, wanted) for row in rows]


async def works_like_files(
    db: Db, viewer: Viewer, file_ids: Sequence[UUID], *, first: int
) -> dict[UUID, list[Candidate]]:
    """Works whose titles are like what each file's name says, the best first. One statement. Raises Invalid."""
    if not 1 <= first <= MOST_FOUND:
        raise Invalid("first", f"It has to be between 1 and {MOST_FOUND}.")
    found: dict[UUID, list[Candidate]] = {key: [] for key in file_ids}
    for row in await db.rows(LIKE_FILES, ids=list(file_ids), most=first):
        found[row["file_id"]].append(_candidate(row, Wanted(row["kind"], row["wanted"], row["wanted_year"])))
    return {key: sorted(rows, key=lambda each: -each.score) for key, rows in found.items()}


def _candidate(row: Any, wanted: Wanted) -> Candidate:
    likeness = float(row["likeness"])
    nearness, said = _year(row["year"], wanted.year)
    called = "Its title" if row["is_main"] else f"Its other title, “{row['called']}”,"
    alike = "is the same." if likeness >= 1 else f"is alike: {likeness:.0%}."
    is_film = wanted.kind == "movie"
    return Candidate(
        row["id"] if is_film else None,
        None if is_film else row["id"],
        row["title"],
        row["year"],
        round(likeness * nearness, 3),
        (f"{called} {alike}", *said),
    )


def _year(year: int | None, wanted: int | None) -> tuple[float, tuple[str, ...]]:
    if wanted is None:
        return NO_YEAR, ()
    if year is None:
        return NO_YEAR, ("Its year is not known.",)
    if year == wanted:
        return SAME_YEAR, ("So is its year.",)
    if abs(year - wanted) == 1:
        return NEXT_YEAR, (f"Its year, {year}, is next to {wanted}.",)
    return OTHER_YEAR, (f"It is of {year}.",)
