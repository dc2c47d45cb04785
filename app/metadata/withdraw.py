"""Taking back what providers said of works that are not, or not surely, what they were taken for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.catalog.announce import announce_updated
from app.catalog.known_as import save_known_as
from app.catalog.told import Told
from app.catalog.told_parts import tell_of_parts, unnumber
from app.catalog.told_writes import tell_of_works
from app.core.outbox import Tx
from app.images.kinds import OwnerKind
from app.metadata.describe import CATALOG_KINDS
from app.metadata.facts import Kind
from app.metadata.named import Named, named_episodes, named_works
from app.metadata.read_tags import ask_to_read_tags
from app.metadata.registry import ALL

# What lies with the files was never said of a provider's work.
ASKED = frozenset(each.about.id for each in ALL)
_TOLD = """EXISTS (SELECT FROM jsonb_each(t.sources) s WHERE s.value ->> 0 = 'provider')
    OR t.sources ? 'provided'"""
SEASONS = text(f"SELECT t.id FROM tv.seasons t WHERE t.series_id = ANY(CAST(:ids AS uuid[])) AND ({_TOLD})")  # noqa: S608
EPISODES = text(f"SELECT t.id FROM tv.episodes t WHERE t.series_id = ANY(CAST(:ids AS uuid[])) AND ({_TOLD})")  # noqa: S608
# Held in the order of their ids, as by all who hold several. What a person chose stays.
DROP_PICTURES = text(
    """
    WITH held AS MATERIALIZED (
        SELECT id FROM images.pictures
        WHERE source = 'provider' AND NOT is_chosen AND owner_id IN (
            SELECT unnest(CAST(:ids AS uuid[]))
            UNION ALL SELECT id FROM tv.seasons WHERE series_id = ANY(CAST(:ids AS uuid[]))
            UNION ALL SELECT id FROM tv.episodes WHERE series_id = ANY(CAST(:ids AS uuid[])))
        ORDER BY id FOR UPDATE
    )
    DELETE FROM images.pictures p USING held WHERE p.id = held.id RETURNING p.owner_kind, p.owner_id
    """
)
DROP_DETAILS = text("DELETE FROM metadata.details WHERE work_id = ANY(CAST(:ids AS uuid[]))")


async def withdraw(tx: Tx, kind: Kind, ids: Sequence[UUID], at: datetime) -> set[UUID]:
    """Take back all that providers that are asked said of films or series, with their seasons and episodes.

    What people, NFO files and tags say stays, and what names say comes back. Answers the works of which people see
    anything new, for the caller to announce; of seasons and episodes it tells them itself. A constant number of
    statements. Call it before anything that locks people or collections.
    """
    if not ids:
        return set()
    since = int(at.timestamp())
    named = await named_works(tx.db, kind, ids)
    told = {key: _work(kind, each) for key, each in named.items()}
    found = await tell_of_works(tx, CATALOG_KINDS[kind], told, since)
    changed = {key for key, result in found.items() if result.is_changed}
    await save_known_as(tx, CATALOG_KINDS[kind], dict.fromkeys(found, ()))
    seasons, episodes = (await _parts(tx, ids, since)) if kind is Kind.TV else (set[UUID](), set[UUID]())
    of_kind = {OwnerKind.SEASON: seasons, OwnerKind.EPISODE: episodes}
    for owner_kind, owner_id in await tx.db.rows(DROP_PICTURES, ids=ids):
        of_kind.get(OwnerKind(owner_kind), changed).add(owner_id)
    await tx.db.run(DROP_DETAILS, ids=ids)
    await announce_updated(tx, "season", seasons)
    await announce_updated(tx, "episode", episodes)
    # What they said once may have stood in the place of what tags say.
    ask_to_read_tags(tx, kind, [(key, None) for key in ids], ids)
    return changed


async def _parts(tx: Tx, ids: Sequence[UUID], at: int) -> tuple[set[UUID], set[UUID]]:
    unnumbered = await unnumber(tx, ids)
    seasons = {row[0]: _season() for row in await tx.db.rows(SEASONS, ids=ids)}
    named = await named_episodes(tx.db, [row[0] for row in await tx.db.rows(EPISODES, ids=ids)])
    changed, episodes = await tell_of_parts(
        tx, seasons, {key: _episode(each) for key, each in named.items()}, at
    )
    return changed, episodes | unnumbered


def _work(kind: Kind, named: Named) -> Told:
    texts = ("title", "sort_title", "original_title", "tagline", "overview", "original_language", "status")
    values = dict.fromkeys((*texts, "year", "date", "countries"), None) | {"popularity": 0.0}
    return Told(
        providers=ASKED,
        said_by={},
        values=values | {"runtime_s" if kind is Kind.MOVIE else "last_air_date": None},
        documents=_nothing("certifications", "ratings", "provider_ids"),
        credits=(),
        named=named,
    )


def _season() -> Told:
    return Told(ASKED, {}, dict.fromkeys(("title", "overview", "date")), named={})


def _episode(named: Named) -> Told:
    return Told(
        providers=ASKED,
        said_by={},
        values=dict.fromkeys(("title", "overview", "date", "runtime_s", "absolute_number")),
        documents=_nothing("ratings", "provider_ids"),
        credits=(),
        named=named,
    )


def _nothing(*names: str) -> Mapping[str, Mapping[str, str]]:
    return {name: {} for name in names}
