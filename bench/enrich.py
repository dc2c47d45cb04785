"""How fast a library's films are matched and described, against what the provider's rate allows, and at what price.

The provider is a process that answers each question 20 ms late; it, the worker and PostgreSQL share the machine.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import text

from app.activity.actor import Actor
from app.core import migrate
from app.core.app import App, open_app
from app.embedded.servers import embedded
from app.identify.titles import match_key
from app.metadata.settings import TMDB_RATE
from app.metadata.wanted import begin
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from bench.enricher import config
from bench.film_provider import KEY
from bench.films import Named, Shelved, made, put
from bench.stage import MB, Stage, cpu_s

FILMS = 10_000
# Of all that TMDb knows, and lists, a library has about one in a hundred.
LISTED = 100
ALLOWED = 40.0
SETTLED_S = 0.2
STUCK_S = 60.0
LEFT = text("SELECT count(*) FROM metadata.looks WHERE asked_at IS NOT NULL")
LINKS = text(
    """
    SELECT DISTINCT f.folder, k.status, k.provider_id FROM library.files f
    JOIN library.movie_parts p ON p.file_id = f.id JOIN movies.versions v ON v.id = p.version_id
    JOIN movies.editions e ON e.id = v.edition_id
    LEFT JOIN metadata.links k ON k.kind = 'movie' AND k.work_id = e.movie_id
    """
)
NOTED = text("SELECT count(*) FROM images.pictures WHERE source = 'provider'")
FAULTS = text(
    "SELECT problem, count(*) AS many FROM metadata.looks WHERE problem IS NOT NULL GROUP BY 1 ORDER BY 2 DESC"
)


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU time of each while films were enriched, and the worker's most memory."""

    seconds: float
    worker_s: float
    database_s: float
    peak_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench enrich")
    parser.add_argument("--films", type=int, default=FILMS)
    films = parser.parse_known_args()[0].films
    with tempfile.TemporaryDirectory(prefix="mqb-") as name:
        asyncio.run(run(Path(name), films))


async def run(folder: Path, films: int) -> None:
    _, files = made(films)
    put(folder / "films", files)
    async with embedded(folder) as urls:
        assert urls.database_url
        assert urls.redis_url
        await migrate.upgrade(urls.database_url)
        where = (str(folder), urls.database_url, urls.redis_url)
        async with (
            _child("bench.film_provider", str(films), str(films * LISTED)) as (_, provider_url),
            _child("bench.enricher", *where) as (worker, _),
            open_app(config(*where)) as app,
        ):
            postmaster = int((folder / "postgres/postmaster.pid").read_text().split()[0])
            on = Stage(app, psutil.Process(worker), psutil.Process(postmaster))
            await on.scan(await on.library(folder / "films"))
            await on.settle()
            await _point(app, provider_url)
            costs = await _enriched(app, psutil.Process(worker), psutil.Process(postmaster))
            async with httpx.AsyncClient() as client:
                told = (await client.get(f"{provider_url}/counts")).json()
            _say_costs(costs, told, films)
            _say_searches(told["searched"], files)
            await _say_matches(app, files)


@asynccontextmanager
async def _child(module: str, *arguments: str) -> AsyncGenerator[tuple[int, str]]:
    """A process, and the line that it says when it is ready; its end is ours, however that comes."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    try:
        assert child.stdout
        yield child.pid, (await child.stdout.readline()).decode().strip()
    finally:
        child.terminate()
        await child.wait()


async def _point(app: App, url: str) -> None:
    """From now on there is somebody to ask."""
    async with app.transaction() as tx:
        places = {"tmdb_url": f"{url}/3", "tmdb_image_url": f"{url}/t/p", "tmdb_export_url": f"{url}/exports"}
        await change_settings(tx, Actor(), places)
        await set_secret(tx, Actor(), app.keyring, "tmdb", KEY)
        begin(tx)


async def _enriched(app: App, worker: psutil.Process, postgres: psutil.Process) -> Costs:
    """Until nothing is left that is wanted."""
    start, before, peak = time.perf_counter(), (cpu_s(worker), cpu_s(postgres)), 0
    least, since = 0, start
    while left := await app.db.value(LEFT):
        if left != least:
            least, since = left, time.perf_counter()
        assert time.perf_counter() - since < STUCK_S, f"{left} works are left, and nothing happens."
        peak = max(peak, worker.memory_info().rss)
        await asyncio.sleep(SETTLED_S)
    spent = cpu_s(worker) - before[0], cpu_s(postgres) - before[1]
    return Costs(time.perf_counter() - start, *spent, max(peak, worker.memory_info().rss) / MB)


def _say_costs(costs: Costs, told: dict[str, Any], films: int) -> None:
    asked: dict[str, int] = dict(told["asked"])
    exports = asked.pop("export", 0)
    requests = sum(asked.values())
    rate = requests / told["seconds"]
    by_sort = ", ".join(f"{name} {many:,}" for name, many in sorted(asked.items()))
    print(f"  {films:,} films in {costs.seconds:.0f} s: {films / costs.seconds:.1f} films/s")
    print(
        f"  {rate:.1f} requests/s: {rate / ALLOWED:.0%} of the {ALLOWED:g} that are allowed, "
        f"{rate / TMDB_RATE.default:.0%} of the {TMDB_RATE.default:g} that are used"
    )
    print(f"  {requests / films:.3f} requests a film ({by_sort}; exports {exports})")
    print(
        f"  worker: peak {costs.peak_mb:.0f} MB, {costs.worker_s / films * 1e3:.1f} ms of CPU a film "
        f"({costs.worker_s / costs.seconds:.0%} of a core); PostgreSQL {costs.database_s / films * 1e3:.1f} ms"
    )


def _say_searches(searched: dict[str, int], files: list[Shelved]) -> None:
    """By how the films are named that were searched for."""
    named = {match_key(file.name.partition(" {")[0].partition(" (")[0]): file.named for file in files}
    counted = Counter[str]()
    for key, many in searched.items():
        counted[named.get(key, "others")] += many
    print("  searches: " + ", ".join(f"{name} {many:,}" for name, many in counted.most_common()))


async def _say_matches(app: App, files: list[Shelved]) -> None:
    rows = await app.db.rows(LINKS)
    links = {row["folder"].rpartition("/")[2]: (row["status"], row["provider_id"]) for row in rows}
    ends = {named: Counter[str]() for named in Named}
    for file in files:
        status, provider_id = links.get(file.name, (None, None))
        ends[file.named][_end(file, status, provider_id)] += 1
    for named, counted in ends.items():
        said = ", ".join(f"{many:,} {end}" for end, many in counted.most_common())
        print(f"  {named}: {said}")
    every = sum(ends.values(), Counter[str]())
    print(f"  all: {json.dumps(every)}; pictures noted: {await app.db.value(NOTED):,}")
    for problem, many in [tuple(row) for row in await app.db.rows(FAULTS)][:5]:
        print(f"  {many:,} works: {problem}")


def _end(file: Shelved, status: str | None, provider_id: str | None) -> str:
    if status == "matched":
        return "right" if provider_id == str(file.work) else "wrong"
    return {"uncertain": "queued", "unmatched": "unmatched"}.get(status or "", f"{status}")
