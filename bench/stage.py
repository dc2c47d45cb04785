"""Servers, a worker process and libraries for the scan's benchmark, and how long their scans take."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import psutil
from sqlalchemy import text

from app.core import migrate
from app.core.app import App, open_app
from app.core.config import Config
from app.embedded.servers import embedded
from app.library.scans import request_scan
from app.library.writes import create_library, delete_library

STATUS = text("SELECT status, files_done FROM library.scans WHERE id = :id")
MB = 1 << 20
# A worker that has used no more of a core than this for so long has nothing left to do.
IDLE, QUIET_S = 0.05, 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One scan. worker_s and database_s: the CPU time that the processes of each used meanwhile."""

    files: int
    seconds: float
    worker_s: float
    database_s: float
    peak_mb: float

    @property
    def rate(self) -> float:
        return self.files / self.seconds

    @property
    def costs(self) -> str:
        each = 1e6 / max(self.files, 1)
        return (
            f"CPU a file: worker {self.worker_s * each:,.0f} us, PostgreSQL {self.database_s * each:,.0f} us"
        )


class Stage:
    """One worker on servers of its own."""

    def __init__(self, app: App, worker: psutil.Process, postgres: psutil.Process) -> None:
        self.app = app
        self._worker = worker
        self._postgres = postgres

    async def library(self, root: Path, kind: str = "movie") -> UUID:
        async with self.app.transaction() as tx:
            return await create_library(tx, str(root), kind, [str(root)])

    async def forget(self, library_id: UUID) -> None:
        async with self.app.transaction() as tx:
            await delete_library(tx, library_id)

    async def settle(self) -> None:
        """Wait for what a scan leaves to other jobs, and have autovacuum's work done, as it is when nobody scans."""
        before, used = 0.0, cpu_s(self._worker)
        while used - before > IDLE * QUIET_S:
            await asyncio.sleep(QUIET_S)
            before, used = used, cpu_s(self._worker)
        async with self.app.database.pool.acquire() as connection:
            await connection.execute("VACUUM ANALYZE", timeout=120)

    async def scan(self, library_id: UUID, path: Path | None = None) -> Measured:
        """From the request to the end, the way through Redis and the worker included."""
        worker, postgres = cpu_s(self._worker), cpu_s(self._postgres)
        start, peak = time.perf_counter(), 0
        async with self.app.transaction() as tx:
            scan_id = await request_scan(tx, library_id, str(path) if path else None)
        while (row := await self.app.db.row(STATUS, id=scan_id)) and row["status"] != "completed":
            assert row["status"] in ("queued", "running"), row
            peak = max(peak, self._worker.memory_info().rss)
            await asyncio.sleep(0.02)
        assert row
        seconds = time.perf_counter() - start
        peak = max(peak, self._worker.memory_info().rss)
        spent = cpu_s(self._worker) - worker, cpu_s(self._postgres) - postgres
        return Measured(row["files_done"], seconds, *spent, peak / MB)


def cpu_s(process: psutil.Process) -> float:
    """CPU time of a process and of all that it started."""
    spent = process.cpu_times()
    found = spent.user + spent.system + spent.children_user + spent.children_system
    for each in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            found += times.user + times.system
    return found


@asynccontextmanager
async def stage(folder: Path, *, is_probing: bool) -> AsyncIterator[Stage]:
    async with embedded(folder) as urls:
        assert urls.database_url
        assert urls.redis_url
        await migrate.upgrade(urls.database_url)
        config = replace(Config(), database_url=urls.database_url, redis_url=urls.redis_url)
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.worker", urls.database_url, urls.redis_url),
            "probing" if is_probing else "remembering",
            # Whose end is the worker's end, however this process ends.
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[1],
        )
        try:
            assert worker.stdout
            await worker.stdout.readline()
            postmaster = int((folder / "postgres/postmaster.pid").read_text().split()[0])
            async with open_app(config) as app:
                yield Stage(app, psutil.Process(worker.pid), psutil.Process(postmaster))
        finally:
            worker.terminate()
            await worker.wait()
