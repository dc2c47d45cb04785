"""Taking what is to be looked at, under a lease, and writing down how that went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.core.db import Db, Row
from app.core.outbox import Tx
from app.metadata.facts import Kind
from app.metadata.guesses import COULD_BE_GUESSED
from app.metadata.wanted import Urgency

LEASE_S = 60

# Whether one of the libraries that hold a work may ask its providers just now. A subquery is looked up for the few that
# are taken; for what stands in a condition itself PostgreSQL would rather hash all that these libraries hold.
IS_OPEN = """
    (SELECT CASE l.kind
      WHEN 'movie' THEN EXISTS (
        SELECT FROM library.library_movies h
        WHERE h.movie_id = l.work_id AND h.library_id = ANY(CAST(:libraries AS uuid[])))
      WHEN 'tv' THEN EXISTS (
        SELECT FROM library.library_series h
        WHERE h.series_id = l.work_id AND h.library_id = ANY(CAST(:libraries AS uuid[])))
      WHEN 'season' THEN EXISTS (
        SELECT FROM tv.seasons s JOIN library.library_series h ON h.series_id = s.series_id
        WHERE s.id = l.work_id AND h.library_id = ANY(CAST(:libraries AS uuid[])))
      ELSE EXISTS (
        SELECT FROM collections.movies c JOIN library.library_movies h ON h.movie_id = c.movie_id
        WHERE c.collection_id = l.work_id AND h.library_id = ANY(CAST(:libraries AS uuid[])))
    END)
"""
# First, since it costs least: what no open library can hold.
_OF_OPEN_KIND = """
    l.kind = ANY(ARRAY(
        SELECT unnest(CASE b.kind WHEN 'movie' THEN ARRAY['movie', 'collection'] ELSE ARRAY['tv', 'season'] END)
        FROM library.libraries b WHERE b.id = ANY(CAST(:libraries AS uuid[]))))
"""
_IS_FREE = "(l.lease_until IS NULL OR l.lease_until < now())"
_ASKED = f"l.asked_at IS NOT NULL AND {_OF_OPEN_KIND} AND {_IS_FREE} AND {IS_OPEN}"
# Without `with_due` only what could not be looked at when it was wanted.
_DUE = f"""
    l.asked_at IS NULL AND l.due_at <= now() AND (CAST(:with_due AS boolean) OR l.failures > 0)
    AND {_OF_OPEN_KIND} AND {_IS_FREE} AND {IS_OPEN}
"""
# Picked once: as a part of a join it could be picked again for each row, and others each time.
_CLAIM = """
    WITH picked AS MATERIALIZED (
        {picked} LIMIT CAST(:most AS int) FOR UPDATE OF l SKIP LOCKED
    )
    UPDATE metadata.looks AS t SET owner = :owner, lease_until = now() + make_interval(secs => CAST(:lease_s AS int))
    FROM picked WHERE t.kind = picked.kind AND t.work_id = picked.work_id
    RETURNING t.kind, t.work_id, t.version, t.failures, t.refresh_id, t.urgency, t.asked_at IS NOT NULL AS is_asked
"""
_PICK = "SELECT l.kind, l.work_id FROM metadata.looks l WHERE {which} ORDER BY {order}"
CLAIM_ASKED = text(_CLAIM.format(picked=_PICK.format(which=_ASKED, order="l.urgency, l.asked_at, l.work_id")))
CLAIM_DUE = text(_CLAIM.format(picked=_PICK.format(which=_DUE, order="l.due_at")))
# What lists that are being taken are of no use for, and what somebody waits for; among so many that are first. Twice as
# many as are wanted are found, since another job may take some of them just then.
_AMONG = 5_000
_COULD_BE_GUESSED = f"""
    (l.urgency > {Urgency.BY_HAND.value} AND l.kind = ANY(CAST(:kinds AS text[])) AND coalesce(CASE l.kind
      WHEN 'movie' THEN (SELECT {COULD_BE_GUESSED[Kind.MOVIE]} FROM movies.movies w WHERE w.id = l.work_id)
      WHEN 'tv' THEN (SELECT {COULD_BE_GUESSED[Kind.TV]} FROM tv.series w WHERE w.id = l.work_id)
    END, false))
"""  # noqa: S608
CLAIM_UNGUESSED = text(
    _CLAIM.format(
        picked=f"""
        SELECT l.kind, l.work_id FROM (
            SELECT l.kind, l.work_id FROM (
                SELECT kind, work_id, urgency, asked_at, lease_until FROM metadata.looks WHERE asked_at IS NOT NULL
                ORDER BY urgency, asked_at, work_id LIMIT {_AMONG}
            ) AS l
            WHERE {_OF_OPEN_KIND} AND {_IS_FREE} AND NOT {_COULD_BE_GUESSED} AND {IS_OPEN}
            ORDER BY l.urgency, l.asked_at, l.work_id LIMIT 2 * CAST(:most AS int)
        ) AS found JOIN metadata.looks l ON l.kind = found.kind AND l.work_id = found.work_id
        WHERE l.asked_at IS NOT NULL AND {_IS_FREE} ORDER BY l.urgency, l.asked_at, l.work_id
        """  # noqa: S608
    )
)
IS_ANY = text(
    f"""
    SELECT EXISTS (SELECT FROM metadata.looks l WHERE {_ASKED})
      OR EXISTS (SELECT FROM metadata.looks l WHERE {_DUE})
    """  # noqa: S608
)
PLACES = text(
    """
    SELECT k.kind, k.id, s.series_id, s.number, c.provider_ids, CASE k.kind
        WHEN 'movie' THEN ARRAY(SELECT h.library_id FROM library.library_movies h WHERE h.movie_id = k.id ORDER BY 1)
        WHEN 'collection' THEN ARRAY(
            SELECT DISTINCT h.library_id FROM collections.movies m JOIN library.library_movies h USING (movie_id)
            WHERE m.collection_id = k.id ORDER BY 1)
        ELSE ARRAY(
            SELECT h.library_id FROM library.library_series h
            WHERE h.series_id = coalesce(s.series_id, k.id) ORDER BY 1)
      END AS library_ids
    FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS uuid[])) AS k(kind, id)
    LEFT JOIN tv.seasons s ON k.kind = 'season' AND s.id = k.id
    LEFT JOIN collections.collections c ON k.kind = 'collection' AND c.id = k.id
    """
)
_HELD = """
    SELECT l.kind, l.work_id FROM metadata.looks l
    WHERE l.owner = :owner ORDER BY l.kind, l.work_id FOR UPDATE SKIP LOCKED
"""
MINE = text("SELECT kind, work_id FROM metadata.looks WHERE owner = :owner")
EXTEND = text(
    f"""
    UPDATE metadata.looks t SET lease_until = now() + make_interval(secs => CAST(:lease_s AS int))
    FROM ({_HELD}) AS held
    WHERE t.kind = held.kind AND t.work_id = held.work_id
    """  # noqa: S608
)
RELEASE = text(
    f"""
    UPDATE metadata.looks t SET owner = NULL, lease_until = NULL FROM ({_HELD}) AS held
    WHERE t.kind = held.kind AND t.work_id = held.work_id
    """  # noqa: S608
)
GIVE_BACK = text(
    """
    UPDATE metadata.looks SET owner = NULL, lease_until = NULL
    WHERE kind = :kind AND work_id = :work_id AND owner = :owner
    """
)
# Who asked for it meanwhile gets another look. Of works that somebody else looks at by now, nothing is written. Rows
# are taken in the order in which others take them.
END = text(
    """
    WITH r AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(kind text, work_id uuid, version int,
            due_at timestamptz, problem text, code text, is_failure boolean, refresh_id uuid)
    ), held AS MATERIALIZED (
        SELECT l.kind, l.work_id FROM metadata.looks l JOIN r USING (kind, work_id) WHERE l.owner = :owner
        ORDER BY l.kind, l.work_id FOR UPDATE OF l
    )
    UPDATE metadata.looks AS l SET
        owner = NULL, lease_until = NULL,
        asked_at = CASE WHEN l.version = r.version THEN NULL ELSE l.asked_at END,
        due_at = r.due_at, problem = r.problem, code = r.code,
        looked_at = CASE WHEN r.is_failure THEN l.looked_at ELSE now() END,
        failures = CASE WHEN r.is_failure THEN l.failures + 1 ELSE 0 END,
        refresh_id = CASE WHEN l.refresh_id IS NOT DISTINCT FROM r.refresh_id THEN NULL ELSE l.refresh_id END,
        failed_in = CASE WHEN r.is_failure THEN coalesce(r.refresh_id, l.failed_in) END
    FROM r JOIN held USING (kind, work_id)
    WHERE l.kind = r.kind AND l.work_id = r.work_id
    RETURNING l.kind, l.work_id
    """
)


@dataclass(frozen=True, slots=True)
class Look:
    """Something to look at. urgency: of whoever wants it out of turn. libraries: those that hold it.

    series_id, number: of a season. ids: of a collection, by provider.
    """

    kind: str
    work_id: UUID
    version: int
    failures: int
    refresh_id: UUID | None
    urgency: Urgency | None
    libraries: tuple[UUID, ...]
    series_id: UUID | None = None
    number: int | None = None
    ids: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def key(self) -> tuple[str, UUID]:
        return self.kind, self.work_id


@dataclass(frozen=True, slots=True)
class End:
    """How a look went. due_at: of the next one. problem, fault: what was the matter, if anything, and its code."""

    look: Look
    due_at: datetime
    problem: str | None = None
    fault: str | None = None
    is_failure: bool = False


async def claim(
    db: Db,
    owner: UUID,
    libraries: Sequence[UUID],
    most: int,
    *,
    with_due: bool = True,
    lists: Sequence[tuple[str, Kind]] = (),
) -> list[Look]:
    """What is wanted most, then what is due the longest. libraries: those whose works may be asked about.

    with_due: also what is due by its age; what could not be looked at is tried again in any case. lists: of titles that
    are being taken: what could be guessed by these comes after what can't. Four statements at most.
    """
    how = {"owner": owner, "lease_s": LEASE_S, "libraries": libraries}
    rows = list[Row]()
    if lists:
        providers, kinds = sorted({name for name, _ in lists}), sorted({kind.value for _, kind in lists})
        rows += await db.rows(CLAIM_UNGUESSED, **how, most=most, providers=providers, kinds=kinds)
    if len(rows) < most:
        rows += await db.rows(CLAIM_ASKED, **how, most=most - len(rows))
    if len(rows) < most:
        rows += await db.rows(CLAIM_DUE, **how, most=most - len(rows), with_due=with_due)
    if not rows:
        return []
    kinds, ids = [row["kind"] for row in rows], [row["work_id"] for row in rows]
    places = {(row["kind"], row["id"]): row for row in await db.rows(PLACES, kinds=kinds, ids=ids)}
    return [
        Look(
            row["kind"],
            row["work_id"],
            row["version"],
            row["failures"],
            row["refresh_id"],
            Urgency(row["urgency"]) if row["is_asked"] else None,
            tuple(place["library_ids"]),
            place["series_id"],
            place["number"],
            place["provider_ids"] or {},
        )
        for row in rows
        if (place := places[row["kind"], row["work_id"]])
    ]


async def is_any(db: Db, libraries: Sequence[UUID], *, with_due: bool = True) -> bool:
    """Whether there is anything to look at. One statement."""
    return bool(await db.value(IS_ANY, libraries=libraries, with_due=with_due))


async def held(db: Db, owner: UUID) -> set[tuple[str, UUID]]:
    """What the owner looks at, and nobody else does. One statement."""
    return {(row["kind"], row["work_id"]) for row in await db.rows(MINE, owner=owner)}


async def extend(db: Db, owner: UUID) -> None:
    await db.run(EXTEND, owner=owner, lease_s=LEASE_S)


async def release(db: Db, owner: UUID) -> None:
    """All that is still held is anybody's again."""
    await db.run(RELEASE, owner=owner)


async def give_back(db: Db, owner: UUID, look: Look) -> None:
    """As if it had never been taken."""
    await db.run(GIVE_BACK, kind=look.kind, work_id=look.work_id, owner=owner)


async def end_looks(tx: Tx, owner: UUID, ends: Sequence[End]) -> set[tuple[str, UUID]]:
    """Write down how looks went; answers those that were still ours. One statement."""
    rows = [
        {
            "kind": each.look.kind,
            "work_id": each.look.work_id,
            "version": each.look.version,
            "due_at": each.due_at.isoformat(),
            "problem": each.problem,
            "code": each.fault,
            "is_failure": each.is_failure,
            "refresh_id": each.look.refresh_id,
        }
        for each in ends
    ]
    if not rows:
        return set()
    return {(row["kind"], row["work_id"]) for row in await tx.db.rows(END, rows=rows, owner=owner)}
