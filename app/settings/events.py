"""What settings announce."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class SettingsChanged(Event, name="settings.changed"):
    """role_id, user_id: whose; the server's where both are None."""

    names: tuple[str, ...]
    role_id: UUID | None = None
    user_id: UUID | None = None
