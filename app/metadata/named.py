"""What the names of files say of works and episodes, which counts where nobody else says anything."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.titles import sort_title
from app.core.db import Db, Row
from app.identify.titles import match_key
from app.metadata.facts import Kind
from app.metadata.sought import PARTS_OF_MOVIE, PARTS_OF_SERIES, READINGS

Named = Mapping[str, Any]
WORKS = {
    kind: text(
        f"""
        SELECT w.id, w.title, w.year, w.match_key, (SELECT {READINGS} FROM {parts}) AS readings
        FROM {table} w WHERE w.id = ANY(CAST(:ids AS uuid[]))
        """  # noqa: S608
    )
    for kind, table, parts in (
        (Kind.MOVIE, "movies.movies", PARTS_OF_MOVIE),
        (Kind.TV, "tv.series", PARTS_OF_SERIES),
    )
}
EPISODES = text(
    """
    SELECT e.id, e.season_number, e.number, e.air_date, f.reading FROM tv.episodes e
    JOIN library.episode_parts p ON p.episode_id = e.id JOIN library.files f ON f.id = p.file_id
    WHERE e.id = ANY(CAST(:ids AS uuid[])) AND f.reading IS NOT NULL ORDER BY e.id, f.added_at, f.id
    """
)


async def named_works(db: Db, kind: Kind, ids: Sequence[UUID]) -> dict[UUID, Named]:
    """Of each work that is there title, sort title and year, by column. One statement.

    Where no name has the letters that it is found by, a person said what its files are, and the year stays.
    """
    return {row["id"]: _work(row) for row in await db.rows(WORKS[kind], ids=ids)}


async def named_episodes(db: Db, ids: Sequence[UUID]) -> dict[UUID, Named]:
    """Title, day (as PostgreSQL writes it in JSON) and absolute number of each, by column. One statement."""
    found: dict[UUID, dict[str, Any]] = {key: {} for key in ids}
    for row in await db.rows(EPISODES, ids=ids):
        known = found[row["id"]]
        known |= {name: value for name, value in _episode(row).items() if value and name not in known}
    return dict(found)


def _work(row: Row) -> Named:
    own = [each for each in row["readings"] if match_key(each["title"]) == row["match_key"]]
    spelt = sorted(each["title"] for each in own)
    if not spelt and match_key(row["title"]) == row["match_key"]:
        spelt = [row["title"]]
    title = spelt[0] if spelt else row["match_key"]
    years = sorted(each["year"] for each in own if each["year"])
    year = next(iter(years), None) if own else row["year"]
    return {"title": title, "sort_title": sort_title(title), "year": year}


def _episode(row: Row) -> Named:
    """As `library.nfo_facts` reads names: what stands in that of several episodes is none of theirs."""
    said: Mapping[str, Any] = row["reading"]
    day: str | None = said.get("air_date")
    if row["number"] is None:
        return {"title": said.get("episode_title")} if day and _is_day(row, day) else {}
    numbers = list(_numbers(said))
    season = 1 if said.get("season") is None else said["season"]
    if row["number"] not in numbers or season != row["season_number"]:
        return {}
    absolutes = dict(zip(numbers, said.get("absolutes", ()), strict=False))
    alone = {"title": said.get("episode_title"), "date": day} if len(numbers) == 1 else {}
    return {**alone, "absolute_number": absolutes.get(row["number"])}


def _is_day(row: Row, day: str) -> bool:
    return row["air_date"] == date.fromisoformat(day)


def _numbers(said: Mapping[str, Any]) -> Iterable[int]:
    if said.get("episodes"):
        return said["episodes"]
    if said.get("absolutes") and said.get("season") is None:
        return said["absolutes"]
    return (said["part"],) if said.get("part") and not said.get("air_date") else ()
