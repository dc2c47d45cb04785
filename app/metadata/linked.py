"""Keeping which works of providers those that were looked at are, and telling what of it is something new."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.outbox import Tx
from app.metadata.facts import FoundSeason, Kind
from app.metadata.gather import Gathered
from app.metadata.links import Link, is_another, link_of, save_link
from app.metadata.score import Status

# By which works of different providers are told to be the same.
SHARED = ("imdb", "tvdb", "tmdb")
IDS = {
    kind: text(f"SELECT id, provider_ids FROM {table} WHERE id = ANY(CAST(:ids AS uuid[]))")  # noqa: S608
    for kind, table in ((Kind.MOVIE, "movies.movies"), (Kind.TV, "tv.series"))
}
Links = Mapping[UUID, Link | None]


async def linked(
    tx: Tx, kind: Kind, gathered: Sequence[Gathered]
) -> tuple[dict[UUID, Gathered], Collection[UUID]]:
    """Those that are what they were found to be; and those that are not any more what they were taken for before.

    Four statements beside those that keep what was found.
    """
    ids = [each.look.work_id for each in gathered]
    if not ids:
        return {}, ()
    before = await link_of(tx.db, kind, ids)
    for each in gathered:
        if each.found is not None:
            await save_link(tx, each.found)
    links = await link_of(tx.db, kind, ids)
    meant = {each.look.work_id: each for each in gathered if _is_meant(each, links[each.look.work_id])}
    return meant, await _others(tx, kind, gathered, before, links)


async def meant_seasons(tx: Tx, gathered: Sequence[Gathered]) -> list[tuple[UUID, Gathered, FoundSeason]]:
    """With their series, those of series that still are what they were when it was asked. One statement."""
    found = [
        (each.look.series_id, each, each.season)
        for each in gathered
        if each.season is not None and each.look.series_id is not None
    ]
    links = await link_of(tx.db, Kind.TV, {series_id for series_id, _, _ in found}) if found else {}
    return [
        (series_id, each, season)
        for series_id, each, season in found
        if (link := links[series_id]) is not None and link.means == each.season_of
    ]


async def _others(tx: Tx, kind: Kind, gathered: Sequence[Gathered], before: Links, links: Links) -> set[UUID]:
    """The same work at another provider is no other one, and what a provider deleted is still what it was."""
    moved: dict[UUID, Gathered] = {
        each.look.work_id: each
        for each in gathered
        if each.found is not None
        and not each.found.is_known
        and not (each.found.lost and each.found.work is None)
        and is_another(before[each.look.work_id], links[each.look.work_id])
    }
    rows = await tx.db.rows(IDS[kind], ids=sorted(moved)) if moved else ()
    same = {
        row["id"]
        for row in rows
        if _is_elsewhere(before[row["id"]], links[row["id"]])
        and _share(row["provider_ids"], moved[row["id"]])
    }
    return moved.keys() - same


def _is_elsewhere(before: Link | None, now: Link | None) -> bool:
    return (
        before is not None
        and now is not None
        and now.provider is not None
        and now.provider != before.provider
    )


def _share(ids: Mapping[str, str], gathered: Gathered) -> bool:
    work = gathered.found.work if gathered.found else None
    theirs = {**work.facts.provider_ids, work.provider: work.id} if work else {}
    return any(name in ids and ids[name] == theirs.get(name) for name in SHARED)


def _is_meant(gathered: Gathered, link: Link | None) -> bool:
    found = gathered.found
    if found is None or found.work is None or link is None or link.status is not Status.MATCHED:
        return False
    return link.means == (found.work.provider, found.work.id)
