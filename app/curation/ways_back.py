"""Where the ids of works lead that undoing takes away: to the works that their files are again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.catalog.identity.redirects import lead_back, redirect
from app.core.outbox import Tx
from app.curation.journalled import Image, Row
from app.library.store_movies import ways

_TABLES = {"movie": "movies.movies", "series": "tv.series", "season": "tv.seasons", "episode": "tv.episodes"}


async def lead_on(tx: Tx, before: Image, after: Image) -> None:
    """Works that were there before and are not now lead to those that have their files, unless it is said where to.

    At most eight statements.
    """
    were, are = _works_of_files(before), _works_of_files(after)
    for kind, table in _TABLES.items():
        gone = {UUID(key[0]) for key in before[table].keys() - after[table].keys()}
        found = ways(were[kind], are[kind])
        there = {UUID(key[0]) for key in after[table]}
        gone -= {UUID(key[1]) for key in after["catalog.redirects"] if key[0] == kind}
        await redirect(tx, kind, {key: way for key, way in found.items() if key in gone and way in there})


async def lead_home(tx: Tx, made: Mapping[str, Sequence[Row]]) -> None:
    """Works that are there again are found by their ids. made: rows by table. Two statements for each kind of these."""
    for kind, table in _TABLES.items():
        if rows := made.get(table):
            await lead_back(tx, kind, [UUID(row["id"]) for row in rows])


def _works_of_files(image: Image) -> dict[str, dict[str, UUID]]:
    """By kind, the work that each part of a file is."""
    movies: dict[str, UUID] = {}
    for row in image["library.movie_parts"].values():
        version = image["movies.versions"].get((row["version_id"],))
        edition = image["movies.editions"].get((version["edition_id"],)) if version else None
        if edition is not None:
            movies[row["file_id"]] = UUID(edition["movie_id"])
    episodes: dict[str, Mapping[str, str]] = {}
    for row in image["library.episode_parts"].values():
        if (episode := image["tv.episodes"].get((row["episode_id"],))) is not None:
            episodes.setdefault(f"{row['file_id']} {episode['season_number']} {episode['position']}", episode)
    return {
        "movie": movies,
        "series": {key: UUID(episode["series_id"]) for key, episode in episodes.items()},
        "season": {key: UUID(episode["season_id"]) for key, episode in episodes.items()},
        "episode": {key: UUID(episode["id"]) for key, episode in episodes.items()},
    }
