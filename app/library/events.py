"""What libraries and scans announce."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class LibraryChanged(Event, name="library.library_changed"):
    """A library was added, updated or removed (`change`), or a root of it went on- or offline."""

    library_id: UUID
    change: str


@dataclass(frozen=True)
class ScanProgressed(Event, name="library.scan_progressed"):
    """A scan began, got further or ended; its row says how far."""

    library_id: UUID
    scan_id: UUID
