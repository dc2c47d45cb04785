"""What nobody needs is cleared away in time, and nothing else."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from app.core import clock
from app.core.app import App
from app.core.ids import new_id
from app.images import sweep as sweeping
from app.images.formats import ImageFormat
from app.images.store import MASTERS, VARIANTS, DiskStore, image_of, master_key, store, variant_key
from app.images.sweep import bound_variants, drop_strays, sweep
from tests import given


async def run(app: App, sql: str, *args: object) -> None:
    async with app.database.pool.acquire() as connection:
        await connection.execute(sql, *args)


async def age(app: App, *image_ids: UUID, by: str = "2 days") -> None:
    """Have images been taken earlier."""
    await run(
        app, f"UPDATE images.images SET added_at = now() - interval '{by}' WHERE id = ANY($1)", image_ids
    )


async def kept(app: App) -> set[UUID]:
    async with app.database.pool.acquire() as connection:
        return {row[0] for row in await connection.fetch("SELECT id FROM images.images")}


async def in_store(app: App, image_id: UUID) -> bool:
    return await store(app).get(master_key(image_id)) is not None


async def test_images_that_nobody_shows_go_after_a_day_with_all_that_was_made_of_them(app: App) -> None:
    library_id = await given.library(app)
    old, young = await given.image(app), await given.image(app)
    shown = await given.shown(app, library_id, movie_id=await given.movie(app))
    owned = await given.picture(app, owner_id=await given.movie(app))
    variant = variant_key(old, 92, ImageFormat.WEBP)
    for image_id in (old, young, shown, owned):
        await store(app).put(master_key(image_id), b"master")
    await store(app).put(variant, b"variant")
    await age(app, old, shown, owned)

    await sweep.run(app)

    assert await kept(app) == {young, shown, owned}
    assert [await in_store(app, each) for each in (old, young, shown, owned)] == [False, True, True, True]
    assert await store(app).get(variant) is None


async def test_more_than_a_batch_goes_at_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    await age(app, *[await given.image(app) for _ in range(5)])

    await sweep.run(app)

    assert await kept(app) == set()


async def test_who_begins_to_show_an_image_while_it_goes_finds_it_gone_or_keeps_it(app: App) -> None:
    image_id = await given.image(app)
    await age(app, image_id)
    row = (
        "INSERT INTO images.pictures (id, owner_kind, owner_id, kind, image_id, source)"
        " VALUES ($1, 'movie', $2, 'poster', $3, 'provider')"
    )
    movie_id = await given.movie(app)

    async with app.database.pool.acquire() as connection, connection.transaction():
        await connection.execute(row, new_id(), movie_id, image_id)
        await sweep.run(app)
    assert await kept(app) == {image_id}

    await run(app, "DELETE FROM images.pictures")
    sweeps = asyncio.create_task(sweep.run(app))
    try:
        await run(app, row, new_id(), movie_id, image_id)
    except asyncpg.ForeignKeyViolationError:
        await sweeps
        assert await kept(app) == set()
    else:
        await sweeps
        assert await kept(app) == {image_id}


async def test_pictures_outlive_their_work_for_a_while_since_it_may_come_back(app: App) -> None:
    movie_id, user_id = await given.movie(app), await given.user(app)
    image_id = await given.picture(app, owner_id=movie_id)
    avatar = await given.picture(app, "avatar", owner_kind="user", owner_id=user_id)
    stays = await given.picture(app, owner_id=await given.movie(app))
    await age(app, image_id, avatar, stays)
    await run(app, "DELETE FROM movies.movies WHERE id = $1", movie_id)
    await run(app, "DELETE FROM identity.users WHERE id = $1", user_id)

    await sweep.run(app)
    assert await kept(app) == {image_id, stays}
    await run(app, "UPDATE images.pictures SET ownerless_since = ownerless_since - interval '29 days'")
    await sweep.run(app)
    assert await kept(app) == {image_id, stays}
    await run(app, "UPDATE images.pictures SET ownerless_since = ownerless_since - interval '2 days'")
    await sweep.run(app)

    assert await kept(app) == {stays}


async def test_a_work_that_came_back_has_its_pictures_for_good(app: App) -> None:
    movie_id = await given.movie(app)
    await given.picture(app, owner_id=movie_id)
    await run(app, "UPDATE images.pictures SET ownerless_since = now() - interval '20 days'")

    await sweep.run(app)

    async with app.database.pool.acquire() as connection:
        assert await connection.fetchval("SELECT ownerless_since FROM images.pictures") is None


@pytest.mark.parametrize("kind", ["movie", "series", "season", "episode", "person", "collection", "user"])
async def test_every_kind_of_owner_is_known(app: App, kind: str) -> None:
    image_id = await given.picture(app, owner_kind=kind, owner_id=new_id())

    await sweep.run(app)

    async with app.database.pool.acquire() as connection:
        row = await connection.fetchrow(
            "SELECT ownerless_since FROM images.pictures WHERE image_id = $1", image_id
        )
    assert (row is None) == (kind == "user")
    assert row is None or row[0] is not None


async def test_files_of_images_that_never_came_to_be_go_when_they_are_old(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, stray, young = await given.image(app), new_id(), new_id()
    keys = [master_key(there), master_key(stray), variant_key(stray, 92, ImageFormat.AVIF)]
    for key in keys:
        await store(app).put(key, b"x")
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(sweeping.clock, "now", lambda: later)

    await drop_strays(app)

    names = {image_of(each.key) for folder in (MASTERS, VARIANTS) for each in await store(app).kept(folder)}
    assert there in names
    assert stray not in names
    monkeypatch.undo()
    await store(app).put(master_key(young), b"x")
    await drop_strays(app)
    assert await store(app).get(master_key(young)) == b"x"


async def test_the_whole_store_is_looked_through_once_a_day(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []

    async def looked(_: App) -> None:
        looks.append("look")

    monkeypatch.setattr(sweeping, "drop_strays", looked)

    for _ in range(3):
        await sweep.run(app)

    assert looks == ["look"]


async def test_variants_that_were_not_asked_for_lately_make_room(tmp_path: Path) -> None:
    kept = DiskStore(tmp_path)
    keys = [variant_key(new_id(), 92, ImageFormat.WEBP) for _ in range(10)]
    now = clock.now().timestamp()
    for days, key in enumerate(keys):
        await kept.put(key, b"x" * 1000)
        os.utime(tmp_path / key, (now - days * 86_400, now - days * 86_400))
    await kept.put(master_key(new_id()), b"x" * 100_000)

    await bound_variants(kept, 10_000)
    assert len(await kept.kept(VARIANTS)) == 10
    await bound_variants(kept, 8_000)

    assert {each.key for each in await kept.kept(VARIANTS)} == set(keys[:7])
    assert len(await kept.kept(MASTERS)) == 1
