"""Scans of files that are broken, absurd, hostile, or change under our hands: nothing else is disturbed."""

import asyncio
import os
import random
import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.app import App, open_app
from app.demo.clip import Clip, Video, VideoCodec
from app.demo.encode import encode
from app.library import prober as probers
from app.library.prober import Prober
from tests.library.probing import stumble
from tests.library.scanning import library, missing, problems, put, rows, scan, titles, write

LEFT_ALONE = {
    "Crash (2001)/Crash (2001).mkv": "crashed_prober",
    "Greed (2003)/Greed (2003).mkv": "out_of_memory",
    "Hang (2002)/Hang (2002).mkv": "timed_out",
}
HOSTILE = {
    "Crash (2001)/Crash (2001).mkv": b"crash",
    "Hang (2002)/Hang (2002).mkv": b"hang",
    "Greed (2003)/Greed (2003).mkv": b"greedy",
}


@pytest.fixture
async def stumbling(app: App) -> AsyncIterator[App]:
    """An application whose processes stumble over the files that say so."""
    before = probers._probers.pop(app, None)
    probers._probers[app] = Prober(2, 0.5, grace_s=0.2, memory_mb=256, work=stumble)
    yield app
    probers._probers.pop(app).close()
    if before is not None:
        probers._probers[app] = before


def opened(root: Path) -> list[str]:
    """What was opened since the last time that this was asked."""
    path = root.parent / "opened.txt"
    found = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return sorted(found)


async def test_hostile_files_are_problems_and_the_others_are_stored(
    stumbling: App, clip: Path, tmp_path: Path
) -> None:
    root = tmp_path / "films"
    names = [f"Film {n} (2001)/Film {n} (2001).mkv" for n in range(12)]
    put(clip, root, *names)
    for name, content in HOSTILE.items():
        write(root, name, content)
    key = await library(stumbling, root)

    await scan(stumbling, key)

    assert await problems(stumbling) == LEFT_ALONE
    assert sorted(opened(root)) == sorted([*names, *HOSTILE])
    assert len(await titles(stumbling)) == 15
    with_video = await rows(stumbling, "SELECT file_id FROM library.streams WHERE kind = 'video'")
    assert len(with_video) == 12


async def test_hostile_files_are_not_opened_again_until_they_change(
    stumbling: App, clip: Path, tmp_path: Path
) -> None:
    root = tmp_path / "films"
    put(clip, root, "Film (2001)/Film (2001).mkv")
    for name, content in HOSTILE.items():
        write(root, name, content)
    key = await library(stumbling, root)
    await scan(stumbling, key)
    opened(root)

    await scan(stumbling, key)
    await scan(stumbling, key, root / "Crash (2001)")
    put(clip, root, "Hang (2002)/Hang (2002) - trailer.mkv")
    await scan(stumbling, key)
    again = opened(root)
    unchanged = await problems(stumbling)
    put(clip, root, "Crash (2001)/Crash (2001).mkv")
    await scan(stumbling, key)

    assert again == ["Hang (2002)/Hang (2002) - trailer.mkv"]
    assert unchanged == LEFT_ALONE
    assert opened(root) == ["Crash (2001)/Crash (2001).mkv"]
    assert "Crash (2001)/Crash (2001).mkv" not in await problems(stumbling)


async def test_hostile_files_are_not_opened_again_wherever_they_are_moved(
    stumbling: App, clip: Path, tmp_path: Path
) -> None:
    root = tmp_path / "films"
    put(clip, root, "Film (2001)/Film (2001).mkv")
    for name, content in HOSTILE.items():
        write(root, name, content)
    key = await library(stumbling, root)
    await scan(stumbling, key)
    opened(root)

    (root / "Crash (2001)").rename(root / "Krach (2001)")
    (root / "Hang (2002)/Hang (2002).mkv").rename(root / "Hang (2002)/Hanging.2002.mkv")
    await scan(stumbling, key)

    assert opened(root) == []
    assert await problems(stumbling) == {
        "Krach (2001)/Crash (2001).mkv": "crashed_prober",
        "Greed (2003)/Greed (2003).mkv": "out_of_memory",
        "Hang (2002)/Hanging.2002.mkv": "timed_out",
    }
    assert await missing(stumbling) == []


async def test_hostile_files_are_not_opened_again_when_they_come_back(
    stumbling: App, clip: Path, tmp_path: Path
) -> None:
    root, away = tmp_path / "films", tmp_path / "away"
    put(clip, root, "Film (2001)/Film (2001).mkv")
    for name, content in HOSTILE.items():
        write(root, name, content)
    key = await library(stumbling, root)
    await scan(stumbling, key)
    opened(root)

    away.mkdir()
    (root / "Crash (2001)").rename(away / "Crash (2001)")
    (root / "Hang (2002)/Hang (2002).mkv").rename(away / "hang.mkv")
    await scan(stumbling, key)
    await scan(stumbling, key)
    gone = await missing(stumbling)
    (away / "Crash (2001)").rename(root / "Crash (2001)")
    (away / "hang.mkv").rename(root / "Hang (2002)/Hang (2002).mkv")
    await scan(stumbling, key)

    assert gone == ["Crash (2001)/Crash (2001).mkv", "Hang (2002)/Hang (2002).mkv"]
    assert opened(root) == []
    assert await problems(stumbling) == LEFT_ALONE
    assert await missing(stumbling) == []


async def test_a_file_that_was_only_renamed_is_not_opened_and_keeps_its_problem(
    stumbling: App, clip: Path, tmp_path: Path
) -> None:
    root = tmp_path / "films"
    put(clip, root, "Film (2001)/Film (2001).mkv")
    write(root, "Text (2002)/Text (2002).mkv", b"no film at all" * 20)
    key = await library(stumbling, root)
    await scan(stumbling, key)
    opened(root)

    (root / "Film (2001)").rename(root / "Movie (2001)")
    (root / "Text (2002)/Text (2002).mkv").rename(root / "Text (2002)/Text.2002.mkv")
    await scan(stumbling, key)

    assert opened(root) == []
    assert await problems(stumbling) == {"Text (2002)/Text.2002.mkv": "not_media"}
    assert len(await rows(stumbling, "SELECT FROM library.streams WHERE kind = 'video'")) == 1


def absurd(folder: Path) -> dict[str, Path]:
    """Files that declare what can't be, by what they declare."""
    folder.mkdir()
    encode(Clip(Video(width=64, height=36), duration_s=0.5), folder / "plain.mp4")
    encode(Clip(Video(width=64, height=36), duration_s=0.5), folder / "plain.mkv")
    mp4, mkv = (folder / "plain.mp4").read_bytes(), (folder / "plain.mkv").read_bytes()
    atoms = b"".join(struct.pack(">I4s", 8 * (5000 - n), b"moov") for n in range(4999))
    found = {
        "dimensions": mp4.replace(struct.pack(">HH", 64, 36), b"\xff\xff\xff\xff"),
        "duration": mp4.replace(b"mvhd", b"mvhd\xff\xff\xff\xff" * 3),
        "samples": _of_box(mp4, b"stsz", 0x7FFFFFFF),
        "chunks": _of_box(mp4, b"stco", 0x7FFFFFFF),
        "nested": mp4[:32] + atoms,
        "tracks": mp4[:32] + _many_tracks(65_000),
        "elements": mkv[:60] + b"\x01" + b"\xff" * 7 + mkv[60:],
        "block": mkv.replace(b"\x1f\x43\xb6\x75", b"\x1f\x43\xb6\x75\x01\x7f\xff\xff\xff\xff\xff\xfe", 1),
        "zeros": bytes(3_000_000),
    }
    for name, content in found.items():
        (folder / f"{name}.mp4").write_bytes(content)
    with (folder / "sparse.mkv").open("wb") as sparse:
        sparse.write(mkv)
        sparse.truncate(1 << 40)
    return {path.stem: path for path in folder.iterdir() if path.stem != "plain"}


def _of_box(content: bytes, kind: bytes, count: int) -> bytes:
    """With another number of entries in a table of 32-bit fields."""
    at = content.index(kind) + 8 + (4 if kind == b"stsz" else 0)
    return content[:at] + struct.pack(">I", count) + content[at + 4 :]


def _many_tracks(number: int) -> bytes:
    tracks = struct.pack(">I4s", 8, b"trak") * number
    return struct.pack(">I4s", 8 + len(tracks), b"moov") + tracks


async def test_absurd_files_disturb_nothing(app: App, clip: Path, tmp_path: Path) -> None:
    root = tmp_path / "films"
    files = await asyncio.to_thread(absurd, tmp_path / "absurd")
    for name, path in files.items():
        (root / f"{name} (2001)").mkdir(parents=True)
        path.rename(root / f"{name} (2001)" / f"{name} (2001){path.suffix}")
    whole = [f"Film {n} (2001)/Film {n} (2001).mkv" for n in range(5)]
    put(clip, root, *whole)
    os.mkfifo(root / "pipe (2001).mkv")
    (root / "folder (2001).mkv").mkdir()
    put(clip, root, "folder (2001).mkv/Inside (2001).mkv")
    key = await library(app, root)

    # One of them takes all the time there is.
    async with open_app(replace(app.config, probe_timeout_s=10.0)) as own:
        await scan(own, key)
    found = await problems(app)

    described = {
        row["name"]
        for row in await rows(
            app,
            "SELECT name FROM library.files f WHERE EXISTS (SELECT FROM library.streams WHERE file_id = f.id)",
        )
    }
    assert {name.rpartition("/")[2] for name in whole} | {"Inside (2001).mkv"} <= described
    stored = {row["name"] for row in await rows(app, "SELECT name FROM library.files")}
    assert {f"{name} (2001){path.suffix}" for name, path in files.items()} <= stored
    assert not {name for name in found if name.startswith(("Film", "folder"))}
    assert found["zeros (2001)/zeros (2001).mp4"] == "not_media"
    assert "crashed_prober" not in found.values()


async def test_damaged_copies_of_every_container_disturb_nothing(
    app: App, clip: Path, tmp_path: Path
) -> None:
    root, chance = tmp_path / "films", random.Random(20261121)
    small = Video(width=64, height=36)
    clips = {
        ".mkv": Clip(small, duration_s=0.5),
        ".mp4": Clip(small, duration_s=0.5),
        ".ts": Clip(small, duration_s=0.5),
        ".mov": Clip(small, duration_s=0.5),
        ".avi": Clip(Video(VideoCodec.MPEG4, width=64, height=36), duration_s=0.5),
    }
    for suffix, each in clips.items():
        await asyncio.to_thread(encode, each, tmp_path / f"whole{suffix}")
        whole = await asyncio.to_thread((tmp_path / f"whole{suffix}").read_bytes)
        for number in range(12):
            write(root, f"damaged {suffix[1:]} {number} (2001){suffix}", damaged(whole, chance))
    put(clip, root, "Film (2001)/Film (2001).mkv")
    key = await library(app, root)

    over = await scan(app, key)
    await scan(app, key)

    assert over["files_added"] == 61
    assert len(await rows(app, "SELECT FROM library.files WHERE reading IS NOT NULL")) == 61
    assert "Film (2001)/Film (2001).mkv" not in await problems(app)


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """Bits flipped all over, most of them near the beginning; every third copy is cut off as well."""
    content = bytearray(whole)
    for _ in range(chance.randrange(1, 200)):
        at = min(len(content) - 1, int(chance.expovariate(1 / (len(content) / 8))))
        content[at] ^= 1 << chance.randrange(8)
    return bytes(content[: chance.randrange(1, len(content))] if chance.random() < 0.34 else content)


async def test_files_that_shrink_and_go_while_they_are_read_disturb_nothing(
    app: App, clip: Path, tmp_path: Path
) -> None:
    names = [f"Film {n} (2001)/Film {n} (2001).mkv" for n in range(60)]
    put(clip, tmp_path, *names)
    key = await library(app, tmp_path)
    size = await asyncio.to_thread(lambda: clip.stat().st_size)

    scanning = asyncio.create_task(scan(app, key, jobs=2))
    for number, name in enumerate(names):
        path = tmp_path / name
        if number % 3 == 0:
            path.unlink()
        elif number % 3 == 1:
            os.truncate(path, size // 2)
        await asyncio.sleep(0)
    await scanning
    await scan(app, key)

    there = await rows(app, "SELECT name, size_bytes FROM library.files WHERE missing_since IS NULL")
    assert {row["name"] for row in there} == {
        name.rpartition("/")[2] for number, name in enumerate(names) if number % 3
    }
    assert {row["size_bytes"] for row in there} == {size, size // 2}
    assert len(await problems(app)) <= 20
