"""What is cleared away in time: pictures without owners, images that nobody shows, and variants beyond their space."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import clock
from app.core.app import App
from app.core.dispatch import TROUBLE
from app.core.jobs import Queue, job
from app.images.owners import TABLES
from app.images.store import MASTERS, VARIANTS, DiskStore, Store, image_of, keys_of, store
from app.images.stored import Stored

log = logging.getLogger(__name__)

BATCH = 500
MIB = 1 << 20
# What is over is dropped down to this share, so that not every new variant drops another.
KEPT_SHARE = 0.9
# Who takes an image writes its row a moment later, and what shows it some time after that.
YOUNG = timedelta(days=1)
# The whole store is looked through so often.
LOOK_S = 86_400

# Works that go may come back: merges can be undone. Looked for in indexes alone, by owner: each has many pictures.
MARK_OWNERLESS = tuple(
    text(
        f"""
        WITH gone AS MATERIALIZED (
            SELECT DISTINCT p.owner_id FROM images.pictures p
            WHERE p.owner_kind = '{kind}' AND p.ownerless_since IS NULL
              AND NOT EXISTS (SELECT FROM {table} o WHERE o.id = p.owner_id)
        )
        UPDATE images.pictures p SET ownerless_since = now() FROM gone
        WHERE p.owner_id = gone.owner_id AND p.owner_kind = '{kind}' AND p.ownerless_since IS NULL
        """  # noqa: S608
    )
    for kind, table in TABLES.items()
)
CLEAR_OWNERLESS = tuple(
    text(
        f"""
        UPDATE images.pictures p SET ownerless_since = NULL
        WHERE p.owner_kind = '{kind}' AND p.ownerless_since IS NOT NULL
          AND EXISTS (SELECT FROM {table} o WHERE o.id = p.owner_id)
        """  # noqa: S608
    )
    for kind, table in TABLES.items()
)
DROP_OWNERLESS = text(
    """
    DELETE FROM images.pictures
    WHERE ownerless_since < now() - interval '30 days' OR ownerless_since IS NOT NULL AND owner_kind = 'user'
    """
)
_UNSHOWN = """
    NOT EXISTS (SELECT FROM images.pictures p WHERE p.image_id = i.id)
    AND NOT EXISTS (SELECT FROM library.taken_images t WHERE t.image_id = i.id)
"""
# Held first: who begins to show one meanwhile waits, and finds it gone; who had begun is seen by the next statement.
HOLD_UNSHOWN = text(
    f"""
    WITH unshown AS MATERIALIZED (SELECT i.id FROM images.images i WHERE {_UNSHOWN})
    SELECT i.id FROM images.images i JOIN unshown USING (id) WHERE i.added_at < :before
    LIMIT CAST(:most AS int) FOR UPDATE OF i SKIP LOCKED
    """  # noqa: S608
)
DROP_UNSHOWN = text(
    f"DELETE FROM images.images i WHERE i.id = ANY(CAST(:ids AS uuid[])) AND {_UNSHOWN} RETURNING i.id"  # noqa: S608
)
THERE = text("SELECT id FROM images.images WHERE id = ANY(CAST(:ids AS uuid[]))")


@job("images.sweep", queue=Queue.BULK, timeout=timedelta(hours=2))
async def sweep(app: App) -> None:
    """Safe to run twice, and at once: what is deleted is never needed again, or can be made anew."""
    async with app.transaction() as tx:
        for statement in (*MARK_OWNERLESS, *CLEAR_OWNERLESS, DROP_OWNERLESS):
            await tx.db.run(statement)
    while ids := await _drop_unshown(app):
        await store(app).delete([key for image_id in ids for key in keys_of(image_id)])
    await bound_variants(store(app), app.config.images_cache_mb * MIB)
    if await _is_due(app):
        await drop_strays(app)


async def drop_strays(app: App) -> None:
    """Delete what the store keeps of images that there are not: whoever took them died before their row was written, or
    whoever deleted them before the store was told."""
    kept = store(app)
    before = clock.now() - YOUNG
    for folder in (MASTERS, VARIANTS):
        old = [each for each in await kept.kept(folder) if each.used_at < before]
        for start in range(0, len(old), BATCH):
            strays = await _strays(app, old[start : start + BATCH])
            if strays:
                log.info("%s files of images that are gone are deleted.", len(strays))
                await kept.delete(strays)


async def bound_variants(kept: Store, most_bytes: int) -> None:
    """Drop the variants that were not asked for the longest, where a folder holds more than it may."""
    if not isinstance(kept, DiskStore):
        return
    variants = await kept.kept(VARIANTS)
    over = sum(each.size_bytes for each in variants) - most_bytes
    if over <= 0:
        return
    over += int(most_bytes * (1 - KEPT_SHARE))
    dropped: list[str] = []
    for each in sorted(variants, key=lambda each: each.used_at):
        if over <= 0:
            break
        over -= each.size_bytes
        dropped.append(each.key)
    await kept.delete(dropped)


async def _drop_unshown(app: App) -> Sequence[UUID]:
    async with app.transaction() as tx:
        held = await tx.db.rows(HOLD_UNSHOWN, before=clock.now() - YOUNG, most=BATCH)
        dropped = await tx.db.rows(DROP_UNSHOWN, ids=[row[0] for row in held])
    return [row[0] for row in dropped]


async def _strays(app: App, some: Sequence[Stored]) -> list[str]:
    owners = {each.key: image_of(each.key) for each in some}
    ids = [image_id for image_id in owners.values() if image_id is not None]
    there = {row[0] for row in await app.db.rows(THERE, ids=ids)}
    return [key for key, image_id in owners.items() if image_id is not None and image_id not in there]


async def _is_due(app: App) -> bool:
    """Once a day for all; without Redis not at all, for it is no hurry."""
    try:
        key = f"{app.config.namespace}:images:looked"
        return bool(await app.redis.set(key, "1", nx=True, ex=LOOK_S))
    except TROUBLE as error:
        log.warning("The store of images is not looked through: %s", str(error) or type(error).__name__)
        return False
