"""What the tags in the library's files say of works, read with them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.facts import NAMELESS, EpisodeFacts, SeasonFacts
from app.core.db import Db, Row
from app.metadata.facts import FoundEpisode, FoundSeason, FoundWork, Kind
from app.metadata.local import TAGS
from app.metadata.tags import TaggedEpisode, episodes, film

# A file that holds several films says nothing of one of them.
OF_FILMS = text(
    """
    SELECT m.id, m.title, m.original_title, m.translations, m.year,
      jsonb_agg(f.tags ORDER BY f.added_at, f.id) AS tags
    FROM movies.movies m
    JOIN movies.editions e ON e.movie_id = m.id
    JOIN movies.versions v ON v.edition_id = e.id
    JOIN library.movie_parts p ON p.version_id = v.id AND p.start_ms IS NULL
    JOIN library.files f ON f.id = p.file_id AND f.missing_since IS NULL
    WHERE m.id = ANY(CAST(:ids AS uuid[]))
    GROUP BY m.id
    """
)
# Nor does one that holds several episodes. The day of an episode is its own where it has no number; else a tag may
# have said it.
OF_EPISODES = text(
    """
    SELECT s.id, s.title, s.original_title, s.translations, e.season_number, e.number,
      CASE WHEN e.number IS NULL THEN e.air_date END AS air_date, f.tags
    FROM tv.series s
    JOIN tv.episodes e ON e.series_id = s.id
    JOIN library.episode_parts p ON p.episode_id = e.id
    JOIN library.files f ON f.id = p.file_id AND f.missing_since IS NULL
    WHERE s.id = ANY(CAST(:ids AS uuid[])) AND NOT EXISTS (
      SELECT FROM library.episode_parts o WHERE o.file_id = p.file_id AND o.episode_id <> p.episode_id)
    ORDER BY s.id, e.season_number, e.position, e.id, f.added_at, f.id
    """
)


async def tagged_films(db: Db, ids: Sequence[UUID]) -> dict[UUID, FoundWork]:
    """Of each film, for `merge`: a work without title and id, of which nothing is said where nothing can be believed.

    One statement.
    """
    found = {
        row["id"]: film(_titles(row), row["year"], _tags(row["tags"]))
        for row in await db.rows(OF_FILMS, ids=ids)
    }
    return {key: FoundWork(TAGS.about.id, Kind.MOVIE, "", found.get(key) or NAMELESS) for key in ids}


async def tagged_seasons(db: Db, ids: Sequence[UUID]) -> dict[UUID, list[FoundSeason]]:
    """Of each series the seasons of which there are files, without ids, and in them each episode that has a file to
    itself; of most of them nothing is said. One statement."""
    rows = await db.rows(OF_EPISODES, ids=ids)
    found: dict[UUID, list[FoundSeason]] = {key: [] for key in ids}
    for series_id, group in groupby(rows, lambda row: row["id"]):
        found[series_id] = list(_seasons(list(group)))
    return found


def _seasons(rows: Sequence[Row]) -> Iterator[FoundSeason]:
    files = [
        TaggedEpisode(row["season_number"], row["number"], row["air_date"], tags)
        for row in rows
        for tags in _tags([row["tags"]])
    ]
    told = {facts.key: facts for facts in episodes(_titles(rows[0]), files)}
    bare = {
        facts.key: facts
        for facts in (EpisodeFacts(each.season, each.number, each.air_date) for each in files)
    }
    for number, group in groupby((bare | told).values(), lambda facts: facts.season):
        yield FoundSeason(
            TAGS.about.id, "", SeasonFacts(number), tuple(FoundEpisode("", facts) for facts in group)
        )


def _titles(row: Row) -> list[str]:
    """By which a work is known, in any language."""
    translated = (texts.get("title") for texts in row["translations"].values())
    return [title for title in (row["title"], row["original_title"], *translated) if title]


def _tags(documents: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {key: value for key, value in document.items() if isinstance(value, str)} for document in documents
    ]
