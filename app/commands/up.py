"""`marquee up`: PostgreSQL, Redis, server and worker, in one process tree."""

import asyncio
import json
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.progress import Progress

from app.commands.explain import one_line
from app.commands.library import Library, libraries
from app.commands.run_one import MODULES
from app.commands.scan import follow, request
from app.commands.servers import started
from app.commands.terminal import Meter, meters, results, say
from app.commands.tree import Child, Program, kept, until_signalled
from app.core import migrate
from app.core.app import App
from app.core.config import Config
from app.core.dispatch import TROUBLE
from app.core.errors import AppError, Conflict
from app.core.plain import Trouble
from app.core.process import opened
from app.library.folders import folders, overlapping
from app.library.writes import create_library
from app.web.listen import listen, url_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """A library that there should be."""

    name: str
    kind: str
    path: Path


def run(config: Config, *, media: Path | None, demo: bool) -> int:
    """Run until a signal ends it; the exit status comes back."""
    wanted = wanted_libraries(config, media)
    return asyncio.run(until_signalled(_up(config, wanted, demo=demo)))


def wanted_libraries(config: Config, media: Path | None) -> list[Wanted]:
    """Those that the command and the configuration name. Raises Trouble where a folder of media has none in it."""
    found = _below(media.expanduser().absolute(), "") if media else []
    if media and not found:
        raise Trouble(f"{media} has no folder movies/ and no folder tv/ in it.")
    kinds = {library.kind for library in found}
    for name, kind, path in (("Movies", "movie", config.media_movies), ("TV", "tv", config.media_tv)):
        if path and kind not in kinds:
            found.append(Wanted(name, kind, Path(path).expanduser().absolute()))
    return found


def _below(folder: Path, prefix: str) -> list[Wanted]:
    known = {"movies": ("Movies", "movie"), "tv": ("TV", "tv")}
    if not folder.is_dir():
        raise Trouble(f"There is no folder {folder}.")
    return [
        Wanted(prefix + known[path.name.lower()][0], known[path.name.lower()][1], path)
        for path in sorted(folder.iterdir())
        if path.name.lower() in known and path.is_dir()
    ]


async def _up(config: Config, wanted: Sequence[Wanted], *, demo: bool) -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(sock) for sock in listen(config.host, config.port)]
        async with started(config) as found:
            await migrate.upgrade(found.database_url)
            server = Child(
                Program("server", MODULES["server"], found, fds=tuple(map(socket.socket.fileno, sockets)))
            )
            worker = Child(Program("worker", MODULES["worker"], found))
            async with kept(server, worker), opened(found) as app:
                await server.ready.wait()
                with_demo = demo and not wanted and await _is_demo_wanted(app)
                _greet(config, sockets, await _ensured(app, wanted), with_demo=with_demo)
                try:
                    await _fill(app, with_demo=with_demo)
                except (AppError, Trouble, *TROUBLE) as error:
                    say(f"warning: {one_line(error)}")
                await asyncio.Event().wait()


def _greet(
    config: Config, sockets: list[socket.socket], found: Sequence[Library], *, with_demo: bool
) -> None:
    url = url_of(config.host, sockets)
    names = [f"{library.name} ({', '.join(library.paths)})" for library in found]
    names += ["a demo library, with media of your own: `marquee up --media FOLDER`"] if with_demo else []
    results.print(f"\n[bold]Marquee {version('marquee')}[/bold]\n")
    results.print(f"  GraphiQL   [link={url}]{url}[/link]")
    results.print(f"  GraphQL    {url}/graphql")
    results.print(f"  Data       {config.data_path}", markup=False)
    results.print(f"  Libraries  {'; '.join(names) or 'none yet: `marquee library add`'}", markup=False)
    results.print("\n  Ctrl-C stops everything.\n")


async def _is_demo_wanted(app: App) -> bool:
    """Where there is nothing else to show, and where it was shown before."""
    found = await libraries(app)
    root = str(_demo_folder(app.config))
    return not found or any(path.startswith(f"{root}/") for library in found for path in library.paths)


def _demo_folder(config: Config) -> Path:
    return config.data_path.resolve() / "demo"


async def _fill(app: App, *, with_demo: bool) -> None:
    """Have the demo library made, and every library scanned."""
    with meters() as bar:
        if with_demo:
            folder = _demo_folder(app.config)
            await _make_demo(app.config, folder, bar)
            await _ensured(app, _below(folder, "Demo "))
        scans = [_scan(app, library, bar) for library in await libraries(app)]
        await asyncio.gather(*scans)


async def _make_demo(config: Config, folder: Path, bar: Progress | None) -> None:
    """In a process of its own: it takes some seconds of every core. Raises Trouble."""
    meter = Meter("Making the demo library", bar)

    def on_line(line: str) -> None:
        progress = json.loads(line)
        if "total" in progress:
            meter.update(progress["done"], progress["total"])

    program = Program("demo generator", "app.cli", config, ("demo", str(folder), "--json"))
    if status := await Child(program, on_line).run():
        raise Trouble(f"The demo library could not be made (status {status}).")


async def _ensured(app: App, wanted: Sequence[Wanted]) -> list[Library]:
    """Every library that there is, once those that are wanted are among them."""
    for each in wanted:
        try:
            await _ensure(app, each)
        except AppError as error:
            say(f"warning: {each.name} is no library: {error}")
    return await libraries(app)


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
        scan_id = await request(app, library)
    except Conflict:
        say(f"{library.name}: an earlier scan goes on.")
        return
    scan = await follow(app, library.name, scan_id, bar)
    say(f"{library.name}: {scan}." + (f" The scan {scan.status}: {scan.error}" if scan.error else ""))
