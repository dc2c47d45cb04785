"""What people decide about which work of a provider a film or series is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.activity.actor import Actor
from app.activity.record import record
from app.catalog import locks
from app.catalog.announce import announce_updated
from app.catalog.identity.redirects import became
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.outbox import Tx
from app.metadata.describe import CATALOG_KINDS
from app.metadata.facts import Kind
from app.metadata.links import Found, Link, forget_link, link_of, say_link
from app.metadata.provider import Provider
from app.metadata.registry import named
from app.metadata.score import Status
from app.metadata.sought import sought_of
from app.metadata.wanted import ask_for
from app.metadata.withdraw import withdraw

LONGEST_ID = 100
SAID = "A person said so."


@dataclass(frozen=True, slots=True)
class Subject:
    """A work of the catalog: what it was linked to so far, and by what it is looked for."""

    kind: Kind
    id: UUID
    link: Link | None
    basis: dict[str, Any]


async def choose(tx: Tx, actor: Actor, kind: Kind, work_id: UUID, provider: str, provider_id: str) -> UUID:
    """It is this work of the provider, which is asked about it after the commit; answers its id.

    What providers said of another one goes. Raises NotFound, Invalid. Emits WorksChanged.
    """
    _check(kind, provider, provider_id)
    subject = await _subject(tx, kind, work_id)
    said = Found(
        kind,
        subject.id,
        Status.MATCHED,
        provider,
        provider_id,
        1.0,
        (SAID,),
        subject.link.candidates if subject.link else (),
        subject.basis,
    )
    await say_link(tx, said)
    if subject.link is None or subject.link.means != (provider, provider_id):
        await withdraw(tx, kind, [subject.id], now())
    await ask_for(tx, kind, [subject.id])
    await _tell(tx, actor, "metadata.chosen", subject, said)
    return subject.id


async def reject(tx: Tx, actor: Actor, kind: Kind, work_id: UUID) -> UUID:
    """It is none that providers know, and they are not asked about it any more; answers its id.

    What they told of it before goes. Raises NotFound. Emits WorksChanged.
    """
    subject = await _subject(tx, kind, work_id)
    candidates = subject.link.candidates if subject.link else ()
    said = Found(kind, subject.id, Status.REJECTED, None, None, 1.0, (SAID,), candidates, subject.basis)
    await say_link(tx, said)
    await withdraw(tx, kind, [subject.id], now())
    await _tell(tx, actor, "metadata.rejected", subject, said)
    return subject.id


async def reset(tx: Tx, actor: Actor, kind: Kind, work_id: UUID) -> UUID:
    """Nobody said what it is: providers are asked anew after the commit; answers its id.

    What they told of it before goes. Raises NotFound. Emits WorksChanged.
    """
    subject = await _subject(tx, kind, work_id)
    await forget_link(tx, kind, subject.id)
    await withdraw(tx, kind, [subject.id], now())
    await ask_for(tx, kind, [subject.id])
    await _tell(tx, actor, "metadata.reset", subject, None)
    return subject.id


def _check(kind: Kind, provider: str, provider_id: str) -> None:
    known = next(iter(named([provider])), None)
    if not isinstance(known, Provider):
        raise Invalid("provider", f"There is no provider {provider} that tells of works.")
    if kind not in known.about.kinds:
        raise Invalid("provider", f"{known.about.name} knows no such works.")
    if not 1 <= len(provider_id) <= LONGEST_ID or not provider_id.isprintable() or " " in provider_id:
        raise Invalid("providerId", f"An id has 1 to {LONGEST_ID} characters without spaces.")


async def _subject(tx: Tx, kind: Kind, work_id: UUID) -> Subject:
    """Held until the commit. Raises NotFound."""
    await locks.hold_works(tx.db)
    work_id = (await became(tx.db, CATALOG_KINDS[kind], [work_id])).get(work_id, work_id)
    known = await sought_of(tx.db, kind, work_id)
    if known is None:
        raise NotFound("film" if kind is Kind.MOVIE else "series", work_id)
    return Subject(kind, work_id, (await link_of(tx.db, kind, [work_id]))[work_id], known.basis)


async def _tell(tx: Tx, actor: Actor, action: str, subject: Subject, said: Found | None) -> None:
    before, after = _told(subject.link), _told(said)
    await record(tx, actor, action, CATALOG_KINDS[subject.kind], subject.id, before=before, after=after)
    await announce_updated(tx, CATALOG_KINDS[subject.kind], [subject.id])


def _told(link: Link | Found | None) -> dict[str, Any] | None:
    if link is None:
        return None
    return {"status": link.status.value, "provider": link.provider, "provider_id": link.provider_id}
