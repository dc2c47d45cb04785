"""What a change may touch: the works and files it names, and all that hangs on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from app.core.db import Db
from app.curation.journalled import (
    BY_NAME,
    IN_EPISODES,
    IN_SEASONS,
    IN_VERSIONS,
    JOURNALLED,
    OF_MOVIES,
    OF_SERIES,
    Journalled,
    Key,
    Row,
)

WORKS_OF_FILES = text(
    """
    SELECT e.movie_id, NULL::uuid FROM library.movie_parts p JOIN movies.versions v ON v.id = p.version_id
    JOIN movies.editions e ON e.id = v.edition_id WHERE p.file_id = ANY(CAST(:file_ids AS uuid[]))
    UNION SELECT NULL, e.series_id FROM library.episode_parts p JOIN tv.episodes e ON e.id = p.episode_id
    WHERE p.file_id = ANY(CAST(:file_ids AS uuid[]))
    UNION SELECT movie_id, series_id FROM library.extras WHERE file_id = ANY(CAST(:file_ids AS uuid[]))
    """
)
HANGING = text(
    f"""
    SELECT 'file', t.file_id FROM library.movie_parts t WHERE {IN_VERSIONS}
    UNION SELECT 'file', t.file_id FROM library.episode_parts t WHERE {IN_EPISODES}
    UNION SELECT 'file', t.file_id FROM library.artwork t
        WHERE {OF_MOVIES} OR {OF_SERIES} OR {IN_SEASONS} OR {IN_EPISODES}
    UNION SELECT 'file', t.file_id FROM library.extras t WHERE {OF_MOVIES} OR {OF_SERIES}
    UNION SELECT 'collection', t.collection_id FROM collections.movies t WHERE {OF_MOVIES}
    """  # noqa: S608
)


def _select(each: Journalled) -> str:
    columns = ", ".join(
        (*(f't."{name}"' for name in each.remembered), *(f"{sql} AS {name}" for name, sql in each.said))
    )
    return (
        f"SELECT '{each.name}', to_jsonb(r) FROM (SELECT {columns} FROM {each.name} t WHERE {each.where}) r"  # noqa: S608
    )


IMAGE = text(" UNION ALL ".join(map(_select, JOURNALLED)))


@dataclass(slots=True)
class Reach:
    """Ids of all that a change may touch."""

    movie_ids: set[UUID] = field(default_factory=set[UUID])
    series_ids: set[UUID] = field(default_factory=set[UUID])
    file_ids: set[UUID] = field(default_factory=set[UUID])
    collection_ids: set[UUID] = field(default_factory=set[UUID])

    def __ior__(self, other: "Reach") -> "Reach":
        self.movie_ids |= other.movie_ids
        self.series_ids |= other.series_ids
        self.file_ids |= other.file_ids
        self.collection_ids |= other.collection_ids
        return self

    async def extend(self, db: Db) -> None:
        """Take in the files and collections that hang on the works. One statement."""
        rows = await db.rows(HANGING, movie_ids=list(self.movie_ids), series_ids=list(self.series_ids))
        for kind, key in rows:
            (self.file_ids if kind == "file" else self.collection_ids).add(key)


async def works_of_files(db: Db, file_ids: Sequence[UUID]) -> tuple[set[UUID], set[UUID]]:
    """The films and series that files hang on. One statement."""
    rows = await db.rows(WORKS_OF_FILES, file_ids=list(file_ids))
    return {row[0] for row in rows if row[0]}, {row[1] for row in rows if row[1]}


async def image(db: Db, reach: Reach) -> dict[str, dict[Key, Row]]:
    """All remembered rows within reach, as they are now, by table and key. One statement."""
    rows = await db.rows(
        IMAGE,
        movie_ids=list(reach.movie_ids),
        series_ids=list(reach.series_ids),
        file_ids=list(reach.file_ids),
        collection_ids=list(reach.collection_ids),
    )
    found: dict[str, dict[Key, Row]] = {each.name: {} for each in JOURNALLED}
    for name, row in rows:
        found[name][BY_NAME[name].key_of(row)] = row
    return found
