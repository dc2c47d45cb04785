"""The least that anybody would do with the same files: what a scan is compared with."""

import asyncio
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import av

ROWS = """
SELECT folder, name, size_bytes, mtime_ns, inode FROM library.files f JOIN library.roots r ON r.id = f.root_id
WHERE r.path = $1
"""


def videos(root: Path) -> Iterator[str]:
    folders = [str(root)]
    while folders:
        with os.scandir(folders.pop()) as found:
            for entry in found:
                if entry.is_dir():
                    folders.append(entry.path)
                else:
                    yield entry.path


def read_headers(path: str) -> tuple[list[tuple[Any, ...]], float]:
    """What the streams of a file hold, as a player would list it, and the CPU time that this took."""
    start = time.process_time()
    with av.open(path) as container:
        streams = [
            (stream.type, stream.codec_context and stream.codec_context.name, dict(stream.metadata))
            for stream in container.streams
        ]
    return streams, time.process_time() - start


def probing_s(pool: ProcessPoolExecutor, root: Path) -> tuple[float, float]:
    """Walk, and open each file in one of as many processes as there are cores, which are up already: how long that
    takes, and the CPU time of all."""
    start = time.perf_counter()
    found = list(pool.map(read_headers, videos(root), chunksize=8))
    assert all(streams for streams, _ in found)
    return time.perf_counter() - start, sum(cpu_s for _, cpu_s in found)


def walk_s(root: Path) -> float:
    """os.scandir, and a stat of each file."""
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


async def rows_s(database_url: str, root: Path) -> float:
    """One read of what is stored of the files."""
    connection = await asyncpg.connect(database_url)
    try:
        start = time.perf_counter()
        rows = await connection.fetch(ROWS, str(root))
        assert rows
        return time.perf_counter() - start
    finally:
        await asyncio.shield(connection.close())
