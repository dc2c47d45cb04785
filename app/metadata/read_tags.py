"""Tells of works what the tags in their files say, where nobody else says it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from app.catalog.announce import announce_updated
from app.core.app import App
from app.core.clock import now
from app.core.jobs import Queue, job
from app.core.outbox import Tx
from app.metadata.describe import describe_works
from app.metadata.facts import Kind
from app.metadata.merge import Plan, merge
from app.metadata.tagged import tagged_films

ALONE = Plan(())


@job("metadata.read_tags", queue=Queue.LOW, tries=5)
async def read_tags(app: App, ids: Sequence[str]) -> None:
    """Of films by the tags of their files as they are now; safe to run twice. A constant number of statements."""
    async with app.transaction() as tx:
        told = await tagged_films(tx.db, [UUID(each) for each in ids])
        merged = {key: merge([work], ALONE) for key, work in told.items()}
        described = await describe_works(tx, Kind.MOVIE, merged, now(), fills=True)
        await announce_updated(tx, "movie", {key for key, each in described.items() if each.is_changed})


def ask_to_read_tags(tx: Tx, films: Collection[UUID]) -> None:
    """Of films whose files have just been read, after the commit: it takes locks in another order than scans do."""
    if films:
        tx.enqueue(read_tags, sorted(films))
