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
# How long a list is waited for by those that can wait, if others are there meanwhile.
AWAITED = timedelta(minutes=5)
# People have what is known: of those that are called so, each as often as it is popular; and what is called so in
# another language, which the list doesn't tell, once in so many.
ELSEWHERE = 0.1
# What a title costs that is searched for: the search, and the work itself.
SEARCHED = 2.0
MOST_GUESSED, LEAST_POPULAR = 3, 0.001
UNDER_WAY = "It is being fetched."
PAGE, LOOKED_AT, MOST_NAMESAKES = 10_000, 5_000, 50

_WORKS = {Kind.MOVIE: "movies.movies", Kind.TV: "tv.series"}
# Without a year none is taken, and with an id of the provider's none is needed; nor where it is known who is meant.
COULD_BE_GUESSED = {
    kind: f"""
        w.year IS NOT NULL AND NOT w.provider_ids ?| CAST(:providers AS text[]) AND NOT EXISTS (
            SELECT FROM metadata.links k
            WHERE k.kind = '{kind}' AND k.work_id = w.id AND k.status <> 'pending')
    """
    for kind in Kind
}
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
                WHERE {COULD_BE_GUESSED[kind]} AND NOT EXISTS (
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
        WHERE l.kind = :kind AND l.asked_at IS NOT NULL AND {COULD_BE_GUESSED[kind]}
          AND l.work_id > CAST(:after AS uuid)
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
BEING_TAKEN = text(
    """
    SELECT provider, kind FROM metadata.exports
    WHERE problem = :under_way AND asked_at > now() - make_interval(secs => CAST(:awaited_s AS float8))
    ORDER BY provider, kind
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
    """namesakes: how many others of the list are called so. others: those of them that are worth fetching next, where
    it isn't the one before."""

    id: str
    namesakes: int
    others: tuple[str, ...] = ()


async def are_many(db: Db, provider: str, kind: Kind) -> bool:
    """Whether works wait for whose sake a list is worth fetching: such as came since the last one, while that is new.

    One statement.
    """
    times = {"pause_s": PAUSE.total_seconds(), "fresh_s": FRESH.total_seconds()}
    found = await db.value(
        ARE_MANY[kind],
        provider=provider,
        providers=[provider],
        kind=kind.value,
        looked_at=LOOKED_AT,
        few=FEW,
        **times,
    )
    return bool(found)


async def wanted_keys(db: Db, provider: str, kind: Kind) -> Keys:
    """Of the titles of all works that wait and could be guessed. One statement for each ten thousand."""
    keys, after = Keys(), UUID(int=0)
    while rows := await db.rows(KEYS[kind], providers=[provider], kind=kind.value, after=after, most=PAGE):
        keys.add(row["match_key"] for row in rows)
        after = rows[-1]["work_id"]
    return keys


async def guess(db: Db, provider: str, kind: Kind, keys: Sequence[str]) -> Guess | None:
    """Which work is most likely called so; None where searching costs less, or none is known. One statement."""
    rows = await db.rows(GUESSES, provider=provider, kind=kind.value, keys=list(keys), most=MOST_NAMESAKES)
    popularities = {row["id"]: row["popularity"] for row in rows}
    ids = list(popularities)[: _worth_fetching(list(popularities.values()))]
    return Guess(ids[0], len(popularities) - 1, tuple(ids[1:])) if ids else None


def _worth_fetching(popularities: Sequence[float]) -> int:
    """How many of equal titles, the most popular first, are best fetched one by one before it is searched for: so that
    the fewest requests are to be expected."""
    known = [max(each, LEAST_POPULAR) for each in popularities]
    expected, spent, missed = [SEARCHED], 0.0, 1.0
    for number, each in enumerate(known[:MOST_GUESSED], start=1):
        share = (1 - ELSEWHERE) * each / sum(known)
        spent, missed = spent + share * number, missed - share
        expected.append(spent + missed * (number + SEARCHED))
    return expected.index(min(expected))


async def begin_export(tx: Tx, provider: str, kind: Kind) -> None:
    await tx.db.run(BEGIN, provider=provider, kind=kind.value, problem=UNDER_WAY)


async def being_taken(db: Db) -> list[tuple[str, Kind]]:
    """Of which providers lists are being taken, or are about to be, that are likely to be there soon. One statement."""
    rows = await db.rows(BEING_TAKEN, under_way=UNDER_WAY, awaited_s=AWAITED.total_seconds())
    return [(row["provider"], Kind(row["kind"])) for row in rows]


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
