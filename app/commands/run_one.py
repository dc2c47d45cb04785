"""`marquee serve` and `marquee worker`: one of the two, on servers that are there or started for it."""

import asyncio
import os
import sys

from app.commands.servers import started, with_running
from app.commands.terminal import say
from app.commands.tree import MODULES, Child, Program, environment, kept, until_signalled
from app.core import logs
from app.core.config import Config


def run(config: Config, name: str) -> int:
    """Become the process where its servers are there; otherwise start them and run it as a child."""
    known = with_running(config)
    if known.database_url and known.redis_url:
        os.execve(sys.executable, [sys.executable, "-m", MODULES[name]], os.environ | environment(known))  # noqa: S606
    logs.set_up(config.log_level, "parent")
    return asyncio.run(until_signalled(_with_servers(config, name)))


async def _with_servers(config: Config, name: str) -> None:
    async with started(config) as ours:
        if not config.database_url:
            await _migrate(ours)
        child = Child(Program(name, MODULES[name]), ours)
        async with kept(child):
            await child.ready.wait()
            say(f"The {name} runs" + (f" on port {config.port}." if name == "server" else "."))
            await asyncio.Event().wait()


async def _migrate(config: Config) -> None:
    from app.core import migrate

    await migrate.upgrade(config.database_url)
