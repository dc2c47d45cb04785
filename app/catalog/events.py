"""What the catalog announces."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class WorksChanged(Event, name="catalog.works_changed"):
    """Works of one kind (movie, series, season, episode) changed in one library.

    was: of updated works that other viewers see now than before, what they were: see app.catalog.identity.regraded.
    """

    kind: str
    library_id: UUID
    added: tuple[UUID, ...] = ()
    updated: tuple[UUID, ...] = ()
    removed: tuple[UUID, ...] = ()
    was: tuple[str, ...] = ()
