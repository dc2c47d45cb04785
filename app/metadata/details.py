"""Writing what a provider tells of works beside what the catalog's rows hold."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.bulk import insert
from app.core.clock import now
from app.core.jobs import Queue, job
from app.core.outbox import Tx
from app.metadata.choose_order import renew_orders
from app.metadata.detail_tables import DetailsRow
from app.metadata.facts import (
    CertificationFacts,
    FoundWork,
    GroupInBrief,
    Kind,
    RelatedFacts,
    SeasonInBrief,
    VideoFacts,
)
from app.metadata.videos import SITES, VIDEO_KINDS

T = TypeVar("T")
# Whatever a provider answers, a work's row stays small.
MOST_TITLES, MOST_VIDEOS, MOST_RELEASES, MOST_RELATED, MOST_SEASONS = 200, 300, 500, 60, 1000
COLUMNS = (
    *("work_id", "kind", "provider", "provider_id", "homepage", "titles", "videos", "releases"),
    *("similar_works", "recommended_works", "collection_id", "seasons", "episode_orders"),
    *("told_at", "ownerless_since"),
)
_WORKS = {"movie": "movies.movies", "tv": "tv.series"}
# Looked for in indexes alone: the rows are long, and few of them are ever without their work.
MARK_OWNERLESS = tuple(
    text(
        f"""
        WITH gone AS MATERIALIZED (
            SELECT d.work_id FROM metadata.details d
            WHERE d.kind = '{kind}' AND d.ownerless_since IS NULL
              AND NOT EXISTS (SELECT FROM {table} o WHERE o.id = d.work_id)
        )
        UPDATE metadata.details d SET ownerless_since = now() FROM gone WHERE d.work_id = gone.work_id
        """  # noqa: S608
    )
    for kind, table in _WORKS.items()
)
CLEAR_OWNERLESS = tuple(
    text(
        f"""
        UPDATE metadata.details d SET ownerless_since = NULL
        WHERE d.kind = '{kind}' AND d.ownerless_since IS NOT NULL
          AND EXISTS (SELECT FROM {table} o WHERE o.id = d.work_id)
        """  # noqa: S608
    )
    for kind, table in _WORKS.items()
)
DROP_OWNERLESS = text("DELETE FROM metadata.details WHERE ownerless_since < now() - interval '30 days'")


async def save_details(tx: Tx, kind: Kind, works: Mapping[UUID, FoundWork]) -> None:
    """Keep what works' providers tell of them now, instead of all that these or others told before.

    In the order of their ids, so that nobody waits in a circle. What chosen orders of series mean is asked anew where
    that is long ago. At most two statements.
    """
    rows = [_row(kind, work_id, works[work_id]) for work_id in sorted(works)]
    await insert(tx.db, DetailsRow, rows, key=("work_id",), update=COLUMNS[1:], columns=COLUMNS)
    if kind is Kind.TV:
        await renew_orders(tx, sorted(works))


@job("metadata.sweep", queue=Queue.BULK, timeout=timedelta(hours=1))
async def sweep(app: App) -> None:
    """Forget the details of works that went 30 days ago: until then they may come back. Safe to run twice."""
    async with app.transaction() as tx:
        for statement in (*MARK_OWNERLESS, *CLEAR_OWNERLESS, DROP_OWNERLESS):
            await tx.db.run(statement)


def _row(kind: Kind, work_id: UUID, work: FoundWork) -> dict[str, Any]:
    row = {
        "work_id": work_id,
        "kind": kind.value,
        "provider": work.provider,
        "provider_id": work.id,
        "homepage": work.homepage,
        "titles": _further_titles(work)[:MOST_TITLES],
        "videos": _each(_shown(work.videos), _video, MOST_VIDEOS),
        "releases": _each(work.certifications, _release, MOST_RELEASES),
        "similar_works": _each(_once(work.similar, work.id), _related, MOST_RELATED),
        "recommended_works": _each(_once(work.recommended, work.id), _related, MOST_RELATED),
        "collection_id": work.collection_id,
        "seasons": _each(work.seasons, _season, MOST_SEASONS),
        "episode_orders": _each(work.groups, _order, MOST_SEASONS),
        "told_at": now(),
    }
    return _without_none(row)


def _further_titles(work: FoundWork) -> list[str]:
    own = (work.facts.title, work.facts.original_title)
    return [each for each in dict.fromkeys(work.titles) if each not in own]


def _each(found: Iterable[T], document: Callable[[T], dict[str, Any]], most: int) -> list[dict[str, Any]]:
    return [_without_none(document(each)) for each in list(found)[:most]]


def _without_none(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}


def _shown(videos: Iterable[VideoFacts]) -> Iterable[VideoFacts]:
    """Those of which we know where they are to be seen."""
    return (each for each in videos if each.site in SITES)


def _once(related: Iterable[RelatedFacts], own_id: str) -> Iterable[RelatedFacts]:
    """Each other work once."""
    kept: dict[str, RelatedFacts] = {}
    for each in related:
        if each.id != own_id:
            kept.setdefault(each.id, each)
    return kept.values()


def _video(video: VideoFacts) -> dict[str, Any]:
    return {
        "site": video.site,
        "key": video.key,
        "kind": video.kind if video.kind in VIDEO_KINDS else "other",
        "title": video.title,
        "language": video.language,
        "height": video.height,
        "is_official": video.is_official,
        "published_on": video.published_on and video.published_on.isoformat(),
    }


def _release(found: CertificationFacts) -> dict[str, Any]:
    return {
        "country": found.country,
        "rating": found.rating,
        "kind": found.release.value,
        "released_on": found.released_on and found.released_on.isoformat(),
        "note": found.note,
    }


def _related(work: RelatedFacts) -> dict[str, Any]:
    return {"id": work.id, "title": work.title, "year": work.year}


def _season(season: SeasonInBrief) -> dict[str, Any]:
    return {
        "id": season.id,
        "number": season.facts.number,
        "title": season.facts.title,
        "air_date": season.facts.air_date and season.facts.air_date.isoformat(),
        "episode_count": season.episode_count,
    }


def _order(group: GroupInBrief) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "kind": group.order.value,
        "group_count": group.group_count,
        "episode_count": group.episode_count,
    }
