"""The jobs that fetch providers' pictures: those that somebody would be shown, and no others."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.config import ConfigError
from app.core.db import Db
from app.core.errors import AppError
from app.core.http import http
from app.core.http_errors import (
    ProviderBroken,
    ProviderError,
    ProviderLimited,
    ProviderResting,
    ProviderSaysNo,
)
from app.core.http_messages import Question
from app.core.jobs import Queue, job
from app.core.languages import with_general
from app.core.outbox import Tx
from app.images.kinds import PictureKind, Source
from app.images.refusal import Refused
from app.images.studio import StudioFailed
from app.images.take import take
from app.metadata.facts import ImageFacts, ImageKind
from app.metadata.picture_events import announce_pictures
from app.metadata.provider import HasPictures, PicturePlace
from app.metadata.registry import languages, named

log = logging.getLogger(__name__)

AT_ONCE = 8
OWNERS_PER_JOB = 200
ACCEPT = "image/avif,image/webp,image/jpeg,image/png"
# As wide as pages and televisions show them; what is larger costs many times the bytes and the work.
WIDTHS: Mapping[str, int] = {
    PictureKind.POSTER: 780,
    PictureKind.BACKDROP: 1280,
    PictureKind.LOGO: 500,
    PictureKind.STILL: 780,
    PictureKind.PROFILE: 342,
}
WIDEST = 1280
# What may be otherwise in a moment is tried soon, what lies at the picture itself seldom; each failure makes it longer.
SOON, SELDOM = timedelta(minutes=5), timedelta(days=1)
GROWTH, MOST_PAUSE = 4.0, timedelta(days=30)
BY_THE_HOUR = timedelta(hours=1)
# Who is told that a provider rests need not come back at the very second.
SHORTEST_REST = timedelta(seconds=15)

# Of each kind the best in each language and without words, since which is shown depends on who looks; where there are
# neither, the best. What can't be had for long leaves its place to the next. Rows are held in the order of their ids,
# as by all who hold several.
WANT = text(
    """
    WITH placed AS (
        SELECT id, is_spoken,
            row_number() OVER (PARTITION BY owner_id, kind, language ORDER BY position, score DESC, id) AS in_language,
            row_number() OVER (PARTITION BY owner_id, kind ORDER BY position, score DESC, id) AS of_all,
            bool_or(is_spoken) OVER (PARTITION BY owner_id, kind) AS is_any_spoken
        FROM (
            SELECT id, owner_id, kind, language, position, score,
                language IS NULL OR language = ANY(CAST(:languages AS text[])) AS is_spoken
            FROM images.pictures
            WHERE owner_id = ANY(CAST(:owners AS uuid[])) AND source = 'provider'
              AND (failure IS NULL OR fetch_at < now() + interval '12 hours')
        ) p
    )
    UPDATE images.pictures p SET fetch_at = now()
    FROM (
        SELECT h.id FROM images.pictures h JOIN placed w ON w.id = h.id
        WHERE h.image_id IS NULL AND h.fetch_at IS NULL
          AND (h.is_chosen OR w.is_spoken AND w.in_language = 1 OR NOT w.is_any_spoken AND w.of_all = 1)
        ORDER BY h.id FOR UPDATE OF h
    ) due WHERE p.id = due.id
    """
)
# Picked once, as in `looks`.
_CLAIM = """
    WITH picked AS MATERIALIZED (
        SELECT id FROM images.pictures
        WHERE fetch_at <= now() AND (provider = ANY(CAST(:shut AS text[]))) IS NOT TRUE {whose}
        ORDER BY is_chosen DESC, fetch_at, id LIMIT CAST(:most AS int) FOR UPDATE SKIP LOCKED
    )
    UPDATE images.pictures p SET fetch_at = now() + interval '15 minutes' FROM picked WHERE p.id = picked.id
    RETURNING p.id, p.owner_id, p.kind, p.provider, p.provider_key, p.url, p.width, p.height, p.failures
"""
CLAIM = text(_CLAIM.format(whose="AND owner_id = ANY(CAST(:owners AS uuid[]))"))
CLAIM_ANY = text(_CLAIM.format(whose=""))
OVERDUE = text(
    "SELECT EXISTS (SELECT FROM images.pictures WHERE fetch_at < now() - make_interval(secs => 60))"
)
HOLD = text(
    """
    SELECT id FROM images.pictures
    WHERE id = ANY(CAST(:ids AS uuid[])) OR owner_id = ANY(CAST(:owners AS uuid[])) ORDER BY id FOR UPDATE
    """
)
STORE = text(
    """
    UPDATE images.pictures p SET image_id = r.image_id, failure = r.failure, tried_at = now(),
      failures = CASE WHEN r.image_id IS NOT NULL THEN 0 WHEN r.is_tried THEN p.failures + 1 ELSE p.failures END,
      fetch_at = now() + make_interval(secs => r.pause_s)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS r(id uuid, image_id uuid, failure text, pause_s float8, is_tried boolean)
    WHERE p.id = r.id
    """
)


class NotFetched(Exception):
    """Why a picture was not. lasts: it lies at the picture, and is not likely to be otherwise soon."""

    def __init__(self, why: str, *, lasts: bool) -> None:
        super().__init__(why)
        self.lasts = lasts


class PutOff(Exception):
    """Why nobody was asked for a picture, which says nothing of it. wait: until its provider may be asked again."""

    def __init__(self, why: str, wait: timedelta) -> None:
        super().__init__(why)
        self.wait = min(max(wait, SHORTEST_REST), BY_THE_HOUR)


@dataclass(frozen=True, slots=True)
class Due:
    """A picture to be fetched. failures: so far, in a row."""

    id: UUID
    owner_id: UUID
    kind: str
    provider: str | None
    key: str | None
    url: str | None
    width: int | None
    height: int | None
    failures: int


@dataclass(frozen=True, slots=True)
class Outcome:
    due: Due
    image_id: UUID | None = None
    problem: NotFetched | PutOff | None = None

    @property
    def lasts(self) -> bool:
        return isinstance(self.problem, NotFetched) and self.problem.lasts

    @property
    def is_put_off(self) -> bool:
        return isinstance(self.problem, PutOff)

    @property
    def pause(self) -> timedelta | None:
        """Until the next try, where there is to be one."""
        if isinstance(self.problem, PutOff):
            return self.problem.wait
        return self.problem and pause_after(self.due.failures + 1, lasts=self.problem.lasts)

    def row(self) -> dict[str, Any]:
        row = {"id": self.due.id, "is_tried": not self.is_put_off}
        if self.pause is None:
            return row | {"image_id": self.image_id}
        return row | {"failure": str(self.problem), "pause_s": self.pause.total_seconds()}


@job("metadata.fetch_pictures", queue=Queue.LOW, timeout=timedelta(hours=6))
async def fetch_pictures(app: App, owner_ids: list[str]) -> None:
    """Fetch what these owners' pictures are short of."""
    owners = [UUID(each) for each in owner_ids]
    spoken = with_general(await languages(app))
    await app.db.run(WANT, owners=owners, languages=spoken)
    await _fetch_all(app, owners, spoken)


@job("metadata.fetch_due_pictures", queue=Queue.BULK, timeout=timedelta(hours=6))
async def fetch_due_pictures(app: App) -> None:
    """Fetch what could not be had before and is due again, and what a worker died over."""
    await _fetch_all(app, None, with_general(await languages(app)))


async def is_any_overdue(db: Db) -> bool:
    """Whether there are pictures that nobody has taken in hand though they are due. One statement."""
    return bool(await db.value(OVERDUE))


def ask_for_overdue(tx: Tx) -> None:
    tx.enqueue(fetch_due_pictures, dedupe=fetch_due_pictures.name)


def ask_for_pictures(tx: Tx, owner_ids: Sequence[UUID]) -> None:
    """Have fetched, after the commit, what these owners are short of."""
    for start in range(0, len(owner_ids), OWNERS_PER_JOB):
        tx.enqueue(fetch_pictures, [str(each) for each in owner_ids[start : start + OWNERS_PER_JOB]])


def pause_after(failures: int, *, lasts: bool) -> timedelta:
    """How long to leave a picture alone. failures: in a row, from 1."""
    return min((SELDOM if lasts else SOON) * GROWTH ** min(failures - 1, 10), MOST_PAUSE)


async def _fetch_all(app: App, owners: Sequence[UUID] | None, spoken: Sequence[str]) -> None:
    """Until none is due any more, but for those of providers that turn out to be away."""
    shut = set[str]()
    while due := await _claimed(app.db, owners, sorted(shut)):
        shut |= await _fetch(app, due, spoken)


async def _claimed(db: Db, owners: Sequence[UUID] | None, shut: Sequence[str]) -> list[Due]:
    """Some that are due, which are nobody else's for a while: whoever claims and dies leaves them to the next."""
    if owners is None:
        rows = await db.rows(CLAIM_ANY, most=AT_ONCE, shut=shut)
    else:
        rows = await db.rows(CLAIM, owners=owners, most=AT_ONCE, shut=shut)
    return [Due(*row) for row in rows]


async def _fetch(app: App, due: Sequence[Due], spoken: Sequence[str]) -> set[str]:
    """Each to its end, and all ends stored together; answers the providers that can't be asked just now."""
    names = sorted({each.provider for each in due if each.provider})
    places = {name: await _place(app, name) for name in names}
    outcomes = await asyncio.gather(*(_outcome(app, each, places) for each in due))
    lost = sorted({each.due.owner_id for each in outcomes if each.lasts})
    async with app.transaction() as tx:
        await tx.db.run(HOLD, ids=[each.id for each in due], owners=lost)
        await tx.db.run(STORE, rows=[each.row() for each in outcomes])
        if lost:
            await tx.db.run(WANT, owners=lost, languages=spoken)
        _ask_again(tx, outcomes)
        await announce_pictures(tx, {each.due.owner_id for each in outcomes if each.image_id})
    return {each.due.provider for each in outcomes if each.is_put_off and each.due.provider}


def _ask_again(tx: Tx, outcomes: Sequence[Outcome]) -> None:
    """For what was tried and is due before the hourly job comes by."""
    tried = [each for each in outcomes if not each.is_put_off]
    soon = {each.due.owner_id: each.pause for each in tried if each.pause and each.pause < BY_THE_HOUR}
    if soon:
        tx.enqueue(fetch_pictures, [str(each) for each in sorted(soon)], delay=max(soon.values()))


async def _place(app: App, name: str) -> PicturePlace | NotFetched | PutOff:
    provider = next(iter(named([name])), None)
    if not isinstance(provider, HasPictures):
        return NotFetched(f"{name} hands out no pictures.", lasts=True)
    try:
        return await provider.picture_place(app)
    except (AppError, ConfigError) as error:
        return _put_off(error)


async def _outcome(app: App, due: Due, places: Mapping[str, PicturePlace | NotFetched | PutOff]) -> Outcome:
    try:
        place = places.get(due.provider or "")
        if not isinstance(place, PicturePlace):
            raise place or NotFetched("It has no provider.", lasts=True)
        return Outcome(due, await _taken(app, place, due))
    except (NotFetched, PutOff) as problem:
        log.info("Picture %s can't be had: %s", due.id, problem)
        return Outcome(due, problem=problem)


async def _taken(app: App, place: PicturePlace, due: Due) -> UUID:
    """The image's id. Raises NotFetched, PutOff."""
    facts = ImageFacts(ImageKind(due.kind), due.url or "", due.key or "", due.width, due.height)
    url = place.address(facts, WIDTHS.get(due.kind, WIDEST))
    if not place.holds(url):
        raise NotFetched("Its address is none of its provider's.", lasts=True)
    try:
        found = await http(app).fetch(place.service, Question(url, accept=ACCEPT))
        if not found.media_type.startswith("image/"):
            looks = found.media_type[:50] or "nothing known"
            raise ProviderBroken(place.service.name, f"it answers {looks} and no picture")
        return await take(app, found.body, Source.PROVIDER)
    except ProviderSaysNo as error:
        raise NotFetched(_sentence(str(error)), lasts=True) from error
    except Refused as refused:
        raise NotFetched(str(refused), lasts=True) from refused
    except ProviderResting as error:
        raise _put_off(error) from error
    except ProviderLimited as error:
        if error.status is None:
            raise _put_off(error) from error
        raise NotFetched(_sentence(str(error)), lasts=False) from error
    except ProviderError as error:
        raise NotFetched(_sentence(str(error)), lasts=False) from error
    except (StudioFailed, OSError) as error:
        raise NotFetched(f"It can't be kept: {error}", lasts=False) from error


def _put_off(error: Exception) -> PutOff:
    wait = SOON
    if isinstance(error, ProviderResting):
        wait = timedelta(seconds=error.rest_s)
    elif isinstance(error, ProviderLimited):
        wait = timedelta(seconds=error.retry_after_s)
    return PutOff(_sentence(str(error)), wait)


def _sentence(said: str) -> str:
    return said if said.endswith(".") else f"{said}."
