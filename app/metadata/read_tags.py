"""Tells of works what the tags in their files say, where nobody else says it."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from app.catalog.announce import announce_updated
from app.core.app import App
from app.core.clock import now
from app.core.jobs import Queue, job
from app.core.outbox import Tx
from app.metadata.describe import describe_works
from app.metadata.describe_seasons import describe_seasons
from app.metadata.facts import Kind
from app.metadata.merge import Plan, merge
from app.metadata.tagged import tagged_films, tagged_seasons
from app.metadata.tags import Tags, may_tell

ALONE = Plan(())


@job("metadata.read_tags", queue=Queue.LOW, tries=5)
async def read_tags(app: App, ids: Sequence[str]) -> None:
    """Of films by the tags of their files as they are now; safe to run twice. A constant number of statements."""
    async with app.transaction() as tx:
        told = await tagged_films(tx.db, [UUID(each) for each in ids])
        merged = {key: merge([work], ALONE) for key, work in told.items()}
        described = await describe_works(tx, Kind.MOVIE, merged, now(), fills=True)
        await announce_updated(tx, "movie", {key for key, each in described.items() if each.is_changed})


@job("metadata.read_episode_tags", queue=Queue.LOW, tries=5)
async def read_episode_tags(app: App, series_id: str) -> None:
    """Of all episodes of a series; what several of them say alike is known only of all together."""
    key = UUID(series_id)
    async with app.transaction() as tx:
        seasons = (await tagged_seasons(tx.db, [key]))[key]
        told = await describe_seasons(tx, key, seasons, now(), fills=True)
        await announce_updated(tx, "season", told.changed_seasons)
        await announce_updated(tx, "episode", told.changed_episodes)


def ask_to_read_tags(
    tx: Tx, kind: Kind, read: Iterable[tuple[UUID, Tags | None]], changed: Collection[UUID]
) -> None:
    """Have tags told after the commit: that takes locks in another order than scans do.

    read: works, and the tags of files of theirs, None of those that were opened before; these may tell something of
    works that changed. Nothing is asked where none could tell anything.
    """
    ids = sorted(
        {
            key
            for key, tags in read
            if (key in changed if tags is None else may_tell(tags, is_episode=kind is Kind.TV))
        }
    )
    if kind is Kind.MOVIE and ids:
        tx.enqueue(read_tags, ids)
    for each in ids if kind is Kind.TV else ():
        tx.enqueue(read_episode_tags, each)
