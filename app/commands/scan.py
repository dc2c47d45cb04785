"""`marquee library scan`: asks for a scan, and watches it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.progress import Progress
from sqlalchemy import text

from app.activity.actor import MARQUEE
from app.commands.library import Library, named, running
from app.commands.servers import Servers
from app.commands.terminal import Meter, meters, print_json, say
from app.commands.tree import MODULES, Child, Program, kept
from app.core.app import App
from app.core.config import Config
from app.core.dispatch import TROUBLE
from app.core.plain import Trouble
from app.library.scans import request_scan

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
SCAN = text(
    """
    SELECT id, status, files_total, files_done, files_added, files_changed, files_missing, files_removed, problems,
        error, (SELECT count(*) FROM library.removals r WHERE r.scan_id = scans.id) AS to_remove
    FROM library.scans WHERE id = :scan_id
    """
)


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a scan is. to_remove: files that it asks about."""

    id: UUID
    status: str
    files_total: int
    files_done: int
    files_added: int
    files_changed: int
    files_missing: int
    files_removed: int
    problems: int
    error: str | None
    to_remove: int

    @property
    def is_over(self) -> bool:
        """Nothing more happens by itself."""
        return self.status not in {"queued", "running", "removing"}

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        counts = {
            "added": self.files_added,
            "changed": self.files_changed,
            "missing": self.files_missing,
            "removed": self.files_removed,
        }
        told = [f"{self.files_done} files", *(f"{count} {what}" for what, count in counts.items() if count)]
        if self.problems:
            told.append("1 problem" if self.problems == 1 else f"{self.problems} problems")
        return ", ".join(told)


async def run(config: Config, name: str, path: Path | None, *, wait: bool, as_json: bool) -> None:
    """Raises Trouble where there is no such library, or the scan fails; Conflict while one is under way."""
    async with running(config) as (app, servers):
        library = await named(app, name)
        scan_id = await request(app, library, real_path(path) if path else None)
        if wait:
            async with a_worker(servers):
                await _wait(app, library, scan_id, as_json=as_json)
        elif as_json:
            print_json({"id": scan_id, "library": library.name})
        else:
            when = "when `marquee up` runs again" if servers.are_ours else "now"
            say(f"{library.name} is scanned {when}.")


async def request(app: App, library: Library, folder: str | None = None) -> UUID:
    """The id of the new scan. Raises Conflict, Invalid, NotFound."""
    async with app.transaction() as tx:
        return await request_scan(
            tx, library.id, folder, parallelism=app.config.scan_parallelism, actor=MARQUEE
        )


async def follow(app: App, title: str, scan_id: UUID, bar: Progress | None) -> Progressed:
    """Show how a scan goes until it is over."""
    meter = Meter(title, bar)
    while True:
        scan = await _look(app, title, scan_id)
        if scan is not None:
            meter.update(scan.files_done, scan.files_total)
            if scan.is_over:
                return scan
        await asyncio.sleep(LOOK_EVERY_S)


async def _look(app: App, title: str, scan_id: UUID) -> Progressed | None:
    """None while the database is away: the scan waits for it as well. Raises Trouble."""
    try:
        row = await app.db.row(SCAN, scan_id=scan_id)
    except TROUBLE as error:
        log.debug("The scan can't be watched: %s", error)
        return None
    if row is None:
        raise Trouble(f"{title}: the library was removed.")
    return Progressed(*row)


def real_path(path: Path) -> str:
    """As libraries keep their folders: absolute, without links."""
    return str(path.expanduser().resolve())


@asynccontextmanager
async def a_worker(servers: Servers) -> AsyncGenerator[None]:
    """A worker for the block where nobody else can have one."""
    if not servers.are_ours:
        yield
        return
    async with kept(Child(Program("worker", MODULES["worker"]), servers.config)):
        yield


async def _wait(app: App, library: Library, scan_id: UUID, *, as_json: bool) -> None:
    with meters() as bar:
        scan = await follow(app, library.name, scan_id, bar)
    if as_json:
        print_json(scan.as_json())
    if scan.status == "awaiting_confirmation":
        raise Trouble(_question(library, scan.to_remove))
    if scan.status != "completed":
        raise Trouble(
            f"The scan of {library.name} is {scan.status}" + (f": {scan.error}" if scan.error else ".")
        )
    if not as_json:
        say(f"{library.name}: {scan}.")


def _question(library: Library, files: int) -> str:
    return (
        f"{files} files of {library.name} are missing for long, too many to be forgotten unasked; nothing was removed."
        f" `marquee library confirm {library.name!r}` forgets them, with --refuse they stay missing."
    )
