"""Making and renewing films."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.catalog import locks
from app.catalog.collections.writes import put_in_collections
from app.catalog.facts import WorkFacts
from app.catalog.movies.tables import EditionRow, MovieCreditRow, MovieTermRow, VersionRow
from app.catalog.outcome import Outcome
from app.catalog.work_writes import WorkTables, save_works
from app.core.bulk import insert
from app.core.ids import new_id
from app.core.outbox import Tx

TABLES = WorkTables(
    kind="movie",
    table="movies.movies",
    date="release_date",
    key="movie_id",
    lock=locks.MOVIES,
    term_row=MovieTermRow,
    credit_row=MovieCreditRow,
    has_runtime=True,
)


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Where a file belongs: an edition's name (empty for the ordinary cut), the version's key and label in it."""

    movie_id: UUID
    edition: str
    key: str
    label: str | None


async def save_movies(tx: Tx, movies: Sequence[WorkFacts]) -> list[Outcome]:
    """Find or make each film, and renew what a describing source says of it; answers in the order given.

    Two entries that mean one film get one id. A constant number of statements. Emits nothing: the caller knows the
    library.
    """
    if not movies:
        return []
    works, described = await save_works(tx, TABLES, movies)
    members = [(movie_id, facts.collection) for movie_id, facts in described if facts.collection is not None]
    await put_in_collections(tx, members)
    return works.outcomes


async def save_versions(tx: Tx, versions: Sequence[VersionFacts]) -> dict[VersionFacts, UUID]:
    """Ids of the versions, made with their editions where they are new. Two statements."""
    editions = await insert(
        tx.db,
        EditionRow,
        [
            {"id": new_id(), "movie_id": movie_id, "name": name}
            for movie_id, name in dict.fromkeys((version.movie_id, version.edition) for version in versions)
        ],
        key=("movie_id", "name"),
        update=("name",),
        returning=("movie_id", "name", "id"),
    )
    edition_ids = {(movie_id, name): edition_id for movie_id, name, edition_id in editions}
    wanted = {(edition_ids[version.movie_id, version.edition], version.key): version for version in versions}
    rows = await insert(
        tx.db,
        VersionRow,
        [
            {"id": new_id(), "edition_id": edition_id, "key": key, "label": version.label}
            for (edition_id, key), version in wanted.items()
        ],
        key=("edition_id", "key"),
        update=("label",),
        returning=("edition_id", "key", "id"),
    )
    version_ids = {(edition_id, key): version_id for edition_id, key, version_id in rows}
    return {
        version: version_ids[edition_ids[version.movie_id, version.edition], version.key]
        for version in versions
    }
