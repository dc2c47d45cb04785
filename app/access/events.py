"""What is announced of roles and of those who have them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class PermissionsChanged(Event, name="access.permissions_changed"):
    """What these users may do, or see, is not what it was; at most 1,000 of them in one event."""

    user_ids: tuple[UUID, ...]

    def voids(self) -> Iterable[str]:
        return (f"viewer:{each}" for each in self.user_ids)
