"""The worker process: runs the jobs that the outbox asks for, and watches libraries."""

import asyncio
import logging
import sys

import app.identity.notices as _notices
import app.identity.password_resets as _resets
import app.library.jobs as _jobs
import app.mail.deliver as _mail
import app.metadata.choose_order as _orders
import app.metadata.enrich as _enrich
import app.metadata.fetch_pictures as _pictures
import app.metadata.take_export as _exports
from app.core.app import App
from app.core.config import Config
from app.core.ending import end
from app.core.lifeline import GRACE_S, say_ready
from app.core.process import opened, run
from app.core.work import work
from app.declared_settings import check_environment
from app.identity.housekeeping import keep_house
from app.library.children import NurseryFailed
from app.library.names import name_reader
from app.library.prober import prober
from app.library.watching import watch_libraries
from app.metadata.details import sweep
from app.metadata.rounds import keep_fresh
from app.metadata.title_orders import keep_ordered
from app.settings.keys import check_keys

log = logging.getLogger(__name__)

# Imported for the jobs that they register.
assert _jobs
assert _enrich
assert _mail
assert _resets
assert _notices
assert _exports
assert _orders
assert _pictures


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Work and watch until told to stop, then give back what is not finished."""
    check_environment()
    async with opened(config) as app:
        await check_keys(app)
        working = asyncio.create_task(work(app))
        watching = asyncio.create_task(watch_libraries(app))
        warming = asyncio.create_task(_warm(app))
        keeping = asyncio.create_task(keep_house(app, sweep, _pictures.fetch_due_pictures))
        refreshing = asyncio.create_task(keep_fresh(app))
        ordering = asyncio.create_task(keep_ordered(app))
        stopping = asyncio.create_task(stop.wait())
        say_ready()
        try:
            await asyncio.wait({working, watching, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await end(working, watching, warming, keeping, refreshing, ordering, patience_s=GRACE_S / 2)
        for task in (working, watching):
            if not task.cancelled():
                task.result()


async def _warm(app: App) -> None:
    """Start what opens media files and what reads names, so that the first scan need not wait for it."""
    await name_reader(app).warm()
    try:
        await prober(app).warm()
    except NurseryFailed as error:
        log.warning("Media files can't be opened yet: %s", error)


if __name__ == "__main__":
    sys.exit(run("worker", serve))
