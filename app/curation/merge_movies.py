"""Making several films one."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from app.catalog import locks
from app.catalog.edit_writes import load_states, save_states
from app.catalog.edits import State, filled
from app.catalog.identity.aliases import hand_over, teach
from app.catalog.identity.redirects import became, redirect
from app.core.errors import Invalid, NotFound
from app.core.outbox import Tx
from app.curation.inherit_link import inherit_link
from app.curation.journal import Action, Scope, recorded
from app.curation.names import names_of
from app.curation.settled import files_of, hand_over_decisions, settle
from app.library.removal import DELETE_COLLECTIONS
from app.metadata.facts import Kind

MOST_AT_ONCE = 50
# In this order: what an edition or version of the same name doesn't stand in the way of moves as it is.
MOVE = tuple(
    text(sql)
    for sql in (
        """
        UPDATE movies.editions SET movie_id = :into_id WHERE movie_id = :movie_id
          AND name NOT IN (SELECT e.name FROM movies.editions e WHERE e.movie_id = :into_id)
        """,
        """
        UPDATE movies.versions v SET edition_id = a.id
        FROM movies.editions b JOIN movies.editions a ON a.movie_id = :into_id AND a.name = b.name
        WHERE b.movie_id = :movie_id AND v.edition_id = b.id
          AND NOT EXISTS (SELECT FROM movies.versions x WHERE x.edition_id = a.id AND x.key = v.key)
        """,
        """
        UPDATE library.movie_parts p SET version_id = y.id
        FROM movies.editions b
        JOIN movies.editions a ON a.movie_id = :into_id AND a.name = b.name
        JOIN movies.versions x ON x.edition_id = b.id
        JOIN movies.versions y ON y.edition_id = a.id AND y.key = x.key
        WHERE b.movie_id = :movie_id AND p.version_id = x.id
        """,
        """
        INSERT INTO library.library_movies (library_id, movie_id)
        SELECT library_id, :into_id FROM library.library_movies WHERE movie_id = :movie_id ON CONFLICT DO NOTHING
        """,
        "UPDATE library.artwork SET movie_id = :into_id WHERE movie_id = :movie_id",
        "UPDATE library.extras SET movie_id = :into_id WHERE movie_id = :movie_id",
        """
        UPDATE movies.credits c SET movie_id = :into_id WHERE movie_id = :movie_id
          AND NOT EXISTS (SELECT FROM movies.credits x WHERE x.movie_id = :into_id)
          AND NOT EXISTS (
            SELECT FROM movies.movies m WHERE m.id = :into_id AND m.sources -> 'locked' ? 'credits')
        """,
        """
        INSERT INTO collections.movies (collection_id, movie_id, position)
        SELECT collection_id, :into_id, position FROM collections.movies WHERE movie_id = :movie_id
          AND NOT EXISTS (SELECT FROM collections.movies x WHERE x.movie_id = :into_id)
          AND NOT EXISTS (
            SELECT FROM movies.movies m WHERE m.id = :into_id AND m.sources -> 'locked' ? 'collection')
        ON CONFLICT DO NOTHING
        """,
        "DELETE FROM movies.movies WHERE id = :movie_id",
    )
)
COLLECTIONS = text(
    "SELECT DISTINCT collection_id FROM collections.movies WHERE movie_id = ANY(CAST(:ids AS uuid[]))"
)


async def merge_movies(tx: Tx, into_id: UUID, from_ids: Sequence[UUID]) -> tuple[UUID, UUID]:
    """Make films part of another; answers this one's id and the change.

    Their files, editions and versions stand side by side, and all these files are this film's from now on, whatever
    scans find. What is said of the surviving film stays, and what it lacks is taken from the others, in their order.
    Their ids lead to it, and so do their names and ids elsewhere: new files that are read like them belong to it. What
    a person said that one of them is to a provider, it is from now on, unless a person said it of this one.
    Raises NotFound, Invalid. Emits WorksChanged.
    """
    await locks.hold_works(tx.db)
    await tx.db.run(locks.COLLECTIONS)
    into_id, ids = await merged_ids(tx, "movie", into_id, from_ids)
    states = await loaded(tx, "movie", into_id, ids)
    async with recorded(
        tx, Action.MERGE, merge_summary(states, into_id, ids), Scope(movie_ids=(into_id, *ids))
    ) as change:
        if await inherit_link(tx, Kind.MOVIE, ids, into_id):
            states = await loaded(tx, "movie", into_id, ids)
        files = await files_of(tx, "movie", [into_id, *ids])
        collections = [row[0] for row in await tx.db.rows(COLLECTIONS, ids=ids)]
        for movie_id in ids:
            for statement in MOVE:
                wanted = {"movie_id": movie_id, "into_id": into_id}
                named = {name: value for name, value in wanted.items() if f":{name}" in statement.text}
                await tx.db.run(statement, **named)
        await tx.db.run(DELETE_COLLECTIONS, ids=collections)
        await succeed(tx, "movie", states, into_id, ids)
        await settle(tx, "movie", files, into_id)
    return into_id, change.id


async def merged_ids(tx: Tx, kind: str, into_id: UUID, from_ids: Sequence[UUID]) -> tuple[UUID, list[UUID]]:
    """The works that are meant, which may have become others. Raises Invalid."""
    ways = await became(tx.db, kind, [into_id, *from_ids])
    into_id = ways.get(into_id, into_id)
    ids = list(dict.fromkeys(ways.get(key, key) for key in from_ids))
    if not ids:
        raise Invalid("from", "It needs something to merge.")
    if len(ids) > MOST_AT_ONCE:
        raise Invalid("from", f"At most {MOST_AT_ONCE} at a time.")
    if into_id in ids:
        raise Invalid("from", "A work can't be merged into itself.")
    return into_id, ids


async def loaded(tx: Tx, kind: str, into_id: UUID, ids: Sequence[UUID]) -> dict[UUID, State]:
    """The works as they are. Raises NotFound."""
    states = await load_states(tx, kind, [into_id, *ids])
    for key in (into_id, *ids):
        if key not in states:
            raise NotFound(kind, key)
    return states


def merge_summary(states: Mapping[UUID, State], into_id: UUID, ids: Sequence[UUID]) -> str:
    title, first = states[into_id]["title"], states[ids[0]]["title"]
    return f"Merge “{first}”{f' and {len(ids) - 1} more' if len(ids) > 1 else ''} into “{title}”"


async def succeed(
    tx: Tx, kind: str, states: Mapping[UUID, State], into_id: UUID, ids: Sequence[UUID]
) -> None:
    """What the merged works were known by means the surviving one, and what it lacks is theirs."""
    await redirect(tx, kind, dict.fromkeys(ids, into_id))
    await hand_over(tx, kind, ids, into_id)
    await hand_over_decisions(tx, kind, ids, into_id)
    after = dict(states[into_id])
    for key in ids:
        after = filled(after, states[key])
    await save_states(tx, kind, {into_id: states[into_id]}, {into_id: after})
    await teach(tx, kind, [name for key in ids for name in names_of(states[key], into_id, after)])
