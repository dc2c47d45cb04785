"""Storing what looks brought, many at a time, in the transaction that ends them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import text

from app.catalog.announce import announce_updated
from app.core.outbox import Tx
from app.images.kinds import OwnerKind
from app.metadata.describe import CATALOG_KINDS, describe_works
from app.metadata.describe_collections import describe_collections
from app.metadata.describe_seasons import describe_season
from app.metadata.details import save_details
from app.metadata.facts import FoundSeason, FoundWork, ImageFacts, Kind
from app.metadata.gather import Gathered
from app.metadata.linked import linked, meant_seasons
from app.metadata.pictures import Owned, save_all, save_pictures, save_profiles
from app.metadata.wanted import Urgency, ask_for
from app.metadata.withdraw import withdraw

OWNERS = {Kind.MOVIE: OwnerKind.MOVIE, Kind.TV: OwnerKind.SERIES}
SEASON_IDS = text("SELECT series_id, number, id FROM tv.seasons WHERE series_id = ANY(CAST(:ids AS uuid[]))")
# With a series that somebody wants all of its seasons are looked at, else those that never were.
SEASONS_OF = text(
    """
    SELECT s.id FROM tv.seasons s LEFT JOIN metadata.looks l ON l.kind = 'season' AND l.work_id = s.id
    WHERE s.series_id = ANY(CAST(:works AS uuid[])) AND (CAST(:all AS boolean) OR l.work_id IS NULL)
    """
)
COLLECTIONS_OF = text(
    """
    SELECT DISTINCT c.collection_id FROM collections.movies c
    LEFT JOIN metadata.looks l ON l.kind = 'collection' AND l.work_id = c.collection_id
    WHERE c.movie_id = ANY(CAST(:works AS uuid[])) AND (CAST(:all AS boolean) OR l.work_id IS NULL)
    """
)


async def keep(tx: Tx, gathered: Sequence[Gathered], at: datetime) -> None:
    """Store it, have looked at what hangs on it, and announce what changed. Under `locks.hold_works`.

    Where a person said meanwhile which work is meant, what was gathered of another is dropped. What was stored of
    another work than is meant now goes.
    """
    if not gathered:
        return
    for kind in Kind:
        of_kind = [each for each in gathered if each.look.kind == kind]
        works, others = await linked(tx, kind, of_kind)
        gone = await withdraw(tx, kind, sorted(others), at)
        if works or gone:
            await _keep_works(tx, kind, works, gone, at)
    for series_id, each, season in await meant_seasons(tx, gathered):
        await _keep_season(tx, series_id, each.look.work_id, season, at)
    collections = {each.look.work_id: each.collection for each in gathered if each.collection is not None}
    await describe_collections(tx, collections, at)
    for key, found in sorted(collections.items()):
        await save_pictures(tx, OwnerKind.COLLECTION, key, found.images, found.provider)


async def _keep_works(
    tx: Tx, kind: Kind, works: Mapping[UUID, Gathered], gone: set[UUID], at: datetime
) -> None:
    """gone: works of which something went."""
    merged = {key: each.merged for key, each in works.items() if each.merged is not None}
    described = await describe_works(tx, kind, merged, at)
    there = {key: each for key, each in works.items() if key in described and described[key].is_there}
    await save_details(tx, kind, {key: merged[key].work for key in there})
    await _keep_pictures(tx, kind, there)
    await _ask_on(tx, kind, there)
    changed = gone | {key for key in there if described[key].is_changed}
    await announce_updated(tx, CATALOG_KINDS[kind], changed)


async def _keep_pictures(tx: Tx, kind: Kind, works: Mapping[UUID, Gathered]) -> None:
    """By provider, since what each has no longer goes."""
    found = [(key, work) for key, each in sorted(works.items()) for work in each.works]
    seasons = await _seasons(tx, works) if kind is Kind.TV else {}
    for provider, told in groupby(sorted(found, key=_provider), key=_provider):
        of_provider = list(told)
        owned = [Owned(OWNERS[kind], key, work.images) for key, work in of_provider]
        owned += [
            Owned(OwnerKind.SEASON, seasons[key, number], images)
            for key, work in of_provider
            for number, images in work.season_images.items()
            if (key, number) in seasons
        ]
        await save_all(tx, owned, provider)
        profiles = {key: image for _, work in of_provider for key, image in work.profiles.items()}
        await save_profiles(tx, OWNERS[kind], [key for key, _ in of_provider], profiles, provider)


def _provider(found: tuple[UUID, FoundWork]) -> str:
    return found[1].provider


async def _seasons(tx: Tx, works: Mapping[UUID, Gathered]) -> dict[tuple[UUID, int], UUID]:
    return {
        (row["series_id"], row["number"]): row["id"] for row in await tx.db.rows(SEASON_IDS, ids=list(works))
    }


async def _ask_on(tx: Tx, kind: Kind, works: Mapping[UUID, Gathered]) -> None:
    """Have the seasons of series looked at, and the collections of films, as urgently as these were.

    A collection is its films' together, and looked at once for all. A season that is being looked at may be what
    another series was taken for, or lack an episode that came since: it is looked at again.
    """
    hanging, statement = ("season", SEASONS_OF) if kind is Kind.TV else ("collection", COLLECTIONS_OF)
    by_reason: dict[tuple[Urgency | None, UUID | None, bool], list[UUID]] = {}
    for key, each in works.items():
        reason = (each.look.urgency, each.look.refresh_id, _is_whole(each))
        by_reason.setdefault(reason, []).append(key)
    for (urgency, refresh_id, is_whole), keys in by_reason.items():
        rows = await tx.db.rows(statement, works=keys, all=is_whole)
        ids = [row[0] for row in rows]
        wanted = Urgency.CHANGED if urgency is None else urgency
        is_shared = kind is Kind.MOVIE
        await ask_for(tx, hanging, ids, urgency=wanted, refresh_id=refresh_id, is_shared=is_shared)


def _is_whole(gathered: Gathered) -> bool:
    """Seasons of a series that is another than before are others, too. Collections are shared by their films."""
    is_new = gathered.found is not None and not gathered.found.is_known
    if gathered.look.kind != Kind.TV:
        return gathered.look.urgency is Urgency.BY_HAND
    return is_new or gathered.look.urgency in (Urgency.BY_HAND, Urgency.IN_BULK, Urgency.IMPORTED)


async def _keep_season(tx: Tx, series_id: UUID, season_id: UUID, season: FoundSeason, at: datetime) -> None:
    parts = await describe_season(tx, series_id, season, at)
    owned = [Owned(OwnerKind.SEASON, season_id, season.images)]
    profiles: dict[str, ImageFacts] = dict(season.profiles)
    for each in season.episodes:
        profiles |= each.profiles
        owned += [
            Owned(OwnerKind.EPISODE, episode_id, each.images)
            for episode_id in parts.episodes.get((each.facts.season, each.facts.number or -1), ())
        ]
    await save_all(tx, owned, season.provider)
    await save_profiles(tx, OwnerKind.SERIES, [series_id], profiles, season.provider)
    await announce_updated(tx, "season", parts.changed_seasons)
    await announce_updated(tx, "episode", parts.changed_episodes)
