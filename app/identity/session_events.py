"""What is announced of sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class SessionsEnded(Event, name="identity.sessions_ended"):
    """Sessions, or API tokens, that are good no more: whoever came by them is shown out."""

    ids: tuple[UUID, ...]

    def voids(self) -> Iterable[str]:
        return (f"viewer:{each}" for each in self.ids)
