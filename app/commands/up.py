"""`marquee up`: PostgreSQL, Redis, server and worker, in one process tree."""
# Light on imports: the server is loading in its own process before this one has imported what it needs itself.

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from socket import create_server, socket

from app import __version__
from app.commands.servers import started, with_running
from app.commands.terminal import results
from app.commands.tree import MODULES, Child, Program, kept, until_signalled
from app.commands.wanted import Wanted, wanted_libraries
from app.core import logs
from app.core.config import Config
from app.core.plain import Trouble
from app.web.listen import ListenError, listen, url_of


def run(config: Config, *, media: Path | None, demo: bool) -> int:
    """Run until a signal ends it; the exit status comes back."""
    wanted = wanted_libraries(config, media)
    logs.set_up(config.log_level, "parent")
    return asyncio.run(until_signalled(_up(config, wanted, demo=demo)))


async def _up(config: Config, wanted: Sequence[Wanted], *, demo: bool) -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(sock) for sock in _listen(config)]
        fds = tuple(sock.fileno() for sock in sockets)
        server = Child(Program("server", MODULES["server"], fds=fds), config)
        stand_in = stack.enter_context(create_server(("127.0.0.1", 0))) if demo and not wanted else None
        async with server.ahead(), _servers(config) as found:
            await _run(server, found, sockets, wanted, stand_in, demo=demo)


def _listen(config: Config) -> list[socket]:
    """Raises ListenError, or Trouble where the port is taken since we are running already."""
    try:
        return listen(config.host, config.port)
    except ListenError as error:
        if with_running(config) == config:
            raise
        raise Trouble(f"Marquee is already running on {config.data_path}. Stop that one first.") from error


@asynccontextmanager
async def _servers(config: Config) -> AsyncGenerator[Config]:
    """PostgreSQL and Redis, while what comes after them is imported."""
    imported = asyncio.create_task(asyncio.to_thread(import_module, "app.commands.fill"))
    async with started(config) as found:
        await imported
        yield found


async def _run(
    server: Child,
    config: Config,
    sockets: Sequence[socket],
    wanted: Sequence[Wanted],
    stand_in: socket | None,
    *,
    demo: bool,
) -> None:
    """stand_in: on which TMDb is stood in for, where the demo library is what there is."""
    from app.commands.fill import Filling, migrated
    from app.demo.tmdb.server import KEY

    await migrated(config)
    if stand_in is not None:
        config = replace(config, demo_tmdb=f"http://{KEY}@127.0.0.1:{stand_in.getsockname()[1]}")
    server.config = config
    worker = Child(Program("worker", MODULES["worker"]), config)
    async with kept(server, worker), Filling.of(config, wanted, demo=demo) as filling:
        helpers = _helpers(config, stand_in) if filling.with_demo else []
        async with kept(*helpers):
            await server.ready.wait()
            _greet(config, url_of(config.host, sockets), filling.summary)
            await filling.run()
            await asyncio.Event().wait()


def _helpers(config: Config, stand_in: socket | None) -> list[Child]:
    """What answers about the demo library in TMDb's stead: in a process of its own, since it draws pictures."""
    if stand_in is None:
        return []
    return [Child(Program("stand-in for TMDb", "app.demo.tmdb", fds=(stand_in.fileno(),)), config)]


def _greet(config: Config, url: str, libraries: str) -> None:
    results.print(f"\n[bold]Marquee {__version__}[/bold]\n")
    results.print(f"  GraphiQL   [link={url}]{url}[/link]")
    results.print(f"  GraphQL    {url}/graphql")
    results.print(f"  Data       {config.data_path}", markup=False)
    results.print(f"  Libraries  {libraries}", markup=False)
    results.print("\n  Ctrl-C stops everything.\n")
