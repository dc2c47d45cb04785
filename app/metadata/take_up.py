"""Works are wanted as soon as somebody is asked about their library, and anew where it asks others than before."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import TextClause, text

from app.core.app import App
from app.core.jobs import job
from app.core.outbox import Tx
from app.metadata.looks import IS_OPEN
from app.metadata.wanted import TAKE_UP_JOB, Urgency, ask_for, begin
from app.metadata.whom import askable, orders

BATCH = 5000
# Works that came by other ways than a scan, or while their library asked nobody.
_ADOPT = """
    INSERT INTO metadata.looks (kind, work_id, asked_at, urgency)
    SELECT DISTINCT '{kind}', h.{column}, now(), CAST(:urgency AS smallint) FROM library.{table} h
    WHERE h.library_id = ANY(CAST(:libraries AS uuid[]))
      AND NOT EXISTS (SELECT FROM metadata.looks l WHERE l.kind = '{kind}' AND l.work_id = h.{column})
    LIMIT CAST(:most AS int)
    ON CONFLICT (kind, work_id) DO NOTHING
"""
_PLACES = (("movie", "movie_id", "library_movies"), ("tv", "series_id", "library_series"))
ADOPT = tuple(text(_ADOPT.format(kind=kind, column=column, table=table)) for kind, column, table in _PLACES)
# What nobody is asked about is not waited for: its refresh would never end.
_UNWANTED = f"""
    SELECT l.kind, l.work_id FROM metadata.looks l
    WHERE l.asked_at IS NOT NULL AND l.owner IS NULL AND l.looked_at IS {{looked_at}} AND NOT {IS_OPEN}
    ORDER BY l.kind, l.work_id FOR UPDATE SKIP LOCKED
"""  # noqa: S608
FORGET = text(
    f"""
    DELETE FROM metadata.looks t USING ({_UNWANTED.format(looked_at="NULL")}) AS left_out
    WHERE t.kind = left_out.kind AND t.work_id = left_out.work_id
    """  # noqa: S608
)
LEAVE = text(
    f"""
    UPDATE metadata.looks t SET asked_at = NULL, refresh_id = NULL
    FROM ({_UNWANTED.format(looked_at="NOT NULL")}) AS left_out
    WHERE t.kind = left_out.kind AND t.work_id = left_out.work_id
    """  # noqa: S608
)
KNOWN = text("SELECT library_id, providers FROM metadata.followed")
KEEP = text(
    """
    INSERT INTO metadata.followed (library_id, providers)
    SELECT l.id, CAST(:providers AS text[]) FROM library.libraries l WHERE l.id = :id FOR KEY SHARE
    ON CONFLICT (library_id) DO UPDATE SET providers = excluded.providers
    """
)
# Who is asked again after nobody was is new.
FORGET_ORDER = text(
    "UPDATE metadata.followed SET providers = '{}' WHERE library_id <> ALL(CAST(:libraries AS uuid[]))"
)
# Who is new may know any work, or add to it. Where somebody is not asked any more, it is what was theirs.
_CONCERNED = """
    SELECT h.{column} FROM library.{table} h
    WHERE h.library_id = :library_id AND (CAST(:is_any_new AS boolean) OR EXISTS (
        SELECT FROM metadata.links k
        WHERE k.kind = '{kind}' AND k.work_id = h.{column} AND k.decided_by <> 'human'
          AND k.provider <> ALL(CAST(:providers AS text[]))))
"""
CONCERNED = {
    kind: text(_CONCERNED.format(kind=kind, column=column, table=table)) for kind, column, table in _PLACES
}


@job(TAKE_UP_JOB.name, queue=TAKE_UP_JOB.queue, timeout=timedelta(hours=1))
async def take_up(app: App) -> None:
    """Have looked at what nobody was asked about so far, or others than now; safe to run twice, and at once."""
    for library_id, order in (await orders(app)).items():
        await _follow(app, library_id, [each.about.id for each in order])
    libraries = await askable(app)
    for statement in ADOPT:
        await _adopt(app, statement, libraries)
    async with app.transaction() as tx:
        for statement in (FORGET, LEAVE, FORGET_ORDER):
            await tx.db.run(statement, libraries=libraries)


async def is_outdated(app: App) -> bool:
    """Whether any library asks others than those for whom its works were taken up."""
    known = {row["library_id"]: row["providers"] for row in await app.db.rows(KNOWN)}
    found = (await orders(app)).items()
    return any(known.get(key) != [each.about.id for each in order] for key, order in found)


async def _adopt(app: App, statement: TextClause, libraries: Sequence[UUID]) -> None:
    taken = BATCH
    while taken == BATCH:
        async with app.transaction() as tx:
            taken = await tx.db.run(
                statement, urgency=Urgency.IMPORTED.value, most=BATCH, libraries=libraries
            )
            if taken:
                begin(tx)


async def _follow(app: App, library_id: UUID, providers: Sequence[str]) -> None:
    before = {row["library_id"]: row["providers"] for row in await app.db.rows(KNOWN)}.get(library_id)
    if before == providers:
        return
    async with app.transaction() as tx:
        if before is not None:
            await _ask_anew(tx, library_id, before, providers)
        await tx.db.run(KEEP, id=library_id, providers=providers)


async def _ask_anew(tx: Tx, library_id: UUID, before: Collection[str], providers: Sequence[str]) -> None:
    is_any_new = not set(providers) <= set(before)
    for kind, statement in sorted(CONCERNED.items()):
        rows = await tx.db.rows(
            statement, library_id=library_id, is_any_new=is_any_new, providers=list(providers)
        )
        await ask_for(tx, kind, [row[0] for row in rows], urgency=Urgency.CHANGED)
