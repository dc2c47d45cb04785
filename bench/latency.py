"""How soon a scan of one folder is over, from the mutation to the event that says so, through a worker process."""

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.access.viewer import marquee
from app.api.context import Context
from app.api.node import global_id
from app.api.schema import schema
from app.commands.tree import MODULES, Child, Program, kept
from app.core import migrate
from app.core.app import App, open_app
from app.core.config import Config
from app.embedded.servers import embedded
from app.library.events import ScanProgressed
from app.library.folders import folders
from app.library.watch_modes import Mode
from app.library.writes import create_library
from app.web.graphql.documents import Documents
from app.web.graphql.executor import CoreExecutor
from app.web.graphql.request import Request
from bench import trees

FILMS = 1000
ROUNDS, STARTS = 20, 5
MUTATION = """
mutation ($input: ScanLibraryInput!) {
  scanLibrary(input: $input) { ... on ScanLibraryPayload { scan { id } } ... on Error { message } }
}
"""
SCAN = text("SELECT id, status, started_at, finished_at FROM library.scans ORDER BY id DESC LIMIT 1")


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds until the mutation is answered, a worker begins, the scan ends, and that is heard of."""

    answered: float
    begun: float
    ended: float
    heard: float


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mqb-") as name:
        root = Path(name) / "movies"
        trees.put_clips(root, FILMS)
        asyncio.run(measure(Path(name), root))


async def measure(folder: Path, root: Path) -> None:
    async with embedded(folder / "data") as urls:
        assert urls.database_url
        assert urls.redis_url
        await migrate.upgrade(urls.database_url)
        config = replace(Config(), database_url=urls.database_url, redis_url=urls.redis_url)
        async with open_app(config) as app:
            async with app.transaction() as tx:
                roots = folders([str(root)], "roots")
                library_id = await create_library(tx, "Films", "movie", roots, watch=Mode.OFF)
            source, *films = sorted(root.iterdir())
            async with a_worker(config):
                await scanned(app, library_id, root)
                unchanged = [await scanned(app, library_id, film) for film in films[:ROUNDS]]
                changed = [
                    await scanned(app, library_id, grown(film, source)) for film in films[ROUNDS : 2 * ROUNDS]
                ]
            first: list[Round] = []
            for film in films[2 * ROUNDS : 2 * ROUNDS + STARTS]:
                async with a_worker(config):
                    first.append(await scanned(app, library_id, grown(film, source)))
    tell("unchanged", unchanged)
    tell("two new files", changed)
    tell("two new files, of a worker that just began", first)


@asynccontextmanager
async def a_worker(config: Config) -> AsyncGenerator[None]:
    """A worker process that is ready."""
    child = Child(Program("worker", MODULES["worker"]), config)
    async with kept(child):
        await child.ready.wait()
        yield


def grown(film: Path, source: Path) -> Path:
    """A film's folder with another version and a poster."""
    shutil.copyfile(next(source.glob("*.mkv")), film / f"{film.name} - 720p.mkv")
    (film / "poster.jpg").write_bytes(b"\xff\xd8")
    return film


async def scanned(app: App, library_id: UUID, path: Path) -> Round:
    async with aclosing(app.stream.listen()) as events:
        start = time.time()
        await ask(app, library_id, path)
        answered = time.time()
        async for delivered in events:
            if not isinstance(delivered.event, ScanProgressed):
                continue
            row = await app.db.row(SCAN)
            if row is not None and row["status"] == "completed":
                moments: list[datetime] = [row["started_at"], row["finished_at"]]
                begun, ended = (each.timestamp() - start for each in moments)
                return Round(answered - start, begun, ended, time.time() - start)
    raise AssertionError("The events ended.")


async def ask(app: App, library_id: UUID, path: Path) -> None:
    variables = {"input": {"libraryId": global_id("Library", library_id), "path": str(path)}}
    request = Request(query=MUTATION, operation_name=None, variables=variables, extensions={})
    result = await CoreExecutor(schema).execute(
        Documents(schema).prepare(request), Context(app, marquee(), "")
    )
    assert result.data is not None, result.errors
    assert "scan" in result.data["scanLibrary"], result.data


def tell(name: str, rounds: Sequence[Round]) -> None:
    stages: dict[str, Callable[[Round], float]] = {
        "answered": lambda each: each.answered,
        "begun": lambda each: each.begun,
        "ended": lambda each: each.ended,
        "heard": lambda each: each.heard,
    }
    print(
        f"  a folder, {name}: milliseconds from the mutation on, median and 95th percentile of {len(rounds)}"
    )
    for stage, of in stages.items():
        values = sorted(1000 * of(each) for each in rounds)
        print(f"    {stage:<9}{statistics.median(values):>8.0f}{values[round(0.95 * len(values)) - 1]:>8.0f}")
