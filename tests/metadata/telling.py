"""What providers say of works, put together, in few words."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.catalog.facts import WorkFacts
from app.core.app import App
from app.metadata.describe import Described, describe_works
from app.metadata.facts import FoundWork, Kind
from app.metadata.merge import Plan, merge

AT = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 2, 1, tzinfo=UTC)
SINCE = int(AT.timestamp())


def found(title: str, provider: str = "tmdb", kind: Kind = Kind.MOVIE, **facts: Any) -> FoundWork:
    said = WorkFacts(title, title.casefold().replace(" ", ""), title, is_described=True, **facts)
    return FoundWork(provider, kind, "1", said)


async def tell(
    app: App, work_id: UUID, *works: FoundWork, at: datetime = AT, order: Sequence[str] = ("tmdb",)
) -> Described:
    """Store what providers say of a work, the first of them counting most."""
    merged = merge(works, Plan(tuple(order)))
    async with app.transaction() as tx:
        return (await describe_works(tx, works[0].kind, {work_id: merged}, at))[work_id]
