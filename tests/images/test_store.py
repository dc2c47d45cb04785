"""What is kept is whole or not there, on a disk as in S3."""

import asyncio
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.core.config import Config, ConfigError
from app.core.ids import new_id
from app.images import store as stores
from app.images.formats import ImageFormat
from app.images.store import (
    MASTERS,
    VARIANTS,
    DiskStore,
    Store,
    image_of,
    keys_of,
    master_key,
    open_store,
    variant_key,
)
from tests.images.s3_server import BUCKET, KEY, REGION, S3Server, s3_server


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


def in_s3(server: S3Server, bucket: str = BUCKET, **others: Any) -> Store:
    settings = {"s3_endpoint": server.url, "s3_region": REGION} | KEY | others
    return open_store(Config(images_url=f"s3://{bucket}", **settings))


@pytest.fixture(params=["disk", "s3", "s3 in a folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "disk":
        return open_store(Config(data_dir=tmp_path))
    server = request.getfixturevalue("s3")
    return in_s3(server, f"{BUCKET}/{tmp_path.name}" if request.param == "s3 in a folder" else BUCKET)


async def test_what_is_put_is_there_until_it_is_deleted(store: Store) -> None:
    key = master_key(new_id())

    assert await store.get(key) is None
    await store.put(key, b"first")
    await store.put(key, b"second")
    assert await store.get(key) == b"second"
    await store.delete([key])
    await store.delete([key, master_key(new_id())])
    assert await store.get(key) is None


async def test_it_tells_what_it_keeps(store: Store) -> None:
    image_id = new_id()
    master, narrow = master_key(image_id), variant_key(image_id, 92, ImageFormat.AVIF)
    await store.put(master, b"m" * 3000)
    await store.put(narrow, b"v" * 20)

    masters = [each for each in await store.kept(MASTERS) if image_of(each.key) == image_id]
    variants = [each for each in await store.kept(VARIANTS) if image_of(each.key) == image_id]

    assert [(each.key, each.size_bytes) for each in masters] == [(master, 3000)]
    assert [(each.key, each.size_bytes) for each in variants] == [(narrow, 20)]
    assert abs(datetime.now(UTC) - variants[0].used_at) < timedelta(days=1)
    await store.delete(keys_of(image_id))
    assert [each for each in await store.kept(MASTERS) if image_of(each.key) == image_id] == []


async def test_megabytes_come_back_as_they_were(store: Store) -> None:
    key, content = master_key(new_id()), os.urandom(12 << 20)

    await store.put(key, content)

    assert await store.get(key) == content


async def test_many_at_once_leave_one_of_them(store: Store) -> None:
    key = master_key(new_id())
    contents = [bytes([number]) * 50_000 for number in range(8)]

    await asyncio.gather(*(store.put(key, content) for content in contents))

    assert await store.get(key) in contents
    assert len([each for each in await store.kept(MASTERS) if each.key == key]) == 1


async def test_a_server_that_is_away_is_an_error_and_not_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.images.s3.PATIENCE", timedelta(seconds=1))
    away = open_store(Config(images_url="s3://marquee", s3_endpoint="http://127.0.0.1:9", **KEY))

    with pytest.raises(OSError, match=r"."):
        await away.get(master_key(new_id()))
    with pytest.raises(OSError, match=r"."):
        await away.put(master_key(new_id()), b"")
    with pytest.raises(OSError, match=r"."):
        await away.kept(MASTERS)


async def test_a_bucket_that_is_not_there_and_a_wrong_key_are_errors(s3: S3Server) -> None:
    key = master_key(new_id())

    for other in (in_s3(s3, "another"), in_s3(s3, s3_secret_access_key="guessed")):
        with pytest.raises(OSError, match=r"."):
            await other.put(key, b"")
    assert not [name for name in s3.objects if name.endswith(key)]


async def test_a_server_that_is_busy_is_asked_again(s3: S3Server) -> None:
    store, key = in_s3(s3), master_key(new_id())
    s3.failures += [503, 500]

    await store.put(key, b"late")

    assert s3.failures == []
    assert await store.get(key) == b"late"


async def test_lists_of_s3_are_read_to_their_end_and_lie_below_the_folder(s3: S3Server) -> None:
    inside, beside = in_s3(s3, f"{BUCKET}/inside"), in_s3(s3, f"{BUCKET}/beside")
    keys = sorted(master_key(new_id()) for _ in range(10))
    for key in keys:
        await inside.put(key, b"")
    await beside.put(master_key(new_id()), b"")

    assert sorted(each.key for each in await inside.kept(MASTERS)) == keys
    await inside.delete(keys)
    assert await inside.kept(MASTERS) == []
    assert len(await beside.kept(MASTERS)) == 1


async def test_a_disk_that_fills_up_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, key = DiskStore(tmp_path), master_key(new_id())
    await store.put(key, b"before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stores.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await store.put(key, b"after")

    assert await store.get(key) == b"before"
    assert os.listdir((tmp_path / key).parent) == [Path(key).name]  # noqa: PTH208


async def test_drafts_that_were_left_over_go_in_time_and_are_never_told_of(tmp_path: Path) -> None:
    store, key = DiskStore(tmp_path), variant_key(new_id(), 342, ImageFormat.WEBP)
    await store.put(key, b"whole")
    young, old = [(tmp_path / key).with_name(f".draft-{name}") for name in ("young", "old")]
    for each in (young, old):
        each.write_bytes(b"half")
    os.utime(old, (1, 1))

    kept = await store.kept(VARIANTS)

    assert [each.key for each in kept] == [key]
    assert young.exists()
    assert not old.exists()


async def test_what_is_asked_for_is_noted_once_a_day(tmp_path: Path) -> None:
    store, key = DiskStore(tmp_path), variant_key(new_id(), 342, ImageFormat.WEBP)
    await store.put(key, b"seldom")
    noon = datetime.now(UTC).timestamp() - 3600
    os.utime(tmp_path / key, (noon, noon))

    await store.get(key)
    assert (tmp_path / key).stat().st_mtime == noon
    os.utime(tmp_path / key, (1, 1))
    await store.get(key)

    assert datetime.now(UTC).timestamp() - (tmp_path / key).stat().st_mtime < 3600


async def test_nobody_else_on_the_machine_reads_it_and_links_are_not_followed(tmp_path: Path) -> None:
    store, key, linked = DiskStore(tmp_path), master_key(new_id()), master_key(new_id())
    await store.put(key, b"ours")
    (tmp_path / linked).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / linked).symlink_to("/etc/passwd")

    assert not stat.S_IMODE((tmp_path / key).stat().st_mode) & stat.S_IRWXO
    with pytest.raises(OSError, match="symbolic"):
        await store.get(linked)


def test_folders_are_chosen_by_configuration(tmp_path: Path) -> None:
    own = open_store(Config(data_dir=tmp_path))
    other = open_store(Config(data_dir=tmp_path, images_url=str(tmp_path / "elsewhere")))

    assert isinstance(own, DiskStore)
    assert own._root == tmp_path / "images"
    assert isinstance(other, DiskStore)
    assert other._root == tmp_path / "elsewhere"


@pytest.mark.parametrize("url", ["s3://", "ftp://there", "s3:///folder"])
def test_what_is_no_place_for_images_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigError, match="MARQUEE_IMAGES_URL"):
        Config.from_env({"MARQUEE_IMAGES_URL": url})


def test_keys_are_of_their_image_and_of_no_other_kind() -> None:
    image_id = new_id()

    assert {image_of(key) for key in keys_of(image_id)} == {image_id}
    assert len(set(keys_of(image_id))) == 17
    assert image_of("masters/aa/README") is None
