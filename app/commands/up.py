"""`marquee up`: PostgreSQL, Redis, server and worker, in one process tree."""
# Light on imports: the server is loading in its own process before this one has imported what it needs itself.

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from socket import socket

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
        async with server.ahead(), _servers(config) as found:
            await _run(server, found, sockets, wanted, demo=demo)


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
    server: Child, config: Config, sockets: Sequence[socket], wanted: Sequence[Wanted], *, demo: bool
) -> None:
    from app.commands.fill import Filling, migrated

    await migrated(config)
    server.config = config
    worker = Child(Program("worker", MODULES["worker"]), config)
    async with kept(server, worker), Filling.of(config, wanted, demo=demo) as filling:
        await server.ready.wait()
        _greet(config, url_of(config.host, sockets), filling.summary)
        await filling.run()
        await asyncio.Event().wait()


def _greet(config: Config, url: str, libraries: str) -> None:
    results.print(f"\n[bold]Marquee {__version__}[/bold]\n")
    results.print(f"  GraphiQL   [link={url}]{url}[/link]")
    results.print(f"  GraphQL    {url}/graphql")
    results.print(f"  Data       {config.data_path}", markup=False)
    results.print(f"  Libraries  {libraries}", markup=False)
    results.print("\n  Ctrl-C stops everything.\n")
