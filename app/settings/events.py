"""What settings announce."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event

OF_SERVER = "settings:server"


@dataclass(frozen=True)
class SettingsChanged(Event, name="settings.changed"):
    """role_id, user_id: whose; the server's where both are None."""

    names: tuple[str, ...]
    role_id: UUID | None = None
    user_id: UUID | None = None

    @property
    def is_of_server(self) -> bool:
        return self.role_id is None and self.user_id is None

    def voids(self) -> Iterable[str]:
        return (OF_SERVER,) if self.is_of_server else ()
