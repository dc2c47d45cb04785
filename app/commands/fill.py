"""What `marquee up` does for libraries: have them, make the demo, scan them all."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from app.commands.explain import one_line
from app.commands.library import Library, libraries
from app.commands.scan import follow, request
from app.commands.terminal import Meter, meters, say
from app.commands.tree import Child, Program
from app.commands.wanted import Wanted, below
from app.core import migrate
from app.core.app import App
from app.core.config import Config
from app.core.dispatch import TROUBLE
from app.core.errors import AppError, Conflict
from app.core.plain import Trouble
from app.core.process import opened
from app.library.folders import folders, overlapping
from app.library.writes import create_library


async def migrated(config: Config) -> None:
    """Have the database at the newest revision."""
    await migrate.upgrade(config.database_url)


@dataclass(frozen=True, slots=True)
class Filling:
    """What there is to do for the libraries. with_demo: the demo library is among them, and may have to be made."""

    app: App
    libraries: Sequence[Library]
    with_demo: bool

    @classmethod
    @asynccontextmanager
    async def of(cls, config: Config, wanted: Sequence[Wanted], *, demo: bool) -> AsyncGenerator["Filling"]:
        """Makes the wanted libraries. Raises Trouble where the database can't be used."""
        async with opened(config) as app:
            with_demo = demo and not wanted and await _is_demo_wanted(app)
            await _ensure_all(app, wanted)
            yield cls(app, await libraries(app), with_demo)

    @property
    def summary(self) -> str:
        """For the greeting."""
        if self.with_demo:
            return "a demo library; with films of your own: `marquee up --media FOLDER`"
        told = [f"{library.name} ({', '.join(library.paths)})" for library in self.libraries]
        return "; ".join(told) or "none yet; `marquee library add` makes one"

    async def run(self) -> None:
        """Make the demo library if need be and scan all there is; what fails is told and keeps nobody from going on."""
        with meters() as bar:
            if self.with_demo:
                await _demo(self.app, bar)
            scans = (_scan(self.app, library, bar) for library in await libraries(self.app))
            await asyncio.gather(*scans)


async def _is_demo_wanted(app: App) -> bool:
    """Where there is nothing else to show, and where it was shown before."""
    found = await libraries(app)
    root = str(app.config.demo_path)
    return not found or any(path.startswith(f"{root}/") for library in found for path in library.paths)


async def _demo(app: App, bar: Progress | None) -> None:
    folder = app.config.demo_path
    if status := await _make_demo(app.config, folder, bar):
        say(f"warning: the demo library could not be made (status {status}).")
        return
    await _ensure_all(app, below(folder, "Demo "))


async def _make_demo(config: Config, folder: Path, bar: Progress | None) -> int:
    """In a process of its own, since it keeps every core busy for a while. Returns its exit status."""
    meter = Meter("Making the demo library", bar)

    def on_line(line: str) -> None:
        progress = json.loads(line)
        if "total" in progress:
            meter.update(progress["done"], progress["total"])

    program = Program("demo generator", "app.cli", ("demo", str(folder), "--json"))
    return await Child(program, config, on_line).run()


async def _ensure_all(app: App, wanted: Sequence[Wanted]) -> None:
    for each in wanted:
        try:
            await _ensure(app, each)
        except AppError as error:
            say(f"warning: {each.name} is no library: {error}")


async def _ensure(app: App, wanted: Wanted) -> None:
    """Do nothing where a library has the folder already. Raises Invalid for a folder that can't be read."""
    [folder] = await app.in_thread(folders, [str(wanted.path)], "media")
    found = await libraries(app)
    if overlapping(folder, [path for library in found for path in library.paths]):
        return
    taken = {library.name.casefold() for library in found}
    name = wanted.name if wanted.name.casefold() not in taken else f"{wanted.name} in {wanted.path.parent}"
    async with app.transaction() as tx:
        await create_library(tx, name, wanted.kind, [folder])


async def _scan(app: App, library: Library, bar: Progress | None) -> None:
    """Scan and tell how it went; a scan that an earlier run began is going on already."""
    try:
        scan = await follow(app, library.name, await request(app, library), bar)
    except Conflict:
        say(f"{library.name}: an earlier scan goes on.")
    except (AppError, Trouble, *TROUBLE) as error:
        say(f"warning: {library.name} is not scanned: {one_line(error)}")
    else:
        say(
            f"{library.name}: {scan}."
            if scan.error is None
            else f"{library.name}: {scan}. Failed: {scan.error}"
        )
