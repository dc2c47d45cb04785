"""What is announced of people with accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class UserChanged(Event, name="identity.user_changed"):
    """A user was `added`, `updated`, `disabled`, `enabled` or `removed` (`change`)."""

    user_id: UUID
    change: str

    def voids(self) -> Iterable[str]:
        return () if self.change == "added" else (f"viewer:{self.user_id}",)
