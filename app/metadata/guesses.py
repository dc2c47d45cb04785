"""Which works of a provider a title may mean, as far as its list of all works tells; a guess, until it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from app.core.bulk import insert
from app.core.db import Db
from app.core.outbox import Tx
from app.metadata.exported import Entry, Keys
from app.metadata.facts import Kind
from app.metadata.guess_tables import GuessRow

# From so many on that wait a list of all works costs less than searching for them.
FEW = 200
# Between two lists, whatever came of the first; how long one is good for those that waited then; until it is dropped.
PAUSE, FRESH, KEPT = timedelta(hours=1), timedelta(hours=20), timedelta(days=3)
# People have what is known. Four times as popular as all of its name together, a work is meant in about four of five
# cases; a guess that is right spares a request, and one that is wrong costs one.
FAR_AHEAD = 4.0
UNDER_WAY = "It is being fetched."
PAGE, LOOKED_AT, MOST_NAMESAKES = 10_000, 5_000, 50

_WORKS = {Kind.MOVIE: "movies.movies", Kind.TV: "tv.series"}
# Without a year none is taken, and with an id of the provider's none is needed.
_OPEN = """
    w.year IS NOT NULL AND NOT w.provider_ids ? CAST(:provider AS text) AND NOT EXISTS (
        SELECT FROM metadata.links k
        WHERE k.kind = :kind AND k.work_id = w.id AND k.status <> 'pending')
"""
ARE_MANY = {
    kind: text(
        f"""
        WITH last AS MATERIALIZED (
            SELECT asked_at, problem FROM metadata.exports
            WHERE provider = CAST(:provider AS text) AND kind = :kind
        )
        SELECT NOT EXISTS (
            SELECT FROM last WHERE asked_at > now() - make_interval(secs => CAST(:pause_s AS float8))
        ) AND (
            SELECT count(*) FROM (
                SELECT FROM (
                    SELECT work_id, asked_at FROM metadata.looks WHERE asked_at IS NOT NULL AND kind = :kind
                    ORDER BY urgency, asked_at, work_id LIMIT CAST(:looked_at AS int)
                ) l JOIN {table} w ON w.id = l.work_id
                WHERE {_OPEN} AND NOT EXISTS (
                    SELECT FROM last WHERE problem IS NULL AND l.asked_at <= last.asked_at
                      AND last.asked_at > now() - make_interval(secs => CAST(:fresh_s AS float8)))
                LIMIT CAST(:few AS int) + 1
            ) waiting
        ) > CAST(:few AS int)
        """  # noqa: S608
    )
    for kind, table in _WORKS.items()
}
KEYS = {
    kind: text(
        f"""
        SELECT l.work_id, w.match_key FROM metadata.looks l JOIN {table} w ON w.id = l.work_id
        WHERE l.kind = :kind AND l.asked_at IS NOT NULL AND {_OPEN} AND l.work_id > CAST(:after AS uuid)
        ORDER BY l.work_id LIMIT CAST(:most AS int)
        """  # noqa: S608
    )
    for kind, table in _WORKS.items()
}
GUESSES = text(
    """
    SELECT g.id, g.popularity FROM metadata.exports e JOIN metadata.guesses g ON g.edition = e.edition
    WHERE e.provider = CAST(:provider AS text) AND e.kind = :kind AND g.key = ANY(CAST(:keys AS text[]))
    ORDER BY g.popularity DESC, g.id LIMIT CAST(:most AS int)
    """
)
BEGIN = text(
    """
    INSERT INTO metadata.exports (provider, kind, problem) VALUES (:provider, :kind, :problem)
    ON CONFLICT (provider, kind) DO UPDATE SET asked_at = now(), problem = excluded.problem
    """
)
FAIL = text("UPDATE metadata.exports SET problem = :problem WHERE provider = :provider AND kind = :kind")
# Whoever began later counts, whoever ends first.
COUNT = text(
    """
    UPDATE metadata.exports SET edition = CAST(:edition AS uuid), made_on = :made_on, problem = NULL
    WHERE provider = :provider AND kind = :kind AND (edition IS NULL OR edition < CAST(:edition AS uuid))
    """
)
DROP_EARLIER = text(
    """
    DELETE FROM metadata.guesses g USING metadata.exports e
    WHERE e.provider = :provider AND e.kind = :kind
      AND g.provider = e.provider AND g.kind = e.kind AND g.edition < e.edition
    """
)
DROP_OLD = text(
    """
    DELETE FROM metadata.guesses g USING metadata.exports e
    WHERE g.provider = e.provider AND g.kind = e.kind
      AND e.asked_at < now() - make_interval(secs => CAST(:kept_s AS float8))
    """
)


@dataclass(frozen=True, slots=True)
class Guess:
    """namesakes: how many others of the list are called so."""

    id: str
    namesakes: int


async def are_many(db: Db, provider: str, kind: Kind) -> bool:
    """Whether works wait for whose sake a list is worth fetching: such as came since the last one, while that is new.

    One statement.
    """
    times = {"pause_s": PAUSE.total_seconds(), "fresh_s": FRESH.total_seconds()}
    found = await db.value(
        ARE_MANY[kind], provider=provider, kind=kind.value, looked_at=LOOKED_AT, few=FEW, **times
    )
    return bool(found)


async def wanted_keys(db: Db, provider: str, kind: Kind) -> Keys:
    """Of the titles of all works that wait and could be guessed. One statement for each ten thousand."""
    keys, after = Keys(), UUID(int=0)
    while rows := await db.rows(KEYS[kind], provider=provider, kind=kind.value, after=after, most=PAGE):
        keys.add(row["match_key"] for row in rows)
        after = rows[-1]["work_id"]
    return keys


async def guess(db: Db, provider: str, kind: Kind, keys: Sequence[str]) -> Guess | None:
    """Which work is most likely called so; None where several may be as likely, or none is known. One statement."""
    rows = await db.rows(GUESSES, provider=provider, kind=kind.value, keys=list(keys), most=MOST_NAMESAKES)
    popularities = {row["id"]: row["popularity"] for row in rows}
    if not popularities:
        return None
    (first, most), *others = popularities.items()
    is_clear = not others or most > FAR_AHEAD * sum(popularity for _, popularity in others)
    return Guess(first, len(others)) if is_clear else None


async def begin_export(tx: Tx, provider: str, kind: Kind) -> None:
    await tx.db.run(BEGIN, provider=provider, kind=kind.value, problem=UNDER_WAY)


async def fail_export(tx: Tx, provider: str, kind: Kind, problem: str) -> None:
    """What was known before stays."""
    await tx.db.run(FAIL, provider=provider, kind=kind.value, problem=problem)


async def add_guesses(tx: Tx, provider: str, kind: Kind, edition: UUID, found: Sequence[Entry]) -> None:
    """They count once their edition does. One statement."""
    rows = [
        {
            "edition": edition,
            "key": each.key,
            "id": each.id,
            "provider": provider,
            "kind": kind.value,
            "popularity": each.popularity,
        }
        for each in found
    ]
    await insert(tx.db, GuessRow, rows, key=("edition", "key", "id"))


async def count_edition(tx: Tx, provider: str, kind: Kind, edition: UUID, made_on: date) -> None:
    """From now on it is this one alone. Two statements."""
    key = {"provider": provider, "kind": kind.value}
    await tx.db.run(COUNT, **key, edition=edition, made_on=made_on)
    await tx.db.run(DROP_EARLIER, **key)


async def drop_old(tx: Tx) -> None:
    """What works were called days ago, whoever guesses by it."""
    await tx.db.run(DROP_OLD, kept_s=KEPT.total_seconds())
