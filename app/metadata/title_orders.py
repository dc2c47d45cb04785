"""Keeps indexes of titles for the languages that texts are fetched in, whichever these are."""

import asyncio
import logging
from datetime import timedelta

import asyncpg

from app.catalog.title_indexes import index_titles
from app.core.app import App
from app.core.config import ConfigError
from app.core.db import Db, connect
from app.core.dispatch import TROUBLE
from app.core.jobs import Queue, job
from app.metadata.registry import languages

log = logging.getLogger(__name__)

LOOK_S, AGAIN_S = 30.0, 3600.0


@job("metadata.index_titles", queue=Queue.BULK, timeout=timedelta(hours=6))
async def order_titles(app: App) -> None:
    """Have lists by title read from indexes in each of the languages. Safe to run twice, and at once."""
    connection = await connect(app.config.database_url)
    try:
        await index_titles(Db(connection), await languages(app))
    except asyncpg.InsufficientPrivilegeError as error:
        log.warning("Titles in the order of languages are sorted for each page, without indexes: %s", error)
    finally:
        await connection.close()


async def keep_ordered(app: App) -> None:
    """Ask for it at the start, when the languages change, and every hour; once for all workers that ask."""
    ordered: tuple[str, ...] | None = None
    again_at = 0.0
    clock = asyncio.get_running_loop().time
    while True:
        try:
            wanted = await languages(app)
            if wanted != ordered or clock() >= again_at:
                async with app.transaction() as tx:
                    tx.enqueue(order_titles, dedupe=order_titles.name)
                ordered, again_at = wanted, clock() + AGAIN_S
        except (*TROUBLE, ConfigError) as error:
            log.warning("Indexes of titles have to wait: %s", str(error) or type(error).__name__)
        await asyncio.sleep(LOOK_S)
