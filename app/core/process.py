"""What the server and the worker have in common: how a process of ours begins, ends, and explains its end."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import uvloop

from app.core import logs
from app.core.app import App, open_app
from app.core.config import Config, ConfigError
from app.core.plain import Trouble, database_trouble, one_line

log = logging.getLogger(__name__)

LIFELINE = "--lifeline"
"""Argument of a child process: it ends when its standard input does, which is when its parent ends."""
READY = "ready"
"""The line on a child's standard output that says it has begun to work."""
GRACE_S = 8.0

Work = Callable[[Config, asyncio.Event], Awaitable[None]]


def run(name: str, work: Work) -> int:
    """Do a process's work until it ends or SIGINT or SIGTERM asks to; the exit status comes back.

    work: gets the configuration and an event that is set when it should end.
    """
    try:
        config = Config.from_env()
    except ConfigError as error:
        return explain(error, is_debugging=False)
    logs.set_up(config.log_level, name)
    if LIFELINE in sys.argv:
        hang_on()
    try:
        uvloop.run(_until_signalled(work, config))
    except Exception as error:  # noqa: BLE001
        return explain(error, is_debugging=config.log_level == "debug")
    return 0


def explain(error: BaseException, *, is_debugging: bool) -> int:
    """Say on standard error what went wrong; a bug with its traceback."""
    line = one_line(error)
    if line is None or is_debugging:
        log.critical("Ended by an unexpected error", exc_info=error)
    else:
        sys.stderr.write(f"error: {line}\n")
    return 1


def hang_on(number: int = signal.SIGTERM) -> None:
    """End when our standard input does: by a signal to ourselves, and should that not help in time, at once."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), number)
        threading.Event().wait(GRACE_S)
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def say_ready() -> None:
    """Tell a parent that waits for it; nobody else needs to know."""
    if LIFELINE in sys.argv:
        os.write(1, f"{READY}\n".encode())


@asynccontextmanager
async def opened(config: Config) -> AsyncGenerator[App]:
    """`open_app`, with plain words when that fails. Raises Trouble."""
    if not config.database_url or not config.redis_url:
        raise Trouble("MARQUEE_DATABASE_URL and MARQUEE_REDIS_URL must be set; `marquee up` needs neither.")
    async with AsyncExitStack() as stack:
        try:
            app = await stack.enter_async_context(open_app(config))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise database_trouble(error) from error
        yield app


async def _until_signalled(work: Work, config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(config, stop)
