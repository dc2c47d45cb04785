"""What is done about metadata from time to time: changes are asked for, what is due is begun, what went is dropped."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.clock import now
from app.core.config import ConfigError
from app.core.dispatch import TROUBLE
from app.core.errors import AppError, Unreadable
from app.core.http_errors import ProviderError
from app.core.jobs import Queue, job
from app.metadata.facts import Changes, Kind
from app.metadata.fetch_pictures import ask_for_overdue, is_any_overdue
from app.metadata.guesses import drop_old
from app.metadata.looks import is_any
from app.metadata.provider import Provider
from app.metadata.refreshes import settle
from app.metadata.settings import REFRESHES
from app.metadata.take_up import is_outdated, take_up
from app.metadata.wanted import Urgency, ask_for, begin, begin_taking_up
from app.metadata.whom import Whom, whom_to_ask
from app.settings.values import value

log = logging.getLogger(__name__)

LOOK_S, ROUND_S = 30.0, 3600.0
# Providers tell what changed by days.
FEED_EVERY = timedelta(hours=20)
_WORKS = {
    "movie": "movies.movies",
    "tv": "tv.series",
    "season": "tv.seasons",
    "collection": "collections.collections",
}
# What is changed is read from indexes alone only where it is looked for by itself.
DROP_GONE = tuple(
    text(
        f"""
        WITH gone AS MATERIALIZED (
            SELECT l.work_id FROM metadata.looks l
            WHERE l.kind = '{kind}' AND NOT EXISTS (SELECT FROM {table} w WHERE w.id = l.work_id)
        )
        DELETE FROM metadata.looks l USING gone WHERE l.kind = '{kind}' AND l.work_id = gone.work_id
        """  # noqa: S608
    )
    for kind, table in sorted(_WORKS.items())
)
FEED = text("SELECT until, asked_at FROM metadata.feeds WHERE provider = :provider AND kind = :kind")
MOVE_FEED = text(
    """
    INSERT INTO metadata.feeds (provider, kind, until) VALUES (:provider, :kind, :until)
    ON CONFLICT (provider, kind) DO UPDATE SET until = excluded.until, asked_at = now()
    """
)
# What was looked at on the last day is as new as what is told: that day is asked about again.
CHANGED = text(
    """
    SELECT k.work_id FROM metadata.links k JOIN metadata.looks l ON l.kind = k.kind AND l.work_id = k.work_id
    WHERE k.kind = :kind AND k.provider = :provider AND k.provider_id = ANY(CAST(:ids AS text[]))
      AND l.looked_at < CAST(:until AS date)
    """
)


async def keep_fresh(app: App) -> None:
    """Begin what is due, every half minute, and ask for a round every hour; once for all workers that ask."""
    rounds_at = 0.0
    clock = asyncio.get_running_loop().time
    while True:
        is_due = clock() >= rounds_at
        try:
            await look_around(app, with_round=is_due)
        except (*TROUBLE, AppError, ConfigError) as error:
            log.warning("Metadata has to wait: %s", str(error) or type(error).__name__)
        else:
            rounds_at = clock() + ROUND_S if is_due else rounds_at
        await asyncio.sleep(LOOK_S)


async def look_around(app: App, *, with_round: bool = False) -> None:
    """Have begun what may be begun."""
    whom = await whom_to_ask(app)
    is_wanted = bool(whom) and await is_any(app.db, sorted(whom), with_due=await value(app, REFRESHES))
    is_old, are_pictures_due = await is_outdated(app), await is_any_overdue(app.db)
    async with app.transaction() as tx:
        await settle(tx)
        if is_old:
            begin_taking_up(tx)
        if is_wanted:
            begin(tx)
        if are_pictures_due:
            ask_for_overdue(tx)
        if with_round:
            tx.enqueue(make_round, dedupe=make_round.name)


@job("metadata.round", queue=Queue.BULK, timeout=timedelta(hours=1))
async def make_round(app: App) -> None:
    """Safe to run twice, and at once."""
    await take_up.run(app)
    async with app.transaction() as tx:
        for statement in DROP_GONE:
            await tx.db.run(statement)
        await settle(tx)
        await drop_old(tx)
    if await value(app, REFRESHES):
        for provider, kind in _feeds(await whom_to_ask(app)):
            await _follow(app, provider, kind)


def _feeds(whom: Whom) -> Iterable[tuple[Provider, Kind]]:
    asked = {each.about.id: each for order in whom.values() for each in order if isinstance(each, Provider)}
    return [(asked[name], kind) for name in sorted(asked) for kind in sorted(asked[name].about.kinds)]


async def _follow(app: App, provider: Provider, kind: Kind) -> None:
    """Have looked at what changed since it was asked the last time. The first time only the day is kept."""
    name, today = provider.about.id, now().date()
    row = await app.db.row(FEED, provider=name, kind=kind.value)
    if row is not None and now() - row["asked_at"] < FEED_EVERY:
        return
    try:
        changes = await provider.changes(app, kind, row["until"]) if row else Changes(frozenset(), today)
    except (ProviderError, ConfigError, Unreadable) as error:
        log.warning("What changed at %s is asked for later: %s", name, error)
        return
    async with app.transaction() as tx:
        await ask_for(tx, kind, await _ours(app, name, kind, changes), urgency=Urgency.CHANGED)
        await tx.db.run(MOVE_FEED, provider=name, kind=kind.value, until=changes.until)


async def _ours(app: App, provider: str, kind: Kind, changes: Changes) -> list[UUID]:
    """Of what changed, the works that there are and that were not looked at since."""
    until: date = changes.until
    rows = await app.db.rows(
        CHANGED, kind=kind.value, provider=provider, ids=sorted(changes.ids), until=until
    )
    return [row[0] for row in rows]
