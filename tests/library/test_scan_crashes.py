"""A scan goes on whatever is killed in the middle of it: nothing is lost, and nothing is there twice."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.core import migrate
from app.core.app import App, open_app
from app.core.config import Config
from app.embedded.servers import embedded
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, series_nfo, write
from tests.patience import PATIENCE_S

FILMS, EPISODES = 8, 4


@pytest.fixture
def media(clip: Path, tmp_path: Path) -> Path:
    """Films and series with all that scans find, enough of them for many small steps."""
    for number in range(FILMS):
        folder = f"movies/Film {number:02} (2001)"
        put(
            clip,
            tmp_path,
            f"{folder}/Film {number:02} (2001).mkv",
            f"{folder}/Film {number:02} (2001) - 720p.mkv",
        )
        write(
            tmp_path,
            f"{folder}/movie.nfo",
            movie_nfo(f"Film {number:02}", 2001, "<set>All</set><genre>Drama</genre>"),
        )
        write(tmp_path, f"{folder}/poster.jpg", b"\xff\xd8")
        write(tmp_path, f"{folder}/Subs/English.srt")
    for title in ("Show", "News"):
        put(clip, tmp_path, *(f"tv/{title}/Season 1/{title}.S01E{n:02}.mkv" for n in range(1, EPISODES + 1)))
        write(tmp_path, f"tv/{title}/tvshow.nfo", series_nfo(title, "<plot>Known.</plot>"))
    write(tmp_path, "movies/Broken (2002).mkv", b"broken")
    return tmp_path


class Worker:
    """A worker process; `steps` says how many it began."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def began(self, step: int) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            while (line := await self.process.stdout.readline()) and int(line) < step:
                pass
        assert line, "the worker ended"

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def worker(config: Config, stop_at: int = 0) -> AsyncIterator[Worker]:
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "tests.library.worker",
            config.database_url,
            config.redis_url,
            config.namespace,
        ),
        str(stop_at),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield Worker(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def libraries(app: App, media: Path) -> None:
    await scanning.request(app, await scanning.library(app, media / "movies"))
    await scanning.request(app, await scanning.library(app, media / "tv", "tv"))


async def completed(config: Config) -> None:
    """Until both scans are over; the database may come and go meanwhile."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            connection = await asyncpg.connect(config.database_url, timeout=5)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            await asyncio.sleep(0.1)
            continue
        try:
            found = await connection.fetch("SELECT status, files_done, files_total FROM library.scans")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            continue
        finally:
            await connection.close()
        if all(row["status"] == "completed" for row in found):
            assert all(row["files_done"] == row["files_total"] for row in found)
            return
        await asyncio.sleep(0.05)
    pytest.fail("the scans did not end")


@pytest.fixture
async def undisturbed(app: App, media: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What scans find that nobody disturbs."""
    await scanning.scan(app, await scanning.library(app, media / "movies"))
    await scanning.scan(app, await scanning.library(app, media / "tv", "tv"))
    found = await scanning.catalog(app)
    assert len(found["films"]) == 2 * FILMS + 1
    assert len(found["episodes"]) == 2 * EPISODES
    return found


async def test_a_worker_killed_in_the_middle_of_a_transaction(
    config: Config,
    new_database: Callable[[], Any],
    media: Path,
    undisturbed: dict[str, list[tuple[Any, ...]]],
) -> None:
    own = Config(
        database_url=await new_database(), redis_url=config.redis_url, namespace=f"{config.namespace}-crash"
    )
    async with open_app(own) as app:
        await libraries(app, media)
        async with worker(own, stop_at=5) as first:
            await first.began(5)
            await first.kill()
        before = await scanning.value(app, "SELECT sum(files_done)::int FROM library.scans")

        async with worker(own):
            await completed(own)

        assert before < len(undisturbed["files"])
        assert await scanning.catalog(app) == undisturbed
        assert await scanning.values(app, "SELECT id FROM library.scan_tasks") == []


async def test_redis_killed_in_the_middle_of_a_scan(
    config: Config,
    new_database: Callable[[], Any],
    media: Path,
    tmp_path: Path,
    undisturbed: dict[str, list[tuple[Any, ...]]],
) -> None:
    async with embedded(tmp_path / "data", postgres=False, valkey=True, durable=True) as urls:
        own = Config(database_url=await new_database(), redis_url=urls.redis_url or "", namespace="crash")
        async with worker(own) as one, open_app(own) as app:
            await libraries(app, media)
            await one.began(3)
            os.kill(int((tmp_path / "data/valkey/valkey.pid").read_text()), signal.SIGKILL)

            await completed(own)

            assert await scanning.catalog(app) == undisturbed


async def test_postgresql_killed_in_the_middle_of_a_transaction(
    config: Config, media: Path, tmp_path: Path, undisturbed: dict[str, list[tuple[Any, ...]]]
) -> None:
    async with embedded(tmp_path / "data", postgres=True, valkey=False, durable=True) as urls:
        assert urls.database_url is not None
        own = Config(
            database_url=urls.database_url, redis_url=config.redis_url, namespace=f"{config.namespace}-pg"
        )
        await migrate.upgrade(own.database_url)
        async with open_app(own) as app:
            await libraries(app, media)
        async with worker(own) as one:
            await one.began(5)
            os.kill(int((tmp_path / "data/postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)

            await completed(own)

        async with open_app(own) as app:
            assert await scanning.catalog(app) == undisturbed


async def test_a_worker_killed_while_another_works_on_the_same_scans(
    config: Config,
    new_database: Callable[[], Any],
    media: Path,
    undisturbed: dict[str, list[tuple[Any, ...]]],
) -> None:
    own = Config(
        database_url=await new_database(), redis_url=config.redis_url, namespace=f"{config.namespace}-two"
    )
    async with open_app(own) as app:
        await libraries(app, media)
        async with worker(own, stop_at=2) as stuck:
            await stuck.began(2)
            async with worker(own) as other:
                await other.began(1)
                await stuck.kill()
                await completed(own)

        assert await scanning.catalog(app) == undisturbed
