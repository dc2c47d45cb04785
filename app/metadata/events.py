"""What is announced of looks at works."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class RefreshProgressed(Event, name="metadata.refresh_progressed"):
    """What somebody asked for at once got further, ended, or was called off; its row says how far."""

    refresh_id: UUID
