"""Processes of ours, for tests that have to kill them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from app.commands.tree import environment
from app.core.config import Config
from app.core.lifeline import LIFELINE, READY, settings_line


@asynccontextmanager
async def process_of(
    module: str, config: Config, *arguments: str, fds: Sequence[int] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A module that runs, with pipes for all it reads and writes; killed at the end if it is still there."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        stdin=pipe, stdout=pipe, stderr=pipe, env=os.environ | environment(config), pass_fds=fds,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@asynccontextmanager
async def ready(
    module: str, config: Config, *arguments: str, fds: Sequence[int] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The same, once it says that it works."""
    async with process_of(module, config, *arguments, LIFELINE, fds=fds) as process:
        process.stdin.write(settings_line({}))
        line = (await process.stdout.readline()).decode()
        assert line == f"{READY}\n", (await process.stderr.read()).decode()
        yield process
