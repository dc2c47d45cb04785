"""The job that looks at works with their providers: asks for many at once, and stores them a few at a time."""

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

from app.catalog import locks
from app.core.app import App
from app.core.clock import now
from app.core.config import ConfigError
from app.core.dispatch import TROUBLE
from app.core.ending import end
from app.core.errors import AppError, Unreadable
from app.core.http_errors import (
    ProviderBroken,
    ProviderError,
    ProviderLimited,
    ProviderRefused,
    ProviderResting,
    ProviderUnreachable,
)
from app.core.ids import new_id
from app.core.jobs import job
from app.core.refusal import REFUSED
from app.metadata.facts import Kind
from app.metadata.gather import Gathered, Terms, gather, terms
from app.metadata.guesses import being_taken
from app.metadata.keep import keep
from app.metadata.looks import LEASE_S, End, Look, claim, end_looks, extend, give_back, held, release
from app.metadata.provider import NoKey
from app.metadata.refreshes import count
from app.metadata.schedule import after_failure, spread
from app.metadata.settings import REFRESHES
from app.metadata.take_export import ask_for_exports
from app.metadata.wanted import ENRICH_JOB
from app.metadata.whom import Whom, whom_to_ask
from app.settings.values import value

log = logging.getLogger(__name__)

# Asked for at once by one job.
WIDTH = 16
# Written by one transaction, at most; as many again may wait. Others that write wait for it, and each work costs less.
BATCH = 24
# How often it is looked whether enough works wait for a list of all titles, and which are being taken.
LISTS_S = 10.0
# After so many failures in a row it is the provider and not the works.
MOST_OUTAGES = 5
INTERNAL = "INTERNAL"
# For those who ask to end all that they began.
FAREWELL_S = 5.0
# What says nothing of the work, which was not asked about.
CLOSED = (NoKey, ProviderRefused, ProviderLimited, ProviderResting, ConfigError, Unreadable)
PASSING = (ProviderLimited, ProviderUnreachable)


class Failed(Exception):
    """A look that did not succeed; why: for people."""

    def __init__(self, look: Look, why: str, fault: str, *, is_outage: bool = False) -> None:
        super().__init__(why)
        self.look = look
        self.why = why
        self.fault = fault
        self.is_outage = is_outage

    @property
    def wait(self) -> timedelta:
        return after_failure(self.look.failures + 1, is_outage=self.is_outage)


Outcome = Gathered | Failed


@job(ENRICH_JOB.name, queue=ENRICH_JOB.queue, timeout=timedelta(days=7), tries=10)
async def enrich(app: App, slot: int) -> None:
    """Look at all that is wanted or due and may be asked about, whatever `slot`; safe to run twice, and at once.

    A job that dies loses what it had in hand: others take that up once its lease is over.
    """
    await Enrichment(app).run()


class Enrichment:
    """One run of the job. owner: whose leases it holds. shut: providers that it found can't be asked just now.

    lists: those of titles that are being taken.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._owner = new_id()
        self._shut: set[str] = set()
        self._outages: Counter[str] = Counter()
        self._outcomes: asyncio.Queue[Outcome | None] = asyncio.Queue(BATCH)
        self._lists_at = 0.0
        self._lists: list[tuple[str, Kind]] = []

    async def run(self) -> None:
        async with _leases(self._app, self._owner):
            storing = asyncio.create_task(self._store_all())
            asking = asyncio.create_task(self._ask_all())
            try:
                # Whoever stores ends last, unless something went wrong.
                await asyncio.wait({storing, asking}, return_when=asyncio.FIRST_COMPLETED)
                if not storing.done():
                    asking.result()
                await storing
            finally:
                await end(asking, storing, patience_s=FAREWELL_S)

    async def _ask_all(self) -> None:
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                under_way = await self._fill(under_way)
                if not under_way:
                    break
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            await end(*under_way)
        await self._outcomes.put(None)

    async def _fill(self, under_way: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        """Take more work once half of the places are free; none is left where all of them stay so."""
        if len(under_way) > WIDTH // 2:
            return under_way
        found = await self._begin(WIDTH - len(under_way))
        if not under_way and not found:
            # What is stored may name more: the seasons of a series.
            await self._outcomes.join()
            found = await self._begin(WIDTH)
        return under_way | found

    async def _begin(self, most: int) -> set[asyncio.Task[None]]:
        whom = await whom_to_ask(self._app, self._shut)
        if not whom:
            return set()
        await self._want_lists(whom)
        with_due = await value(self._app, REFRESHES)
        looks = await claim(
            self._app.db, self._owner, sorted(whom), most, with_due=with_due, lists=self._lists
        )
        if not looks:
            return set()
        settled = await terms(self._app, whom)
        return {asyncio.create_task(self._look(look, settled)) for look in looks}

    async def _look(self, look: Look, settled: Terms) -> None:
        teller = settled.teller(look)
        try:
            outcome = await gather(self._app, look, settled)
        except CLOSED as error:
            outcome = await self._closed(look, teller, error)
        except (ProviderUnreachable, ProviderBroken) as error:
            outcome = await self._outage(look, teller, error)
        except ProviderError as error:
            outcome = Failed(look, str(error), error.code)
        except TROUBLE:
            raise
        except Exception as error:
            log.exception("The %s %s can't be looked at.", look.kind, look.work_id)
            outcome = Failed(look, f"It could not be looked at ({type(error).__name__}).", INTERNAL)
        else:
            self._outages[teller] = 0
        if outcome is not None:
            await self._outcomes.put(outcome)

    async def _outage(self, look: Look, teller: str, error: ProviderError) -> Failed | None:
        """None where its provider is given up for now, and the work as if it had not been looked at."""
        self._outages[error.service] += 1
        if self._outages[error.service] < MOST_OUTAGES:
            return Failed(look, str(error), error.code, is_outage=True)
        return await self._closed(look, teller, error)

    async def _closed(self, look: Look, teller: str, error: Exception) -> Failed | None:
        """None, and the work given back, where nothing of its library is looked at any more in this run.

        Else it would be taken up again at once, and again: where who knows the work is not who is asked first.
        """
        service = error.service if isinstance(error, ProviderError) else teller
        if service != teller:
            code = getattr(error, "code", INTERNAL)
            return Failed(look, str(error), code, is_outage=isinstance(error, PASSING))
        if service not in self._shut:
            # That it rests is no news: what went wrong before was.
            level = logging.INFO if isinstance(error, ProviderResting) else logging.WARNING
            log.log(level, "%s; the works that are left are looked at later.", error)
        self._shut.add(service)
        await give_back(self._app.db, self._owner, look)
        return None

    async def _want_lists(self, whom: Whom) -> None:
        at = asyncio.get_running_loop().time()
        if at >= self._lists_at:
            self._lists_at = at + LISTS_S
            await ask_for_exports(self._app, whom)
            self._lists = await being_taken(self._app.db)

    async def _store_all(self) -> None:
        """Until the outcomes end."""
        is_over = False
        while not is_over:
            batch = [await self._outcomes.get()]
            while len(batch) < BATCH and not self._outcomes.empty():
                batch.append(self._outcomes.get_nowait())
            is_over = None in batch
            await self._store([each for each in batch if each is not None])
            for _ in batch:
                self._outcomes.task_done()

    async def _store(self, batch: Sequence[Outcome]) -> None:
        """All in one transaction, and where one of them can't be stored, each in its own."""
        if not batch:
            return
        try:
            await self._write(batch)
        except (*REFUSED, AppError):
            if len(batch) > 1:
                for each in batch:
                    await self._store([each])
                return
            [one] = batch
            if isinstance(one, Failed):
                raise
            log.exception("What is said of the %s %s can't be stored.", one.look.kind, one.look.work_id)
            await self._write([Failed(one.look, "What is said of it can't be stored.", INTERNAL)])

    async def _write(self, batch: Sequence[Outcome]) -> None:
        at = now()
        async with self._app.transaction() as tx:
            # Before all that each part of it locks, looks among it; as in scans.
            await locks.hold_works(tx.db)
            # Who was not heard of for too long has old news of what others have looked at since.
            ours = await held(tx.db, self._owner)
            kept = [each for each in batch if each.look.key in ours]
            await keep(tx, [each for each in kept if isinstance(each, Gathered)], at)
            ends = [_end(each, at) for each in kept]
            ended = await end_looks(tx, self._owner, ends)
            await count(tx, [each for each in ends if each.look.key in ended])


def _end(outcome: Outcome, at: datetime) -> End:
    due_at = spread(at, outcome.wait, random.random())  # noqa: S311
    if isinstance(outcome, Failed):
        return End(outcome.look, due_at, outcome.why, outcome.fault, is_failure=True)
    return End(outcome.look, due_at, outcome.problem, outcome.fault)


@asynccontextmanager
async def _leases(app: App, owner: UUID) -> AsyncGenerator[None]:
    """Keep the owner's leases alive; at the end whatever is not done is anybody's at once."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(LEASE_S / 4)
            with contextlib.suppress(*TROUBLE):
                await extend(app.db, owner)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        await end(beating)
        with contextlib.suppress(*TROUBLE):
            await asyncio.shield(release(app.db, owner))
