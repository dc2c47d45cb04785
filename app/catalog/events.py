"""What the catalog announces."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class WorksChanged(Event, name="catalog.works_changed"):
    """Works of one kind (movie, series, season, episode) changed in one library."""

    kind: str
    library_id: UUID
    added: tuple[UUID, ...] = ()
    updated: tuple[UUID, ...] = ()
    removed: tuple[UUID, ...] = ()
