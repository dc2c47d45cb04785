"""What the server and the worker have in common: how a process of ours begins, ends, and explains its end."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import uvloop

from app.core import logs
from app.core.app import App, open_app
from app.core.config import Config, ConfigError
from app.core.lifeline import hang_on, is_child, take_settings
from app.core.plain import Trouble, database_trouble, one_line

log = logging.getLogger(__name__)

# A request holds thousands of objects for milliseconds, none of them in a cycle: looking through them finds nothing.
COLLECT_AFTER = 50_000, 20, 50
Work = Callable[[Config, asyncio.Event], Awaitable[None]]


def run(name: str, work: Work) -> int:
    """Do a process's work until it ends or SIGINT or SIGTERM asks to; the exit status comes back.

    work: gets the configuration and an event that is set when it should end.
    """
    if is_child():
        take_settings()
        hang_on()
    try:
        config = Config.from_env()
    except ConfigError as error:
        return explain(error, is_debugging=False)
    logs.set_up(config.log_level, name)
    # What is loaded by now stays: the collector need not go through it again and again.
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
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
