"""The one client for outside services: paced over all processes, patient in bounds, and discreet about keys."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

import httpx

from app.core import http_cache
from app.core.addresses import is_loopback
from app.core.app import App
from app.core.clock import now
from app.core.dispatch import TROUBLE
from app.core.http_body import media_type, parsed, read, save
from app.core.http_breaker import Breaker
from app.core.http_cache import Kept
from app.core.http_clock import Clock
from app.core.http_errors import (
    ProviderBroken,
    ProviderError,
    ProviderLimited,
    ProviderRefused,
    ProviderResting,
    ProviderSaysNo,
    ProviderUnreachable,
)
from app.core.http_messages import Answer, Fetched, Question, Service, origin
from app.core.http_pace import Pace
from app.core.http_retry import AGAIN, pause_s, retry_after_s
from app.core.http_standing import Outcome, Reporter

log = logging.getLogger(__name__)

MOST_REDIRECTS = 3
NOT_MODIFIED = 304
TOO_MANY = 429
REFUSALS = frozenset({401, 403})
REDIRECTS = frozenset({301, 302, 303, 307, 308})

# What is asked, and with which secrets: who has another key may get another answer.
Key = tuple[bytes, tuple[str, ...]]


@dataclass(slots=True)
class Way:
    """What one process knows of one service. places: for requests under way."""

    pace: Pace
    breaker: Breaker
    reporter: Reporter
    places: asyncio.Semaphore


@dataclass(slots=True)
class Flight:
    """A request under way, and how many wait for it."""

    task: asyncio.Task[Answer]
    waiting: int = 0


@dataclass(slots=True)
class Tries:
    """left_s: patience for pauses and turns. error: of the last try."""

    left_s: float
    failures: int = 0
    error: ProviderError | None = None

    @property
    def limited(self) -> ProviderLimited | None:
        return self.error if isinstance(self.error, ProviderLimited) else None


@dataclass(frozen=True, slots=True)
class _Raw:
    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)
    url: str


class Http:
    """The client of one process."""

    def __init__(self, app: App, clock: Clock | None = None) -> None:
        self._app = app
        self._clock = clock or Clock()
        self._ways: dict[str, Way] = {}
        self._flights: dict[Key, Flight] = {}
        self._clients: dict[tuple[str, bool], httpx.AsyncClient] = {}

    async def ask(self, service: Service, question: Question) -> Answer:
        """The JSON that a service answers, of whom it is asked once however many ask the same at the same time.

        Raises ProviderError, of a kind that tells what is the matter.
        """
        if not question.is_kept:
            return await self._asked(service, question)
        key = (question.key(service), (*question.secret_headers.values(), *question.secret_query.values()))
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(asyncio.create_task(self._asked(service, question)))
        return await self._joined(key, flight)

    async def fetch(self, service: Service, question: Question) -> Fetched:
        """The bytes at this address and no other, or its file: they are not kept, and redirects not followed.

        Raises ProviderError.
        """
        way = self._way(service)
        async with self._reporting(way, question):
            raw = await self._patiently(way, service, replace(question, follows=False), None)
        return Fetched(raw.body, media_type(raw.headers.get("content-type", "")))

    async def held_s(self, service: Service) -> float:
        """For how long the service has everybody wait yet."""
        return await self._way(service).pace.held_s()

    async def aclose(self) -> None:
        for flight in list(self._flights.values()):
            flight.task.cancel()
        await asyncio.gather(*(each.task for each in self._flights.values()), return_exceptions=True)
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def _joined(self, key: Key, flight: Flight) -> Answer:
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            # Who comes from now on begins anew; where nobody waits any more, it ends.
            if self._flights.get(key) is flight and (flight.task.done() or not flight.waiting):
                del self._flights[key]
            if not flight.waiting:
                flight.task.cancel()

    async def _asked(self, service: Service, question: Question) -> Answer:
        key, kept = question.key(service), await self._kept(service, question)
        if kept is not None and kept.age_s < question.max_age_s:
            return _answer(service, kept, is_kept=True)
        way = self._way(service)
        try:
            async with self._reporting(way, question):
                raw = await self._patiently(way, service, question, kept)
                return await self._taken(service, question, key, kept, raw)
        except ProviderSaysNo as error:
            if error.is_gone and kept is not None:
                await self._quietly(http_cache.forget(self._app.db, key))
            raise

    @asynccontextmanager
    async def _reporting(self, way: Way, question: Question) -> AsyncGenerator[None]:
        """Writes down how a question ends, as far as it tells of the service."""
        try:
            yield
        except ProviderRefused as error:
            if not question.is_lent:
                await self._report(way, Outcome.REFUSED, error)
            raise
        except ProviderSaysNo:
            await self._report(way, Outcome.ANSWERED)
            raise
        except ProviderResting:
            raise
        except (ProviderUnreachable, ProviderBroken) as error:
            await self._report(way, Outcome.FAILED, error)
            raise
        await self._report(way, Outcome.ANSWERED)

    async def _taken(
        self, service: Service, question: Question, key: bytes, kept: Kept | None, raw: _Raw
    ) -> Answer:
        if raw.status == NOT_MODIFIED and kept is not None:
            await self._quietly(http_cache.still_holds(self._app.db, key))
            return _answer(service, kept, is_kept=True)
        body = parsed(service, raw.status, raw.headers.get("content-type", ""), raw.body)
        if question.is_kept and "no-store" not in raw.headers.get("cache-control", ""):
            etag, modified = raw.headers.get("etag"), raw.headers.get("last-modified")
            if etag or modified or question.max_age_s:
                fresh = Kept(raw.status, raw.url, raw.body, etag, modified, now())
                await self._quietly(http_cache.keep(self._app.db, key, service.name, fresh))
        return Answer(raw.status, body, raw.url)

    async def _patiently(self, way: Way, service: Service, question: Question, kept: Kept | None) -> _Raw:
        tries = Tries(service.patience_s)
        while True:
            try:
                return await self._tried(way, service, question, kept)
            except ProviderResting as error:
                raise tries.error or error from None
            except (ProviderUnreachable, ProviderLimited) as error:
                if isinstance(error, ProviderLimited) and error.status is None:
                    # Who was told to wait says so, rather than that it waits.
                    raise tries.limited or error from None
                await self._pause(service, question, tries, error)

    async def _pause(self, service: Service, question: Question, tries: Tries, error: ProviderError) -> None:
        """Before the next try. Raises the error where there is none."""
        tries.failures, tries.error = tries.failures + 1, error
        if not question.may_be_repeated or tries.failures >= service.tries:
            raise error
        # Where the service said how long, that is kept by everybody's turns.
        seconds = 0.0 if isinstance(error, ProviderLimited) else pause_s(tries.failures, self._clock.share())
        tries.left_s -= seconds
        if tries.left_s < 0:
            raise error
        await self._clock.sleep(seconds)

    async def _tried(self, way: Way, service: Service, question: Question, kept: Kept | None) -> _Raw:
        way.breaker.check()
        async with way.places:
            await way.pace.wait()
            return await self._passed(way, service, question, kept)

    async def _passed(self, way: Way, service: Service, question: Question, kept: Kept | None) -> _Raw:
        with way.breaker.passing():
            try:
                raw = await self._followed(way, service, question, kept)
            except ProviderUnreachable as error:
                way.breaker.failed(error.why)
                raise
            if _means_limit(service, raw):
                raw = replace(raw, status=TOO_MANY)
            if raw.status in AGAIN:
                await self._stumbled(way, service, raw)
            way.breaker.answered()
            return _accepted(service, question, raw)

    async def _stumbled(self, way: Way, service: Service, raw: _Raw) -> None:
        """Raises ProviderUnreachable or ProviderLimited."""
        wanted_s = retry_after_s(raw.headers.get("retry-after"), now())
        if raw.status == TOO_MANY:
            wanted_s = service.limit_s or pause_s(2, 1.0) if wanted_s is None else wanted_s
            way.breaker.answered()
        else:
            way.breaker.failed(f"it answers {raw.status}")
        if wanted_s:
            await way.pace.hold(wanted_s)
        if raw.status == TOO_MANY:
            raise ProviderLimited(service.name, wanted_s or 0.0, TOO_MANY)
        raise ProviderUnreachable(service.name, f"it answers {raw.status}", raw.status)

    async def _followed(self, way: Way, service: Service, question: Question, kept: Kept | None) -> _Raw:
        for _ in range(MOST_REDIRECTS + 1):
            raw = await self._sent(service, question, kept)
            if raw.status not in REDIRECTS:
                return raw
            target = urljoin(raw.url, raw.headers.get("location", ""))
            may_follow = question.is_kept and question.follows
            if not may_follow or origin(target) != origin(question.url):
                raise ProviderBroken(service.name, "it sends us elsewhere", raw.status)
            question = replace(question, url=target, query={} if urlsplit(target).query else question.query)
            await way.pace.wait()
        raise ProviderBroken(service.name, "it sends us in circles")

    async def _sent(self, service: Service, question: Question, kept: Kept | None) -> _Raw:
        request = httpx.Request(
            question.method,
            httpx.URL(question.url).copy_merge_params({**question.query, **question.secret_query}),
            headers={
                "accept": question.accept,
                "accept-encoding": "gzip",
                "user-agent": "Marquee",
                **(kept.conditions if kept else {}),
                **question.secret_headers,
            },
            json=question.body,
        )
        request.extensions["timeout"] = httpx.Timeout(service.read_s, connect=service.connect_s).as_dict()
        try:
            async with asyncio.timeout(service.request_s):
                response = await self._client(service, question.url).send(request, stream=True)
                try:
                    into = question.into if response.is_success else None
                    body = await (read(service, response) if into is None else save(service, response, into))
                finally:
                    await response.aclose()
        except TimeoutError:
            raise ProviderUnreachable(service.name, f"it takes more than {service.request_s:g} s") from None
        except (httpx.HTTPError, OSError) as error:
            why = question.redacted(str(error)) or type(error).__name__
            raise ProviderUnreachable(service.name, f"it can't be asked ({why})") from None
        return _Raw(response.status_code, response.headers, body, _without_query(str(response.url)))

    def _client(self, service: Service, url: str) -> httpx.AsyncClient:
        """Each service has connections of its own, so that a slow one keeps nobody else waiting.

        A proxy is for what is elsewhere.
        """
        is_elsewhere = not is_loopback(urlsplit(url).hostname or "")
        key = service.name, is_elsewhere
        if key not in self._clients:
            proxy = self._app.config.proxy_url if is_elsewhere else ""
            self._clients[key] = httpx.AsyncClient(
                verify=_tls(),
                proxy=proxy or None,
                trust_env=is_elsewhere and not proxy,
                follow_redirects=False,
                limits=httpx.Limits(max_connections=service.at_once, keepalive_expiry=30.0),
            )
        return self._clients[key]

    def _way(self, service: Service) -> Way:
        way = self._ways.get(service.name)
        if way is None:
            way = self._ways[service.name] = Way(
                Pace(self._app.redis, self._app.config.namespace, service, self._clock),
                Breaker(service.name, self._clock),
                Reporter(self._app.db, service.name, self._clock),
                asyncio.Semaphore(service.at_once),
            )
        # How often it may be asked is a setting.
        way.pace.service = service
        return way

    async def _kept(self, service: Service, question: Question) -> Kept | None:
        if not question.is_kept:
            return None
        return await self._quietly(http_cache.find(self._app.db, question.key(service)))

    async def _report(self, way: Way, outcome: Outcome, error: ProviderError | None = None) -> None:
        await self._quietly(way.reporter.report(outcome, error.why if error else None))

    async def _quietly(self, work: Any) -> Any:
        """What is kept and reported is not worth a request: without a database it is left."""
        try:
            return await work
        except TROUBLE as error:
            log.warning("An answer can't be kept, or found again: %s", str(error) or type(error).__name__)
            return None


def _means_limit(service: Service, raw: _Raw) -> bool:
    """Some refuse who asks too often as they refuse a key that they don't know."""
    return raw.status in REFUSALS and service.limit_says is not None and service.limit_says in raw.body


def _accepted(service: Service, question: Question, raw: _Raw) -> _Raw:
    """Raises ProviderRefused, ProviderSaysNo, ProviderUnreachable."""
    if raw.status in REFUSALS and question.shows_a_key:
        raise ProviderRefused(service.name, "it doesn't take the key", raw.status)
    if raw.status == NOT_MODIFIED or 200 <= raw.status < 300:
        return raw
    if raw.status in (404, 410):
        raise ProviderSaysNo(service.name, "it knows of no such thing", raw.status)
    if raw.status < 500:
        raise ProviderSaysNo(service.name, f"it answers {raw.status}", raw.status)
    raise ProviderUnreachable(service.name, f"it answers {raw.status}", raw.status)


def _answer(service: Service, kept: Kept, *, is_kept: bool) -> Answer:
    return Answer(kept.status, parsed(service, kept.status, "", kept.body), kept.url, is_kept)


def _without_query(url: str) -> str:
    return url.partition("?")[0]


@cache
def _tls() -> SSLContext:
    return httpx.create_ssl_context()


_clients: WeakKeyDictionary[App, Http] = WeakKeyDictionary()


def http(app: App) -> Http:
    """The application's client."""
    if app not in _clients:
        made = _clients[app] = Http(app)
        app.on_end(made.aclose)
    return _clients[app]
