"""The job that takes a provider's list of all works, for the sake of many whose titles are known and no more."""

import logging
from contextlib import aclosing, closing, suppress
from datetime import date, timedelta
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from app.core.app import App
from app.core.clock import now
from app.core.http import http
from app.core.http_errors import ProviderError, ProviderSaysNo
from app.core.http_messages import Question
from app.core.ids import new_id
from app.core.jobs import Queue, job
from app.metadata import registry
from app.metadata.exported import Keys, Unusable
from app.metadata.facts import Kind
from app.metadata.guesses import (
    add_guesses,
    are_many,
    begin_export,
    count_edition,
    fail_export,
    wanted_keys,
)
from app.metadata.provider import HasExports
from app.metadata.read_export import read_export
from app.metadata.whom import Whom

log = logging.getLogger(__name__)

# That of today is put out some time in the morning.
DAYS_BACK = 3
NO_LIST = "It puts out no list."
NOTHING_WAITS = "Nothing waits for it any more."


async def ask_for_exports(app: App, whom: Whom) -> None:
    """Have lists taken of those who are asked about many works that wait."""
    everyone = [each for asked in whom.values() for each in asked.order]
    asked = {each.about.id: each for each in everyone if isinstance(each, HasExports)}
    for name, provider in sorted(asked.items()):
        for kind in sorted(provider.about.kinds):
            if await are_many(app.db, name, kind):
                async with app.transaction() as tx:
                    await begin_export(tx, name, kind)
                    tx.enqueue(take_export, name, kind.value, dedupe=f"{take_export.name}:{name}:{kind}")


@job("metadata.take_export", queue=Queue.BULK, timeout=timedelta(hours=1))
async def take_export(app: App, name: str, kind: str) -> None:
    """Safe to run twice, and at once: the one that began later counts. Whatever is wrong with the list, works are
    searched for as without it."""
    provider = next(iter(registry.named([name])), None)
    if not isinstance(provider, HasExports):
        return
    wanted = await wanted_keys(app.db, name, Kind(kind))
    if not len(wanted):
        async with app.transaction() as tx:
            await fail_export(tx, name, Kind(kind), NOTHING_WAITS)
        return
    async with app.transaction() as tx:
        await begin_export(tx, name, Kind(kind))
    try:
        with closing(await app.in_thread(TemporaryFile)) as file:
            await _take(app, provider, Kind(kind), wanted, cast("BinaryIO", file))
    except (ProviderError, Unusable, OSError) as error:
        log.warning("The list of works of %s can't be used; they are searched for: %s", name, error)
        async with app.transaction() as tx:
            await fail_export(tx, name, Kind(kind), str(error))


async def _take(app: App, provider: HasExports, kind: Kind, wanted: Keys, file: BinaryIO) -> None:
    """Raises ProviderError, Unusable, OSError."""
    name = provider.about.id
    made_on = await _fetched(app, provider, kind, file)
    # Of the moment in which it began: a later one counts more.
    edition = new_id()
    async with aclosing(read_export(app, provider, kind, file, wanted)) as batches:
        async for batch in batches:
            async with app.transaction() as tx:
                await add_guesses(tx, name, kind, edition, batch)
    async with app.transaction() as tx:
        await count_edition(tx, name, kind, edition, made_on)


async def _fetched(app: App, provider: HasExports, kind: Kind, file: BinaryIO) -> date:
    """The day of the newest list, which is in the file then. Raises ProviderError, Unusable.

    What isn't there may be refused instead: there is no key that could be wrong.
    """
    today = now().date()
    for day in (today - timedelta(days=back) for back in range(DAYS_BACK)):
        place = await provider.export(app, kind, day)
        if place is None:
            break
        with suppress(ProviderSaysNo):
            await http(app).fetch(place.service, Question(place.url, accept="*/*", into=file))
            return day
    raise Unusable(NO_LIST)
