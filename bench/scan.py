"""How fast a library is scanned, against bare loops over the same files."""

import asyncio
import os
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import av
from sqlalchemy import text

from app.core import migrate
from app.core.app import App, open_app
from app.core.config import Config
from app.core.work import work
from app.demo.clip import Audio, AudioCodec, Clip, VideoCodec
from app.demo.draw import Palette
from app.demo.encode import encode
from app.demo.looks import Look, picture
from app.embedded.servers import embedded
from app.library import jobs
from app.library.scans import request_scan
from app.library.writes import create_library

FILMS = 1000
assert jobs.scan  # registers what the worker runs
STATUS = text("SELECT status FROM library.scans WHERE id = :id")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mqb-") as name:
        folder = Path(name)
        fill(folder / "movies")
        asyncio.run(compare(folder))


def fill(root: Path) -> None:
    """Copies of one clip under many names."""
    clip = root / "Film 0000 (2000)" / "Film 0000 (2000).mkv"
    clip.parent.mkdir(parents=True)
    look = Look(Palette("#203040", "#d0c0a0", "#607080", "#101820", "#ffffff"), ("sun", "sea"))
    sound = (Audio(AudioCodec.AAC, "stereo", "eng"),)
    encode(Clip(picture(look, "Film", VideoCodec.H264, (640, 360)), sound, duration_s=1), clip)
    for number in range(1, FILMS):
        other = root / f"Film {number:04} ({1950 + number % 70})"
        other.mkdir()
        shutil.copyfile(clip, other / f"{other.name}.mkv")


async def compare(folder: Path) -> None:
    bare = bare_probing(folder / "movies")
    walk = bare_walk(folder / "movies")
    async with embedded(folder / "data") as urls:
        assert urls.database_url
        assert urls.redis_url
        await migrate.upgrade(urls.database_url)
        config = replace(Config(), database_url=urls.database_url, redis_url=urls.redis_url)
        async with open_app(config) as app:
            async with app.transaction() as tx:
                library_id = await create_library(tx, "Films", "movie", [str(folder / "movies")])
            working = asyncio.create_task(work(app))
            first = await scanned(app, library_id)
            second = await scanned(app, library_id)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
    print(
        f"  first scan   {FILMS / first:>8,.0f} files/s; bare probing {FILMS / bare:,.0f}; ratio {bare / first:.2f}"
    )
    print(
        f"  second scan  {FILMS / second:>8,.0f} files/s; bare walk {FILMS / walk:,.0f}; {second / walk:.1f} x its time"
    )


async def scanned(app: App, library_id: UUID) -> float:
    start = time.perf_counter()
    async with app.transaction() as tx:
        scan_id = await request_scan(tx, library_id)
    while await app.db.value(STATUS, id=scan_id) != "completed":
        await asyncio.sleep(0.01)
    return time.perf_counter() - start


def bare_probing(root: Path) -> float:
    start = time.perf_counter()
    with ProcessPoolExecutor() as pool:
        list(pool.map(open_one, (str(path) for path in root.rglob("*.mkv")), chunksize=16))
    return time.perf_counter() - start


def open_one(path: str) -> int:
    with av.open(path) as container:
        return len(container.streams)


def bare_walk(root: Path) -> float:
    start = time.perf_counter()
    folders = [str(root)]
    while folders:
        with os.scandir(folders.pop()) as found:
            for entry in found:
                if entry.is_dir():
                    folders.append(entry.path)
                else:
                    entry.stat()
    return time.perf_counter() - start
