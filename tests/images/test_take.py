"""Taking images in, and handing them out in any width."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.core.app import App
from app.images import take as taking
from app.images.formats import ImageFormat
from app.images.kinds import Source
from app.images.refusal import Reason, Refused
from app.images.store import MASTERS, Store, master_key, store, variant_key
from app.images.studio import Studio, StudioFailed, studio
from app.images.take import take, take_file
from app.images.variants import variants
from tests.images.pictures import RED, file, noise, opened, picture

ROWS = text("SELECT * FROM images.images ORDER BY id")


class Counted:
    """Counts what the studio makes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rendered = self.variants = 0
        render, variant = Studio.render, Studio.variant

        async def counted_render(self_: Studio, content: bytes) -> Any:
            self.rendered += 1
            return await render(self_, content)

        async def counted_variant(self_: Studio, *args: Any) -> bytes:
            self.variants += 1
            return await variant(self_, *args)

        monkeypatch.setattr(Studio, "render", counted_render)
        monkeypatch.setattr(Studio, "variant", counted_variant)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


async def masters(app: App) -> set[str]:
    return {each.key for each in await store(app).kept(MASTERS)}


async def test_what_is_taken_is_told_and_kept(app: App) -> None:
    image_id = await take(app, file(picture(), "PNG"), Source.UPLOAD)

    (row,) = await app.db.rows(ROWS)
    master = await store(app).get(master_key(image_id))
    assert master is not None
    assert (row["id"], row["width"], row["height"], row["source"]) == (image_id, 300, 450, "upload")
    assert row["size_bytes"] == len(master)
    assert row["color"] == "#{:02x}{:02x}{:02x}".format(*RED)
    assert opened(master).size == (300, 450)


async def test_the_same_bytes_are_taken_once(app: App, counted: Counted) -> None:
    content = file(picture(31, 41), "PNG")
    first = await take(app, content, Source.FILE)
    before = await masters(app)

    again = [await take(app, content, Source.PROVIDER) for _ in range(3)]

    assert set(again) == {first}
    assert counted.rendered == 1
    assert await masters(app) == before


async def test_many_who_bring_the_same_at_once_leave_one(app: App, second_app: App) -> None:
    content = file(noise(50, 60), "PNG")
    before = await masters(app)

    found = await asyncio.gather(*(take(each, content, Source.FILE) for each in (app, second_app, app)))

    assert len(set(found)) == 1
    assert len(await app.db.rows(ROWS)) == 1
    assert len(await masters(app) - before) == 1


async def test_what_is_refused_leaves_nothing(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await masters(app)
    monkeypatch.setattr(taking, "MOST_BYTES", 1000)

    for content, reason in (
        (b"no image", Reason.NOT_AN_IMAGE),
        (b"\xff\xd8\xff" + b"\0" * 1000, Reason.TOO_MANY_BYTES),
    ):
        with pytest.raises(Refused) as refused:
            await take(app, content, Source.FILE)
        assert refused.value.reason is reason
    assert await app.db.rows(ROWS) == []
    assert await masters(app) == before


async def test_files_are_read_and_what_is_none_is_not(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "poster.jpg").write_bytes(file(picture()))
    os.mkfifo(tmp_path / "pipe.jpg")

    assert await take_file(app, tmp_path / "poster.jpg")
    for each in (tmp_path / "pipe.jpg", tmp_path):
        with pytest.raises(Refused):
            await take_file(app, each)
    with pytest.raises(FileNotFoundError):
        await take_file(app, tmp_path / "missing.jpg")
    monkeypatch.setattr(taking, "MOST_BYTES", 100)
    with pytest.raises(Refused) as refused:
        await take_file(app, tmp_path / "poster.jpg")
    assert refused.value.reason is Reason.TOO_MANY_BYTES


async def test_a_variant_is_made_once_and_kept(app: App, counted: Counted) -> None:
    image_id = await take(app, file(picture(), "PNG"), Source.FILE)

    first = await variants(app).get(image_id, 154, ImageFormat.WEBP)
    again = await variants(app).get(image_id, 154, ImageFormat.WEBP)

    assert first == again == await store(app).get(variant_key(image_id, 154, ImageFormat.WEBP))
    assert first is not None
    assert opened(first).size == (154, 231)
    assert counted.variants == 1


async def test_those_who_ask_at_once_wait_for_one_whichever_process_they_ask(
    app: App, second_app: App, counted: Counted
) -> None:
    image_id = await take(app, file(noise(400, 300), "PNG"), Source.FILE)

    found = await asyncio.gather(
        *(variants(each).get(image_id, 185, ImageFormat.AVIF) for each in (app, second_app) * 4)
    )

    assert len(set(found)) == 1
    assert counted.variants == 1


async def test_who_hangs_up_takes_it_from_nobody(app: App, counted: Counted) -> None:
    image_id = await take(app, file(noise(400, 300), "PNG"), Source.FILE)
    first = asyncio.create_task(variants(app).get(image_id, 92, ImageFormat.WEBP))
    second = asyncio.create_task(variants(app).get(image_id, 92, ImageFormat.WEBP))
    await asyncio.sleep(0)

    first.cancel()

    assert await second is not None
    assert first.cancelled()
    assert counted.variants == 1


async def test_it_is_made_without_redis_too(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = await take(app, file(picture(), "PNG"), Source.FILE)

    def away(*args: Any, **settings: Any) -> Any:
        class Lock:
            async def acquire(self) -> bool:
                raise ConnectionError("Redis is away")

        return Lock()

    monkeypatch.setattr(app.redis, "lock", away)

    assert await variants(app).get(image_id, 154, ImageFormat.WEBP) is not None


async def test_it_is_handed_out_though_it_can_t_be_kept(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = await take(app, file(picture(), "PNG"), Source.FILE)
    kept: Store = store(app)

    async def full(key: str, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "put", full)

    assert await variants(app).get(image_id, 154, ImageFormat.WEBP) is not None


async def test_one_that_fails_is_made_when_asked_anew(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = await take(app, file(picture(), "PNG"), Source.FILE)
    variant = studio(app).variant

    async def failing(*args: Any) -> bytes:
        raise StudioFailed("just now")

    monkeypatch.setattr(studio(app), "variant", failing)
    with pytest.raises(StudioFailed):
        await variants(app).get(image_id, 154, ImageFormat.WEBP)
    monkeypatch.setattr(studio(app), "variant", variant)

    assert await variants(app).get(image_id, 154, ImageFormat.WEBP) is not None
