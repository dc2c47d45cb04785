"""How fast a library is scanned, against bare loops over the same files, and how much memory that takes."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import text

from bench import bare, trees
from bench.stage import Measured, Stage, stage

FILMS = 1000
ROUNDS = 3
VIDEOS = 4000
SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
FLAT = 5_000
LIBRARY_AT = text("SELECT library_id FROM library.roots WHERE path = :path")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mqb-") as name:
        folder = Path(name)
        asyncio.run(probing(folder))
        asyncio.run(remembering(folder))


async def probing(folder: Path) -> None:
    """First scans that open media, in turns with a bare loop that opens the same."""
    root = folder / "media"
    trees.put_media(root, folder / "masters", FILMS)
    context = get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context) as pool:
        list(pool.map(bare.read_headers, list(bare.videos(folder / "masters")) * 4))
        async with stage(folder / "probing", is_probing=True) as on:
            bares = [bare.probing_s(pool, root)]
            found: list[Measured] = []
            for _ in range(ROUNDS):
                library_id = await on.library(root)
                found.append(await on.scan(library_id))
                await on.forget(library_id)
                bares.append(bare.probing_s(pool, root))
    ratios = [(bares[at][0] + bares[at + 1][0]) / 2 / each.seconds for at, each in enumerate(found)]
    rate = statistics.median(each.rate for each in found)
    bare_s, bare_cpu_s = (statistics.median(each) for each in zip(*bares, strict=True))
    cpu_s = statistics.median(each.worker_s + each.database_s for each in found)
    print(
        f"  first scan, files opened   {rate:>7,.0f} files/s; bare probing {FILMS / bare_s:,.0f}; "
        f"{statistics.median(ratios):.0%} of its rate (of {ROUNDS}: {', '.join(f'{each:.0%}' for each in ratios)})"
    )
    print(
        f"    CPU a file: bare {bare_cpu_s / FILMS * 1e6:,.0f} us; {bare_cpu_s / cpu_s:.0%}; {found[-1].costs}"
    )


async def remembering(folder: Path) -> None:
    async with stage(folder / "remembering", is_probing=False) as on:
        for kind in ("movie", "tv"):
            await alone(on, folder / kind, kind)
        await growth(on, folder)
        await one_folder(on, folder)
        await flat(on, folder)
        if "--million" in sys.argv:
            await million(on, folder)


async def alone(on: Stage, root: Path, kind: str) -> None:
    """First scans of videos whose contents are known at once."""
    trees.put_videos(root, kind, VIDEOS)
    library_id = await on.library(root, kind)
    found = await on.scan(library_id)
    name = "films" if kind == "movie" else "episodes"
    print(
        f"  first scan, {VIDEOS:,} {name:<9} {found.rate:>7,.0f} files/s with cached results; {found.costs}"
    )


async def growth(on: Stage, folder: Path) -> None:
    """Films with what lies beside them, a first scan and the next, of ever larger trees."""
    for size in SIZES:
        root = folder / f"tree{size}"
        trees.put_films(root, size)
        library_id = await on.library(root)
        first = await on.scan(library_id)
        await on.settle()
        walks, reads, agains = list[float](), list[float](), list[Measured]()
        for _ in range(ROUNDS):
            walks.append(bare.walk_s(root))
            reads.append(await bare.rows_s(on.app.config.database_url, root))
            agains.append(await on.scan(library_id))
        again = min(agains, key=lambda each: each.seconds)
        least = min(walks) + min(reads)
        print(
            f"  {size:>7,} files: first scan {first.seconds:6.2f} s ({first.rate:,.0f} files/s), "
            f"peak {first.peak_mb:.0f} MB; {first.costs}"
        )
        print(
            f"    rescan {again.seconds:.3f} s; walk {min(walks):.3f} s + rows {min(reads):.3f} s; "
            f"{again.seconds / least:.1f} x; peak {again.peak_mb:.0f} MB; {again.costs}"
        )


async def one_folder(on: Stage, folder: Path) -> None:
    """A scan of one folder in the largest library."""
    size = SIZES[-1]
    root = folder / f"tree{size}"
    library_id = await on.app.db.value(LIBRARY_AT, path=str(root))
    times: list[float] = []
    for number in range(5):
        path = root / "Shelf 0001" / trees.film(100 + number)
        (path / f"{path.name}.720p.mkv").touch()
        times.append((await on.scan(library_id, path)).seconds)
    print(f"  one folder of {size:,} files with a new one: {statistics.median(times) * 1000:.0f} ms")


async def flat(on: Stage, folder: Path) -> None:
    root = folder / "flat"
    trees.put_flat(root, FLAT)
    found = await on.scan(await on.library(root))
    print(f"  {FLAT:,} films in one folder: {found.rate:,.0f} files/s, peak {found.peak_mb:.0f} MB")


async def million(on: Stage, folder: Path) -> None:
    """Memory as a tree of a million paths is scanned and scanned again."""
    root = folder / "million"
    trees.put_films(root, MILLION)
    library_id = await on.library(root)
    for name in ("first scan", "rescan"):
        start = time.perf_counter()
        found = await on.scan(library_id)
        print(
            f"  {MILLION:,} paths, {name}: {time.perf_counter() - start:,.0f} s, peak {found.peak_mb:.0f} MB"
        )
