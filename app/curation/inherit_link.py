"""What a work is to a provider that others become part of."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.clock import now
from app.core.outbox import Tx
from app.metadata.facts import Kind
from app.metadata.links import COLUMNS, Link, is_another, link_of
from app.metadata.score import Status
from app.metadata.wanted import ask_for
from app.metadata.withdraw import withdraw

_SAID = tuple(name for name in COLUMNS if name not in ("kind", "work_id"))
INHERIT = text(
    f"""
    INSERT INTO metadata.links (kind, work_id, {", ".join(_SAID)})
    SELECT kind, :into_id, {", ".join(_SAID)} FROM metadata.links WHERE kind = :kind AND work_id = :heir_of
    ON CONFLICT (kind, work_id) DO UPDATE SET ({", ".join(_SAID)}) = ({", ".join(f"excluded.{name}" for name in _SAID)})
    """  # noqa: S608
)


async def inherit_link(tx: Tx, kind: Kind, from_ids: Sequence[UUID], into_id: UUID) -> bool:
    """A work that others become part of is what a person said that they are, and is looked at with providers.

    What a person said of the work itself counts first; that they are none that providers know counts only where it is
    not found to be any either. Answers whether it is another than before: what was said of that one went.
    """
    links = await link_of(tx.db, kind, [into_id, *from_ids])
    own = links[into_id]
    heir_of = _heir_of(own, (links[key] for key in from_ids))
    if heir_of is not None:
        await tx.db.run(INHERIT, kind=kind.value, heir_of=heir_of.work_id, into_id=into_id)
    await ask_for(tx, kind, [into_id])
    if heir_of is None or not is_another(own, heir_of):
        return False
    await withdraw(tx, kind, [into_id], now())
    return True


def _heir_of(own: Link | None, others: Iterable[Link | None]) -> Link | None:
    if own is not None and own.is_human:
        return None
    said = [each for each in others if each is not None and each.is_human]
    chosen = next((each for each in said if each.status is Status.MATCHED), None)
    is_found = own is not None and own.status is Status.MATCHED
    return chosen or (None if is_found else next(iter(said), None))
