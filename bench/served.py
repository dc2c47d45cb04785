"""A server process of our own, as `marquee serve` has it, on a port of its own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psutil

from app.commands.tree import MODULES, Child, Program, kept
from app.core.config import Config
from app.web.listen import listen


@asynccontextmanager
async def served(config: Config) -> AsyncGenerator[tuple[str, psutil.Process]]:
    """Its address, without a path, and its process."""
    (socket,) = listen("127.0.0.1", 0)
    with socket:
        program = Program("server", MODULES["server"], fds=(socket.fileno(),))
        child = Child(program, config)
        async with kept(child):
            await child.ready.wait()
            mine = f"--fd={socket.fileno()}"
            (process,) = [each for each in psutil.Process().children() if mine in each.cmdline()]
            yield f"http://127.0.0.1:{socket.getsockname()[1]}", process
